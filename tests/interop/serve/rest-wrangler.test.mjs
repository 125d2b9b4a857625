// The real wrangler against `corral serve`, each of its storage commands, with the effect seen by corral on the same
// state and, of all that change data, by a Worker in `wrangler dev`.
import { after, before, describe, test } from "node:test";
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import { DevServer, TestProject } from "../project.mjs";
import { ACCOUNT, RestServer } from "./rest-server.mjs";

const KV = "0123456789abcdef0123456789abcdef";
const config = {
  name: "rest", main: "worker.mjs", compatibility_date: "2026-01-01",
  kv_namespaces: [{ binding: "CACHE", id: KV }],
  d1_databases: [{ binding: "DB", database_name: "shop", database_id: "0b1c2d3e-aaaa-4bbb-8ccc-1234567890ab" }],
  r2_buckets: [{ binding: "FILES", bucket_name: "files" }],
};

let project, server;
before(async () => {
  project = new TestProject(config);
  server = await RestServer.start(project);
});
after(async () => {
  await server?.stop();
  project.remove();
});

const wrangler = (...words) => server.wrangler(words).toString();
const inCache = ["--binding", "CACHE"];
const corral = (...words) => project.corral(words).toString();
const corralJson = (...words) => project.corralJson([...words, "--json"]);

test("whoami finds the account", () => {
  const text = wrangler("whoami");
  assert.ok(text.includes(ACCOUNT) && text.includes("Local state"), text);
});

test("the account is found without being told", () => {
  const { CLOUDFLARE_ACCOUNT_ID: _, ...others } = server.variables;
  Object.defineProperty(server, "variables", { value: others, configurable: true });
  wrangler("kv", "namespace", "list");
  delete server.variables;
});

describe("kv", () => {
  test("namespace create, list, rename, delete", () => {
    wrangler("kv", "namespace", "create", "SESSIONS");
    const made = JSON.parse(wrangler("kv", "namespace", "list")).find(({ title }) => title === "SESSIONS");
    assert.ok(corralJson("kv", "namespace", "list").some(({ id }) => id === made.id));
    wrangler("kv", "namespace", "rename", "SESSIONS", "--new-name", "VISITS");
    assert.equal(corralJson("kv", "namespace", "list").find(({ id }) => id === made.id).title, "VISITS");
    server.wrangler(["kv", "namespace", "create", "VISITS"], { expect: 1 });
    wrangler("kv", "namespace", "delete", "--namespace-id", made.id, "-y");
    assert.ok(!corralJson("kv", "namespace", "list").some(({ id }) => id === made.id));
  });

  test("key put, get, list, delete", () => {
    const bytes = randomBytes(200_000);
    wrangler("kv", "key", "put", "a/b c", "v1", "--ttl", "600", "--metadata", '{"b":[1,"é"]}', ...inCache, "--remote");
    wrangler("kv", "key", "put", "bytes", "--path", project.write("bytes", bytes), ...inCache, "--remote");
    assert.equal(corral("kv", "key", "get", "a/b c", ...inCache), "v1");
    assert.deepEqual(project.corral(["kv", "key", "get", "bytes", ...inCache]), bytes);
    assert.deepEqual(server.wrangler(["kv", "key", "get", "bytes", ...inCache, "--remote"]), bytes);
    const [entry] = server.wranglerJson(["kv", "key", "list", "--prefix", "a/b ", ...inCache, "--remote"]);
    assert.deepEqual([entry.name, entry.metadata], ["a/b c", { b: [1, "é"] }]);
    wrangler("kv", "key", "delete", "a/b c", ...inCache, "--remote");
    project.corral(["kv", "key", "get", "a/b c", ...inCache], { expect: 1 });
    server.wrangler(["kv", "key", "get", "a/b c", ...inCache, "--remote"], { expect: 1 });
  });

  test("bulk put, get, delete", () => {
    const pairs = Array.from({ length: 1500 }, (_, i) => ({ key: `k${i}`, value: `v${i}` }));
    wrangler("kv", "bulk", "put", project.write("pairs.json", JSON.stringify(pairs)), ...inCache, "--remote");
    assert.equal(corralJson("kv", "key", "list", "--prefix", "k", ...inCache).length, 1500);
    const found = server.wranglerJson(["kv", "bulk", "get", project.write("some.json", '["k1","nope"]'), ...inCache, "--remote"]);
    assert.deepEqual(found, { k1: "v1", nope: null });
    wrangler("kv", "bulk", "delete", project.write("all.json", JSON.stringify(pairs.map(({ key }) => key))), "--force", ...inCache, "--remote");
    assert.equal(corralJson("kv", "key", "list", "--prefix", "k", ...inCache).length, 0);
  });
});

