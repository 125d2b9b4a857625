// `state pull` of KV namespaces against the test server: what arrives, what is asked for again, what --exec sees.
import { test } from "node:test";
import assert from "node:assert/strict";
import fs from "node:fs";
import { CONFIG, ID, PREVIEW, entry, localPairs, remotePairs, withAccount } from "./transfer.mjs";
import { runWrangler } from "./program.mjs";

const soon = Math.floor(Date.now() / 1000) + 86_400;
const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));

function fill(space, count = 250) {
  for (let i = 0; i < count; ++i) space.entries.set(`key-${String(i).padStart(6, "0")}`, entry(`value ${i}`, { metadata: i % 3 ? { n: i, b: "ü" } : undefined }));
  space.entries.set("binary", entry(bytes));
  space.entries.set("empty", entry(""));
  space.entries.set("ünï/日本", entry("text", { expiration: soon, metadata: [1, { z: 1, a: null }] }));
}

test("a namespace arrives whole, and again only what changed", () => withAccount(async ({ server, space, done, json }) => {
  fill(space);
  const [first] = await json(["state", "pull", "--kv"]);
  assert.deepEqual([first.name, first.local_id, first.account_id, first.added, first.changed, first.removed], ["CACHE", ID, ID, 253, 0, 0]);
  assert.equal(first.undo, null);
  assert.deepEqual(await localPairs(done), remotePairs(space));
  assert.deepEqual(await json(["state", "diff", "--remote", "--kv"]), []);

  server.requests = [];
  const [second] = await json(["state", "pull", "--kv"]);
  assert.deepEqual([second.added, second.changed, second.same, second.unread], [0, 0, 253, 253]);
  assert.ok(server.requests.every(({ path }) => path.endsWith("/keys")));

  // Here: one is changed, one deleted, one new. There: one gets metadata, one goes, one comes.
  await done(["kv", "key", "put", "key-000001", "mine", "--metadata", '{"n":1,"b":"ü"}', "--binding", "CACHE"]);
  await done(["kv", "key", "delete", "key-000002", "--binding", "CACHE"]);
  await done(["kv", "key", "put", "local-only", "mine", "--binding", "CACHE"]);
  space.entries.set("key-000003", entry("changed", { metadata: { later: true } }));
  space.entries.delete("key-000004");
  space.entries.set("zz", entry("new"));
  const differing = await json(["state", "diff", "--remote", "CACHE"]);
  assert.deepEqual(differing.map(({ change, item, fields }) => [change, item, fields]), [
    ["changed", "key-000001", ["value"]], ["removed", "key-000002", undefined], ["changed", "key-000003", ["metadata"]],
    ["added", "key-000004", undefined], ["added", "local-only", undefined], ["removed", "zz", undefined]]);
  server.requests = [];
  const [third] = await json(["state", "pull", "CACHE"]);
  assert.deepEqual([third.added, third.changed, third.removed], [2, 2, 2]);
  assert.deepEqual(await localPairs(done), remotePairs(space));
  const asked = server.requests.filter(({ path }) => path.endsWith("bulk/get")).flatMap(({ body }) => JSON.parse(body).keys);
  assert.deepEqual(asked.sort(), ["key-000001", "key-000002", "key-000003", "zz"]);

  // What was there can be brought back.
  await done(third.undo.split(" ").slice(1).concat("--force"));
  const before = await localPairs(done);
  assert.equal(Buffer.from(before.get("local-only").value, "base64").toString(), "mine");
  assert.ok(!before.has("zz"));
}));

test("a value that changed without a trace in the listing is found by --deep", () => withAccount(async ({ space, done, json }) => {
  fill(space, 5);
  await done(["state", "pull", "--kv"]);
  space.entries.get("key-000001").value = Buffer.from("silently");
  assert.deepEqual(await json(["state", "diff", "--remote", "CACHE"]), []);
  const [deep] = await json(["state", "diff", "--remote", "CACHE", "--deep"]);
  assert.deepEqual([deep.item, deep.fields], ["key-000001", ["value"]]);
  assert.equal((await json(["state", "pull", "CACHE"]))[0].changed, 0);
  const [pulled] = await json(["state", "pull", "CACHE", "--deep"]);
  assert.deepEqual([pulled.changed, pulled.same, pulled.unread], [1, 7, 0]);
  assert.deepEqual(await localPairs(done), remotePairs(space));
}));

