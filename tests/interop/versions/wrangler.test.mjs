// One version of wrangler (the first on the PATH) and corral on one state folder, in both directions, at rest and with
// `wrangler dev` running. Only what every version from 3.60 on has, unless a test says otherwise.
import { after, before, describe, test } from "node:test";
import assert from "node:assert/strict";
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { DevServer, TestProject } from "../project.mjs";
import { asBulk, entries, sha256, sortedNames } from "../entries.mjs";

// As a project of that time has it: TOML, and a date that the oldest workerd knows.
const config = `
name = "versions"
main = "worker.mjs"
compatibility_date = "2024-06-01"
kv_namespaces = [{ binding = "CACHE", id = "0123456789abcdef0123456789abcdef" }]
d1_databases = [{ binding = "DB", database_name = "shop", database_id = "abc123" }]
r2_buckets = [{ binding = "B", bucket_name = "my-bucket" }]

[durable_objects]
bindings = [{ name = "COUNTER", class_name = "Counter" }, { name = "ROOM", class_name = "Room" }]

[[migrations]]
tag = "v1"
new_classes = ["Room"]
CLASSES

[[queues.consumers]]
queue = "mails"
max_batch_size = 2
max_retries = 1
`;

/// Whether this wrangler is at least MAJOR.MINOR.
const version = process.env.CORRAL_WRANGLER;
const [major, minor] = version.split(".").map(Number);
const since = (firstMajor, firstMinor) => major > firstMajor || (major === firstMajor && minor >= firstMinor);
/// Classes of Durable Objects with storage.sql; their objects' files have the alarm, too.
const hasSqlClasses = since(3, 77);
/// Whether `d1 export --local` works.
const exportsLocally = since(3, 114);
/// Whether `wrangler dev` reads the list of alarms when it starts; older versions keep it in memory.
const readsAlarms = since(4, 80);

class VersionProject extends TestProject {
  constructor() {
    super(config.replace("CLASSES", hasSqlClasses ? 'new_sqlite_classes = ["Counter"]' : ""));
    fs.copyFileSync(new URL("./worker.mjs", import.meta.url), path.join(this.folder, "worker.mjs"));
  }

  read(name) {
    return fs.readFileSync(path.join(this.folder, name));
  }
}

const inCache = ["--binding", "CACHE"];
/// Values that are text, as `kv bulk put` takes them: 3.60 stores "base64" values as they are written.
const hasText = ([, value]) => Buffer.from(value.toString()).equals(value);
const asTextBulk = (list) => JSON.stringify(list.map(([key, value, metadata]) => ({ key, value: value.toString(), metadata })));
const rows = (project, sql) => project.corralJson(["d1", "execute", "shop", "--command", sql])[0].results;

