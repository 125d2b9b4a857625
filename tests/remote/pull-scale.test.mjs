// A namespace, a bucket and a database with FTS5 that are pulled, compared, pulled again, and read by the real wrangler
// and by a Worker in `wrangler dev`. Small; with PULL_SCALE=full of the size that docs/guide/pull-and-push.md promises:
// 100,000 keys, 10,000 objects, 200 tables and 1,000,000 rows, in less than 64 MiB, and a second pull in less than a
// tenth of the time. The figures go to stderr.
import { test } from "node:test";
import assert from "node:assert/strict";
import fs from "node:fs";
import { ID, entry, withAccount } from "./transfer.mjs";
import { D1Service } from "./d1.mjs";
import { R2ObjectService } from "./r2-objects.mjs";
import { R2BucketService } from "./r2-buckets.mjs";
import { S3Server } from "./s3.mjs";
import { runWrangler } from "./program.mjs";
import { DevServer } from "../interop/project.mjs";

const FULL = process.env.PULL_SCALE === "full";
const [KEYS, OBJECTS, TABLES, ROWS] = FULL ? [100_000, 10_000, 200, 1_000_000] : [2500, 1200, 8, 4000];
const MEMORY = 64 << 20;
const DATABASE = "0b1c2d3e-aaaa-4bbb-8ccc-1234567890ab";

const config = {
  name: "app", main: "worker.mjs", compatibility_date: "2026-01-01",
  kv_namespaces: [{ binding: "CACHE", id: ID }],
  r2_buckets: [{ binding: "FILES", bucket_name: "files" }],
  d1_databases: [{ binding: "DB", database_name: "shop", database_id: DATABASE }],
};

/** Reads everything that it is bound to, a page a request. */
const WORKER = `
async function page(list, read) {
  const found = await list;
  const items = found.keys ?? found.objects;
  const parts = [];
  for (let i = 0; i < items.length; i += 100) parts.push(...(await Promise.all(items.slice(i, i + 100).map(read))));
  return Response.json({ parts, cursor: found.list_complete === false || found.truncated ? found.cursor : undefined });
}
export default {
  async fetch(request, env) {
    const { op, cursor } = await request.json();
    if (op === "keys") return page(env.CACHE.list({ cursor }), async ({ name }) => {
      const { value, metadata } = await env.CACHE.getWithMetadata(name);
      return [name, value, metadata];
    });
    if (op === "objects") return page(env.FILES.list({ cursor }), async ({ key }) => {
      const object = await env.FILES.get(key);
      return [key, await object.text(), object.etag, object.httpMetadata.contentType, object.customMetadata];
    });
    if (op === "rows") return Response.json((await env.DB.batch([
      env.DB.prepare("SELECT count(*) AS n, sum(id) AS ids, sum(length(text)) AS bytes FROM t0"),
      env.DB.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name LIKE 't%'"),
      env.DB.prepare("SELECT count(*) AS n FROM search WHERE search MATCH 'seven'")])).map(({ results }) => results[0]));
    return Response.json(true);
  },
};
`;

const sql = () => {
  const each = Math.floor((ROWS * 0.8) / TABLES);
  let text = "CREATE VIRTUAL TABLE search USING fts5(text);";
  for (let i = 0; i < TABLES; ++i) {
    text += `CREATE TABLE t${i}(id INTEGER PRIMARY KEY, name TEXT NOT NULL, text TEXT, number REAL);
      INSERT INTO t${i} WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < ${each})
      SELECT x, 'name ' || x, 'some text of row ' || x || ' of table ${i}', x / 7.0 FROM c; CREATE INDEX i${i} ON t${i}(name);`;
  }
  return `${text} INSERT INTO search WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < ${ROWS - each * TABLES})
    SELECT CASE x % 7 WHEN 0 THEN 'seven' ELSE 'other' END || ' words of ' || x FROM c;`;
};

