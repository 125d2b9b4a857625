// `state pull` from one `corral serve`, `state push` to another, and a pull from there: all three states are the same,
// byte for byte, with metadata, expirations and settings.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { CORRAL, TestProject } from "../project.mjs";
import { RestServer } from "./rest-server.mjs";

const config = {
  name: "app", main: "worker.mjs", compatibility_date: "2026-01-01",
  kv_namespaces: [{ binding: "CACHE", id: "0123456789abcdef0123456789abcdef" }],
  d1_databases: [{ binding: "DB", database_name: "shop", database_id: "0b1c2d3e-aaaa-4bbb-8ccc-1234567890ab" }],
  r2_buckets: [{ binding: "FILES", bucket_name: "files" }],
  queues: { producers: [{ binding: "JOBS", queue: "jobs" }], consumers: [] },
};
const every = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
const soon = Math.floor(Date.now() / 1000) + 86_400;

let projects, from, to;
before(async () => {
  projects = Array.from({ length: 4 }, () => new TestProject(config));
  [from, to] = [await RestServer.start(projects[0]), await RestServer.start(projects[1])];
});
after(async () => {
  await from?.stop();
  await to?.stop();
  for (const project of projects) project.remove();
});

/** Runs corral in a project, against a server. */
function run(project, server, args, expect = 0) {
  const { status, stdout, stderr } = spawnSync(CORRAL, args, {
    cwd: project.folder, maxBuffer: 64 << 20,
    env: { PATH: process.env.PATH, HOME: server.home, ...server.variables, AWS_ENDPOINT_URL_S3: server.url },
  });
  assert.equal(status, expect, `${args.join(" ")}\n${stderr}${stdout}`);
  return stdout.toString();
}

/** All that a state has: entries, objects, rows and settings. */
function contents(project) {
  const json = (words) => JSON.parse(project.corral([...words, "--json"]));
  const objects = json(["r2", "object", "list", "files"]).map(({ key }) => {
    const { version, checksums, storageClass, ...head } = json(["r2", "object", "head", `files/${key}`]);
    return { ...head, bytes: project.corral(["r2", "object", "get", `files/${key}`, "--pipe"]).toString("base64") };
  });
  const [queue] = json(["queues", "list"]).filter(({ queue_name: name }) => name === "jobs");
  const settings = ["cors", "lifecycle", "lock"].map((name) => json(["r2", "bucket", name, "list", "files"]));
  return {
    keys: json(["kv", "bulk", "get", "--all", "--binding", "CACHE"]),
    objects, settings,
    sql: project.corral(["d1", "export", "DB", "--output", "-"]).toString(),
    queue: queue.settings,
  };
}

test("pull and push are inverse to each other", () => {
  const [first, second, middle, last] = projects;
  const pairs = [];
  for (let i = 0; i < 600; ++i) {
    const value = i % 4 ? Buffer.from(`value ${i}`) : Buffer.concat([every, Buffer.from(`${i}`)]); // bytes that are no text take a request each
    pairs.push({ key: `k/${i}`, base64: true, value: value.toString("base64"),
      ...(i % 3 && { metadata: { i, text: "ü\u2028\u0001", list: [1, null] } }), ...(i % 5 === 0 && { expiration: soon + i }) });
  }
  pairs.push({ key: "empty", value: "" }, { key: "./..", value: "dots" }, { key: "日本 %2F?#", value: "ü" });
  first.corral(["kv", "bulk", "put", first.write("pairs.json", JSON.stringify(pairs)), "--binding", "CACHE"]);
  first.corral(["r2", "bucket", "create", "files"]);
  const put = (key, bytes, ...more) => first.corral(["r2", "object", "put", `files/${key}`, "--pipe", ...more], { input: bytes });
  put("all", every, "--ct", "text/x-all", "--cd", "attachment; filename=\"ü\"", "--ce", "gzip", "--cl", "de", "--cc", "no-store", "--expires", "2026-12-24T00:00:00Z",
    "--metadata", "owner=me", "--metadata", "note=a b=c");
  put("dir/ü %2F", "text");
  put("empty", "");
  put("parts", Buffer.alloc(12 << 20, every), "--part-size", "5", "--metadata", "n=1");
  first.corral(["r2", "bucket", "lifecycle", "add", "files", "old", "tmp/", "--expire-days", "3", "-y"]);
  first.corral(["d1", "execute", "DB", "--file", first.write("setup.sql", `
    CREATE TABLE users(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, bytes BLOB, score REAL);
    CREATE TABLE keyed(k TEXT PRIMARY KEY, v) WITHOUT ROWID; CREATE INDEX by_name ON users(name);
    CREATE VIEW names AS SELECT name FROM users;
    CREATE TRIGGER t AFTER INSERT ON keyed BEGIN INSERT INTO users(name) VALUES('by trigger'); END;
    INSERT INTO users(name, bytes, score) VALUES('a ''quoted''', X'00ff', 0.1), ('ü', NULL, 1e300), ('n', X'', 9007199254740993);
    INSERT INTO keyed VALUES('k', 9007199254740993), ('l', NULL);`)]);
  first.corral(["queues", "create", "jobs", "--delivery-delay-secs", "7", "--message-retention-period-secs", "3600"]);
  first.corral(["queues", "consumer", "http", "add", "jobs", "--batch-size", "5", "--message-retries", "2"]);
  second.corral(["r2", "bucket", "create", "files"]);

  run(middle, from, ["state", "pull"]);
  assert.deepEqual(contents(middle), contents(first));
  assert.equal(run(middle, from, ["state", "diff", "--remote", "--deep", "--exit-code", "--json"]).trim(), "[]");

  run(middle, to, ["state", "diff", "--remote", "--exit-code"], 3);
  run(middle, to, ["state", "push", "--force"], 1); // production
  run(middle, to, ["state", "push", "--yes-production"], 1); // nobody to ask
  run(middle, to, ["state", "push", "--yes-production", "--force"]);
  assert.equal(run(middle, to, ["state", "diff", "--remote", "--deep", "--json"]).trim(), "[]");

  run(last, to, ["state", "pull"]);
  const [wanted, got] = [contents(first), contents(last)];
  for (const one of [...wanted.objects, ...got.objects]) delete one.uploaded; // a push is an upload
  assert.deepEqual(got, wanted);
  assert.ok(fs.existsSync(last.folder));
});