describe(`wrangler ${version} at rest`, () => {
  let project;
  before(() => (project = new VersionProject()));
  after(() => project.remove());

  test("it is the version that the test is about", () => {
    const words = project.wrangler(["--version"]).toString();
    assert.ok(words.includes(version), words);
    assert.ok(project.corralJson(["--version", "--json"]).tested_with.wrangler.includes(version));
  });

  test("KV: each reads, lists, overwrites and deletes what the other wrote", () => {
    project.corral(["kv", "bulk", "put", project.write("pairs.json", asBulk(entries)), ...inCache]);
    const list = project.wranglerJson(["kv", "key", "list", ...inCache, "--local"]);
    assert.deepEqual(list.map(({ name }) => name), sortedNames(entries));
    assert.deepEqual(list, project.corralJson(["kv", "key", "list", ...inCache]));
    const values = new Map(entries.map(([key, value]) => [key, value]));
    for (const key of ["plain", "all-bytes", "日本", "large"]) {
      assert.deepEqual(project.wrangler(["kv", "key", "get", key, ...inCache, "--local"]), values.get(key), key);
    }

    const changed = entries.filter(hasText).map(([key, value, metadata]) => [key, Buffer.from(`${value}!`), metadata]);
    project.wrangler(["kv", "bulk", "put", project.write("changed.json", asTextBulk(changed)), ...inCache, "--local"]);
    for (const [key, value] of changed) {
      assert.deepEqual(project.corral(["kv", "key", "get", ...inCache, "--", key]), value, key);
    }
    project.wrangler(["kv", "key", "put", "short", "v", "--ttl", "3600", "--metadata", '{"a": 1}', ...inCache, "--local"]);
    const [short] = project.corralJson(["kv", "key", "list", "--prefix", "short", ...inCache]);
    assert.ok(Math.abs(short.expiration - Date.now() / 1000 - 3600) < 120);
    assert.deepEqual(short.metadata, { a: 1 });
    assert.equal(project.assertNoOrphans(), entries.length + 1);

    project.corral(["kv", "key", "put", "short", "ours", ...inCache]);
    project.corral(["kv", "key", "delete", "plain", ...inCache]);
    project.wrangler(["kv", "key", "delete", "large", ...inCache, "--local"]);
    project.corral(["kv", "key", "get", "large", ...inCache], { expect: 1 });
    assert.equal(project.wrangler(["kv", "key", "get", "short", ...inCache, "--local"]).toString(), "ours");
    assert.equal(project.assertNoOrphans(), entries.length - 1);
  });

  test("R2: objects, their metadata, and parts", () => {
    const body = crypto.randomBytes(300_000);
    project.write("body", body);
    const flags = ["--content-type", "a/b", "--content-language", "de", "--cache-control", "no-store"];
    project.corral(["r2", "object", "put", "my-bucket/ours", "--file", "body", ...flags]);
    project.wrangler(["r2", "object", "put", "my-bucket/theirs", "--file", "body", "--local", ...flags]);
    project.wrangler(["r2", "object", "get", "my-bucket/ours", "--file", "read", "--local"]);
    assert.deepEqual(project.read("read"), body);
    assert.deepEqual(project.corral(["r2", "object", "get", "my-bucket/theirs", "--pipe"]), body);
    const [ours, theirs] = ["ours", "theirs"].map((key) => project.corralJson(["r2", "object", "head", `my-bucket/${key}`]));
    for (const field of ["size", "etag", "httpMetadata", "customMetadata", "checksums"]) assert.deepEqual(ours[field], theirs[field], field);

    const large = crypto.randomBytes(11 << 20);
    project.write("large", large);
    project.corral(["r2", "object", "put", "my-bucket/multi", "--file", "large", "--part-size", "5"]);
    project.wrangler(["r2", "object", "get", "my-bucket/multi", "--file", "read", "--local"]);
    assert.equal(sha256(project.read("read")), sha256(large));
    project.wrangler(["r2", "object", "put", "my-bucket/multi", "--file", "body", "--local"]);
    project.corral(["r2", "object", "put", "my-bucket/theirs", "--file", "large", "--part-size", "5"]);
    project.wrangler(["r2", "object", "delete", "my-bucket/theirs", "--local"]);
    assert.deepEqual(project.corralJson(["r2", "object", "list", "my-bucket"]).map(({ key, size }) => [key, size]), [["multi", 300_000], ["ours", 300_000]]);
    project.corral(["state", "check", "--deep"]);
  });

  test("D1: rows, schemas and exports", () => {
    project.write("schema.sql", `
      CREATE TABLE parent(id INTEGER PRIMARY KEY AUTOINCREMENT, t TEXT);
      CREATE TABLE vals(v);
      CREATE TABLE strict(word TEXT, anything ANY) STRICT;
      CREATE UNIQUE INDEX u ON vals(v);
      CREATE VIEW view AS SELECT * FROM vals;
      CREATE TRIGGER tr AFTER INSERT ON vals BEGIN INSERT INTO parent(t) VALUES('added; one'); END;
      INSERT INTO parent(t) VALUES('quo''te'), ('line' || char(10) || 'break'), ('日本 é');
      INSERT INTO vals VALUES(x'00ff'), (2.5), (NULL), (''), (42), ('text');
      `);
    project.wrangler(["d1", "execute", "shop", "--local", "--file", "schema.sql"]);
    project.corral(["d1", "execute", "shop", "--command", "INSERT INTO vals VALUES(?); UPDATE parent SET t = 'ours' WHERE id = 1", "--param", "from corral"]);
    for (const sql of ["SELECT * FROM parent", "SELECT quote(v) AS q, typeof(v) AS t FROM vals", "SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE '\\_cf%' ESCAPE '\\' ORDER BY name"]) {
      assert.deepEqual(rows(project, sql), project.wranglerJson(["d1", "execute", "shop", "--local", "--json", "--command", sql])[0].results, sql);
    }
    const dump = project.corral(["d1", "export", "shop", "--output", "-"]).toString();
    const copy = new VersionProject();
    copy.write("ours.sql", dump);
    copy.wrangler(["d1", "execute", "shop", "--local", "--file", "ours.sql"]);
    assert.equal(copy.corral(["d1", "export", "shop", "--output", "-"]).toString(), dump);
    if (exportsLocally) {
      project.wrangler(["d1", "export", "shop", "--local", "--output", "theirs.sql"]);
      copy.write("theirs.sql", project.read("theirs.sql"));
      copy.corral(["d1", "create", "second"]);
      copy.corral(["d1", "execute", "second", "--file", "theirs.sql"]);
      assert.equal(copy.corral(["d1", "export", "second", "--output", "-"]).toString(), dump);
    }
    copy.remove();
  });

  test("migrations: each goes on where the other stopped", () => {
    const names = [];
    for (let i = 1; i <= 6; ++i) {
      project[i % 2 === 1 ? "corral" : "wrangler"](["d1", "migrations", "create", "shop", `step ${i}`]);
      const name = `${String(i).padStart(4, "0")}_step_${i}.sql`;
      names.push(name);
      fs.appendFileSync(path.join(project.folder, "migrations", name), `CREATE TABLE step${i}(a);\nINSERT INTO step${i} VALUES(${i});\n`);
      assert.deepEqual(project.corralJson(["d1", "migrations", "list", "shop"]), [{ name }]);
      if (i % 4 < 2) project.corral(["d1", "migrations", "apply", "shop"]);
      else project.wrangler(["d1", "migrations", "apply", "shop", "--local"]);
    }
    assert.match(project.wrangler(["d1", "migrations", "list", "shop", "--local"]).toString(), /No migrations to apply/);
    assert.deepEqual(rows(project, "SELECT id, name FROM d1_migrations"), names.map((name, i) => ({ id: i + 1, name })));
    project.corral(["d1", "migrations", "status", "shop", "--exit-code"]);
  });
});

