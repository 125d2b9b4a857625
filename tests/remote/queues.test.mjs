// The queue commands with --remote against the test server: what they print, what they send, what they ask before.
import { test } from "node:test";
import assert from "node:assert/strict";
import { ApiServer } from "./server.mjs";
import { QueueService } from "./queues.mjs";
import { Place } from "./program.mjs";

const Q = "/accounts/acc1/queues";

async function inAccount(body) {
  const place = new Place();
  const server = await ApiServer.start();
  const service = new QueueService();
  server.services = [service];
  const queue = service.add("acc1", "jobs", { consumers: [{ type: "http_pull", consumer_id: "c1", settings: { batch_size: 7, retry_delay: 4 }, dead_letter_queue: "dlq" }] });
  service.add("acc1", "dlq");
  const env = { ...server.variables, CLOUDFLARE_API_TOKEN: "SECRET-token", CLOUDFLARE_ACCOUNT_ID: "acc1" };
  const corral = (line, more = {}) => place.corral([...line, "--remote"], { ...more, env: { ...env, ...more.env } });
  const done = async (line, more) => {
    const ran = await corral(line, more);
    assert.equal(ran.status, 0, `${line.join(" ")}: ${ran.err}`);
    return ran;
  };
  const refused = async (line, pattern, more) => {
    const ran = await corral(line, more);
    assert.equal(ran.status, 1, `${line.join(" ")}: ${ran.out}`);
    assert.match(ran.err, pattern);
    return ran;
  };
  const sent = () => server.requests.splice(0).filter(({ method }) => method !== "GET").map(({ path, bytes }) => [path.replace(`${Q}/${queue.shown.queue_id}`, ""), JSON.parse(bytes)]);
  try {
    await body({ place, server, service, queue, env, done, refused, sent });
  } finally {
    await server.stop();
    place.remove();
  }
}

test("a message goes as text, JSON or base64, with its delay", () => inAccount(async ({ done, sent, queue }) => {
  assert.equal((await done(["queues", "send", "jobs", "grüß\n"])).out, "");
  await done(["queues", "send", "jobs", '{"b": 1.50, "a": [2]}', "--content-type", "json", "--delay-seconds", "9"]);
  await done(["queues", "send", "jobs", "--content-type", "bytes"], { input: "\0\xff" });
  assert.deepEqual(sent(), [
    ["/messages", { body: "grüß\n", content_type: "text" }],
    ["/messages", { body: { b: 1.5, a: [2] }, content_type: "json", delay_seconds: 9 }],
    ["/messages", { body: Buffer.from("\0\xff").toString("base64"), content_type: "bytes" }],
  ]);
  queue.shown.settings.delivery_delay = 5;
  await done(["queues", "send", "jobs", "later"]);
  await done(["queues", "send", "jobs", "now", "--delay-seconds", "0"]);
  assert.deepEqual(sent(), [["/messages", { body: "later", content_type: "text" }], ["/messages", { body: "now", content_type: "text", delay_seconds: 0 }]]);
  assert.equal((await done(["queues", "send", "jobs", "x", "--json"])).out, '{"id":null}\n');
}));

test("many messages go out by hundreds, and never over 256 KB a request", () => inAccount(async ({ done, sent, service, server }) => {
  await done(["queues", "send", "jobs", "--lines"], { input: Array.from({ length: 250 }, (_, i) => `m${i}\n`).join("") });
  assert.deepEqual(sent().map(([path, { messages }]) => [path, messages.length]), [["/messages/batch", 100], ["/messages/batch", 100], ["/messages/batch", 50]]);
  assert.deepEqual(service.bodies("acc1", "jobs"), Array.from({ length: 250 }, (_, i) => `m${i}`));
  const big = "\\\"".repeat(30_000); // twice as long in JSON
  const messages = Array.from({ length: 9 }, () => JSON.stringify({ body: big })).join("\n");
  await done(["queues", "send", "jobs", "--batch", "-"], { input: messages });
  for (const { bytes } of server.requests) assert.ok(bytes.length <= 256_000, `${bytes.length}`);
  assert.equal(service.bodies("acc1", "jobs").filter((body) => body === big).length, 9);
}));