test("--prefix, --limit, --max-bytes, --keep and --dry-run", () => withAccount(async ({ server, space, done, json }) => {
  fill(space);
  const [dry] = await json(["state", "pull", "--dry-run", "--kv"]);
  assert.deepEqual([dry.added, dry.bytes], [253, null]);
  assert.ok(server.requests.every(({ path }) => !path.includes("bulk") && !path.includes("values")));
  assert.equal((await localPairs(done)).size, 0);
  await done(["kv", "key", "put", "local-only", "mine", "--binding", "CACHE"]);
  await done(["kv", "key", "put", "key-00009x", "mine", "--binding", "CACHE"]);
  const [prefix] = await json(["state", "pull", "CACHE", "--prefix", "key-00009"]);
  assert.deepEqual([prefix.added, prefix.removed, prefix.cut], [10, 1, false]);
  assert.equal((await localPairs(done)).size, 11);
  const [limit] = await json(["state", "pull", "CACHE", "--limit", "20"]);
  assert.deepEqual([limit.added, limit.removed, limit.cut], [20, 0, true]);
  const [few] = await json(["state", "pull", "CACHE", "--prefix", "key-0001", "--max-bytes", "100"]);
  assert.deepEqual([few.added, few.bytes, few.cut], [11, 99, true]);
  const [kept] = await json(["state", "pull", "CACHE", "--keep"]);
  assert.equal(kept.removed, 0);
  assert.equal((await localPairs(done)).size, 254);
}));

test("by title, by id, by environment, and under the id that wrangler dev looks for", () => {
  const config = { ...CONFIG, kv_namespaces: [{ binding: "CACHE", id: ID, preview_id: PREVIEW }],
    env: { staging: { kv_namespaces: [{ binding: "CACHE", id: "aaaa" }] } } };
  return withAccount(async ({ kv, space, done, json, refused }) => {
    space.entries.set("k", entry("production"));
    kv.add("acc1", PREVIEW, "cache-preview", { k: "preview" });
    kv.add("acc1", "aaaa", "cache-staging", { k: "staging" });
    kv.add("acc1", "bbbb", "other", { k: "other" });
    assert.equal((await json(["state", "pull", "CACHE"]))[0].local_id, PREVIEW);
    const get = async (id) => (await done(["kv", "key", "get", "k", "--namespace-id", id])).out;
    assert.equal(await get(PREVIEW), "production");
    await done(["state", "pull", "CACHE", "--preview"]);
    assert.equal(await get(PREVIEW), "preview");
    await done(["state", "pull", "cache"]);
    assert.equal(await get(PREVIEW), "production");
    await done(["state", "pull", "--kv", "--env", "staging"]);
    assert.equal(await get("aaaa"), "staging");
    await done(["state", "pull", "other"]);
    assert.equal(await get("bbbb"), "other");
    await refused(["state", "pull", "nothing", "--kv"], /anything named "nothing"/);
  }, { config });
});