describe(`wrangler dev ${version}`, () => {
  let project;
  let server;
  before(async () => {
    project = new VersionProject();
    // Of an object that only corral made.
    project.corral(["do", "storage", "put", "Counter", "--name", "made-here", "mixed", '{"at":{"$date":"2026-01-31"},"big":{"$bigint":"5"},"set":{"$set":[1,"a"]}}']);
    project.corral(["do", "storage", "put", "ROOM", "--name", "old", "n", "1"]);
    project.corral(["do", "alarm", "set", "Counter", "--name", "made-here", String(Date.now() + 1000)]);
    server = await DevServer.start(project);
  });
  after(async () => {
    await server?.stop();
    project.remove();
  });

  const worker = (service, op, call) => server.call({ service, op, ...call });
  const object = (op, call) => worker("do", op, { name: "alpha", ...call });
  const storage = (...words) => project.corral(["do", "storage", ...words]).toString();

  test("KV: a Worker sees at once what corral writes, and the other way round", async () => {
    project.corral(["kv", "bulk", "put", project.write("pairs.json", asBulk(entries)), ...inCache]);
    for (const [key, value, metadata] of entries) {
      assert.deepEqual(await worker("kv", "get", { key }), { sha256: sha256(value), metadata: metadata ?? null }, key);
    }
    for (const [key, value, metadata] of entries) {
      const changed = Buffer.concat([value, Buffer.from("!")]);
      await worker("kv", "put", { key, base64: changed.toString("base64"), options: { metadata, expirationTtl: 3600 } });
      assert.deepEqual(project.corral(["kv", "key", "get", ...inCache, "--", key]), changed, key);
    }
    await worker("kv", "delete", { key: "plain" });
    project.corral(["kv", "key", "delete", "empty", ...inCache]);
    assert.deepEqual(project.corralJson(["kv", "key", "list", ...inCache]), await worker("kv", "list"));
    assert.equal(project.assertNoOrphans(), entries.length - 2);
  });

  test("R2: keys, metadata, ranges and parts", async () => {
    const options = { httpMetadata: { contentType: "a/b", cacheExpiry: 1893456000000 }, customMetadata: { k: "v" } };
    for (const key of ["plain", "a/b/../c", " ", "日本語/😀", "back\\slash", "k".repeat(1024)]) {
      const body = Buffer.from(`body of ${key}`);
      project.corral(["r2", "object", "put", "--pipe", "--ct", "text/x", "-m", "name=wért", "--", `my-bucket/${key}`], { input: body });
      const found = await worker("r2", "get", { key });
      assert.deepEqual([found.sha256, found.httpMetadata, found.customMetadata], [sha256(body), { contentType: "text/x" }, { name: "wért" }], key);
      const stored = await worker("r2", "put", { key, base64: Buffer.from("theirs").toString("base64"), options });
      assert.equal(project.corral(["r2", "object", "get", "--pipe", "--", `my-bucket/${key}`]).toString(), "theirs", key);
      const head = project.corralJson(["r2", "object", "head", "--", `my-bucket/${key}`]);
      assert.deepEqual([head.etag, head.version, head.customMetadata], [stored.etag, stored.version, { k: "v" }], key);
    }
    const part = 5 << 20;
    await worker("r2", "multipart", { key: "theirs", parts: [{ fill: 1, size: part }, { fill: 2, size: part }, { fill: 3, size: 100 }] });
    const whole = Buffer.concat([Buffer.alloc(part, 1), Buffer.alloc(part, 2), Buffer.alloc(100, 3)]);
    project.write("whole", whole);
    project.corral(["r2", "object", "put", "my-bucket/ours", "--file", "whole", "--part-size", "5"]);
    for (const key of ["theirs", "ours"]) {
      assert.equal(sha256(project.corral(["r2", "object", "get", "--pipe", `my-bucket/${key}`])), sha256(whole), key);
      for (const at of [part - 2, 2 * part - 1]) {
        const expected = sha256(whole.subarray(at, at + 3));
        assert.equal((await worker("r2", "get", { key, options: { range: { offset: at, length: 3 } } })).sha256, expected, `${key} ${at}`);
        assert.equal(sha256(project.corral(["r2", "object", "get", "--pipe", `my-bucket/${key}`, "--range", `${at}-${at + 2}`])), expected, `${key} ${at}`);
      }
    }
    const theirs = (await worker("r2", "list", { options: {} })).map(({ key, size, etag }) => ({ key, size, etag }));
    assert.deepEqual(project.corralJson(["r2", "object", "list", "my-bucket", "--long"]).map(({ key, size, etag }) => ({ key, size, etag })), theirs);
    await worker("r2", "delete", { key: "ours" });
    project.corral(["r2", "object", "delete", "my-bucket/theirs"]);
    assert.equal((await worker("r2", "list", { options: {} })).length, 6);
  });

  test("D1: rows and schema changes", async () => {
    await worker("d1", "", { sql: "CREATE TABLE t(a, b)" });
    project.corral(["d1", "execute", "shop", "--command", "INSERT INTO t VALUES(?, ?)", "--param", "1", "--param", "ours"]);
    await worker("d1", "", { sql: "INSERT INTO t VALUES(?, ?)", params: [2, "theirs"] });
    project.corral(["d1", "execute", "shop", "--command", "ALTER TABLE t ADD COLUMN c DEFAULT 'new'"]);
    const all = await worker("d1", "", { sql: "SELECT * FROM t" });
    assert.deepEqual(all, [{ a: 1, b: "ours", c: "new" }, { a: 2, b: "theirs", c: "new" }]);
    assert.deepEqual(rows(project, "SELECT * FROM t"), all);
  });

  test("Durable Objects: values and names", async () => {
    assert.deepEqual(await object("describe", { name: "made-here", key: "mixed" }), ["2026-01-31T00:00:00.000Z", "bigint", [1, "a"]]);
    assert.equal(await object("get", { binding: "ROOM", name: "old", key: "n" }), 1);
    assert.equal(project.corral(["do", "id", "Counter", "made-here"]).toString().trim(), await object("id", { name: "made-here" }));
    await object("put", { key: "json", value: { a: [1, 2.5, "é", null] } });
    await object("put", { key: "mixed", date: "2026-01-31" });
    assert.deepEqual(JSON.parse(storage("get", "Counter", "--name", "alpha", "json")), { a: [1, 2.5, "é", null] });
    storage("put", "Counter", "--name", "alpha", "again", storage("get", "Counter", "--name", "alpha", "mixed").trim());
    assert.deepEqual(await object("describe", { key: "again" }), await object("describe", { key: "mixed" }));
    storage("delete", "Counter", "--name", "alpha", "json");
    assert.equal(await object("get", { key: "json" }), null);
    assert.deepEqual(storage("list", "Counter", "--name", "alpha", "--keys").trim().split("\n"), await object("keys", { options: {} }));
  });

  test("Durable Objects: an alarm that a Worker sets", { skip: !hasSqlClasses && "it is in memory only" }, async () => {
    const time = Date.now() + 3_600_000;
    await object("set alarm", { time });
    assert.equal(project.corralJson(["do", "alarm", "get", "Counter", "--name", "alpha"]).scheduled_time, time);
  });

  test("Durable Objects: an alarm that corral set before the start", { skip: !readsAlarms && "it is in memory only" }, async () => {
    for (let i = 0; i < 50 && !(await object("get", { name: "made-here", key: "alarmed" })); ++i) {
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    assert.equal(await object("get", { name: "made-here", key: "alarmed" }), true);
  });

  test("Durable Objects: SQL", { skip: !hasSqlClasses && "classes with SQL came later" }, async () => {
    await object("sql", { sql: "CREATE TABLE v(id INTEGER PRIMARY KEY, t TEXT)" });
    project.corral(["do", "sql", "Counter", "--name", "alpha", "--command", "INSERT INTO v VALUES(1, 'ours')"]);
    await object("sql", { sql: "INSERT INTO v VALUES(2, 'theirs')" });
    const ours = project.corralJson(["do", "sql", "Counter", "--name", "alpha", "--command", "SELECT * FROM v"])[0].results;
    assert.deepEqual(ours, [{ id: 1, t: "ours" }, { id: 2, t: "theirs" }]);
    assert.deepEqual(await object("sql", { sql: "SELECT * FROM v" }), ours);
  });

  test("queues: a Worker consumes what corral sends, with the config's settings", async () => {
    project.corral(["queues", "send", "mails", "--lines"], { input: "a\nb\nc\n" });
    project.corral(["queues", "consume", "mails", "--until-empty", "--url", `http://localhost:${server.port}/queue`]);
    const batches = await worker("queue");
    assert.deepEqual(batches.map(({ messages }) => messages.map(({ body }) => body)), [["a", "b"], ["c"]]);
  });

  test("what is left is sound, and at rest corral reads it still", async () => {
    await server.stop();
    project.corral(["state", "check", "--deep"]);
    assert.equal(storage("get", "Counter", "--name", "alpha", "again"), storage("get", "Counter", "--name", "alpha", "mixed"));
    assert.equal(rows(project, "SELECT count(*) AS n FROM t")[0].n, 2);
    project.corral(["state", "save", "whole"]);
    project.corral(["d1", "execute", "shop", "--command", "DROP TABLE t"]);
    project.corral(["state", "restore", "whole", "--force"]);
    server = await DevServer.start(project);
    assert.equal((await worker("d1", "", { sql: "SELECT count(*) AS n FROM t" }))[0].n, 2);
    assert.deepEqual(await object("describe", { key: "again" }), await object("describe", { key: "mixed" }));
  });
});
