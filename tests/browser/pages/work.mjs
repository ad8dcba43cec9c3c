// The usual steps of an officer's work, as the tests of the pages take them.
import assert from 'node:assert/strict';

export const daysAgo = (days) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

// Particulars by their fields; all but the sex and the dates is typed.
export async function openCase(officer, particulars, dob = '2014-05-03', missingSince = null, priority = 'routine') {
  await officer.open('/cases/new');
  for (const [field, value] of Object.entries(particulars)) await officer.fill(`#${field}`, value);
  await officer.fillDate('dob', dob);
  await officer.check(`input[name=priority][value=${priority}]`);
  if (missingSince) await officer.fillDate('missing_since', missingSince);
  await officer.press('Open the case');
  assert.match(officer.page.url(), /\/cases\/[0-9a-f-]{36}$/, await officer.words());
  return officer.page.url();
}

export async function enquire(officer, address) {
  await officer.open(`${address}/enquiries/new`);
  await officer.check('input[name=to][value=named]');
  await officer.select('#authority', '319');
  await officer.check('input[name=kind][value=area_believed]');
  await officer.fill('#message', 'Has the child come to you?');
  await officer.press('Continue');
  await officer.press(/^Send to /);
}

// As the other authority: answers the enquiry about this child.
export async function answer(officer, name, outcome, fill) {
  await officer.open('/work-list?view=received');
  await officer.follow(name);
  await officer.check(`input[name=outcome][value=${outcome}]`);
  await officer.check('input[name=checks][value=admissions]');
  await officer.press('Continue');
  await fill();
  await officer.press('Continue');
  await officer.press('Send the answer');
}

export async function answerOnRoll(officer, name) {
  await answer(officer, name, 'on_roll', async () => {
    await officer.fill('#laestab', '3194001');
    for (const field of ['start', 'attending']) await officer.fillDate(field, daysAgo(20));
    await officer.check('input[name=living][value=yes]');
  });
}

export async function upload(officer, kind, name, text) {
  await officer.open('/uploads');
  await officer.check(`input[name=kind][value=${kind}]`);
  await officer.page.setInputFiles('#file', { name, mimeType: 'text/csv', buffer: Buffer.from(text) });
  await officer.check('input[name=agreed]');
  await officer.press('Upload and check');
}

export const header = 'record_id,upn,forename,surname,dob,postcode\r\n';
