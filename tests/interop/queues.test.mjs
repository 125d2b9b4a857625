// Queues beside a running `wrangler dev`: consume delivers batches to a Worker and applies its outcomes.
import { test } from "node:test";
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { DevServer, TestProject } from "./project.mjs";

const WORKER = `
let batches = [];
export default {
  async fetch(request) {
    if (new URL(request.url).pathname === "/queue") {
      const batch = await request.json();
      batches.push(batch);
      const fresh = batch.messages.some((message) => message.attempts === 1);
      if (fresh && batch.messages.some((message) => message.body === "refuse all")) return new Response("no", { status: 500 });
      const outcomes = batch.messages.map(({ id, body }) =>
        body === "poison" ? { id, outcome: "retry" } : { id, outcome: "ack" });
      return new Response(outcomes.map((outcome) => JSON.stringify(outcome)).join("\\n") + "\\n");
    }
    const call = await request.json();
    if (call.op === "ping") return Response.json(true);
    return Response.json(batches.splice(0));
  },
};
`;

const CONFIG = {
  name: "consumer",
  main: "worker.mjs",
  compatibility_date: "2026-01-01",
  queues: {
    producers: [{ binding: "MAILS", queue: "mails" }],
    consumers: [{ queue: "mails", max_batch_size: 4, max_retries: 1, dead_letter_queue: "lost-mails" }],
  },
};

test("a Worker under wrangler dev consumes a local queue with the config's settings", async () => {
  const project = new TestProject(CONFIG);
  project.write("worker.mjs", WORKER);
  const server = await DevServer.start(project);
  try {
    const url = `http://localhost:${server.port}/queue`;
    const consume = () => project.corral(["queues", "consume", "mails", "--until-empty", "--url", url]);
    project.corral(["queues", "send", "mails", "--lines"], { input: "a\nb\nc\nd\ne\npoison\n" });
    project.corral(["queues", "send", "mails", '{"to":"ada"}', "--content-type", "json"]);
    consume();
    const batches = await server.call({ op: "batches" });
    assert.deepEqual(batches.map(({ queue, messages }) => [queue, messages.map(({ body }) => body)]), [
      ["mails", ["a", "b", "c", "d"]],
      ["mails", ["e", "poison", { to: "ada" }]],
      ["mails", ["poison"]],
    ]);
    assert.deepEqual(batches[2].messages.map(({ attempts }) => attempts), [2]);
    const dead = project.corralJson(["queues", "peek", "lost-mails"]).messages;
    assert.deepEqual(dead.map(({ body, dead_letter_source: source }) => [body, source]), [["poison", "mails"]]);
    assert.equal(dead[0].id, batches[2].messages[0].id);

    // A batch that the Worker refuses as a whole is tried again.
    project.corral(["queues", "send", "mails", "--lines"], { input: "refuse all\nx\n" });
    consume();
    const again = await server.call({ op: "batches" });
    assert.deepEqual(again.map(({ messages }) => messages.map(({ attempts }) => attempts)), [[1, 1], [2, 2]]);
    assert.equal(project.corralJson(["queues", "info", "mails"]).message_backlog_count, 0);
  } finally {
    await server.stop();
  }
  assert.ok(fs.existsSync(path.join(project.folder, ".wrangler/state/v3/corral/queues/data.mdb")));
  project.remove();
});
