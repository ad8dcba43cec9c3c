// A sandbox and Chromium for the tests of the pages: officers in windows of their own, axe on each page they see, and
// every violation of the content security policy a failure.
import assert from 'node:assert/strict';
import child_process from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { chromium } from 'playwright-core';

const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const flags = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync'
];
// Text that would be markup, a script, a formula or a template if anything took it for one.
export const hostile = '"><script>alert(1)</script><img src=x onerror=alert(2)>\' {{7*7}} ${7*7} &amp;';

// A4 within the usual margins of 10 mm, in CSS pixels.
const paperWidth = 718;

// Runs in a page that is laid out for the printer, and says what is wrong with it.
function faultsOnPaper(width) {
  const faults = [];
  const all = [...document.body.querySelectorAll('*')].filter((one) => one.checkVisibility({ visibilityProperty: true }));
  // What only a screen reader reads is clipped to a pixel.
  const seen = all.filter((one) => one.getBoundingClientRect().width > 1 && !one.closest('.govuk-visually-hidden'));
  const named = (one) => `<${one.tagName.toLowerCase()} ${one.getAttribute('class') ?? ''}> ${one.textContent.trim().slice(0, 60)}`;
  const expect = (holds, what, one) => holds || faults.push(one ? `${what}: ${named(one)}` : what);

  expect(seen.some((one) => one.matches('h1')), 'no heading');
  const useless = '.govuk-service-navigation, .govuk-skip-link, .govuk-breadcrumbs, .govuk-back-link, .moj-sub-navigation, .app-filters, ' +
    '.app-noprint, nav, button, .govuk-button, form:has(input[type=file]), details form';
  for (const one of seen) expect(!one.matches(useless), 'of no use on paper', one);

  expect(document.documentElement.scrollWidth <= width, 'wider than the paper');
  for (const one of seen) {
    expect(one.getBoundingClientRect().right <= width + 1, 'cut off at the edge', one);
    const isClipped = getComputedStyle(one).overflowX !== 'visible' && one.scrollWidth > one.clientWidth + 1;
    const isTextCut = one.matches('textarea') && one.scrollHeight > one.clientHeight + 1;
    expect(!(isClipped && one.matches(':not(input, select)')) && !isTextCut, 'cut off within itself', one);
  }
  for (const one of document.querySelectorAll('details:not(:has(form)) > :not(summary)')) expect(seen.includes(one), 'not unfolded', one);

  // Printers leave backgrounds out: no text is light, and a tag's colour is said in words.
  const isLight = (colour) => colour.match(/[\d.]+/g).slice(0, 3).every((part) => Number(part) > 160);
  for (const one of seen) {
    const hasText = [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim() !== '');
    expect(!hasText || one.closest('svg') || !isLight(getComputedStyle(one).color), 'light text', one);
    expect(getComputedStyle(one, '::after').content.length < 20, 'an address beside a link', one);
    expect(!one.matches('.govuk-tag, .moj-badge') || one.textContent.trim() !== '', 'a tag without words', one);
  }
  return faults;
}

export async function startSandbox(waymark) {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'waymark-pages-'));
  fs.chmodSync(directory, 0o755);
  const arguments_ = ['sandbox', '--dir', path.join(directory, 'sandbox'), '--port', '0', '--json'];
  const sandbox = child_process.spawn(waymark, arguments_, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((done) => sandbox.once('exit', done));
  // A fault that a page's event tells ends this program at once; nothing is left running behind it.
  process.once('exit', () => sandbox.kill('SIGTERM'));
  const line = await Promise.race([
    new Promise((done) => readline.createInterface({ input: sandbox.stdout }).once('line', done)),
    ended.then(() => { throw new Error('the sandbox ended'); })
  ]);
  const stop = async () => {
    sandbox.kill('SIGTERM');
    await ended;
    fs.rmSync(directory, { recursive: true, force: true });
  };
  return { ...JSON.parse(line), stop };
}

export async function openBrowser() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: flags });
}

export const figures = { pages: 0, violations: 0, bytes: {} };

// What an address is of: its numbers taken out.
export const kindOf = (address) => new URL(address).pathname.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '…') + new URL(address).search;

