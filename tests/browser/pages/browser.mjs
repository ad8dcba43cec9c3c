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

export async function startSandbox(waymark) {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'waymark-pages-'));
  fs.chmodSync(directory, 0o755);
  const sandbox = child_process.spawn(waymark, ['sandbox', '--dir', path.join(directory, 'sandbox'), '--port', '0', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit']
  });
  const line = await Promise.race([
    new Promise((done) => readline.createInterface({ input: sandbox.stdout }).once('line', done)),
    new Promise((_, fail) => sandbox.once('exit', () => fail(new Error('the sandbox ended'))))
  ]);
  return { ...JSON.parse(line), stop: () => sandbox.kill('SIGTERM') };
}

export async function openBrowser() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: flags });
}

export const figures = { pages: 0, violations: 0, bytes: {} };

// One officer's window. Pages are read without their scripts unless `scripts` is true; axe looks at a copy with scripts,
// since it is one itself.
export class Officer {
  static async signIn(browser, web, value, options = {}) {
    const context = await browser.newContext({ ignoreHTTPSErrors: true, javaScriptEnabled: false, ...options });
    const officer = new Officer();
    officer.context = context;
    officer.page = await context.newPage();
    officer.web = web;
    officer.page.on('console', (message) => assert(!/Content Security Policy/.test(message.text()), message.text()));
    officer.page.on('response', async (response) => {
      if (response.request().resourceType() !== 'document') return;
      const sizes = await response.request().sizes().catch(() => null);
      if (sizes) figures.bytes[new URL(response.url()).pathname.replace(/[0-9a-f-]{36}/, '…')] = sizes.responseBodySize;
    });
    await officer.open('/sign-in');
    await officer.page.click(`button[value="${value}"]`);
    return officer;
  }

  async open(address) {
    await this.page.goto(address.startsWith('http') ? address : this.web + address);
    return this;
  }

  async press(name) {
    await this.page.getByRole('button', { name, exact: true }).first().click();
  }

  async follow(name) {
    // A link that looks like a button has a button's role.
    const link = this.page.getByRole('link', { name }).or(this.page.getByRole('button', { name }));
    await link.first().click();
  }

  // axe on the document as it stands, in a page of its own that runs scripts and loads nothing but what ours loads.
  async check(browser) {
    const html = await this.page.content();
    const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: this.page.viewportSize() });
    const page = await context.newPage();
    await page.route('**/*', (route) => {
      const url = route.request().url();
      if (route.request().resourceType() === 'document') return route.fulfill({ body: html, contentType: 'text/html' });
      return url.startsWith(this.web) ? route.continue() : route.abort();
    });
    await page.goto(this.page.url());
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() =>
      globalThis.axe.run(document, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
      })
    );
    await context.close();
    figures.pages += 1;
    figures.violations += violations.length;
    for (const one of violations) {
      console.error(`${this.page.url()}: ${one.id}: ${one.help}\n  ${one.nodes.map((node) => node.html).join('\n  ')}`);
    }
  }

  async widthAt(width) {
    const before = this.page.viewportSize();
    await this.page.setViewportSize({ width, height: 800 });
    const content = await this.page.locator('html').evaluate((root) => root.scrollWidth);
    await this.page.setViewportSize(before);
    return content;
  }

  async picture(file) {
    await this.page.screenshot({ path: file, fullPage: true });
  }
}
