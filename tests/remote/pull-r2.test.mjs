// `state pull`, `state push` and `state diff --remote` of R2 buckets and queues against the test server.
import { test } from "node:test";
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fs from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { CONFIG, withAccount } from "./transfer.mjs";
import { R2ObjectService } from "./r2-objects.mjs";
import { R2BucketService } from "./r2-buckets.mjs";
import { QueueService } from "./queues.mjs";
import { runWrangler } from "./program.mjs";

const config = { ...CONFIG, kv_namespaces: [], queues: { producers: [{ binding: "MAILS", queue: "mails" }], consumers: [{ queue: "jobs" }] } };

function withBucket(body, count = 30) {
  const objects = new R2ObjectService();
  const buckets = new R2BucketService();
  const queues = new QueueService();
  const bucket = objects.add("acc1", "files");
  const settings = buckets.add("acc1", "files");
  for (let i = 0; i < count; ++i) {
    const object = objects.store(bucket, `dir/object-${String(i).padStart(4, "0")}`, Buffer.from(`bytes ${i}`),
      i % 2 ? { "content-type": "text/plain", "cache-control": "no-store", expires: "Tue, 01 Dec 2026 10:00:00 GMT" } : {});
    if (i % 3 === 0) object.custom = { owner: `me ${i}`, ümlaut: "ja" };
  }
  objects.store(bucket, "in parts", Buffer.alloc(3000, "x"), {}, `${"a".repeat(32)}-3`);
  return withAccount((tools) => body({ ...tools, objects, buckets, queues, bucket, settings }), { services: [objects, queues, buckets], config });
}

/** The local objects by key: bytes and metadata. */
async function localObjects(done, json) {
  const all = new Map();
  for (const { key } of await json(["r2", "object", "list", "files", "--local", "--limit", "1000"])) {
    const { size, etag, httpMetadata, customMetadata, uploaded } = await json(["r2", "object", "head", `files/${key}`, "--local"]);
    all.set(key, { size, etag, http: httpMetadata ?? {}, custom: customMetadata ?? {}, uploaded: new Date(uploaded).getTime() });
  }
  return all;
}

test("a bucket arrives with all metadata, and again only what changed", () => withBucket(async ({ server, objects, bucket, done, json }) => {
  const [dry] = await json(["state", "pull", "--r2", "--dry-run"]);
  assert.deepEqual([dry.added, dry.bytes], [31, [...bucket.objects.values()].reduce((sum, { bytes }) => sum + bytes.length, 0)]);
  const [first] = await json(["state", "pull", "--r2"]);
  assert.deepEqual([first.name, first.local_id, first.added, first.changed, first.removed, first.bytes], ["FILES", "files", 31, 1, 0, dry.bytes]);
  const local = await localObjects(done, json);
  assert.equal(local.size, 31);
  for (const [key, { bytes, http, custom = {}, uploaded }] of bucket.objects) {
    const here = local.get(key);
    assert.deepEqual([here.size, here.etag, here.uploaded], [bytes.length, createHash("md5").update(bytes).digest("hex"), new Date(uploaded).getTime()], key);
    assert.deepEqual(here.custom, custom);
    assert.deepEqual([here.http.contentType, here.http.cacheControl], [http.contentType, http.cacheControl]);
    assert.equal(new Date(here.http.cacheExpiry ?? 0).getTime(), new Date(http.cacheExpiry ?? 0).getTime());
  }
  assert.deepEqual(await json(["state", "diff", "--remote", "--r2"]), []);

  server.requests = [];
  const [second] = await json(["state", "pull", "--r2"]);
  assert.deepEqual([second.added, second.changed, second.same, second.bytes], [0, 0, 31, 0]);
  assert.ok(server.requests.every(({ path }) => !path.includes("/objects/")));

  await done(["r2", "object", "put", "files/dir/object-0001", "--pipe", "--local"], { input: "mine" });
  await done(["r2", "object", "put", "files/mine", "--pipe", "--local"], { input: "mine" });
  await done(["r2", "object", "delete", "files/dir/object-0002", "--local"]);
  objects.store(bucket, "dir/object-0003", Buffer.from("changed"), {});
  bucket.objects.delete("dir/object-0004");
  const differing = await json(["state", "diff", "--remote", "FILES"]);
  assert.deepEqual(differing.map(({ change, item }) => [change, item]), [["changed", "dir/object-0001"], ["removed", "dir/object-0002"],
    ["changed", "dir/object-0003"], ["added", "dir/object-0004"], ["added", "mine"]]);
  server.requests = [];
  const [third] = await json(["state", "pull", "files"]);
  assert.deepEqual([third.added, third.changed, third.removed], [1, 2, 2]);
  assert.deepEqual(server.requests.filter(({ path }) => path.includes("/objects/")).map(({ path }) => path.slice(-4)).sort(), ["0001", "0002", "0003"]);
  assert.deepEqual(await json(["state", "diff", "--remote", "files"]), []);
  await done([...third.undo.split(" ").slice(1), "--force"]);
  assert.equal((await done(["r2", "object", "get", "files/mine", "--pipe", "--local"])).out, "mine");
}));