describe("d1", () => {
  test("create, list, info, delete", () => {
    wrangler("d1", "create", "orders");
    assert.ok(server.wranglerJson(["d1", "list", "--json"]).some(({ name }) => name === "orders"));
    const info = server.wranglerJson(["d1", "info", "orders", "--json"]);
    assert.deepEqual([info.name, info.num_tables], ["orders", 0]);
    wrangler("d1", "delete", "orders", "-y");
    assert.ok(!corralJson("d1", "list").some(({ name }) => name === "orders"));
  });

  test("execute a command and a file, export", () => {
    wrangler("d1", "execute", "DB", "--remote", "--json", "--command", "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT, raw BLOB); INSERT INTO users VALUES (1, 'Ann', x'00ff')");
    const [rows] = server.wranglerJson(["d1", "execute", "DB", "--remote", "--json", "--command", "SELECT * FROM users"]);
    assert.deepEqual(rows.results, [{ id: 1, name: "Ann", raw: [0, 255] }]);
    project.write("seed.sql", Array.from({ length: 1000 }, (_, i) => `INSERT INTO users(name) VALUES ('u${i}');`).join("\n"));
    const [done] = server.wranglerJson(["d1", "execute", "DB", "--remote", "--json", "--file", "seed.sql"]);
    assert.equal(done.results[0]["Total queries executed"], 1000);
    assert.equal(corralJson("d1", "execute", "DB", "--command", "SELECT count(*) AS n FROM users")[0].results[0].n, 1001);
    const failed = server.wrangler(["d1", "execute", "DB", "--remote", "--json", "--command", "SELECT * FROM nope"], { expect: 1 });
    assert.match(failed.toString(), /no such table: nope/);
    wrangler("d1", "export", "DB", "--remote", "--output", "theirs.sql");
    assert.equal(fs.readFileSync(`${project.folder}/theirs.sql`, "utf8"), corral("d1", "export", "DB", "--output", "-"));
  });

  test("migrations, insights, time travel", () => {
    project.write("migrations/0001_first.sql", "CREATE TABLE m(a);");
    project.write("migrations/0002_second.sql", "INSERT INTO m VALUES (1);");
    assert.match(wrangler("d1", "migrations", "list", "DB", "--remote"), /0002_second/);
    wrangler("d1", "migrations", "apply", "DB", "--remote");
    assert.equal(corralJson("d1", "execute", "DB", "--command", "SELECT count(*) AS n FROM d1_migrations")[0].results[0].n, 2);
    assert.ok(server.wranglerJson(["d1", "insights", "shop", "--json"]).some(({ query }) => query.includes("users")));
    const { bookmark } = server.wranglerJson(["d1", "time-travel", "info", "DB", "--json"]);
    corral("d1", "execute", "DB", "--command", "DROP TABLE m");
    wrangler("d1", "time-travel", "restore", "DB", "--bookmark", bookmark, "--json");
    assert.equal(corralJson("d1", "execute", "DB", "--command", "SELECT * FROM m")[0].results.length, 1);
  });
});

