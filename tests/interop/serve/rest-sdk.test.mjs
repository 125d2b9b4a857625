// Cloudflare's own SDK (npm: cloudflare) against `corral serve`: its methods for KV, D1, R2, queues and Durable Objects.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import { TestProject } from "../project.mjs";
import { ACCOUNT, RestServer, TOKEN } from "./rest-server.mjs";

const require = createRequire(`${process.env.CORRAL_PEERS ?? process.cwd()}/package.json`);
const { default: Cloudflare } = require("cloudflare");

let project, server, cloudflare;
const account_id = ACCOUNT;
before(async () => {
  project = new TestProject({ name: "sdk" });
  server = await RestServer.start(project);
  cloudflare = new Cloudflare({ apiToken: TOKEN, baseURL: server.base, maxRetries: 0 });
});
after(async () => {
  await server?.stop();
  project.remove();
});

const all = async (pages) => {
  const items = [];
  for await (const item of pages) items.push(item);
  return items;
};

test("who asks", async () => {
  assert.deepEqual((await all(cloudflare.accounts.list())).map(({ id }) => id), [ACCOUNT]);
  assert.equal((await cloudflare.user.tokens.verify()).status, "active");
  const stranger = new Cloudflare({ apiToken: "not-the-token", baseURL: server.base, maxRetries: 0 });
  await assert.rejects(all(stranger.accounts.list()), (error) => error.status === 403 && error.errors[0].code === 10000);
});

test("KV", async () => {
  const { namespaces } = cloudflare.kv;
  const { id } = await namespaces.create({ account_id, title: "sdk" });
  for (let i = 0; i < 25; ++i) await namespaces.create({ account_id, title: `more ${String(i).padStart(2, "0")}` });
  assert.equal((await all(namespaces.list({ account_id, order: "title" }))).length, 26);
  await namespaces.values.update("a/b ü", { account_id, namespace_id: id, value: "text", metadata: '{"m":1}' });
  assert.equal(await (await namespaces.values.get("a/b ü", { account_id, namespace_id: id })).text(), "text");
  assert.deepEqual(await namespaces.metadata.get("a/b ü", { account_id, namespace_id: id }), { m: 1 });
  await namespaces.bulkUpdate(id, { account_id, body: Array.from({ length: 1200 }, (_, i) => ({ key: `k${i}`, value: `${i}` })) });
  assert.equal((await all(namespaces.keys.list(id, { account_id, prefix: "k" }))).length, 1200);
  const { values } = await namespaces.bulkGet(id, { account_id, keys: ["k1", "nope"] });
  assert.deepEqual(values, { k1: "1", nope: null });
  await namespaces.bulkDelete(id, { account_id, body: Array.from({ length: 1200 }, (_, i) => `k${i}`) });
  await namespaces.values.delete("a/b ü", { account_id, namespace_id: id });
  assert.deepEqual(await all(namespaces.keys.list(id, { account_id })), []);
  await assert.rejects(namespaces.values.get("gone", { account_id, namespace_id: id }), (error) => error.status === 404);
  await namespaces.update(id, { account_id, title: "renamed" });
  assert.equal((await namespaces.get(id, { account_id })).title, "renamed");
  await namespaces.delete(id, { account_id });
});

test("D1", async () => {
  const { database } = cloudflare.d1;
  const { uuid } = await database.create({ account_id, name: "sdk" });
  assert.deepEqual((await all(database.list({ account_id }))).map(({ name }) => name), ["sdk"]);
  await all(database.query(uuid, { account_id, sql: "CREATE TABLE t(a, b)" }));
  await all(database.query(uuid, { account_id, sql: "INSERT INTO t VALUES (?, ?)", params: ["1", "x"] }));
  const [found] = await all(database.query(uuid, { account_id, sql: "SELECT * FROM t" }));
  assert.deepEqual(found.results, [{ a: "1", b: "x" }]);
  const [raw] = await all(database.raw(uuid, { account_id, sql: "SELECT a FROM t" }));
  assert.deepEqual(raw.results, { columns: ["a"], rows: [["1"]] });
  const { upload_url: url, filename } = await database.import(uuid, { account_id, action: "init", etag: "00000000000000000000000000000000" });
  await fetch(url, { method: "PUT", body: "INSERT INTO t VALUES (2, 'y');" });
  assert.equal((await database.import(uuid, { account_id, action: "ingest", filename })).status, "complete");
  const dump = await database.export(uuid, { account_id, output_format: "polling" });
  assert.match(await (await fetch(dump.result.signed_url)).text(), /INSERT INTO "t"/);
  assert.equal((await database.update(uuid, { account_id, read_replication: { mode: "auto" } })).read_replication.mode, "auto");
  await database.edit(uuid, { account_id });
  assert.equal((await database.get(uuid, { account_id })).read_replication.mode, "auto");
  assert.equal((await database.edit(uuid, { account_id, read_replication: { mode: "disabled" } })).read_replication.mode, "disabled");
  for (const wrong of [{}, { read_replication: {} }, { read_replication: { mode: "some" } }]) await assert.rejects(database.update(uuid, { account_id, ...wrong }), (error) => error.status === 400);
  await database.delete(uuid, { account_id });
  await assert.rejects(database.get(uuid, { account_id }), (error) => error.status === 404 && error.errors[0].code === 7404);
});

