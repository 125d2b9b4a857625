// The real wrangler and corral with the queue commands, each on a server of its own with the same state: the same
// changes on the wire, the same data on stdout, the same exit status.
import { test } from "node:test";
import assert from "node:assert/strict";
import { ApiServer } from "./server.mjs";
import { QueueService } from "./queues.mjs";
import { chosen } from "./many.mjs";
import { Place, runWrangler } from "./program.mjs";

const CONFIG = JSON.stringify({
  name: "app",
  compatibility_date: "2026-10-01",
  queues: { producers: [{ binding: "JOBS", queue: "jobs" }] },
  env: { staging: { queues: { producers: [{ binding: "JOBS", queue: "jobs-staging" }] } } },
});

const worker = (id, more) => ({ type: "worker", consumer_id: id, settings: { batch_size: 10, max_retries: 3, max_wait_time_ms: 5000 }, dead_letter_queue: "dlq", ...more });

const state = () => {
  const service = new QueueService();
  service.add("acc1", "jobs", { consumers: [worker("cons-1", { script: "worker-a" })], producers: [{ type: "worker", script: "producer-a" }, { type: "r2_bucket", bucket_name: "files" }] });
  service.add("acc1", "bare", { settings: {} });
  service.add("acc1", "dlq", { messages: [{ body: "x", content_type: "text" }] });
  service.add("acc1", "pulled", { consumers: [{ type: "http_pull", consumer_id: "cons-2", settings: { batch_size: 5 } }] });
  service.add("acc1", "serviced", { consumers: [worker("cons-3", { service: "worker-s", environment: "production" })] });
  service.add("acc1", "several", { consumers: [worker("cons-4", { service: "worker-s", environment: "staging" }), worker("cons-5", { service: "worker-s", environment: "production" })] });
  service.environments = { "worker-s": "production" };
  for (const [id, source, queue] of [["sub-1", { type: "kv" }, "jobs"], ["sub-2", { type: "workersAi.model", model_name: "m" }, "jobs"], ["sub-3", { type: "r2" }, "dlq"]]) {
    service.subscriptions.set(id, {
      id, created_at: "2026-09-01T10:00:00.000Z", modified_at: "2026-10-01T10:00:00.000Z", name: `${queue} ${source.type}`, enabled: true, source,
      destination: { type: "queues.queue", queue_id: service.queues.get(`acc1/${queue}`).shown.queue_id }, events: ["namespace.created"],
    });
  }
  return service;
};

/** A change, in a form in which two programs can be compared: wrangler sends this JSON as text/plain. */
const change = ({ method, path, query, headers, bytes }) => ({ method, path, query, auth: headers.authorization, body: bytes.length ? JSON.parse(bytes) : null });

async function run(program, words, fault) {
  const place = new Place();
  place.write("project/wrangler.jsonc", CONFIG);
  const server = await ApiServer.start();
  const service = state();
  server.services = [service];
  if (fault) server.fault = { ...fault };
  const env = { ...server.variables, CLOUDFLARE_API_TOKEN: "SECRET-token", CLOUDFLARE_ACCOUNT_ID: "acc1" };
  const ran = program === "corral" ? await place.corral([...words, "--remote"], { env }) : await runWrangler(place, words, env);
  const result = {
    status: ran.status, out: ran.out, err: ran.err,
    changes: server.requests.filter(({ method }) => method !== "GET").map(change),
    gets: server.requests.filter(({ method }) => method === "GET").map(({ path, query }) => JSON.stringify([path, query])),
    state: [service.of("acc1").map(service.describe), [...service.subscriptions.values()], service.bodies("acc1", "dlq").length],
  };
  await server.stop();
  place.remove();
  return result;
}