describe("r2", () => {
  const files = "files";

  test("bucket create, list, info, update, delete", () => {
    wrangler("r2", "bucket", "create", "media", "--location", "weur");
    assert.match(wrangler("r2", "bucket", "list"), /media/);
    wrangler("r2", "bucket", "update", "storage-class", "media", "--storage-class", "InfrequentAccess");
    const info = server.wranglerJson(["r2", "bucket", "info", "media", "--json"]);
    assert.deepEqual([info.name, info.default_storage_class, info.object_count], ["media", "InfrequentAccess", "0"]);
    wrangler("r2", "bucket", "delete", "media");
    assert.ok(!corralJson("r2", "bucket", "list").some(({ name }) => name === "media"));
  });

  test("object put, get, delete, bulk put", () => {
    const bytes = randomBytes(3_000_000);
    wrangler("r2", "object", "put", `${files}/a/b c.bin`, "--file", project.write("in", bytes), "--content-type", "image/png", "--remote");
    assert.deepEqual(project.corral(["r2", "object", "get", `${files}/a/b c.bin`, "--pipe"]), bytes);
    assert.deepEqual(server.wrangler(["r2", "object", "get", `${files}/a/b c.bin`, "--pipe", "--remote"]), bytes);
    project.write("m.json", JSON.stringify([{ key: "one", file: "in" }, { key: "two/three", file: "in" }]));
    wrangler("r2", "bulk", "put", files, "--filename", "m.json", "--remote");
    assert.deepEqual(corralJson("r2", "object", "list", files).map(({ key }) => key), ["a/b c.bin", "one", "two/three"]);
    for (const key of ["a/b c.bin", "one", "two/three"]) wrangler("r2", "object", "delete", `${files}/${key}`, "--remote");
    assert.deepEqual(corralJson("r2", "object", "list", files), []);
    server.wrangler(["r2", "object", "get", `${files}/one`, "--pipe", "--remote"], { expect: 1 });
    server.wrangler(["r2", "object", "put", "no-bucket/x", "--file", "in", "--remote"], { expect: 1 });
  });

  test("cors, lifecycle, lock", () => {
    project.write("cors.json", JSON.stringify({ rules: [{ allowed: { origins: ["*"], methods: ["GET"] }, maxAgeSeconds: 60 }] }));
    wrangler("r2", "bucket", "cors", "set", files, "--file", "cors.json", "-y");
    assert.match(wrangler("r2", "bucket", "cors", "list", files), /GET/);
    assert.equal(corralJson("r2", "bucket", "cors", "list", files).rules[0].maxAgeSeconds, 60);
    wrangler("r2", "bucket", "cors", "delete", files, "-y");
    server.wrangler(["r2", "bucket", "cors", "list", files], { expect: 1 });
    wrangler("r2", "bucket", "lifecycle", "add", files, "tmp", "tmp/", "--expire-days", "7");
    assert.match(wrangler("r2", "bucket", "lifecycle", "list", files), /tmp/);
    assert.equal(corralJson("r2", "bucket", "lifecycle", "list", files).rules[0].deleteObjectsTransition.condition.maxAge, 604800);
    wrangler("r2", "bucket", "lifecycle", "remove", files, "--name", "tmp");
    project.write("lifecycle.json", JSON.stringify({ rules: [] }));
    wrangler("r2", "bucket", "lifecycle", "set", files, "--file", "lifecycle.json", "-y");
    wrangler("r2", "bucket", "lock", "add", files, "keep", "kept/", "--retention-days", "1");
    assert.equal(corralJson("r2", "bucket", "lock", "list", files).rules[0].condition.maxAgeSeconds, 86400);
    assert.match(wrangler("r2", "bucket", "lock", "list", files), /keep/);
    wrangler("r2", "bucket", "lock", "remove", files, "--name", "keep");
    project.write("lock.json", JSON.stringify({ rules: [] }));
    wrangler("r2", "bucket", "lock", "set", files, "--file", "lock.json", "-y");
  });

  test("domain, dev-url, local-uploads, sippy", () => {
    wrangler("r2", "bucket", "domain", "add", files, "--domain", "img.example.com", "--zone-id", "z9", "-y");
    assert.match(wrangler("r2", "bucket", "domain", "list", files), /img\.example\.com/);
    wrangler("r2", "bucket", "domain", "update", files, "--domain", "img.example.com", "--min-tls", "1.2");
    assert.match(wrangler("r2", "bucket", "domain", "get", files, "--domain", "img.example.com"), /1\.2/);
    assert.equal(corralJson("r2", "bucket", "domain", "get", files, "--domain", "img.example.com").minTLS, "1.2");
    wrangler("r2", "bucket", "domain", "remove", files, "--domain", "img.example.com", "-y");
    wrangler("r2", "bucket", "dev-url", "enable", files, "-y");
    assert.match(wrangler("r2", "bucket", "dev-url", "get", files), /enabled/);
    wrangler("r2", "bucket", "dev-url", "disable", files, "-y");
    assert.equal(corralJson("r2", "bucket", "dev-url", "get", files).enabled, false);
    wrangler("r2", "bucket", "local-uploads", "enable", files, "--force");
    assert.match(wrangler("r2", "bucket", "local-uploads", "get", files), /enabled/);
    wrangler("r2", "bucket", "local-uploads", "disable", files, "--force");
    wrangler("r2", "bucket", "sippy", "enable", files, "--provider", "AWS", "--bucket", "old", "--region", "eu", "--access-key-id", "k", "--secret-access-key", "s", "--r2-access-key-id", "k", "--r2-secret-access-key", "s");
    assert.match(wrangler("r2", "bucket", "sippy", "get", files), /aws/);
    wrangler("r2", "bucket", "sippy", "disable", files);
    assert.match(wrangler("r2", "bucket", "sippy", "get", files), /No Sippy/);
  });

  test("notification", () => {
    wrangler("queues", "create", "events");
    wrangler("r2", "bucket", "notification", "create", files, "--event-type", "object-create", "--queue", "events", "--prefix", "n/");
    assert.match(wrangler("r2", "bucket", "notification", "list", files), /events/);
    wrangler("r2", "object", "put", `${files}/n/1`, "--file", project.write("small", "1"), "--remote");
    assert.equal(corralJson("queues", "peek", "events").messages.length, 1);
    wrangler("r2", "bucket", "notification", "delete", files, "--queue", "events");
    server.wrangler(["r2", "bucket", "notification", "list", files], { expect: 1 });
  });
});

