// Officers sign in with their council's account: Chromium, a sandbox, and two account services (npm oidc-provider).
//   npm ci --prefix tests/browser/sign_in && node tests/browser/sign_in/sign_in.mjs build/dev/bin/waymark
import assert from "node:assert/strict";
import child_process from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import readline from "node:readline";
import { chromium } from "playwright-core";
import { Council } from "./provider.mjs";

const waymark = process.argv[2];
assert(waymark, "name the waymark program");
const directory = fs.mkdtempSync(path.join(os.tmpdir(), "waymark-sign-in-"));
fs.chmodSync(directory, 0o755);

function certificate() {
  const [cert, key] = ["cert.pem", "key.pem"].map((name) => path.join(directory, name));
  child_process.execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2", "-keyout", key, "-out", cert],
    { stdio: "ignore" });
  return { cert: fs.readFileSync(cert, "utf8"), key: fs.readFileSync(key, "utf8"), file: cert };
}

async function startSandbox() {
  const sandbox = child_process.spawn(waymark, ["sandbox", "--dir", path.join(directory, "sandbox"), "--port", "0", "--json"],
    { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await Promise.race([
    new Promise((done) => readline.createInterface({ input: sandbox.stdout }).once("line", (text) => done([text]))),
    new Promise((_, fail) => sandbox.once("exit", () => fail(new Error("the sandbox ended")))),
  ]);
  return { sandbox, ...JSON.parse(line) };
}

const tls = certificate();
const people = {
  "a.obi": { name: "Ada Obi", roles: ["officer", "reviewer"] },
  "n.one": { name: "Nick One" },
  "o.marsh": { name: "Olu Marsh", roles: ["operator"] },
};
const councils = {
  314: new Council({ algorithm: "ES256", people, tls }),
  319: new Council({ algorithm: "RS256", people, tls }),
};
for (const council of Object.values(councils)) {
  council.redirectUri = "https://localhost/later";
  await council.start();
}
fs.mkdirSync(path.join(directory, "sandbox"));
fs.writeFileSync(path.join(directory, "secret"), "a secret of the tests\n");
fs.writeFileSync(path.join(directory, "sandbox", "providers.json"), JSON.stringify({
  providers: Object.entries(councils).map(([authority, council]) => ({
    name: authority, authority, issuer: council.issuer, client_id: "waymark",
    client_secret_file: path.join(directory, "secret"), ca: tls.file,
  })),
}));
const { sandbox, web } = await startSandbox();
for (const council of Object.values(councils)) {
  council.redirectUri = `${web}/sign-in/answer`;
  council.rotate();
}
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });

// Goes to the council's page, says who one is, agrees. Gives the page where that ends.
async function signIn(context, authority, login) {
  const page = await context.newPage();
  await page.goto(`${web}/sign-in`);
  await page.click(`a[href="/sign-in/start?with=${authority}"]`);
  if (page.url().includes("/interaction/")) {
    await page.fill('input[name="login"]', login);
    await page.fill('input[name="password"]', "any");
    await page.click('button[type="submit"]');
    if (page.url().includes("/interaction/")) await page.click('button[type="submit"]');
  }
  await page.waitForURL(`${web}/**`);
  return page;
}

async function expectRefused(authority, login, words) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await signIn(context, authority, login);
  assert.match(await page.content(), words);
  await page.goto(`${web}/work-list`);
  assert.equal(new URL(page.url()).pathname, "/sign-in");
  await context.close();
}

