// What the interfaces of backends/ promise, on the implementations that work on an account: the conformance suites of
// tests/backends against the test server.
import { test } from "node:test";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import path from "node:path";
import { ApiServer } from "./server.mjs";
import { D1Service } from "./d1.mjs";
import { KvService } from "./kv.mjs";
import { QueueService } from "./queues.mjs";
import { R2ObjectService } from "./r2-objects.mjs";
import { S3Server } from "./s3.mjs";
import { CORRAL } from "./program.mjs";

const TESTS = process.env.CORRAL_ACCOUNT_TESTS ?? path.join(path.dirname(CORRAL), "../tests/backends/corral_account_tests");

async function run(words, server, more = {}) {
  const child = spawn(TESTS, words, { env: { ...server.variables, ...more }, stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  child.stdout.on("data", (bytes) => (out += bytes));
  child.stderr.on("data", (bytes) => (out += bytes));
  const status = await new Promise((resolve) => child.on("close", resolve));
  assert.equal(status, 0, out);
}

for (const pageSize of [1000, 7]) {
  test(`the suites, in pages of at most ${pageSize}`, async () => {
    const server = await ApiServer.start();
    const objects = new R2ObjectService({ makesBuckets: true, pageSize, ranges: pageSize > 7 });
    server.services = [new KvService({ makesNamespaces: true, pageSize }), objects];
    const derived = createHash("sha256").update("SECRET-token").digest("hex");
    const s3 = await S3Server.start(objects, { account: null, keys: { t1: derived }, clock: false });
    await run(["--no-version", "--test-case-exclude=sql*", "--source-file-exclude=*message_queue*"], server, { AWS_ENDPOINT_URL_S3: s3.origin });
    await server.stop();
    await s3.stop();
  });
}

test("the SQL suite", async () => {
  const server = await ApiServer.start();
  const d1 = new D1Service({ makesDatabases: true });
  server.services = [d1];
  await run(["--no-version", "--test-case=sql*"], server);
  await server.stop();
  d1.remove();
});

test("the suite of the queues' messages", async () => {
  const server = await ApiServer.start();
  server.services = [new QueueService({ makesQueues: true })];
  await run(["--no-version", "--source-file=*message_queue*"], server);
  await server.stop();
});
