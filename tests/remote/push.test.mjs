// `state push` of KV namespaces: what is shown and asked, what is written, and that it is the inverse of a pull.
import { test } from "node:test";
import assert from "node:assert/strict";
import { CONFIG, ID, PREVIEW, entry, localPairs, remotePairs, withAccount } from "./transfer.mjs";

const soon = Math.floor(Date.now() / 1000) + 86_400;
const config = { ...CONFIG, kv_namespaces: [{ binding: "CACHE", id: ID, preview_id: PREVIEW }] };

test("production is refused, questions name everything, deletions are asked for", () => withAccount(async ({ kv, space, done, json, refused }) => {
  const preview = kv.add("acc1", PREVIEW, "cache-preview", { same: "1", other: "2", gone: "3" });
  await done(["kv", "key", "put", "same", "1", "--namespace-id", PREVIEW]);
  await done(["kv", "key", "put", "other", "changed", "--namespace-id", PREVIEW]);
  await done(["kv", "key", "put", "new", "n", "--metadata", '{"a":[1]}', "--expiration", `${soon}`, "--namespace-id", PREVIEW]);
  await refused(["state", "push", "CACHE"], /for production, without --env/);
  assert.equal(space.entries.size, 0);
  const [dry] = await json(["state", "push", "CACHE", "--preview", "--dry-run", "--delete"]);
  assert.deepEqual([dry.added, dry.changed, dry.removed, dry.same], [1, 1, 1, 1]);
  await refused(["state", "push", "CACHE", "--preview"], /account acc1: KV namespace CACHE \(1 new, 1 overwritten\)/);
  await refused(["state", "push", "CACHE", "--preview", "--delete"], /1 overwritten, 1 deleted/);
  assert.equal(preview.entries.get("other").value.toString(), "2");
  const [pushed] = await json(["state", "push", "CACHE", "--preview", "--force"]);
  assert.deepEqual([pushed.added, pushed.changed, pushed.removed, pushed.bytes], [1, 1, 0, 8]);
  assert.deepEqual(preview.entries.get("new"), entry("n", { expiration: soon, metadata: { a: [1] } }));
  assert.ok(preview.entries.has("gone"));
  await done(["state", "push", "CACHE", "--preview", "--force", "--delete"]);
  assert.ok(!preview.entries.has("gone"));
  assert.deepEqual(await json(["state", "diff", "--remote", "CACHE", "--preview"]), []);
  await done(["state", "push", "CACHE", "--yes-production", "--force"]);
  assert.deepEqual(remotePairs(space), remotePairs(preview));
}, { config }));

test("an environment that has the ids of the top level, or is not in the config, is production", async () => {
  const bound = { kv_namespaces: [{ binding: "CACHE", id: ID }] };
  const other = { kv_namespaces: [{ binding: "CACHE", id: PREVIEW }] };
  for (const [env, refusal] of [[undefined, true], [{ staging: bound }, true], [{ staging: other }, false]]) {
    await withAccount(async ({ kv, space, done, refused }) => {
      const preview = kv.add("acc1", PREVIEW, "cache-staging");
      await done(["kv", "key", "put", "k", "v", "--binding", "CACHE", "--env", "staging"]);
      const push = ["state", "push", "CACHE", "--env", "staging", "--force"];
      if (refusal) await refused(push, /for production/);
      else await done(push);
      assert.equal(preview.entries.size, refusal ? 0 : 1);
      assert.equal(space.entries.size, 0);
      if (refusal) await done([...push, "--yes-production"]);
    }, { config: { name: "app", ...bound, ...(env && { env }) } });
  }
});

test("push and pull are inverse, byte for byte", () => withAccount(async ({ kv, space, place, done, json }) => {
  const every = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
  for (let i = 0; i < 2500; ++i)
    space.entries.set(`k/${i}`, entry(i % 10 ? `value ${i}` : Buffer.concat([every, Buffer.from([i % 256])]), { metadata: i % 4 ? { i, text: "ü\u2028\u0001" } : undefined, expiration: i % 5 ? undefined : soon + i }));
  space.entries.set("empty", entry(""));
  space.entries.set("./..", entry("dots"));
  await done(["state", "pull", "CACHE"]);
  const other = kv.add("acc1", "bbbb", "other");
  place.write("other/wrangler.json", JSON.stringify({ name: "b", kv_namespaces: [{ binding: "B", id: "bbbb" }] }));
  // The same local state, pushed to an account's empty namespace and pulled from there again.
  await done(["kv", "bulk", "get", "--all", "--binding", "CACHE"]).then(({ out }) => place.write("project/all.json", out));
  await done(["kv", "bulk", "put", "all.json", "--namespace-id", "bbbb"]);
  const [pushed] = await json(["state", "push", "other", "--force"]);
  assert.equal(pushed.added, 2502);
  assert.deepEqual(remotePairs(other), remotePairs(space));
  await done(["kv", "namespace", "delete", "--namespace-id", "bbbb", "--force"]).catch(() => {});
  await done(["state", "pull", "other"]);
  assert.deepEqual(await localPairs(done, "bbbb"), remotePairs(space));
}));

test("what pull left untouched is not read for a push", () => withAccount(async ({ server, space, done, json }) => {
  for (let i = 0; i < 300; ++i) space.entries.set(`k${i}`, entry(`${i}`));
  await done(["state", "pull", "CACHE"]);
  await done(["kv", "key", "put", "k5", "mine", "--binding", "CACHE"]);
  server.requests = [];
  const [pushed] = await json(["state", "push", "CACHE", "--yes-production", "--force"]);
  assert.deepEqual([pushed.changed, pushed.same, pushed.unread], [1, 299, 299]);
  assert.deepEqual(server.requests.map(({ method, path }) => `${method} ${path.split(`${ID}/`)[1]}`), ["GET keys", "POST bulk/get", "PUT bulk"]);
  assert.equal(space.entries.get("k5").value.toString(), "mine");
}));
