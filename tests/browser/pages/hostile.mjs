// Every form of every page that anybody reaches, filled with what a browser, a spreadsheet or a template could take for
// more than text. The forms are found on the pages; the table of pages says which there have to be.
//   tests/browser/run.sh pages/hostile.mjs build/dev/bin/waymark FOLDER broker/web/pages/pages.cc
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { Officer, kindOf, openBrowser, startSandbox } from './browser.mjs';
import { answer, answerOnRoll, daysAgo, enquire, header, openCase, upload } from './work.mjs';

const [, , waymark, table] = process.argv;
assert(table, 'name the waymark program and the table of pages');

// Each has a word of its own that is looked for wherever it may come up, and marks what it would make.
const corpus = {
  tag: 'Xtag<script data-xss>xss=1</script><b data-xss>b</b>',
  attribute: 'Xattribute" data-xss onfocus="xss=1" autofocus x="',
  quote: "Xquote' data-xss onmouseover='xss=1' x='",
  address: 'javascript:xss=1//Xaddress',
  template: 'Xtemplate{{constructor.constructor("xss=1")()}}${xss=1}<%=7*7%>#{7*7}',
  svg: 'Xsvg<svg data-xss onload=xss=1><animate onbegin=xss=1 attributeName=x></svg><img data-xss src=x onerror=xss=1>',
  close: 'Xclose</textarea></title></style></select></option><p data-xss>p</p><!--',
  entity: 'Xentity&lt;b data-xss&gt;&#60;i data-xss&#62;&amp;',
  formula: "=HYPERLINK(\"https://else.invalid\",\"Xformula\")|cmd' /C calc'!A0",
  directions: 'Xdirections\u202egnp.exe\u2066\u200b\u200d\ufeff',
  breaks: 'Xbreaks\r\nSet-Cookie: xss=1\r\n\r\n<p data-xss>',
  controls: 'Xcontrols\u0001\u0008\u001b[31m\u007f\u0085',
  nothing: 'Xnothing\u0000after',
  long: `Xlong${'é'.repeat(6000)}`
};
const joined = ['tag', 'attribute', 'quote', 'address', 'template', 'svg', 'close', 'entity'].map((name) => corpus[name]).join(' ');
const rounds = [joined, ...Object.values(corpus)];
const valid = { forename: 'Zoe', surname: 'Plain', upn: 'A801200005001', postcode: 'KT1 1AA', laestab: '3194001', school: '3144001' };

const { web, stop } = await startSandbox(waymark);
const browser = await openBrowser();
const people = {};
const forms = new Map();
const tally = { forms: 0, fields: 0, submissions: 0, taken: 0, refused: 0, pages: 0, shown: 0 };

// A page that runs scripts, so that one that got in would.
class Watched extends Officer {
  static async signIn(...given) {
    const officer = await super.signIn(...given);
    officer.page.on('pageerror', (error) => assert.fail(`a script failed: ${error.message}`));
    return officer;
  }

  // Looks at the page as it is now: nothing on it was made by a text, and each text stands whole.
  async examine(status, where) {
    assert(status < 500, `${where}: ${status}`);
    const { made, cut, shown } = await this.page.evaluate(foreign, Object.values(corpus));
    assert.deepEqual(made, [], `${where}: markup came out of a text`);
    assert.deepEqual(cut, [], `${where}: a text is not shown as it was typed`);
    tally.pages += 1;
    tally.shown += shown;
  }
}

// In the page: what stands there that our pages never make, texts that do not stand whole, and how many do.
function foreign(texts) {
  const made = [];
  const isRunning = (name) => name.startsWith('on') || name === 'data-xss';
  for (const one of document.querySelectorAll('*')) {
    const isScript = one.matches('script') && !one.src.startsWith(`${location.origin}/assets/`);
    const isForeign = one.matches('iframe, object, embed, base, style, animate, main img, meta[http-equiv]');
    const leads = ['href', 'action', 'formaction', 'src'].map((name) => one.getAttribute(name) ?? '');
    if (isScript || isForeign || one.getAttributeNames().some(isRunning) || leads.some((to) => /^\s*javascript:/i.test(to))) {
      made.push(one.outerHTML.slice(0, 200));
    }
  }
  if (window.xss !== undefined) made.push('a script ran');
  const plain = (text) => text.replaceAll('\0', '\ufffd').replace(/[\s\u0085\ufeff]+/g, '');
  const cut = [];
  let shown = 0;
  const marks = texts.map((text) => [text.match(/X(long|[a-z]+)/)[0], plain(text)]);
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  const strings = [...document.querySelectorAll('input, textarea')].map((one) => one.value);
  while (walker.nextNode()) strings.push(walker.currentNode.data);
  for (const string of strings) {
    for (const [mark, text] of marks) {
      if (!string.includes(mark)) continue;
      shown += 1;
      if (!plain(string).includes(text)) cut.push(string.slice(0, 300));
    }
  }
  return { made, cut, shown };
}

