// A snapshot brings everything back: the real wrangler and a Worker read every key, object, row and Durable Object
// as before, also from an archive.
import { after, before, describe, test } from "node:test";
import assert from "node:assert/strict";
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { asBulk, entries } from "./entries.mjs";
import { DevServer, TestProject } from "./project.mjs";

const config = {
  name: "whole",
  main: "worker.mjs",
  compatibility_date: "2026-01-01",
  kv_namespaces: [{ binding: "CACHE", id: "cache" }],
  r2_buckets: [{ binding: "B", bucket_name: "my-bucket" }],
  d1_databases: [{ binding: "DB", database_name: "shop", database_id: "shop-id" }],
  durable_objects: { bindings: [{ name: "ROOM", class_name: "Room" }] },
  migrations: [{ tag: "v1", new_sqlite_classes: ["Room"] }],
  queues: { producers: [{ binding: "MAILS", queue: "mails" }] },
};

describe("save, change everything, restore", () => {
  let project;
  let found;
  before(async () => {
    project = new TestProject(config);
    fs.copyFileSync(new URL("./state-worker.mjs", import.meta.url), path.join(project.folder, "worker.mjs"));
    project.write("bulk.json", asBulk(entries));
    project.corral(["kv", "bulk", "put", "bulk.json", "--binding", "CACHE"]);
    for (let i = 0; i < 40; ++i) {
      const body = crypto.randomBytes(i * 1000);
      project.corral(
        ["r2", "object", "put", `my-bucket/${i % 2 ? "odd" : "even"}/${"k".repeat(i)}${i}`, "--pipe", "--content-type", `text/x-${i}`],
        { input: body },
      );
    }
    project.corral([
      "d1", "execute", "shop", "--command",
      `CREATE TABLE items(id INTEGER PRIMARY KEY, name TEXT, price REAL, picture BLOB); CREATE INDEX by_name ON items(name);
       WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
       INSERT INTO items SELECT i, 'item ' || i, i / 7.0, randomblob(50) FROM n`,
    ]);
    project.write("mails.ndjson", Array.from({ length: 50 }, (_, i) => JSON.stringify({ body: `mail ${i}` })).join("\n"));
    project.corral(["queues", "send", "mails", "--batch", "mails.ndjson"]);
    await withWorker((dev) => dev.call({ op: "fill" }));
  });
  after(() => project?.remove());

  const withWorker = async (work) => {
    const dev = await DevServer.start(project);
    try {
      return await work(dev);
    } finally {
      await dev.stop();
    }
  };

  /// What the real wrangler's own command line reads, without a Worker.
  const asWranglerReads = () => ({
    keys: project.wranglerJson(["kv", "key", "list", "--binding", "CACHE", "--local"]),
    rows: project.wranglerJson(["d1", "execute", "shop", "--local", "--json", "--command", "SELECT id, name, price FROM items"])[0].results,
    object: project.wrangler(["r2", "object", "get", "my-bucket/in parts", "--local", "--pipe"]).toString("base64"),
  });

  const assertChanged = (before, now) => {
    for (const kind of ["keys", "objects", "rooms"]) assert.notDeepEqual(now[kind], before[kind]);
    assert.notDeepEqual(now.rows.schema, before.rows.schema);
    assert.notDeepEqual(now.rows.items, before.rows.items);
    const old = new Map(before.keys.map((key) => [key.name, key.value]));
    for (const key of now.keys) assert.notEqual(key.value, old.get(key.name));
    const oldObjects = new Map(before.objects.map((object) => [object.key, object.version]));
    for (const object of now.objects) assert.notEqual(object.version, oldObjects.get(object.key));
  };

  const changeEverything = async () => {
    await withWorker(async (dev) => {
      await dev.call({ op: "change" });
      assertChanged(found, await dev.call({ op: "dump" }));
    });
    project.corral(["queues", "purge", "mails", "--force"]);
    project.corral(["queues", "send", "mails", "other"]);
    assert.notEqual(project.corral(["state", "diff", "base"], { expect: 0 }).toString(), "[]\n");
  };

  const assertAsBefore = async (read) => {
    assert.equal(project.corral(["state", "diff", "base"]).toString(), "[]\n");
    project.corral(["state", "check", "--deep"]);
    assert.deepEqual(asWranglerReads(), read);
    await withWorker(async (dev) => assert.deepEqual(await dev.call({ op: "dump" }), found));
    assert.equal(project.corralJson(["queues", "info", "mails", "--json"]).message_backlog_count, 50);
  };

  test("the real wrangler reads every key, object, row and Durable Object as before", async (context) => {
    found = await withWorker((dev) => dev.call({ op: "dump" }));
    const read = asWranglerReads();
    assert.equal(found.keys.length, entries.length);
    assert.equal(found.objects.length, 41);
    assert.equal(found.rows.items.length, 2000);
    assert.equal(found.rooms.length, 3);
    project.corral(["state", "save", "base"]);

    await changeEverything();
    project.corral(["state", "restore", "base", "-y"]);
    await assertAsBefore(read);

    project.corral(["state", "export", "state.tar.zst", "--snapshot", "base"]);
    await changeEverything();
    project.corral(["state", "import", "state.tar.zst", "-y"]);
    await assertAsBefore(read);
    context.diagnostic(`${found.keys.length} keys, ${found.objects.length} objects, ${found.rows.items.length} rows, ${found.rooms.length} Durable Objects`);
  });
});