describe("queues", () => {
  test("create, list, info, update, pause, purge, delete", () => {
    wrangler("queues", "create", "jobs", "--delivery-delay-secs", "5");
    assert.match(wrangler("queues", "list"), /jobs/);
    assert.match(wrangler("queues", "info", "jobs"), /jobs/);
    wrangler("queues", "update", "jobs", "--delivery-delay-secs", "0", "--message-retention-period-secs", "600");
    assert.equal(corralJson("queues", "info", "jobs").settings.message_retention_period, 600);
    wrangler("queues", "pause-delivery", "jobs");
    corral("queues", "send", "jobs", "x");
    project.corral(["queues", "pull", "jobs"], { expect: 1 });
    wrangler("queues", "resume-delivery", "jobs");
    wrangler("queues", "purge", "jobs", "--force");
    assert.equal(corralJson("queues", "pull", "jobs").messages.length, 0);
    wrangler("queues", "consumer", "add", "jobs", "worker-a", "--batch-size", "7");
    assert.match(wrangler("queues", "consumer", "list", "jobs"), /worker-a/);
    wrangler("queues", "consumer", "remove", "jobs", "worker-a");
    wrangler("queues", "consumer", "worker", "add", "jobs", "worker-b");
    assert.match(wrangler("queues", "consumer", "worker", "list", "jobs"), /worker-b/);
    wrangler("queues", "consumer", "worker", "remove", "jobs", "worker-b");
    wrangler("queues", "consumer", "http", "add", "jobs", "--batch-size", "9", "--visibility-timeout-secs", "60");
    assert.match(wrangler("queues", "consumer", "http", "list", "jobs"), /9/);
    assert.equal(corralJson("queues", "consumer", "list", "jobs")[0].settings.visibility_timeout_ms, 60_000);
    wrangler("queues", "consumer", "http", "remove", "jobs");
    assert.deepEqual(corralJson("queues", "consumer", "list", "jobs"), []);
    wrangler("queues", "subscription", "create", "jobs", "--source", "kv", "--events", "namespace.created", "--name", "sub");
    const [subscription] = server.wranglerJson(["queues", "subscription", "list", "jobs", "--json"]);
    assert.equal(subscription.name, "sub");
    wrangler("queues", "subscription", "update", "jobs", "--id", subscription.id, "--name", "renamed", "--enabled", "false");
    assert.equal(server.wranglerJson(["queues", "subscription", "get", "jobs", "--id", subscription.id, "--json"]).name, "renamed");
    wrangler("queues", "subscription", "delete", "jobs", "--id", subscription.id, "--force");
    wrangler("queues", "delete", "jobs");
    assert.ok(!corralJson("queues", "list").some(({ queue_name: name }) => name === "jobs"));
  });
});