// In the page: its forms, each with the names that make it another form than the rest.
function formsHere() {
  return [...document.forms].map((form, index) => {
    const fields = [...new Set([...form.elements].filter((one) => one.name && one.type !== 'hidden').map((one) => one.name))];
    const hidden = [...form.elements].filter((one) => one.type === 'hidden').map((one) => one.name);
    const named = fields.map((name) => name.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, '…'));
    // Not form.action: a field may have that name.
    return { index, action: new URL(form.getAttribute('action'), location.href).href, fields, names: [...new Set([...named, ...hidden])].sort().join(' ') };
  });
}

// In the page: types into the form. `how` is `free` (what can be chosen is chosen, the texts are typed), `all` (every
// field holds the text, also those that can only be chosen) or `hidden` (so do the hidden ones).
function fillIn(form, { text, how, round, plain, valid, day }) {
  const typed = {};
  const groups = new Map();
  for (const one of form.elements) {
    if (one.type === 'hidden') {
      if (how === 'hidden' && one.name !== 'token') one.value = text;
    } else if (one.type === 'radio' || one.type === 'checkbox') {
      groups.set(one.name, [...(groups.get(one.name) ?? []), one]);
    } else if (one.localName === 'select') {
      const options = [...one.options].filter((option) => option.value);
      const own = options.find((option) => option.value === '319' || option.value === '314') ?? options[round % options.length];
      if (how === 'all') own.value = text;
      one.value = own.value;
    } else if (one.type === 'file' || (one.localName === 'button' && how !== 'all')) {
      continue;
    } else if (how !== 'all' && /-(day|month|year)$/.test(one.name)) {
      const [year, month, date] = one.name.startsWith('dob') ? ['2015', '9', '3'] : day.split('-');
      one.value = one.name.endsWith('day') ? date : one.name.endsWith('month') ? month : year;
    } else if (one.name || one.localName === 'textarea') {
      const isRefused = how !== 'all' && plain.includes(one.id);
      one.value = isRefused ? (valid[one.name] ?? '') : text;
      if (one.localName !== 'button') typed[one.name] = one.value;
    }
  }
  for (const [name, all] of groups) {
    const isAny = round % 3 !== 2 || all[0].type === 'radio' || plain.includes(name);
    for (const one of all) one.checked = false;
    if (all[0].type === 'radio') all[round % all.length].checked = true;
    if (all[0].type === 'checkbox' && isAny) for (const one of all) one.checked = true;
    if (how === 'all') for (const one of all) one.value = text;
  }
  return typed;
}

// A browser changes a name on its way, so that it is only looked at for markup.
const fileOf = (text) => {
  const name = text.replace(/[\/\0]/g, '').replaceAll('X', 'Y').slice(0, 150);
  const cell = `"${text.replaceAll('"', '""')}"`;
  const row = (id) => [id, '', cell, cell, '2014-05-03', cell].join(',');
  return { name: `${name}.csv`, mimeType: 'text/csv', buffer: Buffer.from(`${header}${row(cell)}\r\n${row('=1+1')}\r\n`) };
};

// What the page answered; nothing where it was a file, which the browser keeps instead of going there.
async function navigated(page) {
  const file = page.waitForEvent('download').catch(() => null);
  try {
    return await page.waitForNavigation({ waitUntil: 'load' });
  } catch (error) {
    assert.match(error.message, /ERR_ABORTED/);
    assert.match((await file).suggestedFilename(), /^[a-z0-9.-]+$/);
    return null;
  }
}

// Fills in the form of this kind on the page and sends it. Gives what came of it, or nothing where there is no such form.
async function send(officer, kind, filling) {
  const found = (await officer.page.evaluate(formsHere)).find((one) => `${kindOf(one.action)} ${one.names}` === kind);
  if (!found) return null;
  const form = officer.page.locator('form').nth(found.index);
  const typed = await form.evaluate(fillIn, { ...filling, valid, day: daysAgo(20) });
  const file = form.locator('input[type=file]');
  if ((await file.count()) > 0) await file.setInputFiles(fileOf(filling.text));
  const folded = form.locator('xpath=ancestor::details[not(@open)]/summary');
  if ((await folded.count()) > 0) await folded.click();
  const [response] = await Promise.all([navigated(officer.page), form.locator('button').last().click()]);
  tally.submissions += 1;
  // A file to keep leaves the page where it was.
  const status = response?.status() ?? 200;
  const where = `${officer.value}: ${filling.how} in ${kind}`;
  await officer.examine(status, where);
  const again = (await officer.page.evaluate(formsHere)).find((one) => `${kindOf(one.action)} ${one.names}` === kind);
  if (status === 422 && again && filling.how === 'free') {
    const kept = await officer.page.locator('form').nth(again.index).evaluate((it) => Object.fromEntries([...it.elements].map((one) => [one.name, one.value])));
    const flat = (value) => value.replaceAll('\0', '\ufffd').replace(/\r?\n/g, '').trim();
    for (const [name, value] of Object.entries(typed)) assert.equal(flat(kept[name] ?? ''), flat(value), `${where} has lost what was typed in ${name}`);
  }
  tally[status < 400 ? 'taken' : 'refused'] += 1;
  const wrong = await officer.page.locator('.govuk-error-summary a').evaluateAll((all) => all.map((one) => one.hash.slice(1)));
  return { status, wrong };
}

