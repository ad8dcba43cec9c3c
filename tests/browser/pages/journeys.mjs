// What officers, reviewers, schools, auditors and operators do beside the main job, each in a window of their own and
// without scripts; then every page that each of them can reach by links.
//   tests/browser/run.sh pages/journeys.mjs build/dev/bin/waymark FOLDER
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { Officer, figures, hostile, kindOf, openBrowser, play, startSandbox } from './browser.mjs';
import { answer, answerOnRoll, daysAgo, enquire, header, openCase, upload } from './work.mjs';

const [, , waymark] = process.argv;
assert(waymark, 'name the waymark program');
const { web, stop } = await startSandbox(waymark);
const browser = await openBrowser();
const at = (value) => Officer.signIn(browser, web, value);

const people = {};
const cases = {};

await play({
  'everybody signs in from the list': async () => {
    const values = { ada: '314:a.obi', ben: '314:b.lane', carl: '314:c.dorn', dora: '314:d.quill', school: '314:s.3144001',
      eve: '319:a.obi', fay: '319:b.lane', olu: ':o.marsh' };
    for (const [name, value] of Object.entries(values)) people[name] = await at(value);
  },

  'hostile text in every field of a case is shown as text everywhere': async () => {
    const { ada } = people;
    cases.hostile = await openCase(ada, { forename: `Zoe ${hostile}`, surname: `=cmd ${hostile}`, known_as: hostile, street: hostile,
      town: hostile, guardian: hostile, school_name: hostile, reason: hostile, note: hostile });
    await enquire(ada, cases.hostile);
    for (const view of ['timeline', 'enquiries', 'child', 'looks']) {
      await ada.open(`${cases.hostile}?view=${view}`);
      await ada.see(`hostile case, ${view}`);
      assert.equal(await ada.page.locator('main script, main img').count(), 0);
    }
    await ada.open(`${cases.hostile}?view=child`);
    assert((await ada.words()).includes(hostile), 'the text is not shown as it was typed');
    await ada.open(cases.hostile);
    await ada.print('the hostile case');
    await people.eve.open('/work-list');
    await people.eve.see('work list with a hostile name');
    assert((await people.eve.words()).includes('{{7*7}} ${7*7} &amp;'));
  },

  'checks are recorded, and what was not tried is seen': async () => {
    const { ada } = people;
    cases.checked = await openCase(ada, { forename: 'Noor', surname: 'Checker' }, '2014-08-09');
    await ada.follow('Record a check or contact');
    await ada.see('a check');
    await ada.press('Record the check');
    await ada.expect(/Choose what was tried/);
    await ada.expect(/Choose what came of it/);
    await ada.see('a check without words');
    await ada.page.check('input[name=kind][value=home_visit]');
    await ada.page.check('input[name=result][value=lead_found]');
    await ada.fillDate('made', daysAgo(-2));
    await ada.press('Record the check');
    await ada.expect(/a day to come/);
    await ada.fillDate('made', daysAgo(2));
    await ada.press('Record the check');
    await ada.expect(/Say what was found/i);
    await ada.fill('#note', hostile);
    await ada.press('Record the check');
    await ada.expect(/Checks made \(1 of 12\)/);
    assert((await ada.words()).includes(hostile), 'the note is not shown as it was typed');
    await ada.expect(/Health services\s*Not yet/);
    await ada.see('checks made');
    await ada.print('checks made');
    await ada.open(cases.checked);
    await ada.expect(/Home visit: Lead found/);
  },

  'an upload is refused row by row, mended and sent again': async () => {
    const { eve } = people;
    await eve.open('/uploads');
    await eve.press('Upload and check');
    assert.match(await eve.page.title(), /^Error: /);
    await eve.see('upload without a file');
    const good = `1,E314204823001,Rosalind,Merrow,2014-05-03,KT1 1AA\r\n`;
    await upload(eve, 'arrivals', 'arrivals.csv', `${header}${good}=2,,${hostile.replaceAll('"', '')},Vale,2014-13-40,\r\n3,Z999,Ann,Vale,2014-05-04,\r\n`);
    await eve.expect(/2 of 3 rows need fixing/);
    await eve.expect(/4\s*Ann Vale\s*upn\s*Z999/);
    await eve.see('upload with errors');
    const [download] = await Promise.all([eve.page.waitForEvent('download'), eve.page.getByRole('link', { name: /Download/ }).click()]);
    const csv = fs.readFileSync(await download.path(), 'utf8');
    for (const line of csv.split('\r\n')) assert.doesNotMatch(line, /(^|,)"?[=+@-]/, 'a spreadsheet would take this for a formula');
    assert.match(csv, /dob/);
    // What was refused comes back as it was sent, and is taken once it is mended.
    assert.match(csv, /^error_row,error_code,error_reason,record_id/);
    const mended = csv.replace("'=2", '2').replace('2014-13-40', '2014-03-30').replace('Z999', '');
    await upload(eve, 'arrivals', 'mended.csv', mended);
    await eve.expect(/All 2 rows were read/);
    await upload(eve, 'arrivals', 'arrivals.csv', `${header}${good}2,,Iris,Vale,2014-03-30,\r\n3,,Ann,Vale,2014-05-04,\r\n`);
    await eve.expect(/All 3 rows were read/);
    await eve.expect(/[12]\s*already on Waymark/);
    await eve.see('upload without errors');
  },

  'a match with another UPN takes two officers, the second without the first one’s words': async () => {
    const { ada, eve, fay } = people;
    cases.match = await openCase(ada, { forename: 'Rosalind', surname: 'Merrow', upn: 'B801200005001', postcode: 'KT1 1AA' });
    await eve.open('/matches');
    for (let tries = 0; tries < 50 && !/Rosalind Merrow/.test(await eve.words()); ++tries) {
      await new Promise((done) => setTimeout(done, 200));
      await eve.open('/matches');
    }
    await eve.see('matches');
    await eve.follow(/Rosalind Merrow/);
    await eve.see('match');
    await eve.print('match');
    const match = eve.page.url();
    await eve.press('Save decision');
    assert.match(await eve.page.title(), /^Error: /);
    await eve.see('match without a decision');
    await eve.page.check('input[name=decision][value=accept]');
    await eve.page.fill('#reason', `The office typed it wrongly ${hostile}`);
    await eve.press('Save decision');
    await eve.expect(/two officers decide/);
    assert.equal(await eve.page.getByRole('button', { name: 'Save decision' }).count(), 0);
    await eve.see('match that waits for a second officer');
    await fay.open(match);
    assert.doesNotMatch(await fay.words(), /typed it wrongly|Same child.{0,40}a\.obi/);
    await fay.page.check('input[name=decision][value=accept]');
    await fay.page.fill('#reason', 'The passport says so');
    await fay.press('Save decision');
    await fay.expect(/The decision.*Same child.*b\.lane/);
    await fay.see('decided match');
    await ada.open('/matches?status=decided');
    await ada.see('decided matches');
    await ada.open(match);
    await ada.see('match as its seeker sees it');
  },

  'a coordinator collects what is held about a child, reads, prints and downloads it': async () => {
    const { ada, carl } = people;
    await ada.open(cases.hostile);
    assert.equal(await ada.page.getByRole('link', { name: /Collect what is held/ }).count(), 0);
    await ada.open('/subject-access');
    assert.equal(ada.answer.status(), 403);
    const download = async () => {
      const [file] = await Promise.all([carl.page.waitForEvent('download'), carl.press('Download as JSON')]);
      return JSON.parse(fs.readFileSync(await file.path(), 'utf8'));
    };
    await carl.open(cases.hostile);
    await carl.follow('Collect what is held, for a request');
    await carl.expect(/Left out, since they are other people: \d+ entr/);
    await carl.expect(/Enquiries \(1\)/);
    assert.equal(await carl.page.locator('main script, main img').count(), 0);
    assert((await carl.words()).includes(hostile), 'the text is not shown as it was typed');
    await carl.see('all that is held about the hostile child');
    await carl.print('all that is held');
    const hostileCase = await download();
    assert(cases.hostile.endsWith(hostileCase.cases[0].case.id));
    assert(hostileCase.redacted.guardians > 0);
    assert.equal(JSON.stringify(hostileCase).includes('"guardians":['), false, 'a guardian is given out');

    await carl.open('/subject-access');
    await carl.press('Collect');
    assert.match(await carl.page.title(), /^Error: /);
    await carl.see('form for what is held, without anything');
    await carl.fill('#forename', 'rosalind');
    await carl.fill('#surname', 'Merrow');
    await carl.fillDate('dob', '2014-05-03');
    await carl.press('Collect');
    await carl.expect(/B801200005001.*Cases \(1\).*Possible matches \(1\).*Who has looked \(\d+\)/);
    assert.equal(carl.page.url(), `${web}/subject-access`);
    await carl.see('all that is held about a child that was asked for');
    const found = await download();
    assert(cases.match.endsWith(found.cases[0].case.id));
    assert(found.looks.some((look) => look.action === 'look.subject_access' && look.officer === 'c.dorn'));
    await carl.open('/subject-access');
    await carl.fill('#upn', 'B801200005001');
    await carl.press('Collect');
    await carl.expect(/Rosalind.*Cases \(1\)/);
    await carl.open(`${cases.match}?view=looks`);
    await carl.expect(/c\.dorn.*Collected all that is held, for a request/);
  },

  'a query says who may hold the child, and is told when it is too broad': async () => {
    const { ada } = people;
    await ada.open('/query');
    await ada.press('Search');
    assert.match(await ada.page.title(), /^Error: /);
    await ada.see('query without anything');
    await ada.page.fill('#forename', 'Iris');
    await ada.page.fill('#surname', 'Vale');
    await ada.fillDate('dob', '2014-03-30');
    await ada.page.fill('#purpose', 'A neighbour asks');
    await ada.press('Search');
    await ada.expect(/Sutton/);
    await ada.see('query result');
  },

  'an enquiry is acknowledged, asks for information, gets it, and one is withdrawn': async () => {
    const { ada, eve } = people;
    cases.asked = await openCase(ada, { forename: 'Kit', surname: 'Larkin' }, '2013-01-09');
    await enquire(ada, cases.asked);
    await eve.open('/work-list?view=received');
    await eve.follow(/Kit Larkin/);
    await eve.press('Say that you are working on it');
    await answer(eve, /Kit Larkin/, 'information_needed', async () => {
      await eve.page.locator('main textarea').first().fill('Which school was it?');
    });
    await ada.open('/work-list?view=sent');
    await ada.follow(/Kit Larkin/);
    await ada.see('enquiry that waits for information');
    await ada.page.locator('main textarea').first().fill('Larch Walk Primary School');
    await ada.press('Send the information');
    await eve.open('/work-list?view=received');
    await eve.expect(/more information sent/);
    await ada.open('/work-list?view=sent');
    await ada.follow(/Kit Larkin/);
    await ada.page.locator('main summary', { hasText: 'Withdraw this enquiry' }).click();
    await ada.page.fill('#reason', 'Found elsewhere');
    await ada.press('Withdraw the enquiry');
    await ada.see('enquiry after withdrawing');
  },

  'a location is disputed, found again, closed and reopened': async () => {
    const { ada, eve } = people;
    cases.closed = await openCase(ada, { forename: 'Noor', surname: 'Example', school: '3144001' }, '2012-11-02');
    await enquire(ada, cases.closed);
    await answerOnRoll(eve, /Noor Example/);
    await ada.open(cases.closed);
    await ada.follow('Dispute the location');
    await ada.press('Dispute the location');
    assert.match(await ada.page.title(), /^Error: /);
    await ada.see('dispute without a reason');
    await ada.page.fill('#reason', 'The school has never seen her');
    await ada.press('Dispute the location');
    await ada.expect(/never seen her/);
    await enquire(ada, cases.closed);
    await answerOnRoll(eve, /Noor Example/);
    await ada.open(`${cases.closed}/close`);
    await ada.see('close');
    await ada.press('Close the case');
    await ada.expect(/Closed: location confirmed/);
    await ada.see('closed case');
    await ada.follow('Reopen case');
    await ada.press('Reopen the case');
    assert.match(await ada.page.title(), /^Error: /);
    await ada.see('reopen without a reason');
    await ada.page.fill('#reason', 'She left again');
    await ada.press('Reopen the case');
    await ada.expect(/Case reopened/);
    await enquire(ada, cases.closed);
    await answerOnRoll(eve, /Noor Example/);
  },

  'a removal from roll is permitted by the authority and confirmed by the school in writing': async () => {
    const { ada, school } = people;
    await school.open('/removals');
    await school.see('no removals');
    await ada.open(`${cases.closed}/removal`);
    await ada.see('removal');
    await ada.press('Permit the removal');
    assert.match(await ada.page.title(), /^Error: /);
    await ada.see('removal without a ground');
    await ada.page.check('input[name=ground][value=A]');
    await ada.press('Permit the removal');
    await ada.expect(/Removal from roll permitted/);
    await school.open('/removals');
    await school.see('removals');
    await school.follow(/Noor Example/);
    await school.press('Confirm in writing');
    assert.match(await school.page.title(), /^Error: /);
    await school.see('confirmation without a date');
    await school.fillDate('date', daysAgo(0));
    await school.press('Confirm in writing');
    await school.expect(/Confirmed by/);
    await school.see('confirmed removal');
    await school.print('confirmed removal');
    await ada.open(cases.closed);
    await ada.expect(/Removed from roll/);
  },

  'a coordinator imports term dates, and the case says how its days move': async () => {
    const { ada, carl } = people;
    cases.moved = await openCase(ada, { forename: 'Wren', surname: 'Alder' }, '2014-05-03', daysAgo(40));
    await ada.expect(/No school calendar is known/);
    await carl.open('/terms');
    await carl.expect(/No term dates are known/);
    await carl.press('Import the dates');
    assert.match(await carl.page.title(), /^Error: /);
    await carl.see('term dates without a file');
    const send = async (text) => {
      await carl.page.setInputFiles('#file', { name: 'terms.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
      await carl.press('Import the dates');
    };
    await send(`academic_year,kind,start,end\n2026/27,term,${hostile},2026-12-18\n`);
    await carl.expect(/line 2/);
    await carl.see('term dates with an error');
    // School all the year but for five days, a month ago.
    const words = (year) => `${year}/${String(year + 1).slice(2)}`;
    const yearOf = (day) => Number(day.slice(0, 4)) - (day.slice(5, 7) < '08' ? 1 : 0);
    const now = yearOf(daysAgo(0));
    const rows = [now - 1, now, now + 1].map((year) => `${words(year)},term,${year}-08-01,${year + 1}-07-31`);
    for (let ago = 30; ago > 25; --ago) rows.push(`${words(yearOf(daysAgo(ago)))},half_term,${daysAgo(ago)},${daysAgo(ago)}`);
    await send(`academic_year,kind,start,end\n${rows.join('\n')}\n`);
    await carl.expect(/c\.dorn/);
    await carl.see('term dates');
    await ada.await(cases.moved, /Term dates of [^.]* changed.*Day 20 moved from/);
    await ada.see('case whose days moved');
  },

  'a coordinator changes the settings, and two at once lose nothing': async () => {
    const { ada, carl } = people;
    await ada.open('/settings');
    await ada.expect(/School days to answer a routine enquiry\s*10/);
    await ada.see('settings of an officer');
    const second = await at('314:c.dorn');
    await second.open('/settings');
    await carl.open('/settings');
    await carl.page.fill('#answer_school_days', 'ten');
    await carl.page.fill('#reminder_school_days', '10, 5');
    await carl.page.fill('#contact-name', hostile);
    await carl.press('Save the settings');
    assert.match(await carl.page.title(), /^Error: /);
    await carl.expect(/School days to answer a routine enquiry: must be a/);
    await carl.expect(/School days after which a reminder is sent: must be ascending/);
    await carl.see('settings with errors');
    await carl.page.fill('#answer_school_days', '8');
    await carl.page.fill('#reminder_school_days', '4, 8');
    await carl.press('Save the settings');
    await carl.expect(/The settings are saved/);
    await carl.see('settings');
    await second.page.fill('#answer_school_days', '20');
    await second.press('Save the settings');
    await second.expect(/Somebody has changed the settings since/);
    await second.see('settings that somebody else changed');
    await ada.open('/settings');
    await ada.expect(/School days to answer a routine enquiry\s*8/);
    await ada.expect(/School days after which a reminder is sent\s*4, 8/);
    await second.context.close();
  },

  'a coordinator adds an officer and disables another, who is signed out at once': async () => {
    const { carl, ben } = people;
    await carl.open('/officers');
    await carl.see('officers');
    await carl.open('/officers/change');
    await carl.page.fill('#officer', 'no/body');
    await carl.press('Save');
    await carl.expect(/Enter what Waymark knows the officer as/);
    await carl.page.fill('#officer', 'b.lane');
    await carl.press('Save');
    await carl.expect(/Another officer is known by this already/);
    await carl.page.fill('#officer', 'n.ewell');
    await carl.press('Save');
    await carl.see('an officer without a name');
    await carl.page.fill('#name', hostile);
    await carl.page.check('input[name=roles][value=officer]');
    await carl.press('Save');
    await carl.expect(/n\.ewell/);
    assert((await carl.words()).includes(hostile));
    await carl.open('/officers/change?officer=c.dorn');
    await carl.page.uncheck('input[name=roles][value=coordinator]');
    await carl.page.check('input[name=disabled]');
    await carl.press('Save');
    await carl.expect(/You cannot take the role coordinator from yourself/);
    await carl.expect(/You cannot disable yourself/);
    await carl.see('a coordinator who would shut himself out');
    const change = async (disabled) => {
      await carl.open('/officers/change?officer=b.lane');
      assert(await carl.page.isChecked('input[name=roles][value=reviewer]'));
      await carl.page.setChecked('input[name=disabled]', disabled);
      await carl.press('Save');
      await carl.expect(/Has signed in|Enabled|Disabled/);
    };
    await change(true);
    await carl.expect(/Lane[^]*?Disabled/);
    await ben.page.goto(`${web}/work-list`);
    assert.match(ben.page.url(), /sign-in/);
    await change(false);
    people.ben = await at('314:b.lane');
  },

  'an operator imports bank holidays, and every case says so': async () => {
    const { ada, olu } = people;
    await olu.open('/operator');
    await olu.expect(/Operator sandbox[^]*?Expires[^]*?SHA-256/);
    await olu.press('Import the bank holidays');
    assert.match(await olu.page.title(), /^Error: /);
    await olu.see('bank holidays without a file');
    const send = async (events) => {
      const text = JSON.stringify({ 'england-and-wales': { division: 'england-and-wales', events } });
      await olu.page.setInputFiles('#file', { name: 'bank-holidays.json', mimeType: 'application/json', buffer: Buffer.from(text) });
      await olu.press('Import the bank holidays');
    };
    await send([{ title: hostile, date: hostile }]);
    await olu.expect(/event 1 of england-and-wales has no date/);
    await olu.see('bank holidays with an error');
    // A day of rest on each of the last ten, so that one of them is a working day wherever a weekend falls.
    const days = Array.from({ length: 10 }, (_, ago) => daysAgo(ago));
    const years = [...new Set(days.map((day) => day.slice(0, 4)))];
    await send([...years.map((year) => `${year}-01-01`), ...days].map((date) => ({ title: hostile, date, notes: hostile, bunting: true })));
    await ada.await(cases.moved, /Bank holidays changed.*Day 20 moved from/);
  },

  'the work list is narrowed to one authority, and says what nobody collected': async () => {
    const { ada } = people;
    cases.uncollected = await openCase(ada, { forename: 'Ula', surname: 'Waiting' }, '2015-02-03');
    await enquire(ada, cases.uncollected);
    await ada.open('/work-list?view=sent');
    await ada.select('#other', '319');
    await ada.press('Apply filter');
    await ada.expect(/with Sutton, most urgent first/);
    await ada.expect(/Ula Waiting/);
    await ada.see('enquiries to one authority');
    await ada.open('/work-list?view=sent&other=315');
    await ada.expect(/0 items with/);
    await ada.open('/work-list?view=uncollected');
    await ada.expect(/Ula Waiting/);
    await ada.see('enquiries that nobody collected');
  },

  'cases are assigned from the work list, several at once': async () => {
    const { ada, ben } = people;
    for (const forename of ['Una', 'Vic']) await openCase(ada, { forename, surname: 'Shared' }, '2014-10-11');
    await ada.open('/work-list?view=cases');
    await ada.press('Assign selected');
    await ada.expect(/No case was selected/);
    await ada.open('/work-list?view=cases');
    for (const name of ['Una Shared', 'Vic Shared']) await ada.page.getByLabel(`Select ${name}`).check();
    await ada.select('#officer', 'b.lane');
    await ada.press('Assign selected');
    await ada.see('cases of the authority, two of them assigned');
    await ben.open('/work-list?view=mine');
    await ben.expect(/2 items, most urgent first/);
    await ben.expect(/Una Shared/);
    await ben.see('cases for one officer');
    await ben.page.getByLabel('Select Una Shared').check();
    await ben.select('#officer', '');
    await ben.press('Assign selected');
    await ben.expect(/1 item, most urgent first/);
    await ben.follow('Vic Shared');
    await ben.expect(/Assigned to: b\.lane/);
    await ben.expect(/Assigned to b\.lane/);
  },

  'a lost race keeps what was typed and says who was faster': async () => {
    const { ada, ben } = people;
    cases.race = await openCase(ada, { forename: 'Tam', surname: 'Racer' }, '2013-06-06');
    await ada.open(`${cases.race}/end`);
    await ben.open(`${cases.race}/end`);
    for (const officer of [ben, ada]) {
      await officer.page.check('input[name=reason][value=opened_in_error]');
      await officer.page.fill('#note', `note of ${officer.value}`);
      await officer.press('Ask a second officer');
    }
    await ada.expect(/has changed since you opened the page.*b\.lane/);
    assert.equal(await ada.page.inputValue('#note'), 'note of 314:a.obi');
    await ada.see('lost race');
  },

  'a case is opened by the keyboard alone': async () => {
    const { ben } = people;
    await ben.open('/work-list');
    await ben.page.keyboard.press('Tab');
    assert.equal(await ben.page.evaluate(() => document.activeElement.textContent.trim()), 'Skip to main content');
    await ben.tabTo(ben.page.getByRole('button', { name: 'Open a case' }));
    await ben.page.keyboard.press('Enter');
    await ben.page.waitForURL(/\/cases\/new$/);
    for (const [field, value] of [['#forename', 'Key'], ['#surname', 'Board'], ['#dob-day', '1'], ['#dob-month', '2'], ['#dob-year', '2015']]) {
      await ben.tabTo(ben.page.locator(field));
      await ben.page.keyboard.type(value);
    }
    await ben.tabTo(ben.page.locator('input[name=priority]'));
    await ben.page.keyboard.press('ArrowDown');
    await ben.tabTo(ben.page.getByRole('button', { name: 'Open the case' }));
    await ben.page.keyboard.press('Enter');
    await ben.page.waitForURL(/\/cases\/[0-9a-f-]{36}$/);
    await ben.expect(/Key Board/);
  },

  'the audit log is searched, and says what is no number': async () => {
    const { dora } = people;
    await dora.page.fill('#action', 'look.match');
    await dora.press('Search');
    await dora.expect(/look\.match/);
    await dora.see('audit log');
    await dora.page.fill('#subject', hostile);
    await dora.press('Search');
    assert.match(await dora.page.title(), /^Error: /);
    await dora.see('audit log with an error');
  },

  'the clocks count by the imported dates': async () => {
    await people.ada.await(cases.moved, /school days of 314/);
  },

  'who has no business with a page is told so': async () => {
    for (const [name, address] of [['olu', cases.match], ['dora', '/uploads'], ['school', '/work-list'], ['ada', '/operator']]) {
      await people[name].open(address);
      assert.equal(people[name].answer.status(), 403);
      await people[name].see(`refused page of ${name}`);
    }
    await people.eve.open(cases.closed);
    assert.equal(people.eve.answer.status(), 404);
    await people.eve.see('page that is not there');
  },

  'every page that anybody reaches by links is accessible': async () => {
    // A coordinator has the pages of an officer and of a reviewer too; of 319 one is enough.
    for (const name of ['carl', 'dora', 'school', 'eve', 'olu']) {
      const officer = people[name];
      const waiting = [`${web}/`];
      const known = new Set();
      while (waiting.length > 0) {
        const address = waiting.shift();
        await officer.open(address);
        assert.equal(officer.answer.status(), 200, `${name} on ${address}`);
        await officer.see(`${name} on ${kindOf(officer.page.url())}`);
        const links = await officer.page.locator('a[href]').evaluateAll((all) => all.map((one) => one.href));
        for (const link of links.map((one) => one.replace(/#.*$/, ''))) {
          if (!link.startsWith(`${web}/`) || /\.csv|\/sign-in/.test(link) || known.has(kindOf(link))) continue;
          known.add(kindOf(link));
          waiting.push(link);
        }
      }
      console.log(`     ${name}: ${known.size} kinds of pages`);
      assert.equal(/Merrow|Larkin|Noor/.test([...known].join()), false, 'a name stands in an address');
    }
  }
}).finally(async () => {
  await browser.close();
  await stop();
});
const heaviest = Object.entries(figures.bytes).sort((a, b) => b[1] - a[1]).slice(0, 5);
console.log(JSON.stringify({ pages: figures.pages, violations: figures.violations, heaviest }));
assert.equal(figures.violations, 0);
