// R2 under kill -9 and without room: no acknowledged object is lost, none is half there.
import { test } from "node:test";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { CORRAL, KILLS } from "./state.mjs";
import { BucketState } from "./r2-state.mjs";

/// Bytes that show which round wrote them, and where they stop.
const bodyOf = (round, size) => Buffer.from(`${round}:`.padEnd(size, String(round % 10)) + `:${round}`);

/// The duration of a call without a kill, in milliseconds.
const timed = (call) => {
  let best = Infinity;
  for (let i = 0; i < 3; ++i) {
    const start = performance.now();
    call();
    best = Math.min(best, performance.now() - start);
  }
  return best;
};

for (const [what, size, flags] of [
  ["small objects", 60_000, []],
  ["multipart objects", 11 << 20, ["--part-size", "5"]],
]) {
  test(`kills of puts and overwrites: ${what}`, async (context) => {
    const state = new BucketState();
    const kills = size > 1 << 20 ? Math.ceil(KILLS / 4) : KILLS;
    const alone = timed(() => assert.equal(state.corral(["object", "put", "my-bucket/first", "--pipe", ...flags], { input: bodyOf(0, size) }).status, 0));
    const last = new Map();
    let killed = 0;
    let done = 0;
    for (let round = 1; (killed < kills || done === 0) && round < kills * 20; ++round) {
      const key = `key${round % 3}`;
      const body = bodyOf(round, 1 + ((round * 7919) % size));
      const status = await state.killed(["object", "put", `my-bucket/${key}`, "--pipe", ...flags], Math.random() * (flags.length > 0 ? 1 : 2) * alone, body);
      const found = state.get(key);
      if (status === 0) {
        ++done;
        assert.ok(found?.equals(body), `round ${round}: an acknowledged object is not there`);
      } else {
        assert.equal(status, null, "a put failed without being killed");
        ++killed;
        const before = last.get(key) ?? null;
        assert.ok(found === null ? before === null : found.equals(body) || (before !== null && found.equals(before)), `round ${round}: ${key} holds what nobody wrote last`);
      }
      if (found !== null) last.set(key, found);
    }
    context.diagnostic(`${killed} killed, ${done} done`);
    assert.ok(killed >= kills && done > 0, "too few kills came in time, or too many");
    assert.ok(state.orphans().length <= killed * 3, "more orphan blobs than kills can explain");
    state.remove();
  });
}

test("kills of moves leave the object in one place, whole", async (context) => {
  const state = new BucketState();
  const body = bodyOf(1, 11 << 20);
  assert.equal(state.corral(["object", "put", "my-bucket/a", "--pipe", "--part-size", "5"], { input: body }).status, 0);
  let [from, to] = ["a", "b"];
  let killed = 0;
  for (let round = 0; killed < KILLS && round < KILLS * 20; ++round) {
    const status = await state.killed(["object", "move", `my-bucket/${from}`, `my-bucket/${to}`], Math.random() * 6);
    if (status === null) ++killed;
    const keys = state.keys();
    assert.equal(keys.length, 1, `the object is at ${keys}`);
    if (status === 0) assert.deepEqual(keys, [to]);
    if (keys[0] === to) [from, to] = [to, from];
  }
  context.diagnostic(`${killed} killed`);
  assert.ok(killed >= KILLS / 2, "too few kills came in time");
  assert.ok(state.get(from).equals(body));
  assert.deepEqual(state.orphans(), []);
  state.remove();
});

test("kills of a sync leave whole objects, and the next sync finishes", async () => {
  const state = new BucketState();
  for (let i = 0; i < 2000; ++i) {
    const file = path.join(state.folder, "tree", String(i % 20), `f${i}`);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, `file ${i}`);
  }
  const rounds = Math.max(3, Math.ceil(KILLS / 10));
  for (let round = 0; round < rounds; ++round) {
    for (let i = round; i < 2000; i += 5) fs.writeFileSync(path.join(state.folder, "tree", String(i % 20), `f${i}`), `file ${i} of round ${round}`);
    await state.killed(["sync", "./tree", "my-bucket"], Math.random() * 120);
    state.orphans();
    assert.equal(state.corral(["sync", "./tree", "my-bucket"]).status, 0);
    assert.equal(state.keys().length, 2000);
    assert.equal(JSON.parse(state.corral(["sync", "./tree", "my-bucket", "--dry-run"]).stdout).length, 0);
  }
  state.remove();
});

test("kills of a download leave the old file or the new", async () => {
  const state = new BucketState();
  const [old, fresh] = [bodyOf(1, 3 << 20), bodyOf(2, 4 << 20)];
  assert.equal(state.corral(["object", "put", "my-bucket/k", "--pipe"], { input: fresh }).status, 0);
  const target = path.join(state.folder, "target");
  for (let round = 0; round < KILLS; ++round) {
    fs.writeFileSync(target, old);
    const status = await state.killed(["object", "get", "my-bucket/k", "--file", "target"], Math.random() * 25);
    const found = fs.readFileSync(target);
    assert.ok(found.equals(fresh) || (status === null && found.equals(old)), "the file is torn");
  }
  state.remove();
});

test("no room for an object leaves the old one, and says so", () => {
  const state = new BucketState();
  assert.equal(state.corral(["object", "put", "my-bucket/k", "--pipe"], { input: "old" }).status, 0);
  const limited = (args, input) =>
    spawnSync("bash", ["-c", `trap '' XFSZ; ulimit -f 1000; exec "$0" "$@"`, CORRAL, "r2", ...args], { cwd: state.folder, env: state.environment, input });
  const full = limited(["object", "put", "my-bucket/k", "--pipe"], "x".repeat(20_000_000));
  assert.equal(full.status, 1, full.stderr.toString());
  assert.match(full.stderr.toString(), /^corral: .+/);
  assert.equal(state.get("k").toString(), "old");
  assert.deepEqual(state.orphans(), []);
  assert.equal(state.blobs.length, 1);
  assert.equal(state.corral(["object", "put", "my-bucket/large", "--pipe"], { input: "x".repeat(20_000_000) }).status, 0);
  fs.writeFileSync(path.join(state.folder, "target"), "old");
  assert.equal(limited(["object", "get", "my-bucket/large", "--file", "target"]).status, 1);
  assert.equal(fs.readFileSync(path.join(state.folder, "target"), "utf8"), "old");
  assert.deepEqual(fs.readdirSync(state.folder).sort(), ["state", "target"]);
  state.remove();
});

test("a full disk leaves the old object, and says so", (context) => {
  const mount = fs.mkdtempSync("/tmp/corral-full.");
  if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=8m", "tmpfs", mount]).status !== 0) {
    fs.rmdirSync(mount);
    return context.skip("no right to mount a tmpfs");
  }
  try {
    const state = new BucketState(mount);
    assert.equal(state.corral(["object", "put", "my-bucket/k", "--pipe"], { input: "old" }).status, 0);
    const full = state.corral(["object", "put", "my-bucket/k", "--pipe"], { input: "x".repeat(20_000_000) });
    assert.equal(full.status, 1);
    assert.match(full.stderr.toString(), /space/);
    assert.equal(state.get("k").toString(), "old");
    assert.deepEqual(state.orphans(), []);
  } finally {
    spawnSync("umount", [mount]);
    fs.rmdirSync(mount);
  }
});
