// R2: corral and the real wrangler on one state folder, in both directions, at rest and with `wrangler dev` running.
import { after, before, describe, test } from "node:test";
import assert from "node:assert/strict";
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { DevServer, TestProject } from "./project.mjs";

const config = {
  name: "interop",
  main: "worker.mjs",
  compatibility_date: "2026-01-01",
  r2_buckets: [{ binding: "B", bucket_name: "my-bucket" }],
};

const sha256 = (bytes) => crypto.createHash("sha256").update(bytes).digest("hex");
const md5 = (bytes) => crypto.createHash("md5").update(bytes).digest("hex");

const pattern = (size) => {
  const bytes = Buffer.alloc(size);
  for (let i = 0, state = 1; i < size; ++i) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
};

/// Keys that file systems, shells, URLs and SQL could stumble over.
const keys = [
  "plain", "a/b/c.txt", "a//b", "a/../b", "../up", "../../etc/passwd", "/abs", "dir/", ".", "..", "...", " ", " lead", "trail ",
  "-dash", "--flag", "quote'\"", "a%2Fb", "a b+c", "tab\tin", "new\nline", "é", "日本語/😀", "\u0001ctl", "back\\slash", "?q=1#f",
  "*", "[a-z]", "%_", "k".repeat(1024), "con", "nul.txt",
];
const bodyOf = (key) => Buffer.from(`the body of ${key}`);
const sizes = [["zero", 0], ["one", 1], ["ten", 10 << 20], ["odd", 1_234_567]];

class R2Project extends TestProject {
  constructor() {
    super(config);
    fs.copyFileSync(new URL("./r2-worker.mjs", import.meta.url), path.join(this.folder, "worker.mjs"));
  }

  get(key, more = []) {
    return this.corral(["r2", "object", "get", "--pipe", ...more, "--", `my-bucket/${key}`]);
  }
  head(key) {
    return JSON.parse(this.corral(["r2", "object", "head", "--", `my-bucket/${key}`]));
  }
  put(key, bytes, more = []) {
    return this.corral(["r2", "object", "put", "--pipe", ...more, "--", `my-bucket/${key}`], { input: bytes });
  }

  /// Every row has its blobs and every blob its row; the database is sound.
  assertNoOrphans() {
    const folder = path.join(this.folder, ".wrangler/state/v3/r2");
    const objects = path.join(folder, "miniflare-R2BucketObject");
    const named = new Set();
    for (const file of fs.readdirSync(objects)) {
      if (!file.endsWith(".sqlite") || file === "metadata.sqlite") continue;
      const database = new DatabaseSync(path.join(objects, file));
      assert.equal(database.prepare("PRAGMA integrity_check").get().integrity_check, "ok");
      assert.deepEqual(database.prepare("PRAGMA foreign_key_check").all(), []);
      for (const row of database.prepare("SELECT blob_id FROM _mf_objects WHERE blob_id IS NOT NULL").all()) named.add(row.blob_id);
      for (const row of database.prepare("SELECT blob_id FROM _mf_multipart_parts").all()) named.add(row.blob_id);
      database.close();
    }
    const stored = new Set();
    for (const name of fs.readdirSync(folder)) {
      const blobs = path.join(folder, name, "blobs");
      if (fs.existsSync(blobs)) for (const blob of fs.readdirSync(blobs)) stored.add(blob);
    }
    assert.deepEqual([...stored].filter((blob) => !named.has(blob)), [], "blobs without a row");
    assert.deepEqual([...named].filter((blob) => !stored.has(blob)), [], "rows without a blob");
    return named.size;
  }
}

