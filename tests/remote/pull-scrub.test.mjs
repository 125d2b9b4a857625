// `state pull --transform` and `--exec`: nothing that is scrubbed is ever on the disk as it was, in no file that the run
// has or leaves.
import { test } from "node:test";
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { ApiServer } from "./server.mjs";
import { D1Service } from "./d1.mjs";
import { KvService } from "./kv.mjs";
import { Place } from "./program.mjs";
import { R2BucketService } from "./r2-buckets.mjs";
import { R2ObjectService } from "./r2-objects.mjs";
import { entry } from "./transfer.mjs";

const ID = "0b1c2d3e-aaaa-4bbb-8ccc-1234567890ab";
const PERSONAL = Buffer.from("personaldata"); // also what FTS5's index makes of it
const ROWS = 60_000; // about 30 MB: more than the page cache of the copy holds

const SCHEMA = (own) => `
CREATE ${own};
CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT, note TEXT);
INSERT INTO users WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < ${ROWS}) SELECT x, 'personaldata ' || x, hex(randomblob(200)) || ' personaldata' FROM c;
CREATE INDEX by_name ON users(name);`;
const SEARCH = `
CREATE VIRTUAL TABLE found USING fts5(name, content='users', content_rowid='id');
INSERT INTO found(found) VALUES('rebuild');
INSERT INTO own SELECT name FROM users WHERE id <= 2000;`;
const SCRUB = `
UPDATE users SET name = 'user ' || id, note = '';
DELETE FROM users WHERE id > 100;
UPDATE own SET text = 'words';`;

const holds = (file) => {
  let opened;
  try {
    // A descriptor's number may have been reused for a pipe, and what is in a pipe is not on disk.
    opened = fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
    const bytes = fs.fstatSync(opened).isFile() ? fs.readFileSync(opened) : Buffer.of();
    return { size: bytes.length, personal: bytes.includes(PERSONAL) };
  } catch {
    return { size: 0, personal: false }; // gone, or no file that can be read
  } finally {
    if (opened !== undefined) fs.closeSync(opened);
  }
};

function filesBelow(folder) {
  try {
    return fs.readdirSync(folder, { withFileTypes: true }).flatMap((one) => (one.isDirectory() ? filesBelow(path.join(folder, one.name)) : [path.join(folder, one.name)]));
  } catch {
    return []; // gone
  }
}

/** Files that a process has open, also those without a name. */
function openFiles(process) {
  try {
    return fs.readdirSync(`/proc/${process}/fd`).map((fd) => `/proc/${process}/fd/${fd}`).filter((fd) => fs.statSync(fd, { throwIfNoEntry: false })?.isFile());
  } catch {
    return [];
  }
}

/** Pulls while it looks at every file; then runs `line`. */
async function watch(services, config, flags, line) {
  const place = new Place();
  const server = await ApiServer.start();
  server.services = services;
  server.latency = 30;
  try {
    place.write("project/wrangler.jsonc", JSON.stringify(config));
    place.write("scrub.sql", SCRUB);
    const temporary = path.join(place.folder, "temporary");
    fs.mkdirSync(temporary);
    const seen = { looks: 0, temporary: 0, personal: new Set() };
    let timer;
    const look = (child) => {
      ++seen.looks;
      for (const file of [...filesBelow(place.project), ...filesBelow(temporary), ...openFiles(child.pid)]) {
        const { size, personal } = holds(file);
        if (personal) seen.personal.add(file);
        if (file.startsWith("/proc/")) seen.temporary = Math.max(seen.temporary, size);
      }
    };
    const ran = await place.corral(["state", "pull", ...flags], {
      env: { ...server.variables, CLOUDFLARE_API_TOKEN: "SECRET-token", CLOUDFLARE_ACCOUNT_ID: "acc1", TMPDIR: temporary },
      during: (child) => (timer = setInterval(() => look(child), 40)),
    });
    clearInterval(timer);
    assert.equal(ran.status, 0, ran.err);
    assert.deepEqual(filesBelow(temporary), []);
    for (const file of filesBelow(place.project)) if (holds(file).personal) seen.personal.add(file);
    return { ...seen, out: (await place.corral(line)).out };
  } finally {
    await server.stop();
    for (const service of services) service.remove?.();
    place.remove();
  }
}