// Sends the form until it is taken, with valid values where a field refuses the text. False where there is no such form.
async function sendUntilTaken(officer, kind, filling) {
  const plain = [];
  for (let tries = 0; tries < 8; ++tries) {
    const sent = await send(officer, kind, { ...filling, plain });
    // A refusal may lead back to the form before.
    if (!sent) return tries > 0;
    const news = sent.wrong.filter((id) => id && !plain.includes(id));
    if (sent.status < 400 || news.length === 0) return true;
    plain.push(...news);
  }
  return true;
}

// All texts in this form, to which `reach` leads; and in the forms of the pages that it leads to itself.
async function attack(officer, kind, reach, depth) {
  forms.get(kind).by = officer.value;
  for (const [round, text] of rounds.entries()) {
    // A form far in costs the way there each time, and one that has nothing to fill in is sent once.
    const hasFields = forms.get(kind).fields > 0;
    if ((depth > 0 && round % 3 !== 0) || (round > 0 && !hasFields)) continue;
    for (const how of ['all', 'hidden', 'free']) {
      if ((how === 'hidden' && round % 4 !== 0) || (how === 'free' && !hasFields)) continue;
      const filling = { text, how, round, plain: [] };
      await reach(kind);
      const isThere = how === 'free' ? await sendUntilTaken(officer, kind, filling) : await send(officer, kind, filling);
      // What was taken may be done: a withdrawn enquiry is not withdrawn again.
      if (!isThere) return;
      forms.get(kind).rounds += 1;
      if (how !== 'free' || depth > 2) continue;
      const further = async () => {
        await reach(kind);
        await sendUntilTaken(officer, kind, filling);
      };
      await discover(officer, further, depth + 1);
    }
  }
}

// Attacks each form of the page that was not met before.
async function discover(officer, reach, depth) {
  for (const form of await officer.page.evaluate(formsHere)) {
    const kind = `${kindOf(form.action)} ${form.names}`;
    if (forms.has(kind)) continue;
    forms.set(kind, { fields: form.fields.length, rounds: 0 });
    await attack(officer, kind, reach, depth);
  }
}

// Opens the address, or another one of its kind where the form is no longer; a few are left for the others.
function wayTo(officer, address, addresses) {
  const alike = addresses.filter((one) => kindOf(one) === kindOf(address) && one !== address).slice(4);
  let at = address;
  return async (kind) => {
    for (;;) {
      await officer.open(at);
      const here = await officer.page.evaluate(formsHere);
      if (here.some((form) => `${kindOf(form.action)} ${form.names}` === kind) || alike.length === 0) return;
      at = alike.shift();
    }
  };
}

// What leads to the most kinds of pages is visited most often.
const mostOf = (kind) => (/^\/(cases|enquiries)\/…$/.test(kind) ? 60 : 12);