describe("at rest", () => {
  let project;
  before(() => (project = new R2Project()));
  after(() => project.remove());

  test("wrangler reads what corral wrote, and the other way round, with the same rows", () => {
    project.write("body", pattern(300_000));
    const flags = ["--content-type", "a/b", "--content-disposition", "inline", "--content-encoding", "gzip", "--content-language", "de", "--cache-control", "no-store"];
    project.corral(["r2", "object", "put", "my-bucket/ours", "--file", "body", ...flags]);
    project.wrangler(["r2", "object", "put", "my-bucket/theirs", "--file", "body", "--local", ...flags]);
    assert.equal(sha256(project.wrangler(["r2", "object", "get", "my-bucket/ours", "--pipe", "--local"])), sha256(pattern(300_000)));
    assert.equal(sha256(project.get("theirs")), sha256(pattern(300_000)));
    const [ours, theirs] = ["ours", "theirs"].map((key) => project.head(key));
    for (const field of ["size", "etag", "httpMetadata", "customMetadata", "checksums"]) assert.deepEqual(ours[field], theirs[field], field);
    const database = new DatabaseSync(path.join(project.folder, ".wrangler/state/v3/r2/miniflare-R2BucketObject/fec9bf90462227cae0d8c2e4a1e8e8dd42ecf9f10ff15615fe473049dba5a24c.sqlite"));
    const row = (key) => database.prepare("SELECT size, etag, checksums, http_metadata, custom_metadata, length(blob_id) AS blob, length(version) AS version, typeof(uploaded) AS uploaded FROM _mf_objects WHERE key = ?").get(key);
    assert.deepEqual(row("ours"), row("theirs"));
    database.close();
    project.assertNoOrphans();
  });

  test("a file made by corral has the schema that wrangler makes", () => {
    const schemas = [["corral", ["r2", "object", "put", "my-bucket/k", "--file", "body"]], ["wrangler", ["r2", "object", "put", "my-bucket/k", "--file", "body", "--local"]]].map(([program, args]) => {
      const fresh = new R2Project();
      fresh.write("body", "x");
      fresh[program](args);
      const folder = path.join(fresh.folder, ".wrangler/state/v3/r2/miniflare-R2BucketObject");
      const file = fs.readdirSync(folder).find((name) => name.endsWith(".sqlite") && name !== "metadata.sqlite");
      const database = new DatabaseSync(path.join(folder, file));
      const schema = database.prepare("SELECT name, type, sql FROM sqlite_schema ORDER BY name").all().map((row) => ({ ...row, sql: row.sql?.replace(/\s+/g, " ") }));
      database.close();
      fresh.remove();
      return schema;
    });
    assert.deepEqual(schemas[0], schemas[1]);
  });

  test("overwriting and deleting what the other wrote leaves no blob behind", () => {
    project.write("x", "one");
    project.wrangler(["r2", "object", "put", "my-bucket/shared", "--file", "x", "--local"]);
    project.put("shared", "two");
    assert.equal(project.wrangler(["r2", "object", "get", "my-bucket/shared", "--pipe", "--local"]).toString(), "two");
    project.wrangler(["r2", "object", "put", "my-bucket/shared", "--file", "x", "--local"]);
    assert.equal(project.get("shared").toString(), "one");
    project.corral(["r2", "object", "delete", "my-bucket/shared"]);
    project.corral(["r2", "object", "get", "my-bucket/shared"], { expect: 1 });
    project.put("multi", pattern(11 << 20), ["--part-size", "5"]);
    assert.match(project.head("multi").etag, /^[0-9a-f]{32}-3$/);
    assert.equal(sha256(project.wrangler(["r2", "object", "get", "my-bucket/multi", "--pipe", "--local"])), sha256(pattern(11 << 20)));
    project.wrangler(["r2", "object", "put", "my-bucket/multi", "--file", "x", "--local"]);
    project.put("multi2", pattern(11 << 20), ["--part-size", "5"]);
    project.wrangler(["r2", "object", "delete", "my-bucket/multi2", "--local"]);
    project.assertNoOrphans();
  });

  test("wrangler's bulk put and corral's store the same", () => {
    for (const name of ["1", "2"]) project.write(`in/${name}`, `file ${name}`);
    project.write("bulk.json", JSON.stringify([{ key: "b/1", file: "in/1" }, { key: "b/2", file: "in/2" }]));
    project.corral(["r2", "bulk", "put", "bulk-ours", "--filename", "bulk.json", "--ct", "a/b"]);
    project.wrangler(["r2", "bulk", "put", "bulk-theirs", "--filename", "bulk.json", "--ct", "a/b", "--local"]);
    const lists = ["bulk-ours", "bulk-theirs"].map((bucket) =>
      JSON.parse(project.corral(["r2", "object", "list", bucket, "--long"])).map(({ key, size, etag, httpMetadata }) => ({ key, size, etag, httpMetadata })));
    assert.deepEqual(lists[0], lists[1]);
    assert.equal(lists[0].length, 2);
  });
});

