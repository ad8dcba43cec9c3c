// The officers' journeys by the keyboard alone, without scripts: each stop of the tabulator has to be seen.
//   tests/browser/run.sh pages/keyboard.mjs build/dev/bin/waymark FOLDER
import assert from 'node:assert/strict';
import { KeyboardOfficer, openBrowser, play, startSandbox } from './browser.mjs';
import { answerOnRoll, daysAgo, enquire, header, openCase, upload } from './work.mjs';

const [, , waymark] = process.argv;
assert(waymark, 'name the waymark program');
const { web, stop } = await startSandbox(waymark);
const browser = await openBrowser();
const at = (value) => KeyboardOfficer.signIn(browser, web, value);
const people = {};
let address = '';

await play({
  'everybody signs in from the list': async () => {
    for (const [name, value] of Object.entries({ ada: '314:a.obi', eve: '319:a.obi', fay: '319:b.lane', school: '314:s.3144001' })) {
      people[name] = await at(value);
    }
  },

  'a case is opened and an enquiry sent': async () => {
    const { ada } = people;
    await ada.open('/work-list');
    await ada.page.keyboard.press('Tab');
    assert.equal(await ada.page.evaluate(() => document.activeElement.textContent.trim()), 'Skip to main content');
    address = await openCase(ada, { forename: 'Noor', surname: 'Example', school: '3144001' }, '2012-11-02', daysAgo(30), 'urgent');
    await enquire(ada, address);
    await ada.open(`${address}?view=enquiries`);
    await ada.expect(/Sutton/);
  },

  'it is answered': async () => {
    await answerOnRoll(people.eve, /Noor Example/);
  },

  'the case is closed, and the removal permitted': async () => {
    const { ada } = people;
    await ada.open(address);
    await ada.follow('Close case');
    await ada.press('Close the case');
    await ada.expect(/Closed: location confirmed/);
    await ada.follow('Removal from roll');
    await ada.check('input[name=ground][value=A]');
    await ada.press('Permit the removal');
    await ada.expect(/Removal from roll permitted/);
  },

  'the school confirms it in writing': async () => {
    const { school } = people;
    await school.open('/removals');
    await school.follow(/Noor Example/);
    await school.fillDate('date', daysAgo(0));
    await school.press('Confirm in writing');
    await school.expect(/Confirmed by/);
  },

  'an upload is refused, mended and sent again': async () => {
    const { eve } = people;
    await upload(eve, 'arrivals', 'arrivals.csv', `${header}1,E314204823001,Rosalind,Merrow,2014-13-03,KT1 1AA\r\n`);
    await eve.expect(/1 of 1 rows? needs? fixing/);
    await upload(eve, 'arrivals', 'arrivals.csv', `${header}1,E314204823001,Rosalind,Merrow,2014-05-03,KT1 1AA\r\n`);
    await eve.expect(/All 1 rows? (was|were) read|The row was read/);
  },

  'a match is reviewed by two officers': async () => {
    const { ada, eve, fay } = people;
    await openCase(ada, { forename: 'Rosalind', surname: 'Merrow', upn: 'B801200005001', postcode: 'KT1 1AA' });
    await eve.open('/matches');
    for (let tries = 0; tries < 150 && !/Rosalind Merrow/.test(await eve.words()); ++tries) {
      await new Promise((done) => setTimeout(done, 200));
      await eve.open('/matches');
    }
    for (const officer of [eve, fay]) {
      await officer.open('/matches');
      await officer.follow(/Rosalind Merrow/);
      await officer.check('input[name=decision][value=accept]');
      await officer.fill('#reason', 'The passport says so');
      await officer.press('Save decision');
    }
    await fay.expect(/The decision.*Same child.*b\.lane/);
  }
}).finally(async () => {
  await browser.close();
  await stop();
});
