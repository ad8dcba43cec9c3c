// Two officers of two councils play the main job in two windows at once, without scripts; then two officers of one
// council end a case. Every page and error is read by axe, at full width and at 320 pixels.
//   tests/browser/run.sh pages/main_job.mjs build/dev/bin/waymark FOLDER
import assert from 'node:assert/strict';
import { Officer, figures, hostile, openBrowser, peopleOf, startSandbox } from './browser.mjs';
import { daysAgo } from './work.mjs';

const [, , waymark] = process.argv;
assert(waymark, 'name the waymark program');

const { web, stop } = await startSandbox(waymark);
const browser = await openBrowser();

async function seen(officer, name) {
  await officer.see(name);
}

async function openCase(officer, surname) {
  const { page } = officer;
  await officer.open('/cases/new');
  await officer.press('Open the case');
  assert.match(await page.title(), /^Error: /);
  await seen(officer, 'new-case-error');
  await page.fill('#forename', 'Amara');
  await page.fill('#surname', surname);
  await officer.fillDate('dob', '2015-03-14');
  await page.fill('#reason', hostile);
  await page.fill('#note', hostile);
  await officer.press('Open the case');
  assert.match(page.url(), /\/cases\/[0-9a-f-]{36}$/);
  return page.url();
}

try {
  const kingston = await peopleOf(browser, web, '314:');
  const reviewer = kingston.find((one) => /reviewer|coordinator/.test(one.words));
  const other = kingston.find((one) => one.value !== reviewer.value && /officer/.test(one.words));
  const sutton = (await peopleOf(browser, web, '319:')).find((one) => /officer|reviewer/.test(one.words));
  const ada = await Officer.signIn(browser, web, other.value);
  const eve = await Officer.signIn(browser, web, sutton.value);

  await seen(ada, 'work-list-empty');
  const address = await openCase(ada, `Okonjo-Field ${hostile}`);
  await seen(ada, 'case');

  await ada.follow('Send an enquiry');
  await ada.press('Continue');
  await seen(ada, 'enquiry-error');
  await ada.page.check('input[name=to][value=named]');
  await ada.page.selectOption('#authority', '319');
  await ada.page.check('input[name=kind][value=area_believed]');
  await ada.page.fill('#message', hostile);
  await ada.press('Continue');
  await seen(ada, 'enquiry-check');
  await ada.page.getByRole('button', { name: /^Send to / }).click();

  await eve.open('/work-list');
  await seen(eve, 'work-list');
  await eve.follow(/Amara/);
  await seen(eve, 'enquiry');
  await eve.press('Continue');
  await seen(eve, 'enquiry-answer-error');
  await eve.page.check('input[name=outcome][value=on_roll]');
  await eve.page.check('input[name=checks][value=admissions]');
  await eve.press('Continue');
  await seen(eve, 'answer-details');
  await eve.page.fill('#laestab', '31');
  await eve.press('Continue');
  assert.match(await eve.page.title(), /^Error: /);
  await seen(eve, 'answer-details-error');
  await eve.page.fill('#laestab', '3194001');
  for (const field of ['start', 'attending']) await eve.fillDate(field, daysAgo(30));
  await eve.page.check('input[name=living][value=yes]');
  await eve.press('Continue');
  await seen(eve, 'answer-check');
  await eve.press('Send the answer');

  await ada.open(address);
  assert.match(await ada.page.textContent('main'), /Located: not closed yet/);
  await ada.follow('Close case');
  await seen(ada, 'close');
  await ada.press('Close the case');
  assert.match(await ada.page.textContent('main'), /Closed: location confirmed/);
  for (const view of ['enquiries', 'child', 'looks']) {
    await ada.open(`${address}?view=${view}`);
    await seen(ada, `case-${view}`);
  }

  const second = await openCase(ada, 'Merrow-Example');
  await ada.follow('End without confirmation');
  await seen(ada, 'end');
  await ada.page.check('input[name=reason][value=opened_in_error]');
  await ada.page.fill('#evidence', 'letter 12');
  await ada.press('Ask a second officer');
  const ben = await Officer.signIn(browser, web, reviewer.value);
  await ben.open(second);
  assert.doesNotMatch(await ben.words(), /letter 12|[Oo]pened in error/, 'the second officer sees the first one’s reason');
  await ben.follow(/Second check/);
  await seen(ben, 'second-check');
  await ben.page.check('input[name=view][value=opened_in_error]');
  await ben.press('Decide');
  assert.match(await ben.page.textContent('main'), /Ended without confirmation/);

  for (const page of ['/cases', '/matches', '/uploads', '/query', '/help', '/accessibility', '/privacy']) {
    await ada.open(page);
    await seen(ada, page.slice(1));
  }
  console.log(JSON.stringify(figures, null, 1));
  assert.equal(figures.violations, 0);
} finally {
  await browser.close();
  await stop();
}