describe("with a Worker on the same state", () => {
  let dev;
  before(async () => (dev = await DevServer.start(project)));
  after(() => dev?.stop());

  test("each sees what the other wrote", async () => {
    wrangler("kv", "key", "put", "from-wrangler", "remote", ...inCache, "--remote");
    assert.equal((await dev.call({ op: "get", key: "from-wrangler" })).size, 6);
    await dev.call({ op: "put", key: "from-worker", base64: "AAH/" });
    assert.deepEqual(server.wrangler(["kv", "key", "get", "from-worker", ...inCache, "--remote"]), Buffer.of(0, 1, 255));
    wrangler("d1", "execute", "DB", "--remote", "--json", "--command", "CREATE TABLE w(a); INSERT INTO w VALUES (1)");
    assert.deepEqual((await dev.call({ op: "sql", sql: "SELECT a FROM w" })).results, [{ a: 1 }]);
    await dev.call({ op: "sql", sql: "INSERT INTO w VALUES (2)" });
    assert.deepEqual(server.wranglerJson(["d1", "execute", "DB", "--remote", "--json", "--command", "SELECT a FROM w"])[0].results, [{ a: 1 }, { a: 2 }]);
  });

  test("every command that changes data: the Worker sees it done", async () => {
    const keys = async (prefix) => (await dev.call({ op: "list", prefix })).map(({ name }) => name);
    const rows = async (sql) => (await dev.call({ op: "sql", sql })).results;
    const object = (key) => dev.call({ op: "object", binding: "FILES", key });
    project.write("two.json", JSON.stringify([{ key: "bulk/1", value: "a" }, { key: "bulk/2", value: "b" }]));
    wrangler("kv", "bulk", "put", "two.json", ...inCache, "--remote");
    assert.deepEqual(await keys("bulk/"), ["bulk/1", "bulk/2"]);
    wrangler("kv", "key", "delete", "bulk/1", ...inCache, "--remote");
    assert.deepEqual(await keys("bulk/"), ["bulk/2"]);
    project.write("names.json", '["bulk/2"]');
    wrangler("kv", "bulk", "delete", "names.json", "--force", ...inCache, "--remote");
    assert.deepEqual(await keys("bulk/"), []);

    project.write("worker.sql", "CREATE TABLE seen(a); INSERT INTO seen VALUES (7);");
    wrangler("d1", "execute", "DB", "--remote", "--file", "worker.sql", "-y");
    assert.deepEqual(await rows("SELECT a FROM seen"), [{ a: 7 }]);
    project.write("migrations/0003_third.sql", "INSERT INTO seen VALUES (8);");
    wrangler("d1", "migrations", "apply", "DB", "--remote");
    assert.deepEqual(await rows("SELECT a FROM seen"), [{ a: 7 }, { a: 8 }]);
    const { bookmark } = server.wranglerJson(["d1", "time-travel", "info", "DB", "--json"]);
    await dev.call({ op: "sql", sql: "DELETE FROM seen" });
    wrangler("d1", "time-travel", "restore", "DB", "--bookmark", bookmark, "--json");
    assert.deepEqual(await rows("SELECT a FROM seen"), [{ a: 7 }, { a: 8 }]);

    wrangler("r2", "object", "put", "files/w", "--file", project.write("w", "content"), "--content-type", "t/w", "--remote");
    assert.deepEqual(await object("w"), { text: "content", type: "t/w" });
    project.write("wm.json", JSON.stringify([{ key: "w2", file: "w" }]));
    wrangler("r2", "bulk", "put", "files", "--filename", "wm.json", "--remote");
    assert.equal((await object("w2")).text, "content");
    wrangler("r2", "object", "delete", "files/w", "--remote");
    assert.equal(await object("w"), null);
  });
});