function pullDatabase(sql, flags) {
  const d1 = new D1Service();
  d1.add("acc1", ID, "shop", sql);
  return watch([d1], { d1_databases: [{ binding: "DB", database_name: "shop", database_id: ID }] }, flags,
    ["d1", "execute", "DB", "--command", "SELECT count(*) AS n, max(name) AS name FROM users", "--format", "csv"]);
}

test("the watch sees what is not scrubbed of a database", async () => {
  const { personal, looks } = await pullDatabase(SCHEMA("TABLE own(text)"), []);
  assert.ok(personal.size > 0 && looks > 3);
});

for (const [kind, sql] of [["exported", SCHEMA("TABLE own(text)")], ["read table by table, with indexes of FTS5", SCHEMA("VIRTUAL TABLE own USING fts5(text)") + SEARCH]]) {
  test(`a database that is scrubbed is nowhere as it was: ${kind}`, async () => {
    const { personal, temporary, looks, out } = await pullDatabase(sql, ["--transform", "../scrub.sql"]);
    assert.equal(out, "n,name\n100,user 99\n");
    assert.ok(temporary > 1e6 && looks > 3, `the copy spilled ${temporary} bytes, seen in ${looks} looks`);
    assert.deepEqual([...personal], []);
  });
}

const KEY = "11112222333344445555666677778888";

function pullValues(flags) {
  const kv = new KvService();
  const space = kv.add("acc1", KEY, "users");
  for (let i = 0; i < 400; ++i) space.entries.set(`user:${i}`, entry(i === 7 ? "drop personaldata" : `{"name":"personaldata ${i}"}`, { metadata: { i } }));
  space.entries.set("large", entry("personaldata ".repeat(500_000)));
  return watch([kv], { kv_namespaces: [{ binding: "USERS", id: KEY }] }, ["--kv", ...flags], ["kv", "key", "get", "user:3", "--binding", "USERS", "--text"]);
}

function pullObjects(flags) {
  const objects = new R2ObjectService();
  const buckets = new R2BucketService();
  buckets.add("acc1", "files", { lifecycle: [] });
  const bucket = objects.add("acc1", "files");
  for (let i = 0; i < 60; ++i) objects.store(bucket, `user/${i}`, Buffer.from(i === 7 ? "drop personaldata" : `{"name":"personaldata ${i}"}`), {});
  objects.store(bucket, "large", Buffer.alloc(20 << 20, "personaldata "), {});
  objects.store(bucket, "parts", Buffer.alloc(12 << 20, "personaldata "), {}, `${"a".repeat(32)}-2`);
  return watch([objects, buckets], { r2_buckets: [{ binding: "FILES", bucket_name: "files" }] }, ["--r2", ...flags], ["r2", "object", "get", "files/user/3", "--pipe"]);
}

const EXEC = 'case "$CORRAL_KEY" in user?7) exit 1;; esac; sed s/personaldata/user/g';
for (const [what, pull] of [["values", pullValues], ["objects", pullObjects]]) {
  test(`the watch sees what is not scrubbed of ${what}`, async () => {
    const { personal, looks } = await pull([]);
    assert.ok(personal.size > 0 && looks > 2);
  });

  test(`${what} that are scrubbed are nowhere as they were`, async () => {
    const { personal, looks, out } = await pull(["--exec", EXEC]);
    assert.match(out, /^\{"name":"user 3"\}\n?$/);
    assert.ok(looks > 2);
    assert.deepEqual([...personal], []);
  });
}