const data = (out) => JSON.parse(out.slice(Math.max(0, out.search(/^[[{]/m))));

const CASES = [
  // words, whether stdout is JSON, what corral needs besides
  ["queues list"], ["queues list --page 2"],
  ["queues info jobs"], ["queues info nope"],
  ["queues create mail"], ["queues create jobs"], ["queues create mail --delivery-delay-secs 5"],
  ["queues create mail --message-retention-period-secs 60 --delivery-delay-secs 0"], ["queues create mail --jurisdiction eu"],
  ["queues create mail --delivery-delay-secs 86401"], ["queues create mail --message-retention-period-secs 59"],
  ["queues update jobs"], ["queues update jobs --delivery-delay-secs 0 --message-retention-period-secs 60"],
  ["queues update jobs --delivery-delay-secs 7"], ["queues update bare"], ["queues update bare --message-retention-period-secs 100"],
  ["queues update nope --delivery-delay-secs 7"],
  ["queues delete dlq", false, ["--force"]], ["queues delete nope", false, ["--force"]],
  ["queues pause-delivery jobs"], ["queues resume-delivery jobs"], ["queues pause-delivery nope"],
  ["queues purge dlq --force"], ["queues purge dlq"], ["queues purge nope --force"],
  ["queues consumer add dlq worker-b"], ["queues consumer add jobs worker-b"], ["queues consumer add nope worker-b"],
  ["queues consumer add dlq worker-b --batch-size 5 --batch-timeout 2 --message-retries 0 --dead-letter-queue jobs --max-concurrency 3 --retry-delay-secs 9"],
  ["queues consumer worker add dlq worker-b --batch-timeout 0 --env staging"],
  ["queues consumer http add dlq"],
  ["queues consumer http add dlq --batch-size 7 --message-retries 2 --dead-letter-queue jobs --visibility-timeout-secs 40 --retry-delay-secs 0"],
  ["queues consumer list jobs --json", true], ["queues consumer worker list jobs --json", true], ["queues consumer http list jobs --json", true],
  ["queues consumer http list pulled --json", true], ["queues consumer list dlq --json", true], ["queues consumer list nope --json"],
  ["queues consumer list jobs"], ["queues consumer worker list several"], ["queues consumer http list pulled"],
  ["queues consumer remove jobs worker-a"], ["queues consumer worker remove jobs worker-a"], ["queues consumer remove jobs nope"],
  ["queues consumer worker remove serviced worker-s"], ["queues consumer worker remove serviced worker-s --env staging"],
  ["queues consumer worker remove several worker-s"], ["queues consumer worker remove several worker-s --env staging"],
  ["queues consumer worker remove pulled worker-a"],
  ["queues consumer http remove pulled"], ["queues consumer http remove jobs"], ["queues consumer http remove dlq"],
  [["queues", "subscription", "create", "jobs", "--source", "kv", "--events", "namespace.created, namespace.deleted"]],
  ["queues subscription create jobs --source workersAi.model --events batch.queued --model-name m --name named --enabled false"],
  ["queues subscription create jobs --source workersBuilds.worker --events a --worker-name w"],
  ["queues subscription create jobs --source workflows.workflow --events a --workflow-name w"],
  ["queues subscription create jobs --source email.sending --events a --zone-id z --domain d.example"],
  ["queues subscription create jobs --source artifacts.repo --events a --source-namespace n --source-repo-name r"],
  ["queues subscription create jobs --source kv --events a --model-name m"],
  ["queues subscription create jobs --source workersAi.model --events a"],
  ["queues subscription create jobs --source email.sending --events a --zone-id z"],
  ["queues subscription create nope --source r2 --events a"], ["queues subscription create jobs --source kv --events a,,b"],
  ["queues subscription list jobs --json", true], ["queues subscription list jobs --page 2 --per-page 1 --json", true], ["queues subscription list jobs"],
  ["queues subscription get jobs --id sub-2 --json", true], ["queues subscription get jobs --id nope --json"], ["queues subscription get jobs --id sub-3 --json"],
  ["queues subscription update jobs --id sub-1 --name renamed --events namespace.deleted --enabled false --json", true],
  ["queues subscription update jobs --id sub-1 --enabled true"], ["queues subscription update jobs --id sub-3 --enabled true"], ["queues subscription update jobs --id sub-1"],
  ["queues subscription delete jobs --id sub-1 --force"], ["queues subscription delete jobs --id sub-1 -y"], ["queues subscription delete jobs --id sub-3 -y"], ["queues subscription delete jobs --id nope -y"],
];

for (const [line, json, more = []] of chosen(CASES)) {
  const words = typeof line === "string" ? line.split(" ") : line;
  test(words.join(" "), async () => {
    const [theirs, ours] = [await run("wrangler", words), await run("corral", [...words, ...more])];
    assert.equal(ours.status, theirs.status, `wrangler: ${theirs.out}${theirs.err}\ncorral: ${ours.out}${ours.err}`);
    assert.deepEqual(ours.changes, theirs.changes);
    assert.deepEqual(ours.state, theirs.state);
    if (json) assert.deepEqual(data(ours.out), data(theirs.out));
    // What corral looks up, wrangler does too.
    if (theirs.status === 0) for (const get of ours.gets) assert.ok(theirs.gets.includes(get), `corral also asked ${get}; wrangler ${theirs.gets}`);
  });
}

for (const path of ["/accounts/acc1/queues", "/accounts/acc1/event_subscriptions/subscriptions"]) {
  test(`a refusal of ${path} is the end of both`, async () => {
    const fault = { path, name: "status403", left: 99 };
    const words = ["queues", "subscription", "create", "jobs", "--source", "kv", "--events", "a"];
    const [theirs, ours] = [await run("wrangler", words, fault), await run("corral", words, fault)];
    assert.deepEqual([ours.status, ours.changes], [theirs.status, theirs.changes]);
  });
}
