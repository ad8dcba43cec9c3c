// Makes the six pictures of the README, of pages with a day's work on them, and holds their names against the README.
//   tests/browser/run.sh pages/pictures.mjs build/dev/bin/waymark FOLDER README.md [folder for the pictures]
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { Officer, openBrowser, startSandbox } from './browser.mjs';
import { answer, answerOnRoll, daysAgo, enquire, header, openCase, upload } from './work.mjs';

const [, , waymark, readme, pictures = 'pictures'] = process.argv;
assert(readme, 'name the waymark program and the README');
fs.mkdirSync(pictures, { recursive: true });
const { web, stop } = await startSandbox(waymark);
const browser = await openBrowser();
const made = [];

async function picture(officer, name, address) {
  if (address) await officer.open(address);
  await officer.picture(path.join(pictures, `${name}.png`));
  assert(fs.statSync(path.join(pictures, `${name}.png`)).size > 10_000, `${name} is an empty picture`);
  made.push(name);
}

try {
  const ada = await Officer.signIn(browser, web, '314:a.obi');
  const carl = await Officer.signIn(browser, web, '314:c.dorn');
  const eve = await Officer.signIn(browser, web, '319:a.obi');
  const reason = 'Believed to have moved to another local authority';
  const cases = {};
  for (const [forename, surname, dob, days, priority] of [['Amara', 'Okonjo-Field', '2015-03-14', 33, 'routine'],
    ['Kit', 'Larkin', '2013-01-09', 19, 'routine'], ['Noor', 'Example', '2012-11-02', 61, 'urgent'], ['Iris', 'Vale', '2014-03-30', 8, 'routine'],
    ['Tam', 'Quillfeather', '2016-06-06', 12, 'routine']]) {
    cases[forename] = await openCase(ada, { forename, surname, reason, street: '4 Larch Walk', town: 'Kingston', school_name: 'Larch Walk Primary School' }, dob,
      daysAgo(days), priority);
    await enquire(ada, cases[forename]);
  }
  await eve.open('/work-list?view=received');
  await eve.follow(/Amara Okonjo-Field/);
  await picture(eve, 'answer');
  await answerOnRoll(eve, /Amara Okonjo-Field/);
  await answer(eve, /Kit Larkin/, 'information_needed', async () => {
    await eve.page.locator('main textarea').first().fill('Which school was it?');
  });
  await picture(ada, 'case', cases.Amara);
  await picture(ada, 'work-list', '/work-list');
  await upload(eve, 'arrivals', 'arrivals-autumn.csv',
    `${header}1,E314204823001,Rosalind,Merrow,2014-05-03,KT1 1AA\r\n2,,Ida,Vale,2014-13-40,\r\n3,Z999,Ann,Vale,2014-05-04,\r\n4,,Bo,Larch,2013-02-01,SM1 1AA\r\n`);
  await picture(eve, 'upload');
  await openCase(ada, { forename: 'Rosalynd', surname: 'Merrow', upn: 'B801200005001', postcode: 'KT1 1AA', reason }, '2014-05-03', daysAgo(25));
  await eve.open('/matches');
  for (let tries = 0; tries < 150 && !/Merrow/.test(await eve.words()); ++tries) {
    await new Promise((done) => setTimeout(done, 200));
    await eve.open('/matches');
  }
  await eve.follow(/Merrow/);
  await picture(eve, 'match');
  await carl.open('/reports/group');
  const ratings = await carl.page.locator('main select').all();
  for (const [i, field] of ratings.entries()) await field.selectOption(['red', 'amber', 'green'][i % 3]);
  await carl.press('Record what the group agreed');
  await picture(carl, 'register', '/reports');

  assert.equal(made.length, 6);
  const words = fs.readFileSync(readme, 'utf8');
  for (const name of made) assert(words.includes(`tests/browser/pictures/${name}.png`), `the README does not show ${name}`);
} finally {
  await browser.close();
  await stop();
}