test("a bucket's --prefix, --limit and --max-bytes", () => withBucket(async ({ json, done }) => {
  await done(["r2", "object", "put", "files/mine", "--pipe", "--local"], { input: "mine" });
  assert.equal((await json(["state", "pull", "FILES", "--prefix", "dir/object-000"]))[0].added, 10);
  const [limit] = await json(["state", "pull", "FILES", "--limit", "15"]);
  assert.deepEqual([limit.added, limit.same, limit.cut], [5, 10, true]);
  const [bytes] = await json(["state", "pull", "FILES", "--max-bytes", "24"]);
  assert.deepEqual([bytes.added, bytes.bytes, bytes.cut], [3, 24, true]);
  assert.equal((await done(["r2", "object", "get", "files/mine", "--pipe", "--local"])).out, "mine");
}));

test("objects through --exec: streamed, dropped, and known again", () => withBucket(async ({ place, objects, bucket, json, done, refused }) => {
  objects.store(bucket, "large", Buffer.alloc(20 << 20, "PERSONAL!"), {});
  const scrub = 'case "$CORRAL_KEY" in dir/object-0005) exit 1;; esac; tr PERSONAL x';
  const [pulled] = await json(["state", "pull", "--r2", "--exec", scrub]);
  assert.deepEqual([pulled.added, pulled.dropped], [31, 1]);
  const look = (folder) => {
    for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) look(`${folder}/${entry.name}`);
      else assert.ok(!fs.readFileSync(`${folder}/${entry.name}`, "latin1").includes("PERSONAL"), entry.name);
    }
  };
  look(place.project);
  assert.equal((await json(["r2", "object", "head", "files/large", "--local"])).size, 20 << 20);
  const [again] = await json(["state", "pull", "--r2", "--exec", scrub]);
  assert.deepEqual([again.same, again.changed, again.dropped], [31, 0, 1]);
  await refused(["state", "pull", "--r2", "--exec", "cat; exit 9"], /exit status 9/);
  const [plain] = await json(["state", "pull", "--r2"]);
  assert.deepEqual([plain.added, plain.changed], [1, 2]); // large, and the one in parts: of the others the etag tells that they are the same
}));

test("the settings of a bucket", () => withBucket(async ({ settings, json, done }) => {
  settings.cors = { rules: [{ allowed: { origins: ["https://a.example"], methods: ["GET"] } }] };
  const differing = await json(["state", "diff", "--remote", "FILES"]);
  assert.deepEqual(differing.filter(({ what }) => what === "setting").map(({ change, item }) => [change, item]), [["removed", "cors"], ["removed", "lifecycle"]]);
  await done(["state", "pull", "FILES"]);
  assert.deepEqual((await json(["r2", "bucket", "cors", "list", "files", "--local"])), await json(["r2", "bucket", "cors", "list", "files", "--remote"]));
  assert.deepEqual(await json(["state", "diff", "--remote", "FILES"]), []);
  assert.equal((await json(["state", "pull", "FILES"]))[0].changed, 0);
}));