// One person's window. Pages are read without their scripts; axe looks at a copy with scripts, since it is one itself.
export class Officer {
  static async signIn(browser, web, value, options = {}) {
    const context = await browser.newContext({ ignoreHTTPSErrors: true, javaScriptEnabled: false, ...options });
    context.setDefaultTimeout(15_000);
    const officer = new this();
    Object.assign(officer, { browser, context, web, value, page: await context.newPage() });
    officer.page.on('console', (message) => assert(!/Content Security Policy/.test(message.text()), message.text()));
    officer.page.on('dialog', (dialog) => assert.fail(`a script ran: ${dialog.message()}`));
    officer.page.on('response', async (response) => {
      if (response.request().resourceType() !== 'document') return;
      const sizes = await response.request().sizes().catch(() => null);
      if (sizes) figures.bytes[kindOf(response.url())] = sizes.responseBodySize;
    });
    await officer.open('/sign-in');
    await officer.page.click(`button[value="${value}"]`);
    return officer;
  }

  async open(address) {
    this.answer = await this.page.goto(address.startsWith('http') ? address : this.web + address);
    return this;
  }

  async press(name) {
    await this.page.getByRole('button', { name, exact: true }).first().click();
  }

  async fill(field, value) {
    await this.page.fill(field, value);
  }

  async check(choice) {
    await this.page.check(choice);
  }

  async select(field, value) {
    await this.page.selectOption(field, value);
  }

  async follow(name) {
    // A link that looks like a button has a button's role.
    const link = this.page.getByRole('link', { name }).or(this.page.getByRole('button', { name }));
    await link.first().click();
  }

  async fillDate(name, iso) {
    const [year, month, day] = iso.split('-');
    for (const [part, value] of [['day', day], ['month', month], ['year', year]]) await this.fill(`#${name}-${part}`, value);
  }

  async words() {
    return (await this.page.textContent('main')).replace(/\s+/g, ' ');
  }

  async expect(pattern) {
    const words = await this.words();
    assert.match(words, pattern, `${pattern} not on ${this.page.url()}: ${words.slice(0, 600)}`);
  }

  // What the broker does by itself comes a moment later.
  async await(address, pattern) {
    for (let tries = 0; tries < 120; ++tries) {
      await this.open(address);
      if (pattern.test(await this.words())) return;
      await new Promise((done) => setTimeout(done, 500));
    }
    await this.expect(pattern);
  }

  // The document as it stands, in a page of its own that runs scripts and loads nothing but what ours loads: axe, the
  // text at twice its size, 320 pixels, and paper.
  async see(name) {
    const html = await this.page.content();
    const context = await this.browser.newContext({ ignoreHTTPSErrors: true });
    const page = await context.newPage();
    page.on('dialog', (dialog) => assert.fail(`a script ran on ${name}: ${dialog.message()}`));
    await page.route('**/*', (route) => {
      const url = route.request().url();
      if (route.request().resourceType() === 'document') return route.fulfill({ body: html, contentType: 'text/html' });
      return url.startsWith(this.web) ? route.continue() : route.abort();
    });
    await page.goto(this.page.url());
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() =>
      globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
    );
    figures.pages += 1;
    figures.violations += violations.length;
    for (const one of violations) {
      console.error(`${name}: ${one.id}: ${one.help}\n  ${one.nodes.map((node) => node.html).join('\n  ')}`);
    }
    const width = () => page.evaluate(() => document.documentElement.scrollWidth);
    await page.setViewportSize({ width: 320, height: 800 });
    assert((await width()) <= 320, `${name} scrolls sideways at 320 pixels`);
    await page.setViewportSize({ width: 1280, height: 800 });
    const style = await page.addStyleTag({ content: 'html { font-size: 200% !important }' });
    assert((await width()) <= 1280, `${name} scrolls sideways with its text at 200 %`);
    await style.evaluate((one) => one.remove());
    await this.#seeOnPaper(page, name);
    await context.close();
    return this;
  }

  // What the page is on paper: all that it says and nothing that only a screen has a use for.
  async #seeOnPaper(page, name) {
    await page.setViewportSize({ width: paperWidth, height: 1000 });
    await page.emulateMedia({ media: 'print' });
    const faults = await page.evaluate(faultsOnPaper, paperWidth);
    figures.violations += faults.length;
    for (const fault of faults) console.error(`${name} on paper: ${fault}`);
  }

  // The printer's own layout of it.
  async print(name) {
    const pdf = await this.page.pdf({ format: 'A4' });
    assert(pdf.length > 2000, `${name} does not print`);
  }

  // By the tabulator alone, to what a locator finds; whoever comes by has to be visible where it is.
  async tabTo(locator) {
    const target = await locator.first().elementHandle();
    assert(target, 'there is nothing to tab to');
    for (let count = 0; count < 250; ++count) {
      await this.page.keyboard.press('Tab');
      const at = await this.page.evaluateHandle(() => document.activeElement);
      const { isThere, isSeen } = await this.page.evaluate(([here, wanted]) => {
        const style = getComputedStyle(here);
        // A radio or a checkbox shows its focus on its label.
        const label = here.labels?.[0] ? getComputedStyle(here.labels[0], '::before') : style;
        const isMarked = (one) => one.outlineStyle !== 'none' || one.boxShadow !== 'none';
        // Past the last stop the browser's own ones come, and then the first of the page again.
        const isOutside = here === document.body;
        return { isThere: here === wanted, isSeen: isOutside || isMarked(style) || isMarked(label) };
      }, [at, target]);
      assert(isSeen, `focus cannot be seen on ${this.page.url()}`);
      if (isThere) return;
    }
    assert.fail(`not reached by the keyboard on ${this.page.url()}`);
  }

  async picture(file) {
    await this.page.setViewportSize({ width: 1000, height: 900 });
    await this.page.screenshot({ path: file });
  }
}