describe("with wrangler dev running", () => {
  let project;
  let server;
  before(async () => {
    project = new R2Project();
    server = await DevServer.start(project);
  });
  after(async () => {
    await server?.stop();
    project.remove();
  });

  test("the Worker reads at once what corral writes, whatever the key", async () => {
    assert.ok(keys.length + sizes.length >= 30);
    for (const key of keys) {
      project.put(key, bodyOf(key), ["--ct", "text/x", "--expires", "2030-01-31T00:00:00Z", "-m", "name=wért"]);
      const found = await server.call({ op: "get", key });
      assert.ok(found, key);
      assert.deepEqual([found.size, found.sha256, found.etag], [bodyOf(key).length, sha256(bodyOf(key)), md5(bodyOf(key))], key);
      assert.deepEqual(found.http, { contentType: "text/x", cacheExpiry: "2030-01-31T00:00:00.000Z" }, key);
      assert.deepEqual(found.custom, { name: "wért" }, key);
      assert.equal(found.version, project.head(key).version);
    }
    for (const [name, size] of sizes) {
      project.put(`size/${name}`, pattern(size));
      const found = await server.call({ op: "get", key: `size/${name}` });
      assert.deepEqual([found.size, found.sha256], [size, sha256(pattern(size))], name);
    }
  });

  test("corral reads at once what the Worker writes, and lists as it does", async () => {
    for (const key of keys) {
      const body = Buffer.concat([bodyOf(key), Buffer.from("!")]);
      const options = { httpMetadata: { contentType: "a/b", cacheControl: "x" }, customMetadata: { k: "v" }, sha256: sha256(body) };
      const stored = await server.call({ op: "put", key, base64: body.toString("base64"), options });
      assert.deepEqual(project.get(key), body, key);
      const head = project.head(key);
      assert.deepEqual([head.etag, head.version, head.size], [stored.etag, stored.version, stored.size], key);
      assert.deepEqual(head.httpMetadata, { contentType: "a/b", cacheControl: "x" });
      assert.deepEqual(head.customMetadata, { k: "v" });
      assert.deepEqual(head.checksums, { sha256: sha256(body) });
    }
    for (const options of [{}, { prefix: "a/" }, { delimiter: "/" }, { prefix: "a", delimiter: "/" }, { startAfter: "plain" }]) {
      const theirs = await server.call({ op: "list", options });
      const flags = Object.entries(options).flatMap(([name, value]) => [`--${name.replace("startAfter", "start-after")}`, value]);
      const ours = project.corralJson(["r2", "object", "list", "my-bucket", "--page", ...flags]);
      assert.deepEqual(ours.objects.map((o) => o.key), theirs.keys, JSON.stringify(options));
      assert.deepEqual(ours.delimitedPrefixes, theirs.prefixes, JSON.stringify(options));
    }
    project.assertNoOrphans();
  });

  test("multipart objects of a Worker read right at their borders, and those of corral too", async () => {
    const part = 5 << 20;
    const size = 2 * part + 100;
    const theirs = await server.call({ op: "multipart", key: "multi/theirs", size, part, options: { customMetadata: { m: "1" } } });
    project.put("multi/ours", pattern(size), ["--part-size", "5"]);
    assert.equal(project.head("multi/ours").etag, theirs.etag);
    assert.deepEqual(project.head("multi/theirs").customMetadata, { m: "1" });
    const whole = pattern(size);
    for (const key of ["multi/theirs", "multi/ours"]) {
      assert.equal(sha256(project.get(key)), sha256(whole));
      for (const at of [0, part - 2, part - 1, part, part + 1, 2 * part - 1, 2 * part, size - 3]) {
        assert.deepEqual(project.get(key, ["--range", `${at}-${at + 2}`]), whole.subarray(at, at + 3), `${key} ${at}`);
        const found = await server.call({ op: "get", key, options: { range: { offset: at, length: 3 } } });
        assert.equal(found.sha256, sha256(whole.subarray(at, at + 3)), `${key} ${at}`);
      }
    }
    project.corral(["r2", "object", "copy", "my-bucket/multi/theirs", "my-bucket/multi/copy"]);
    project.corral(["r2", "object", "move", "my-bucket/multi/ours", "my-bucket/multi/moved"]);
    await server.call({ op: "delete", keys: ["multi/theirs"] });
    for (const key of ["multi/copy", "multi/moved"]) assert.equal((await server.call({ op: "get", key })).sha256, sha256(whole), key);
    await server.call({ op: "put", key: "multi/copy", base64: "eA==" });
    project.put("multi/moved", "x");
    project.assertNoOrphans();
  });

  test("uploads that a Worker left are listed and aborted", async () => {
    const id = await server.call({ op: "multipart", key: "left", size: 100, part: 100, leave: true });
    const [upload, ...others] = project.corralJson(["r2", "multipart", "list", "my-bucket"]);
    assert.deepEqual([upload.uploadId, upload.key, upload.parts, upload.bytes, others], [id, "left", 1, 100, []]);
    assert.ok(Math.abs(Date.parse(upload.started) - Date.now()) < 60_000);
    assert.equal(project.corralJson(["r2", "usage", "my-bucket"])[0].multipartBytes, 100);
    project.corral(["r2", "multipart", "abort", "my-bucket", id]);
    assert.equal(await server.call({ op: "upload part", key: "left", id }), false);
    assert.deepEqual(project.corralJson(["r2", "multipart", "list", "my-bucket"]), []);
    project.assertNoOrphans();
  });

  test("400 MiB go both ways", async () => {
    const file = path.join(project.folder, "large");
    const block = crypto.randomBytes(1 << 20);
    const descriptor = fs.openSync(file, "w");
    const expected = crypto.createHash("sha256");
    for (let i = 0; i < 400; ++i) {
      block.writeUInt32LE(i);
      fs.writeSync(descriptor, block);
      expected.update(block);
    }
    fs.closeSync(descriptor);
    const digest = expected.digest("hex");
    project.corral(["r2", "object", "put", "my-bucket/large", "--file", file]);
    project.corral(["r2", "object", "get", "my-bucket/large", "--file", "copy"]);
    const actual = crypto.createHash("sha256");
    for await (const chunk of fs.createReadStream(path.join(project.folder, "copy"))) actual.update(chunk);
    assert.equal(actual.digest("hex"), digest);
    const tail = await server.call({ op: "get", key: "large", options: { range: { suffix: 1 << 20 } } });
    assert.equal(tail.sha256, sha256(block));
    project.corral(["r2", "object", "delete", "my-bucket/large"]);
    assert.equal(await server.call({ op: "head", key: "large" }), null);
    project.assertNoOrphans();
  });

  test("both write at once and nothing is lost", async () => {
    const ours = (async () => {
      for (let i = 0; i < 40; ++i) {
        project.put(`race/ours-${i}`, String(i));
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    const theirs = (async () => {
      for (let i = 0; i < 40; ++i) {
        // wrangler dev waits for no lock: what it refuses it takes the next time.
        for (let attempt = 0; ; ++attempt) {
          try {
            await server.call({ op: "put", key: `race/theirs-${i}`, base64: "eA==" });
            break;
          } catch (error) {
            if (attempt > 20) throw error;
          }
        }
      }
    })();
    await Promise.all([ours, theirs]);
    assert.equal(project.corralJson(["r2", "object", "list", "my-bucket", "--prefix", "race/"]).length, 80);
    assert.equal((await server.call({ op: "list", options: { prefix: "race/" } })).keys.length, 80);
    project.assertNoOrphans();
  });
});
