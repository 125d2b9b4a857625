// Time travel and the care of the state while the real wrangler dev has the databases open.
import { after, before, describe, test } from "node:test";
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { DevServer, TestProject } from "./project.mjs";

describe("with wrangler dev running", () => {
  let project;
  let server;
  before(async () => {
    project = new TestProject({
      name: "care",
      main: "worker.mjs",
      compatibility_date: "2026-01-01",
      kv_namespaces: [{ binding: "CACHE", id: "cache" }],
      d1_databases: [{ binding: "DB", database_name: "shop", database_id: "care" }],
    });
    server = await DevServer.start(project);
  });
  after(async () => {
    await server?.stop();
    project.remove();
  });
  const worker = (sql, params = []) => server.call({ op: "sql", sql, params });
  const travel = (...words) => project.corralJson(["d1", "time-travel", words[0], "shop", "--json", ...words.slice(1)]);

  test("a Worker sees the database that time travel restored at once, its schema too, and writes on", async () => {
    await worker("CREATE TABLE t(a)");
    for (let i = 0; i < 300; ++i) await worker("INSERT INTO t VALUES(?)", [`${i} ${"x".repeat(500)}`]);
    const { bookmark } = travel("info");
    await worker("CREATE TABLE later(b)");
    await worker("DELETE FROM t WHERE rowid > 10");
    await worker("INSERT INTO later VALUES('kept for the way back')");

    const result = travel("restore", "--bookmark", bookmark);
    assert.deepEqual(Object.keys(result), ["bookmark", "previous_bookmark", "message"]);
    assert.equal((await worker("SELECT count(*) AS n FROM t")).results[0].n, 300);
    await assert.rejects(worker("SELECT * FROM later"), /no such table/);
    await worker("INSERT INTO t VALUES('written after the journey')");
    assert.equal((await worker("PRAGMA quick_check")).results[0].quick_check, "ok");

    travel("restore", "--bookmark", result.previous_bookmark);
    assert.equal((await worker("SELECT count(*) AS n FROM t")).results[0].n, 10);
    assert.deepEqual((await worker("SELECT * FROM later")).results, [{ b: "kept for the way back" }]);
    await worker("INSERT INTO later VALUES('and on')");
    assert.equal((await worker("PRAGMA quick_check")).results[0].quick_check, "ok");
    project.corral(["state", "check", "--deep"]);
  });

  test("a Worker that writes throughout finds whole states only", async () => {
    await worker("CREATE TABLE pairs(id INTEGER PRIMARY KEY, a, b)");
    for (let i = 0; i < 50; ++i) await worker("INSERT INTO pairs VALUES(?, 0, 0)", [i]);
    const { bookmark } = travel("info");
    let running = true;
    let rounds = 0;
    const writing = (async () => {
      while (running) {
        try {
          await worker("UPDATE pairs SET a = a + 1, b = b + 1");
        } catch (error) {
          assert.match(error.message, /SQLITE_BUSY/);
        }
        const seen = (await worker("SELECT count(*) AS n, sum(a <> b) AS torn, count(DISTINCT a) AS kinds FROM pairs")).results[0];
        assert.deepEqual(seen, { n: 50, torn: 0, kinds: 1 });
        ++rounds;
      }
    })();
    for (let i = 0; i < 10 || rounds <= 10; ++i) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      travel("restore", "--bookmark", bookmark);
    }
    running = false;
    await writing;
    assert.ok(rounds > 10);
    assert.equal((await worker("PRAGMA quick_check")).results[0].quick_check, "ok");
  });

  test("state info names workerd; check and gc leave what a running Worker uses", async () => {
    const info = project.corralJson(["state", "info"]);
    assert.ok(info.open_by.some((user) => user.program.startsWith("workerd") && user.files > 0), JSON.stringify(info.open_by));
    for (let i = 0; i < 20; ++i) {
      await server.call({ op: "put", key: `k${i}`, base64: btoa(`value ${i}`) });
    }
    const folder = path.join(project.kvFolder, "cache/blobs");
    fs.writeFileSync(path.join(folder, "a".repeat(80)), "lost");
    const found = project.corralJson(["state", "gc", "--older-than", "0"]);
    assert.equal(found.orphans, 1);
    for (let i = 0; i < 20; ++i) assert.equal((await server.call({ op: "get", key: `k${i}` })).size, `value ${i}`.length);
    project.corral(["state", "check", "--deep"]);
    project.assertNoOrphans();
    project.corral(["state", "reset", "--d1", "--kv", "--force"]);
    assert.deepEqual((await worker("SELECT name FROM sqlite_schema WHERE name NOT LIKE '\\_cf\\_%' ESCAPE '\\'")).results, []);
    assert.equal(await server.call({ op: "get", key: "k1" }), null);
    await server.call({ op: "put", key: "anew", base64: btoa("x") });
    await worker("CREATE TABLE anew(a)");
  });
});