// Somebody without a pointer: everything is reached by the tabulator, from the beginning of the page, and done by keys.
export class KeyboardOfficer extends Officer {
  async press(name) {
    await this.enter(this.page.getByRole('button', { name, exact: true }));
  }

  async follow(name) {
    await this.enter(this.page.getByRole('link', { name }).or(this.page.getByRole('button', { name })));
  }

  // The page that follows is there when this ends.
  async enter(locator) {
    await this.tabTo(locator);
    await Promise.all([this.page.waitForNavigation(), this.page.keyboard.press('Enter')]);
  }

  async fill(field, value) {
    await this.tabTo(this.page.locator(field));
    await this.page.keyboard.press('Control+A');
    await this.page.keyboard.type(value);
  }

  // Of a group of radios one is reached by the tabulator, and the others by the arrows.
  async check(choice) {
    const wanted = this.page.locator(choice).first();
    const name = await wanted.getAttribute('name');
    if ((await wanted.getAttribute('type')) === 'checkbox') {
      await this.tabTo(wanted);
      if (!(await wanted.isChecked())) await this.page.keyboard.press('Space');
      return;
    }
    const group = this.page.locator(`input[name="${name}"]`);
    const chosen = this.page.locator(`input[name="${name}"]:checked`);
    await this.tabTo((await chosen.count()) > 0 ? chosen : group);
    await this.page.keyboard.press('Space');
    for (let tries = 0; tries < 30 && !(await wanted.isChecked()); ++tries) await this.page.keyboard.press('ArrowDown');
    assert(await wanted.isChecked(), `${choice} is not chosen by the keyboard`);
  }

  async select(field, value) {
    const words = await this.page.locator(`${field} option[value="${value}"]`).textContent();
    await this.tabTo(this.page.locator(field));
    await this.page.keyboard.type(words.trim());
    assert.equal(await this.page.inputValue(field), value, `${field} is not set by the keyboard`);
  }
}

// The officers of the sandbox's list, by the beginning of their value: `314:` or `:`.
export async function peopleOf(browser, web, start) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await context.newPage();
  await page.goto(`${web}/sign-in`);
  const people = await page.locator(`button[value^="${start}"]`).evaluateAll((all) =>
    all.map((one) => ({ value: one.value, words: one.textContent }))
  );
  await context.close();
  return people;
}

// Runs the steps in order, all of them, and throws at the end when one has failed.
export async function play(steps) {
  const failed = [];
  for (const [name, step] of Object.entries(steps)) {
    try {
      await step();
      console.log(`ok   ${name}`);
    } catch (error) {
      failed.push(name);
      console.log(`FAIL ${name}\n${error.stack}`);
    }
  }
  assert.deepEqual(failed, []);
}