// The addresses of the pages that are reached by links, all kinds of them; each was looked at.
async function crawl(officer) {
  const waiting = [`${web}/`];
  const known = new Set(waiting);
  const seen = [];
  const count = {};
  while (waiting.length > 0) {
    const address = waiting.shift();
    const kind = kindOf(address);
    count[kind] = (count[kind] ?? 0) + 1;
    if (count[kind] > mostOf(kind)) continue;
    await officer.open(address);
    await officer.examine(officer.answer.status(), `${officer.value} on ${address}`);
    seen.push(address);
    const links = await officer.page.locator('a[href]').evaluateAll((all) => all.map((one) => one.href.replace(/#.*$/, '')));
    for (const link of links) {
      if (!link.startsWith(`${web}/`) || known.has(link) || /\/sign-(in|out)/.test(link)) continue;
      known.add(link);
      if (link.includes('.csv')) await seeCsv(officer, link);
      else waiting.push(link);
    }
  }
  return seen;
}

async function seeCsv(officer, address) {
  const csv = await (await officer.context.request.get(address)).text();
  const cells = csv.match(/(?<=^|,|\r\n)("(?:[^"]|"")*"|[^,\r\n"]*)/g);
  for (const cell of cells) assert.doesNotMatch(cell, /^"?[=+@\t\r-]/, `${address}: a spreadsheet would take this for a formula`);
}

// Signing in and out: whoever is in is out after it.
async function attackTheDoor() {
  const { olu } = people;
  const enter = () => olu.open('/sign-in');
  await enter();
  await discover(olu, enter, 0);
  const leave = async () => {
    await enter();
    await olu.page.click(`button[value="${olu.value}"]`);
    await olu.open('/sign-out');
  };
  await leave();
  await discover(olu, leave, 0);
}

async function seed() {
  const { ada, eve } = people;
  const child = (forename) => ({ forename, surname: 'Seed', school: '3144001' });
  for (const [number, forename] of ['Open', 'Close', 'Dispute', 'Reopen', 'Remove', 'End'].entries()) {
    const address = await openCase(ada, child(forename), `201${number}-03-0${number + 1}`, daysAgo(30));
    if (forename === 'End') {
      await ada.open(`${address}/end`);
      await ada.check('input[name=reason][value=opened_in_error]');
      await ada.press('Ask a second officer');
      continue;
    }
    await enquire(ada, address);
    if (forename === 'Open') {
      await answer(eve, /Open Seed/, 'information_needed', () => eve.page.locator('main textarea').first().fill('Which school was it?'));
      continue;
    }
    await answerOnRoll(eve, new RegExp(`${forename} Seed`));
    if (forename !== 'Reopen' && forename !== 'Remove') continue;
    await ada.open(`${address}/close`);
    await ada.press('Close the case');
    if (forename === 'Reopen') continue;
    await ada.open(`${address}/removal`);
    await ada.check('input[name=ground][value=A]');
    await ada.press('Permit the removal');
  }
  // One for each kind of answer, and some; none of them looks like another.
  const trees = 'Alder Birch Cedar Damson Elm Fir Gorse Hazel Ivy Juniper Kauri Larch Maple Nutmeg Oak Poplar Quince Rowan Sallow Tulip Ulmo Viburnum';
  for (const [number, surname] of trees.split(' ').entries()) {
    await enquire(ada, await openCase(ada, { forename: `${surname}a`, surname }, `20${10 + (number % 7)}-${1 + (number % 12)}-${1 + number}`));
  }
  await upload(eve, 'arrivals', 'arrivals.csv', `${header}1,E314204823001,Rosalind,Merrow,2014-05-03,KT1 1AA\r\n`);
  await openCase(ada, { forename: 'Rosalind', surname: 'Merrow', upn: 'B801200005001', postcode: 'KT1 1AA' });
  await eve.await('/matches', /Rosalind Merrow/);
}

try {
  const values = { ada: '314:a.obi', carl: '314:c.dorn', dora: '314:d.quill', school: '314:s.3144001', eve: '319:a.obi', olu: ':o.marsh' };
  for (const [name, value] of Object.entries(values)) people[name] = await Watched.signIn(browser, web, value, { javaScriptEnabled: true });
  await seed();
  // Who is asked comes first, while there is something to answer.
  for (const officer of new Set([people.eve, ...Object.values(people)])) {
    const addresses = await crawl(officer);
    for (const address of addresses) {
      await officer.open(address);
      await discover(officer, wayTo(officer, address, addresses), 0);
    }
    console.log(`     ${officer.value}: ${forms.size} forms so far, ${tally.submissions} submissions`);
  }
  // Once more, past all that was taken: whoever may see it sees text.
  for (const officer of Object.values(people)) await crawl(officer);
  await attackTheDoor();

  const reached = new Set([...forms.keys()].map((kind) => kind.split(' ')[0]));
  const wanted = [...fs.readFileSync(table, 'utf8').matchAll(/\{"POST", "([^"]+)"/g)].map((found) => found[1].replaceAll('{}', '…'));
  assert(wanted.length > 20, 'the table of pages is not read');
  for (const [kind, { rounds: done, fields, by }] of forms) {
    console.log(`     ${done} rounds, ${fields} fields: ${kind} (${by})`);
    assert(done > 0, `${kind} was never sent`);
    tally.fields += fields;
  }
  tally.forms = forms.size;
  console.log(JSON.stringify(tally));
  wanted.push('/sign-in/list', '/sign-out');
  assert.deepEqual(wanted.filter((path) => !reached.has(path)), [], 'forms that were not reached');
  assert(tally.shown > 1000, 'the texts are hardly ever shown');
} finally {
  await browser.close();
  await stop();
}
