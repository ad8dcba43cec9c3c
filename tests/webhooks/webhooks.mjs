// A push is verified by the library that receivers use (npm standardwebhooks, HMAC) and by its public key (OpenSSL).
//   npm ci --prefix tests/webhooks && node tests/webhooks/webhooks.mjs build/dev/bin/waymark
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import crypto from "node:crypto";
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import https from "node:https";
import os from "node:os";
import path from "node:path";
import readline from "node:readline";
import { Webhook } from "standardwebhooks";

const directory = fs.mkdtempSync(path.join(os.tmpdir(), "waymark-webhooks-"));
const sandbox = spawn(process.argv[2], ["sandbox", "--dir", directory, "--port", "0", "--json"], {
  stdio: ["ignore", "pipe", "inherit"],
});

// One call of the API as an authority; gives status, headers and JSON.
function call(access, method, target, body, headers = {}) {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? "" : JSON.stringify(body);
    const request = https.request(access.api + "/v1" + target, {
      method,
      ca: fs.readFileSync(access.ca),
      cert: fs.readFileSync(access.cert),
      key: fs.readFileSync(access.key),
      headers: {
        "Content-Type": "application/json",
        "Content-Length": Buffer.byteLength(text),
        "Idempotency-Key": crypto.randomUUID(),
        "Waymark-Officer": "a.obi",
        ...headers,
      },
    });
    request.on("error", reject);
    request.on("response", (response) => {
      let got = "";
      response.on("data", (chunk) => (got += chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode, headers: response.headers, json: got ? JSON.parse(got) : null }),
      );
    });
    request.end(text);
  });
}

// whpk_ is the raw key; its SubjectPublicKeyInfo has a fixed head (RFC 8410).
function verifyByPublicKey(publicKey, push) {
  const raw = Buffer.from(publicKey.replace("whpk_", ""), "base64");
  const der = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), raw]);
  const key = crypto.createPublicKey({ key: der, format: "der", type: "spki" });
  const signature = push.headers["webhook-signature"].split(" ").find((one) => one.startsWith("v1a,"));
  const text = `${push.headers["webhook-id"]}.${push.headers["webhook-timestamp"]}.${push.body}`;
  return crypto.verify(null, Buffer.from(text), key, Buffer.from(signature.slice(4), "base64"));
}

const pushes = [];
const receiver = http.createServer((request, response) => {
  let body = "";
  request.on("data", (chunk) => (body += chunk));
  request.on("end", () => {
    pushes.push({ headers: request.headers, body });
    response.writeHead(204).end();
  });
});

async function nextPush() {
  for (let i = 0; i < 300 && pushes.length === 0; ++i) await new Promise((wake) => setTimeout(wake, 100));
  assert.ok(pushes.length > 0, "nothing was pushed within 30 seconds");
  return pushes.shift();
}

try {
  const [line] = await once(readline.createInterface({ input: sandbox.stdout }), "line");
  const ready = JSON.parse(line);
  const as = (code) => ({ api: ready.api, ca: ready.ca, ...ready.authorities[code] });
  receiver.listen(0, "127.0.0.1");
  await once(receiver, "listening");
  const url = `http://127.0.0.1:${receiver.address().port}/hook`;

  const refused = await call(as("319"), "PUT", "/webhooks/cases", { url: "https://10.0.0.1/hook" });
  assert.equal(refused.status, 422);
  const made = await call(as("319"), "PUT", "/webhooks/cases", { url });
  assert.equal(made.status, 201);
  assert.equal((await call(as("319"), "PUT", "/webhooks/cases", { url })).status, 428);
  assert.equal((await call(as("319"), "GET", "/webhooks/cases")).json.secret, undefined);
  assert.equal((await call(as("314"), "GET", "/webhooks/cases")).status, 404);

  const child = { surname: "Vale", forename: "Rosie", dob: "2014-05-03" };
  const opened = await call(as("314"), "POST", "/cases", { child });
  await call(as("314"), "POST", `/cases/${opened.json.id}/enquiries`, { to: ["319"] });
  const push = await nextPush();
  const webhook = new Webhook(made.json.secret);
  const verified = webhook.verify(push.body, push.headers);
  assert.equal(verified.type, "enquiry.opened");
  assert.equal(verified.data.message_id, push.headers["webhook-id"]);
  assert.ok(!push.body.includes("Vale") && !push.body.includes("Rosie"), "no child is in what is pushed");
  assert.throws(() => webhook.verify(push.body + " ", push.headers));
  assert.ok(verifyByPublicKey(made.json.public_key, push));
  assert.ok(!verifyByPublicKey(made.json.public_key, { ...push, body: push.body + " " }));

  const again = await call(
    as("319"), "POST", "/webhooks/cases/replay", { ids: [verified.data.message_id] }, { "If-Match": made.headers.etag },
  );
  assert.equal(again.status, 202);
  assert.equal(JSON.parse((await nextPush()).body).data.message_id, verified.data.message_id);
  const gone = await call(as("319"), "DELETE", "/webhooks/cases", undefined, { "If-Match": made.headers.etag });
  assert.equal(gone.status, 204);
  assert.equal((await call(as("319"), "GET", "/webhooks/cases")).status, 404);
  console.log("webhooks: all as it should be");
} finally {
  sandbox.kill("SIGTERM");
  await once(sandbox, "exit");
  receiver.close();
  fs.rmSync(directory, { recursive: true, force: true });
}