test(`${KEYS} keys, ${OBJECTS} objects, ${TABLES} tables with ${ROWS} rows`, { timeout: 3_600_000 }, () => {
  const objects = new R2ObjectService();
  const buckets = new R2BucketService();
  const d1 = new D1Service();
  buckets.add("acc1", "files", { lifecycle: [] });
  const bucket = objects.add("acc1", "files");
  return withAccount(async ({ server, space, place, env: variables, done }) => {
    space.still = true;
    const s3 = await S3Server.start(objects);
    const env = { ...variables, ...s3.variables };
    for (let i = 0; i < KEYS; ++i) space.entries.set(`key:${String(i).padStart(7, "0")}`, entry(`value number ${i}`, { metadata: { n: i, tag: "some text" } }));
    for (let i = 0; i < OBJECTS; ++i) {
      const object = objects.store(bucket, `dir/${String(i).padStart(6, "0")}`, Buffer.from(`object ${i} `.repeat(1 + (i % 50))), { "content-type": "text/plain" });
      object.custom = { n: `${i}` };
    }
    const database = d1.add("acc1", DATABASE, "shop", sql());

    /** Runs corral, says how long it took, and checks the most memory that it had. */
    const run = async (words) => {
      server.requests = [];
      let most = 0;
      const start = performance.now();
      const ran = await place.corral(words, {
        env,
        during: (child) => {
          const timer = setInterval(() => {
            const status = fs.existsSync(`/proc/${child.pid}/status`) ? fs.readFileSync(`/proc/${child.pid}/status`, "utf8") : "";
            most = Math.max(most, 1024 * Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
          }, 5);
          child.on("exit", () => {
            clearInterval(timer);
            server.took = performance.now() - start;
          });
        },
      });
      assert.equal(ran.status, 0, ran.err);
      console.error(`${words.join(" ")}: ${(server.took / 1000).toFixed(2)} s, ${server.requests.length} requests, ${(most / 2 ** 20).toFixed(1)} MiB`);
      assert.ok(most < MEMORY, `${words.join(" ")} took ${most} bytes`);
      return { out: JSON.parse(ran.out), time: server.took };
    };

    for (const service of ["--kv", "--r2", "--d1"]) {
      const first = await run(["state", "pull", service]);
      assert.equal(first.out[0].added, { "--kv": KEYS, "--r2": OBJECTS, "--d1": TABLES + 1 }[service]);
      const second = await run(["state", "pull", service]);
      const [{ added, changed, removed, bytes }] = second.out;
      assert.deepEqual([added, changed, removed, bytes], [0, 0, 0, 0]);
      if (FULL) assert.ok(second.time < first.time / 10, `${second.time} ms is not a tenth of ${first.time} ms`);
      assert.deepEqual((await run(["state", "diff", "--remote", service])).out, []);
    }
    assert.deepEqual((await run(["state", "diff", "--remote", "--d1", "--deep"])).out, []);

    // A tenth changes; then all of it, which replaces everything that is here and keeps a way back.
    const change = (part) => {
      let i = 0;
      for (const one of space.entries.values()) if (i++ % part === 0) one.metadata = { part, tag: "other text" };
      for (const one of bucket.objects.values()) if (i++ % part === 0) one.custom = { part: `${part}` };
      database.sqlite.exec(`UPDATE t0 SET text = text || '${part}'`);
      d1.remember(database);
    };
    change(10);
    const pullAll = async () => [...(await run(["state", "pull", "--kv"])).out, ...(await run(["state", "pull", "--d1"])).out, ...(await run(["state", "pull", "--r2"])).out];
    const some = await pullAll();
    assert.deepEqual(some.map(({ service, changed }) => [service, changed]), [["kv", KEYS / 10], ["d1", TABLES + 1], ["r2", OBJECTS / 10]]);
    change(1);
    const all = await pullAll();
    assert.deepEqual(all.map(({ service, changed }) => [service, changed]), [["kv", KEYS], ["d1", TABLES + 1], ["r2", OBJECTS]]);
    assert.ok(all.every(({ undo }) => undo));
    await run(["state", "save", "base", "--json"]);
    for (const service of ["--kv", "--r2", "--d1"]) assert.deepEqual((await run(["state", "diff", "--remote", service, "--deep"])).out, []);

    // wrangler and a Worker read it.
    place.write("project/worker.mjs", WORKER);
    const listed = await runWrangler(place, ["kv", "key", "list", "--binding", "CACHE", "--local"], {});
    assert.equal(JSON.parse(listed.out).length, KEYS);
    const counted = await runWrangler(place, ["d1", "execute", "DB", "--local", "--json", "--command", "SELECT count(*) AS n FROM search"], {});
    assert.equal(JSON.parse(counted.out)[0].results[0].n, ROWS - Math.floor((ROWS * 0.8) / TABLES) * TABLES);
    const got = await runWrangler(place, ["r2", "object", "get", "files/dir/000007", "--pipe", "--local"], {});
    assert.equal(got.out, bucket.objects.get("dir/000007").bytes.toString());
    const worker = await DevServer.start({ folder: place.project });
    try {
      const all = async (op) => {
        const parts = [];
        let cursor;
        do {
          const page = await worker.call({ op, cursor });
          parts.push(...page.parts);
          ({ cursor } = page);
        } while (cursor);
        return parts;
      };
      const same = (some, others, what) => assert.ok(JSON.stringify(some) === JSON.stringify(others), `${some.length} ${what} of ${others.length}`);
      same(await all("keys"), [...space.entries].map(([name, { value, metadata }]) => [name, value.toString(), metadata]), "keys");
      same(await all("objects"), [...bucket.objects].map(([key, { bytes, etag, http, custom }]) => [key, bytes.toString(), etag, http.contentType, custom]), "objects");
      const rows = (query) => d1.rows("acc1", DATABASE, query)[0];
      assert.deepEqual(await worker.call({ op: "rows" }), [
        rows("SELECT count(*) AS n, sum(id) AS ids, sum(length(text)) AS bytes FROM t0"),
        rows("SELECT count(*) AS n FROM sqlite_schema WHERE name LIKE 't%'"),
        rows("SELECT count(*) AS n FROM search WHERE search MATCH 'seven'")]);
    } finally {
      await worker.stop();
    }
    assert.match((await done(["state", "check"])).out, /"problems": *\[\]|^\[\]/);
    await s3.stop();
    d1.remove();
  }, { services: [objects, d1, buckets], config });
});
