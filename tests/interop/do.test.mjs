// Durable Objects in corral and in the real wrangler on one state folder: values, SQL, alarms, live and at rest.
import { after, before, describe, test } from "node:test";
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { DO_WORKER } from "./do-worker.mjs";
import { DevServer, TestProject } from "./project.mjs";

const config = {
  name: "dodemo",
  main: "worker.mjs",
  compatibility_date: "2026-01-01",
  durable_objects: {
    bindings: [
      { name: "COUNTER", class_name: "Counter" },
      { name: "ROOM", class_name: "Room" },
    ],
  },
  migrations: [{ tag: "v1", new_sqlite_classes: ["Counter"], new_classes: ["Room"] }],
};

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

describe("Durable Objects", () => {
  let project;
  let server;
  before(async () => {
    project = new TestProject(config);
    project.write("worker.mjs", DO_WORKER);
    // What is there before `wrangler dev` starts: an object that only corral made, with an alarm to come.
    project.corral(["do", "storage", "put", "Counter", "--name", "made-here", "greeting", '{"text":"hello","at":{"$date":"2026-01-31"}}']);
    project.corral(["do", "sql", "Counter", "--name", "made-here", "--command", "CREATE TABLE t(a); INSERT INTO t VALUES(7)"]);
    project.corral(["do", "alarm", "set", "Counter", "--name", "made-here", String(Date.now() + 1000)]);
    project.corral(["do", "storage", "put", "ROOM", "--name", "old", "n", "1"]);
    server = await DevServer.start(project);
  });
  after(async () => {
    await server?.stop();
    project.remove();
  });

  const storage = (...words) => project.corral(["do", "storage", ...words]).toString();

  test("a Worker reads an object that corral made: keys, SQL, its name, both kinds of classes", async () => {
    const { value } = await server.call({ op: "get", name: "made-here", key: "greeting" });
    assert.deepEqual(value, { text: "hello", at: "2026-01-31T00:00:00.000Z" });
    assert.deepEqual(await server.call({ op: "sql", name: "made-here", sql: "SELECT a FROM t" }), [{ a: 7 }]);
    assert.equal((await server.call({ op: "get", binding: "ROOM", name: "old", key: "n" })).value, 1);
    assert.equal(project.corral(["do", "id", "Counter", "made-here"]).toString().trim(), await server.call({ op: "id", name: "made-here" }));
  });

  test("an alarm that corral set before the start goes off", async () => {
    for (let i = 0; i < 50; ++i) {
      if ((await server.call({ op: "get", name: "made-here", key: "alarmed" })).value !== null) break;
      await sleep(200);
    }
    assert.ok((await server.call({ op: "get", name: "made-here", key: "alarmed" })).value > 0);
    assert.equal(project.corralJson(["do", "alarm", "get", "Counter", "--name", "made-here"]).alarm, null);
  });

  test("values of a live object come back as the same bytes, and the Worker reads them alike", async () => {
    for (const name of await server.call({ op: "store" })) {
      const shown = storage("get", "Counter", "--name", "alpha", name);
      const file = project.write("value.json", shown);
      storage("put", "Counter", "--name", "alpha", `${name}-again`, "--path", file);
      const [left, right] = [name, `${name}-again`].map((key) => project.corral(["do", "storage", "get", "Counter", "--name", "alpha", key, "--raw"]).toString("hex"));
      assert.equal(right, left, `${name}: ${shown}`);
      assert.equal(await server.call({ op: "same", left: name, right: `${name}-again` }), true, name);
    }
  });

  test("a live object sees at once what corral puts and deletes", async () => {
    await server.call({ op: "put", key: "k", value: 1 });
    storage("put", "Counter", "--name", "alpha", "k", "[2]");
    assert.deepEqual((await server.call({ op: "get", key: "k" })).value, [2]);
    storage("delete", "Counter", "--name", "alpha", "k");
    assert.equal((await server.call({ op: "get", key: "k" })).value, null);
    for (const key of ["l:1", "l:2", "l:\u00e9"]) await server.call({ op: "put", key, value: key });
    assert.deepEqual(storage("list", "Counter", "--name", "alpha", "--prefix", "l:", "--reverse", "--keys").trim().split("\n"), await server.call({ op: "keys", options: { prefix: "l:", reverse: true } }));
    assert.deepEqual(storage("list", "Counter", "--name", "alpha", "--start", "l:2", "--end", "m", "--limit", "1", "--keys").trim().split("\n"), await server.call({ op: "keys", options: { start: "l:2", end: "m", limit: 1 } }));
  });

  test("SQL goes both ways", async () => {
    await server.call({ op: "sql", sql: "CREATE TABLE v(id INTEGER PRIMARY KEY, t TEXT)" });
    project.corral(["do", "sql", "Counter", "--name", "alpha", "--command", "INSERT INTO v VALUES(1, 'ours')"]);
    await server.call({ op: "sql", sql: "INSERT INTO v VALUES(2, 'theirs')" });
    const ours = project.corralJson(["do", "sql", "Counter", "--name", "alpha", "--command", "SELECT * FROM v"])[0].results;
    assert.deepEqual(ours, await server.call({ op: "sql", sql: "SELECT * FROM v" }));
    assert.equal(ours.length, 2);
  });

  test("alarms of a live object: what the Worker sets corral sees", async () => {
    const time = Date.now() + 3_600_000;
    await server.call({ op: "setAlarm", time });
    assert.equal(project.corralJson(["do", "alarm", "get", "Counter", "--name", "alpha"]).scheduled_time, time);
    await server.call({ op: "deleteAlarm" });
    assert.equal(project.corralJson(["do", "alarm", "get", "Counter", "--name", "alpha"]).alarm, null);
  });

  test("an object with a unique id is listed, without a name", async () => {
    const id = await server.call({ op: "id", unique: true });
    const list = project.corralJson(["do", "list", "Counter"]);
    assert.deepEqual(new Set(list.map((object) => object.name)), new Set(["alpha", "made-here", null]));
    assert.ok(list.some((object) => object.id === id));
  });

  test("a loaded object that corral emptied goes on", async () => {
    await server.call({ op: "put", name: "doomed", key: "k", value: 1 });
    await server.call({ op: "sql", name: "doomed", sql: "CREATE TABLE t(a)" });
    project.corral(["do", "delete", "Counter", "--name", "doomed", "--force"]);
    assert.equal((await server.call({ op: "get", name: "doomed", key: "k" })).value, null);
    await server.call({ op: "put", name: "doomed", key: "k", value: 2 });
    assert.equal(storage("get", "Counter", "--name", "doomed", "k"), "2\n");
  });

  test("after a restart: at rest, copied, and with the alarm that corral set while it ran", async () => {
    project.corral(["do", "alarm", "set", "Counter", "--name", "alpha", "--in", "1s"]);
    await server.stop();
    project.corral(["do", "copy", "Counter", "--name", "alpha", "--to-name", "copied"]);
    assert.equal(storage("get", "Counter", "--name", "copied", "pi"), "3.14\n");
    server = await DevServer.start(project);
    assert.equal((await server.call({ op: "get", name: "copied", key: "pi" })).value, 3.14);
    assert.deepEqual(await server.call({ op: "sql", name: "copied", sql: "SELECT count(*) AS n FROM v" }), [{ n: 2 }]);
    for (let i = 0; i < 50 && (await server.call({ op: "get", key: "alarmed" })).value === null; ++i) await sleep(200);
    assert.ok((await server.call({ op: "get", key: "alarmed" })).value > 0);
    const folder = path.join(project.folder, ".wrangler/state/v3/do/dodemo-Counter");
    assert.deepEqual(fs.readdirSync(folder).filter((name) => name.includes("unfinished")), []);
  });
});