test("R2", async () => {
  const { buckets } = cloudflare.r2;
  await buckets.create({ account_id, name: "sdk-files" });
  assert.deepEqual((await buckets.list({ account_id })).buckets.map(({ name }) => name), ["sdk-files"]);
  assert.equal((await buckets.get("sdk-files", { account_id })).storage_class, "Standard");
  const bytes = randomBytes(500_000);
  const stored = await buckets.objects.upload("a/b c", bytes, { account_id, bucket_name: "sdk-files" });
  assert.equal(stored.size, "500000");
  assert.deepEqual(Buffer.from(await (await buckets.objects.get("a/b c", { account_id, bucket_name: "sdk-files" })).arrayBuffer()), bytes);
  for (let i = 0; i < 30; ++i) await buckets.objects.upload(`n${i}`, String(i), { account_id, bucket_name: "sdk-files" });
  assert.equal((await all(buckets.objects.list("sdk-files", { account_id }))).length, 31);
  await buckets.cors.update("sdk-files", { account_id, rules: [{ allowed: { origins: ["*"], methods: ["GET"] } }] });
  assert.equal((await buckets.cors.get("sdk-files", { account_id })).rules.length, 1);
  await buckets.cors.delete("sdk-files", { account_id });
  await buckets.lifecycle.update("sdk-files", { account_id, rules: [{ id: "r", enabled: true, conditions: { prefix: "" }, deleteObjectsTransition: { condition: { type: "Age", maxAge: 86400 } } }] });
  assert.equal((await buckets.lifecycle.get("sdk-files", { account_id })).rules[0].id, "r");
  await buckets.locks.update("sdk-files", { account_id, rules: [] });
  await buckets.domains.custom.create("sdk-files", { account_id, domain: "sdk.example.com", enabled: true, zoneId: "z" });
  assert.equal((await buckets.domains.custom.list("sdk-files", { account_id })).domains.length, 1);
  await buckets.domains.managed.update("sdk-files", { account_id, enabled: true });
  assert.match((await buckets.domains.managed.list("sdk-files", { account_id })).domain, /r2\.dev$/);
  for (const { key } of await all(buckets.objects.list("sdk-files", { account_id }))) await buckets.objects.delete(key, { account_id, bucket_name: "sdk-files" });
  await buckets.delete("sdk-files", { account_id });
  await assert.rejects(buckets.get("sdk-files", { account_id }), (error) => error.status === 404 && error.errors[0].code === 10006);
});

test("queues", async () => {
  const { queues } = cloudflare;
  const { queue_id: id } = await queues.create({ account_id, queue_name: "sdk" });
  assert.deepEqual((await all(queues.list({ account_id }))).map(({ queue_name: name }) => name), ["sdk"]);
  const { consumer_id: consumer } = await queues.consumers.create(id, { account_id, type: "http_pull" });
  assert.equal((await queues.consumers.get(consumer, { account_id, queue_id: id })).type, "http_pull");
  assert.equal((await all(queues.consumers.list(id, { account_id }))).length, 1);
  const before = await queues.consumers.update(consumer, { account_id, queue_id: id, type: "http_pull", settings: { batch_size: 50, max_retries: 10 } });
  assert.deepEqual([before.consumer_id, before.settings.batch_size, before.settings.max_retries], [consumer, 50, 10]);
  const changed = await queues.consumers.update(consumer, { account_id, queue_id: id, type: "http_pull", settings: { batch_size: 7 }, dead_letter_queue: "dead" });
  assert.deepEqual([changed.consumer_id, changed.created_on, changed.settings.batch_size, changed.dead_letter_queue], [consumer, before.created_on, 7, "dead"]);
  assert.notEqual(changed.settings.max_retries, 10);
  await assert.rejects(queues.consumers.update("0".repeat(32), { account_id, queue_id: id, type: "http_pull" }), (error) => error.status === 404);
  await queues.messages.push(id, { account_id, body: "one", content_type: "text" });
  await queues.messages.bulkPush(id, { account_id, messages: [{ body: "two", content_type: "text" }, { body: { three: 3 }, content_type: "json" }] });
  const { messages } = await queues.messages.pull(id, { account_id, batch_size: 2 });
  assert.deepEqual(messages.map(({ body }) => body), ["one", "two"]);
  const settled = await queues.messages.ack(id, { account_id, acks: [{ lease_id: messages[0].lease_id }], retries: [{ lease_id: messages[1].lease_id, delay_seconds: 100 }] });
  assert.deepEqual([settled.ackCount, settled.retryCount], [1, 1]);
  const { messages: seen } = await queues.messages.peek(id, { account_id });
  assert.equal(seen.length, 1);
  await queues.messages.purge(id, { account_id, refs: [{ ref: seen[0].ref }] });
  assert.equal((await queues.getMetrics(id, { account_id })).backlog_count, 1);
  await queues.purge.start(id, { account_id, delete_messages_permanently: true });
  await queues.edit(id, { account_id, queue_name: "sdk", settings: { delivery_paused: true } });
  const subscription = await queues.subscriptions.create({ account_id, name: "s", enabled: true, source: { type: "kv" }, destination: { type: "queues.queue", queue_id: id }, events: ["namespace.created"] });
  assert.equal((await all(queues.subscriptions.list({ account_id }))).length, 1);
  assert.equal((await queues.subscriptions.update(subscription.id, { account_id, name: "t" })).name, "t");
  await queues.subscriptions.delete(subscription.id, { account_id });
  await queues.consumers.delete(consumer, { account_id, queue_id: id });
  await queues.delete(id, { account_id });
});

test("Durable Objects", async () => {
  for (const name of ["one", "two", "six"]) project.corral(["do", "storage", "put", "Room", "k", "1", "--name", name, "--script", "sdk"]);
  const [space] = await all(cloudflare.durableObjects.namespaces.list({ account_id }));
  assert.deepEqual([space.script, space.class], ["sdk", "Room"]);
  assert.equal((await all(cloudflare.durableObjects.namespaces.objects.list(space.id, { account_id, limit: 10 }))).length, 3);
});