test("pull, ack, retry and peek", () => inAccount(async ({ done, refused, sent, queue, service }) => {
  for (const message of [{ body: "a", content_type: "text" }, { body: { n: 1 }, content_type: "json" }, { body: "1234", content_type: "json" }, { body: "AP8=", content_type: "bytes" }]) service.push(queue, message);
  const seen = JSON.parse((await done(["queues", "peek", "jobs", "--limit", "3"])).out);
  assert.deepEqual(seen.messages.map(({ body }) => body), ["a", { n: 1 }, "1234"]);
  assert.deepEqual(sent(), [["/messages/preview", { batch_size: 3 }]]);
  const pulled = JSON.parse((await done(["queues", "pull", "jobs", "--visibility-timeout", "60"])).out);
  assert.deepEqual(sent(), [["/messages/pull", { batch_size: 7, visibility_timeout_ms: 60_000 }]]);
  assert.deepEqual(pulled.messages.map(({ body, attempts }) => [body, attempts]), [["a", 1], [{ n: 1 }, 1], ["1234", 1], ["AP8=", 1]]);
  assert.equal(pulled.message_backlog_count, 4);
  const [a, b, c, d] = pulled.messages.map(({ lease_id: lease }) => lease);
  assert.deepEqual(JSON.parse((await done(["queues", "ack", "jobs", a, b])).out), { ackCount: 2, retryCount: 0 });
  assert.deepEqual(JSON.parse((await done(["queues", "retry", "jobs", c])).out), { ackCount: 0, retryCount: 1 });
  await done(["queues", "retry", "jobs", d, "--delay-seconds", "0"]);
  assert.deepEqual(sent(), [
    ["/messages/ack", { acks: [{ lease_id: a }, { lease_id: b }], retries: [] }],
    ["/messages/ack", { acks: [], retries: [{ lease_id: c, delay_seconds: 4 }] }],
    ["/messages/ack", { acks: [], retries: [{ lease_id: d, delay_seconds: 0 }] }],
  ]);
  const { out } = await refused(["queues", "ack", "jobs", a], /1 of 1 leases was not live/);
  assert.deepEqual(Object.keys(JSON.parse(out).warnings), [a]);
  await refused(["queues", "peek", "jobs", "--all"], /cannot show the delayed and leased messages/);
  await refused(["queues", "peek", "jobs", "--limit", "101"], /--limit must be 1 to 100/);
}));

test("consume runs a command for each message, and acks or retries it", () => inAccount(async ({ done, refused, sent, queue, service }) => {
  for (const body of ["one", "two", "bad"]) service.push(queue, { body, content_type: "text" });
  const { out } = await done(["queues", "consume", "jobs", "--each", "--once", "--exec", "read -r x; echo got $x; test $x != bad"]);
  assert.equal(out, "got one\ngot two\ngot bad\n");
  assert.deepEqual(service.bodies("acc1", "jobs"), ["bad"]);
  assert.equal(queue.messages[0].lease, null);
  assert.deepEqual(sent().filter(([path]) => path === "/messages/ack").flatMap(([, { retries }]) => retries.map(({ delay_seconds: delay }) => delay)), [4]);
  await refused(["queues", "consume", "jobs", "--once", "--exec", "cat", "--message-retries", "1"], /retries and dead letters are the account's own/);
}));

test("what destroys names the account, and wants --force without a terminal", () => inAccount(async ({ refused, done, sent, service }) => {
  await refused(["queues", "delete", "jobs"], /Delete queue "jobs" of account acc1 and all its messages\?/);
  await refused(["queues", "purge", "jobs"], /Delete all messages of the queue "jobs" of account acc1\?/);
  assert.deepEqual(sent(), []);
  await done(["queues", "purge", "jobs", "-y"]);
  assert.deepEqual(sent(), [["/purge", { delete_messages_permanently: true }]]);
  await refused(["queues", "info", "nope"], /there is no queue "nope" of account acc1/);
  assert.equal(service.of("acc1").length, 2);
}));

test("a send without an answer is not sent twice, and says so", () => inAccount(async ({ server, refused, queue }) => {
  const path = `${Q}/${queue.shown.queue_id}/messages`;
  server.fault = { path, name: "cutBody", left: 1 };
  await refused(["queues", "send", "jobs", "x"], /the message for the queue "jobs" may or may not have been sent/);
  assert.equal(server.requests.filter((one) => one.path === path).length, 1);
  server.fault = { path: `${path}/batch`, name: "status500", left: 1 };
  const { err } = await refused(["queues", "send", "jobs", "--lines"], /100 messages for the queue "jobs" may or may not/, { input: "m\n".repeat(300) });
  assert.match(err, /the first 0 messages are sent\)/);
  assert.equal(server.requests.filter((one) => one.path === `${path}/batch`).length, 1);
}));

test("a binding stands for its queue; the config's queues are not the account's", () => inAccount(async ({ place, done, sent }) => {
  place.write("project/wrangler.jsonc", JSON.stringify({ name: "app", queues: { producers: [{ binding: "JOBS", queue: "jobs" }, { binding: "X", queue: "elsewhere" }] } }));
  await done(["queues", "send", "JOBS", "x"]);
  assert.deepEqual(sent(), [["/messages", { body: "x", content_type: "text" }]]);
  assert.deepEqual(JSON.parse((await done(["queues", "list"])).out).map(({ queue_name: name }) => name), ["dlq", "jobs"]);
}));

test("what the API cannot do is refused", () => inAccount(async ({ refused }) => {
  for (const line of [["queues", "tail", "jobs"], ["queues", "export", "jobs"], ["queues", "move", "jobs", "dlq"], ["queues", "extend-leases", "jobs", "x"]])
    await refused(line, /not available with --remote|--remote/);
}));
