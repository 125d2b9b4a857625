// `state pull --transform`: nothing that is scrubbed is ever on the disk as it was, in no file that the run has or leaves.
import { test } from "node:test";
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { ApiServer } from "./server.mjs";
import { D1Service } from "./d1.mjs";
import { Place } from "./program.mjs";

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
  try {
    const bytes = fs.readFileSync(file);
    return { size: bytes.length, personal: bytes.includes(PERSONAL) };
  } catch {
    return { size: 0, personal: false }; // gone, or no file that can be read
  }
};

function filesBelow(folder) {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? filesBelow(path.join(folder, entry.name)) : [path.join(folder, entry.name)]));
}

/** Files that a process has open, also those without a name. */
function openFiles(process) {
  try {
    return fs.readdirSync(`/proc/${process}/fd`).map((fd) => `/proc/${process}/fd/${fd}`).filter((fd) => fs.statSync(fd, { throwIfNoEntry: false })?.isFile());
  } catch {
    return [];
  }
}

async function pull(sql, flags) {
  const place = new Place();
  const server = await ApiServer.start();
  const d1 = new D1Service();
  server.services = [d1];
  server.latency = 30;
  try {
    d1.add("acc1", ID, "shop", sql);
    place.write("project/wrangler.jsonc", JSON.stringify({ d1_databases: [{ binding: "DB", database_name: "shop", database_id: ID }] }));
    place.write("scrub.sql", SCRUB);
    const temporary = path.join(place.folder, "temporary");
    fs.mkdirSync(temporary);
    const seen = { looks: 0, temporary: 0, personal: new Set() };
    let watch;
    const look = (child) => {
      ++seen.looks;
      for (const file of [...filesBelow(place.project), ...filesBelow(temporary), ...openFiles(child.pid)]) {
        const { size, personal } = holds(file);
        if (personal) seen.personal.add(file);
        if (file.startsWith("/proc/")) seen.temporary = Math.max(seen.temporary, size);
      }
    };
    const ran = await place.corral(["state", "pull", "--d1", ...flags], {
      env: { ...server.variables, CLOUDFLARE_API_TOKEN: "SECRET-token", CLOUDFLARE_ACCOUNT_ID: "acc1", TMPDIR: temporary },
      during: (child) => (watch = setInterval(() => look(child), 40)),
    });
    clearInterval(watch);
    assert.equal(ran.status, 0, ran.err);
    assert.deepEqual(filesBelow(temporary), []);
    for (const file of filesBelow(place.project)) if (holds(file).personal) seen.personal.add(file);
    const rows = await place.corral(["d1", "execute", "DB", "--command", "SELECT count(*) AS n, max(name) AS name FROM users", "--format", "csv"]);
    return { ...seen, rows: rows.out };
  } finally {
    await server.stop();
    d1.remove();
    place.remove();
  }
}

test("the watch sees what is not scrubbed", async () => {
  const { personal, looks } = await pull(SCHEMA("TABLE own(text)"), []);
  assert.ok(personal.size > 0 && looks > 3);
});

for (const [kind, sql] of [["exported", SCHEMA("TABLE own(text)")], ["read table by table, with indexes of FTS5", SCHEMA("VIRTUAL TABLE own USING fts5(text)") + SEARCH]]) {
  test(`a database that is scrubbed is nowhere as it was: ${kind}`, async () => {
    const { personal, temporary, looks, rows } = await pull(sql, ["--transform", "../scrub.sql"]);
    assert.equal(rows, "n,name\n100,user 99\n");
    assert.ok(temporary > 1e6 && looks > 3, `the copy spilled ${temporary} bytes, seen in ${looks} looks`);
    assert.deepEqual([...personal], []);
  });
}
