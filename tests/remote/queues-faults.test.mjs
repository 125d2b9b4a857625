// A server that misbehaves on each kind of queue request: every run ends with exit status 1 and a sentence, no secret
// shows (program.mjs watches for them), and what may have been done and cannot be done twice is not sent twice.
import { test } from "node:test";
import assert from "node:assert/strict";
import { FAULT_NAMES } from "./server.mjs";
import { QueueService } from "./queues.mjs";
import { NOT_DONE, runWithFault } from "./faults.mjs";
import { all, sideBySide } from "./many.mjs";

const Q = "/accounts/acc1/queues";
const S = "/accounts/acc1/event_subscriptions/subscriptions";

/** A request that fails: the command line, its method, its path (:id is the queue's), and whether it is safe to repeat. */
const KINDS = [
  ["queues list", "GET", Q, true],
  ["queues info jobs", "GET", Q, true],
  ["queues create mail --update-config", "POST", Q, false],
  ["queues update jobs --delivery-delay-secs 1", "PATCH", `${Q}/:id`, true],
  ["queues pause-delivery jobs", "PATCH", `${Q}/:id`, true],
  ["queues delete jobs -y", "DELETE", `${Q}/:id`, false],
  ["queues purge jobs -y", "POST", `${Q}/:id/purge`, false],
  ["queues consumer add jobs w", "POST", `${Q}/:id/consumers`, false],
  ["queues consumer http remove pulled", "DELETE", `${Q}/:pulled/consumers/c1`, false],
  ["queues subscription create jobs --source kv --events a", "POST", S, false],
  ["queues subscription list jobs", "GET", S, true],
  ["queues subscription get jobs --id s1", "GET", `${S}/s1`, true],
  ["queues subscription update jobs --id s1 --name n", "PATCH", `${S}/s1`, true],
  ["queues subscription delete jobs --id s1 -y", "DELETE", `${S}/s1`, false],
  ["queues send jobs x", "POST", `${Q}/:id/messages`, false],
  ["queues pull jobs", "POST", `${Q}/:id/messages/pull`, false],
  ["queues peek jobs", "POST", `${Q}/:id/messages/preview`, true],
  ["queues ack jobs lease-1", "POST", `${Q}/:id/messages/ack`, true],
  ["queues retry jobs lease-1", "POST", `${Q}/:id/messages/ack`, false],
];

function run([line, method, pattern], fault, left) {
  const service = new QueueService();
  const jobs = service.add("acc1", "jobs", { messages: [{ body: "m", content_type: "text" }] });
  Object.assign(jobs.messages[0], { lease: "lease-1", visible: line.includes("lease") ? Date.now() + 600_000 : 0 });
  const pulled = service.add("acc1", "pulled", { consumers: [{ type: "http_pull", consumer_id: "c1", settings: {} }] });
  service.subscriptions.set("s1", { id: "s1", name: "s", enabled: true, source: { type: "kv" }, events: ["a"], destination: { type: "queues.queue", queue_id: jobs.shown.queue_id } });
  const path = pattern.replace(":id", jobs.shown.queue_id).replace(":pulled", pulled.shown.queue_id);
  const files = { "wrangler.jsonc": '{"name":"app"}' };
  return runWithFault({ words: line.split(" "), method, path, services: [service], files }, fault, left);
}

sideBySide("a server that misbehaves", KINDS.map((kind) => {
  const [line, method, path, repeatable] = kind;
  return [line, async () => {
    await all(FAULT_NAMES.map((fault) => async () => {
      const context = `${line} with ${fault}`;
      const { status, out, err, sent, config } = await run(kind, fault, -1);
      assert.equal(status, 1, `${context}: ${out}${err}`);
      assert.equal(out, "", context);
      assert.match(err, /^corral: [^\n]{20}/m, context);
      assert.doesNotMatch(err, /\x1b/, context);
      assert.equal(config, '{"name":"app"}', context);
      // What is looked up first, at the same path, fails first.
      const looksUp = method !== "GET" && path === `${S}/s1`;
      if (!repeatable && !NOT_DONE.has(fault)) assert.equal(sent, looksUp ? 0 : 1, `${context}: ${err}`);
      assert.ok(sent <= 4, context);
    }));
  }];
}));

test("one failure in passing is made up for, where repeating is safe", async () => {
  await all(KINDS.filter(([, method, path]) => method === "GET" || path !== `${S}/s1`).flatMap((kind) => ["reset", "cutBody", "status503", "retryAfter"].map((fault) => async () => {
    const { status, out, err, sent } = await run(kind, fault, 1);
    const repeated = kind[3] || NOT_DONE.has(fault);
    assert.equal(status, repeated ? 0 : 1, `${kind[0]} with ${fault}: ${out}${err}`);
    assert.equal(sent, repeated ? 2 : 1, `${kind[0]} with ${fault}`);
  })));
});