test("--exec: new values, dropped ones, and no unscrubbed byte in any file", () => withAccount(async ({ place, space, done, json, refused }) => {
  for (let i = 0; i < 60; ++i) space.entries.set(`user:${i}`, entry(`{"name":"PERSONAL-${i}","n":${i}}`, { metadata: { i } }));
  space.entries.set("user:7", entry("DROP PERSONAL"));
  let looked = 0, stop = false;
  const look = (folder) => {
    for (const name of fs.readdirSync(folder)) {
      const file = `${folder}/${name}`;
      try {
        if (fs.statSync(file).isDirectory()) look(file);
        else {
          ++looked;
          assert.ok(!fs.readFileSync(file, "latin1").includes("PERSONAL"), file);
        }
      } catch (error) {
        if (error.code !== "ENOENT") throw error;
      }
    }
  };
  const scrub = 'v=$(cat); case "$v" in DROP*) exit 1;; esac; printf %s "$v" | sed "s/PERSONAL/x/"; printf %s "$CORRAL_KEY" >/dev/null';
  const watching = (async () => {
    while (!stop) {
      look(place.project);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  })();
  const [pulled] = await json(["state", "pull", "CACHE", "--exec", scrub]);
  stop = true;
  await watching;
  look(place.project);
  assert.ok(looked > 10);
  assert.deepEqual([pulled.added, pulled.dropped], [59, 1]);
  const pairs = await localPairs(done);
  assert.equal(pairs.size, 59);
  assert.equal(Buffer.from(pairs.get("user:3").value, "base64").toString(), '{"name":"x-3","n":3}');
  assert.deepEqual(pairs.get("user:3").metadata, { i: 3 });
  const [again] = await json(["state", "pull", "CACHE", "--exec", scrub]);
  assert.deepEqual([again.same, again.dropped, again.changed], [59, 1, 0]);
  await refused(["state", "pull", "CACHE", "--exec", "exit 3"], /exit status 3/);
  await refused(["state", "pull", "CACHE", "--exec", "if then"], /cannot read the command/);
  assert.deepEqual(await localPairs(done), pairs);
}));

test("each pull has a way back of its own, and the five newest of a service are kept", () => withAccount(async ({ kv, space, done, json }) => {
  kv.add("acc1", "bbbb", "other", { k: "0" });
  const undo = [];
  for (let i = 0; i < 7; ++i) {
    space.entries.set("k", entry(`${i}`, { metadata: { i } }));
    undo.push((await json(["state", "pull", "CACHE"]))[0].undo);
  }
  await done(["state", "save", "before-pull-mine"]);
  await done(["state", "pull", "other"]);
  assert.equal(undo.shift(), null); // nothing was here
  assert.equal(new Set(undo).size, 6);
  const names = (await json(["state", "list"])).map(({ name }) => name);
  assert.deepEqual(names, [...undo.slice(-5).map((line) => line.split(" ").at(-1)), "before-pull-mine"]);
  await done([...undo.at(-1).split(" ").slice(1), "--force"]);
  assert.equal((await done(["kv", "key", "get", "k", "--binding", "CACHE"])).out, "5");
}));

test("gc removes what a pull that was cut off had transferred, and not before an hour has passed", () => withAccount(async ({ server, space, corral, json }) => {
  fill(space);
  server.fault = { path: `/accounts/acc1/storage/kv/namespaces/${ID}/values/zz`, name: "status403", left: 9 };
  for (let i = 0; i < 2400; ++i) space.entries.set(`z${i}`, entry(`${i}`));
  space.entries.set("zz", entry(bytes));
  assert.equal((await corral(["state", "pull", "CACHE"])).status, 1);
  assert.deepEqual((({ pulls, orphans }) => [pulls, orphans])(await json(["state", "gc"])), [0, 0]);
  const { pulls, orphans } = await json(["state", "gc", "--older-than", "0"]);
  assert.equal(pulls, 1);
  assert.ok(orphans > 500, `${orphans}`);
  server.fault = null;
  const [{ staged, added }] = await json(["state", "pull", "CACHE"]);
  assert.deepEqual([staged, added], [0, 2654]);
}));

test("the real wrangler reads what was pulled", async () => withAccount(async ({ place, space, done }) => {
  fill(space, 20);
  await done(["state", "pull", "--kv"]);
  const listed = await runWrangler(place, ["kv", "key", "list", "--binding", "CACHE", "--local"], {});
  assert.deepEqual(JSON.parse(listed.out).map(({ name, metadata }) => [name, metadata]),
    [...remotePairs(space)].map(([name, { metadata }]) => [name, metadata]));
  assert.equal((await runWrangler(place, ["kv", "key", "get", "key-000007", "--binding", "CACHE", "--local", "--text"], {})).out, "value 7\n");
}));
