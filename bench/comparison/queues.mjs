// Drives one queue as its own documentation says, for bench/compare:
//   node queues.mjs <pg-boss|graphile-worker|rabbitmq> <accept|e2e> <concurrency> <seconds> <connection> <body bytes>
// and prints {count, seconds, p50_ms, p99_ms}. accept counts a message when the queue has answered that it is kept, e2e
// when its worker has acknowledged it.
import { createRequire } from 'node:module';
const require = createRequire(process.cwd() + '/');

const [, , queue, scenario, concurrencyText, secondsText, connection, bytesText] = process.argv;
const concurrency = Number(concurrencyText), seconds = Number(secondsText), bytes = Number(bytesText);
const connections = Math.min(concurrency, 32);

const latencies = [];
let first = 0, last = 0;
function count(since) {
  last = performance.now();
  latencies.push(last - since);
}

// A message that knows when it was sent; performance.now() is of this process alone, which also receives.
let number = 0;
const letters = Array.from({ length: bytes }, (_, i) => String.fromCharCode(97 + (i * 7 + (i >> 3)) % 26)).join('');
function message() {
  return { sent: performance.now(), number: ++number, text: letters };
}

async function pgBoss() {
  const PgBoss = require('pg-boss');
  const boss = new PgBoss({ connectionString: connection, max: connections, supervise: false, schedule: false });
  await boss.start();
  const name = 'q' + Date.now();
  await boss.createQueue(name);
  return {
    send: (one) => boss.send(name, one),
    receive: async (take) => {
      const stopped = { now: false };
      const workers = Array.from({ length: Math.min(connections, 8) }, async () => {
        while (!stopped.now) {
          const jobs = await boss.fetch(name, { batchSize: 100 });
          if (!jobs || jobs.length === 0) { await new Promise((go) => setTimeout(go, 5)); continue; }
          await boss.complete(name, jobs.map((job) => job.id));
          for (const job of jobs) take(job.data);
        }
      });
      return async () => { stopped.now = true; await Promise.all(workers); };
    },
    end: () => boss.stop({ graceful: false }),
  };
}

async function graphile() {
  const { makeWorkerUtils, run } = require('graphile-worker');
  const { Logger } = require('graphile-worker');
  const logger = new Logger(() => () => {});
  const { Pool } = require('pg');
  const pgPool = new Pool({ connectionString: connection, max: connections });
  const utils = await makeWorkerUtils({ pgPool, logger });
  await utils.migrate();
  return {
    send: (one) => utils.addJob('deliver', one),
    receive: async (take) => {
      const workerPool = new Pool({ connectionString: connection, max: connections });
      const runner = await run({
        pgPool: workerPool, logger, concurrency: Math.min(connections, 24), noHandleSignals: true, pollInterval: 100,
        taskList: { deliver: async (one) => { take(one); } },
      });
      return async () => { await runner.stop().catch(() => {}); await workerPool.end().catch(() => {}); };
    },
    end: async () => { await utils.release(); await pgPool.end().catch(() => {}); },
  };
}

async function rabbit() {
  const amqp = require('amqplib');
  const client = await amqp.connect(connection, { noDelay: true });
  const channel = await client.createConfirmChannel();
  const name = 'q' + Date.now();
  await channel.assertQueue(name, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  return {
    send: (one) => new Promise((done, failed) => {
      channel.sendToQueue(name, Buffer.from(JSON.stringify(one)), { persistent: true },
        (error) => (error ? failed(error) : done()));
    }),
    receive: async (take) => {
      const other = await amqp.connect(connection, { noDelay: true });
      const consumer = await other.createChannel();
      await consumer.prefetch(500);
      await consumer.consume(name, (one) => { consumer.ack(one); take(JSON.parse(one.content)); });
      return () => other.close().catch(() => {});
    },
    end: async () => { await channel.deleteQueue(name); await client.close().catch(() => {}); },
  };
}

const makers = { 'pg-boss': pgBoss, 'graphile-worker': graphile, 'rabbitmq': rabbit };
const driver = await makers[queue]();
const isEndToEnd = scenario === 'e2e';
for (let i = 0; i < 20; ++i) await driver.send({ sent: -1 });  // warm
let sent = 0, received = 0;
const stopReceiving = isEndToEnd
  ? await driver.receive((one) => { if (one.sent >= 0) { ++received; count(one.sent); } }) : null;
first = performance.now();
const end = first + seconds * 1000;
await Promise.all(Array.from({ length: concurrency }, async () => {
  while (performance.now() < end) {
    // End to end: no more on their way than a client that waits would allow.
    if (isEndToEnd && sent - received > 5000) { await new Promise((go) => setTimeout(go, 1)); continue; }
    const one = message();
    await driver.send(one);
    ++sent;
    if (!isEndToEnd) count(one.sent);
  }
}));
const patience = performance.now() + 10_000;
while (isEndToEnd && received < sent && performance.now() < patience) await new Promise((go) => setTimeout(go, 5));
latencies.sort((a, b) => a - b);
const at = (p) => (latencies.length ? latencies[Math.ceil(p * latencies.length) - 1] : 0);
console.log(JSON.stringify({
  count: latencies.length, seconds: (Math.max(last, end) - first) / 1000, p50_ms: at(0.5), p99_ms: at(0.99) }));
if (stopReceiving) await Promise.race([stopReceiving(), new Promise((go) => setTimeout(go, 2000))]);
await Promise.race([driver.end(), new Promise((go) => setTimeout(go, 2000))]);
process.exit(0);