test("a push of a bucket: what is asked, what arrives", () => withBucket(async ({ bucket, json, done, refused }) => {
  await done(["state", "pull", "FILES"]);
  await done(["r2", "object", "put", "files/dir/object-0001", "--pipe", "--ct", "text/html", "--local"], { input: "mine" });
  await done(["r2", "object", "put", "files/new", "--pipe", "--local"], { input: "new" });
  await done(["r2", "object", "delete", "files/dir/object-0002", "--local"]);
  await refused(["state", "push", "FILES"], /production/);
  await refused(["state", "push", "FILES", "--yes-production"], /account acc1.*R2 bucket FILES \(1 new, 1 overwritten\)/s);
  const [pushed] = await json(["state", "push", "FILES", "--yes-production", "--force"]);
  assert.deepEqual([pushed.added, pushed.changed, pushed.removed, pushed.bytes], [1, 1, 0, 7]);
  assert.equal(bucket.objects.get("dir/object-0001").bytes.toString(), "mine");
  assert.equal(bucket.objects.get("dir/object-0001").http.contentType, "text/html");
  assert.ok(bucket.objects.has("dir/object-0002"));
  await done(["state", "push", "FILES", "--yes-production", "--force", "--delete"]);
  assert.ok(!bucket.objects.has("dir/object-0002"));
  assert.deepEqual(await json(["state", "diff", "--remote", "FILES"]), []);
  // The key of an object that was written by S3 (SSE-C) is known here alone, and no difference.
  const [{ file }] = await json(["which", "FILES"]);
  const database = new DatabaseSync(file);
  const { changes } = database.prepare("UPDATE _mf_objects SET http_metadata = json_set(http_metadata, '$.customerKeyMD5', 'AAAAAAAAAAAAAAAAAAAAAA==') WHERE key = 'new'").run();
  database.close();
  assert.equal(changes, 1);
  assert.deepEqual(await json(["state", "diff", "--remote", "FILES"]), []);
}));

test("a run that is cut off goes on where it stopped", () => withBucket(async ({ server, json, corral }) => {
  server.fault = { path: "/accounts/acc1/r2/buckets/files/objects/dir/object-0020", name: "status403", left: 9 };
  assert.equal((await corral(["state", "pull", "--r2"])).status, 1);
  assert.deepEqual(await json(["r2", "object", "list", "files", "--local"]), []);
  server.fault = null;
  server.requests = [];
  const [pulled] = await json(["state", "pull", "--r2"]);
  assert.ok(pulled.staged >= 15, `${pulled.staged}`);
  assert.equal(server.requests.filter(({ path }) => path.includes("/objects/")).length, 31 - pulled.staged);
  assert.deepEqual(await json(["state", "diff", "--remote", "--r2"]), []);
}));

test("a warning about the config is printed once for all services", () => withBucket(async ({ done }) => {
  const { err } = await done(["state", "pull", "--kv", "--d1", "--r2", "--env", "staging"]);
  assert.deepEqual(err.split("\n").filter((line) => line.startsWith("warning")),
    ['warning: wrangler.json defines no environments; "staging" is ignored, and the top level is used']);
}));

test("queues: settings, never messages", () => withBucket(async ({ queues, json, done, refused }) => {
  await refused(["state", "pull", "--queues"], /no queue "mails"/);
  queues.add("acc1", "mails", { settings: { delivery_delay: 5, message_retention_period: 600 }, messages: [{ body: "hi" }] });
  queues.add("acc1", "jobs", { consumers: [{ type: "http_pull", consumer_id: "c1", settings: { batch_size: 7, retry_delay: 4 }, dead_letter_queue: "dlq" }] });
  const pulled = await json(["state", "pull", "--queues"]);
  assert.deepEqual(pulled.map(({ name, added }) => [name, added]), [["mails", 1], ["jobs", 1]]);
  assert.deepEqual(await json(["state", "diff", "--remote", "--queues"]), []);
  assert.equal(queues.bodies("acc1", "mails").length, 1);
  await done(["queues", "update", "mails", "--delivery-delay-secs", "9", "--local"]);
  const [differs] = await json(["state", "diff", "--remote", "mails"]);
  assert.deepEqual([differs.change, differs.item, differs.fields], ["changed", "mails", ["delivery_delay"]]);
  await done(["state", "push", "MAILS", "--yes-production", "--force"]);
  assert.equal(queues.queues.get("acc1/mails").shown.settings.delivery_delay, 9);
  assert.deepEqual(await json(["state", "diff", "--remote", "mails"]), []);
}));

test("the real wrangler reads pulled objects", () => withBucket(async ({ place, done }) => {
  await done(["state", "pull", "--r2"]);
  const got = await runWrangler(place, ["r2", "object", "get", "files/dir/object-0007", "--pipe", "--local"], {});
  assert.equal(got.out, "bytes 7");
}, 10));