const checks = {
  "two councils sign their officers in, with either algorithm": async () => {
    for (const authority of ["314", "319"]) {
      const context = await browser.newContext({ ignoreHTTPSErrors: true });
      const page = await signIn(context, authority, "a.obi");
      assert.equal(new URL(page.url()).pathname.startsWith("/sign-in"), false, page.url());
      assert.match(await page.content(), /Sign out/);
      const cookie = (await context.cookies(web)).find((one) => one.name === "__Host-waymark");
      assert(cookie.secure && cookie.httpOnly && cookie.sameSite === "Lax" && cookie.path === "/");
      assert.equal((await context.cookies(web)).some((one) => one.name === "__Host-waymark-sign-in"), false);
      await page.goto(`${web}/sign-out`);
      await page.getByRole("button", { name: "Sign out", exact: true }).click();
      // The council asks as well, and sends back; from then on it lets nobody in without a password.
      await page.waitForURL(`${councils[authority].issuer}/**`);
      await page.click("button[value=yes]");
      await page.waitForURL(`${web}/sign-in`);
      await page.goto(`${web}/sign-in/start?with=${authority}`);
      assert.equal(new URL(page.url()).origin, councils[authority].issuer);
      assert.equal(await page.locator('input[name="password"]').count(), 1, "the council asks for no password");
      await page.goto(`${web}/work-list`);
      assert.equal(new URL(page.url()).pathname, "/sign-in");
      await context.close();
    }
  },
  "who signs out everywhere is out in the other browser too": async () => {
    const [here, there] = [await browser.newContext({ ignoreHTTPSErrors: true }), await browser.newContext({ ignoreHTTPSErrors: true })];
    const page = await signIn(here, "314", "a.obi");
    const other = await signIn(there, "314", "a.obi");
    await page.goto(`${web}/sign-out`);
    await page.getByRole("button", { name: "Sign out everywhere" }).click();
    await page.waitForURL(`${councils[314].issuer}/**`);
    await other.goto(`${web}/work-list`);
    assert.equal(new URL(other.url()).pathname, "/sign-in");
    await here.close();
    await there.close();
  },
  "who has no role is told so": () => expectRefused("314", "n.one", /no role in Waymark/),
  "a council makes no operators": () => expectRefused("314", "o.marsh", /no role in Waymark/),
  "a rotated key is fetched, though not at once again": async () => {
    for (const council of Object.values(councils)) council.rotate();
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const page = await signIn(context, "319", "a.obi");
    const first = await page.content();
    await context.close();
    // Within the rest after the last fetch the old keys stand; nobody comes in by an unknown one.
    if (/has signed it/.test(first)) {
      await new Promise((done) => setTimeout(done, 31_000));
      const again = await browser.newContext({ ignoreHTTPSErrors: true });
      assert.match(await (await signIn(again, "319", "a.obi")).content(), /Sign out/);
      await again.close();
    } else {
      assert.match(first, /Sign out/);
    }
  },
};
const lies = {
  "an expired token": [(council) => (token) => council.resigned(token, { exp: 1_700_000_000 }), /has expired/],
  "alg none": [(council) => (token) => council.resigned(token, {}, { alg: "none" }), /not signed with RS256 or ES256/],
  "an unknown issuer": [(council) => (token) => council.resigned(token, { iss: "https://else.invalid" }), /another issuer/],
  "a token for somebody else": [(council) => (token) => council.resigned(token, { aud: "else" }), /somebody else/],
  "a token of another sign-in": [(council) => (token) => council.resigned(token, { nonce: "else" }), /another sign-in/],
  "a token that was changed": [() => (token) => token.replace(/[^.]{8}$/, "AAAAAAAA"), /not accepted/],
};
for (const [name, [make, words]] of Object.entries(lies)) {
  checks[`${name} is refused`] = async () => {
    councils[319].spoil = make(councils[319]);
    try {
      await expectRefused("319", "a.obi", words);
    } finally {
      councils[319].spoil = null;
    }
  };
}
checks["an answer in another browser is refused"] = async () => {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await context.newPage();
  const response = await page.goto(`${web}/sign-in/answer?code=x&state=y`);
  assert.equal(response.status(), 400);
  await context.close();
};

let failed = 0;
for (const [name, check] of Object.entries(checks)) {
  try {
    await check();
    console.log(`ok   ${name}`);
  } catch (error) {
    ++failed;
    console.log(`FAIL ${name}\n${error.stack}`);
  }
}
await browser.close();
for (const council of Object.values(councils)) council.stop();
const ended = new Promise((done) => sandbox.once("exit", done));
sandbox.kill("SIGTERM");
await ended;
fs.rmSync(directory, { recursive: true, force: true });
process.exit(failed ? 1 : 0);
