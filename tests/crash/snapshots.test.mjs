// Whole-state snapshots under kill -9: the state is the old one or the new one, whole, and so are the snapshots.
import { test } from "node:test";
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import crypto from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { CORRAL, KILLS } from "./state.mjs";

class WholeState {
  constructor() {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), "corral-crash."));
    this.v3 = path.join(this.folder, "state/v3");
    this.environment = { ...process.env, CORRAL_STATE: path.join(this.folder, "state") };
    fs.writeFileSync(
      path.join(this.folder, "wrangler.json"),
      JSON.stringify({
        d1_databases: ["one", "two"].map((name) => ({ binding: name, database_name: name, database_id: name })),
        queues: { producers: [{ binding: "JOBS", queue: "jobs" }] },
      }),
    );
  }

  corral(args, options = {}) {
    return spawnSync(CORRAL, args, { cwd: this.folder, env: this.environment, maxBuffer: 256 << 20, timeout: 60_000, ...options });
  }

  done(args, options) {
    const result = this.corral(args, options);
    assert.equal(result.status, 0, `${args.join(" ")}: ${result.stderr}`);
    return result.stdout;
  }

  /// Starts corral and kills it after the given milliseconds; whether it was killed.
  async killed(args, milliseconds) {
    const child = spawn(CORRAL, args, { cwd: this.folder, env: this.environment, stdio: ["ignore", "ignore", "pipe"] });
    let words = "";
    child.stderr.on("data", (data) => (words += data));
    const timer = setTimeout(() => child.kill("SIGKILL"), milliseconds);
    const [code, signal] = await new Promise((resolve) => child.once("close", (...end) => resolve(end)));
    clearTimeout(timer);
    assert.ok(signal || code === 0, `${args.join(" ")} failed by itself: ${words}`);
    return signal !== null;
  }

  /// Makes every part say `number`: keys, values, objects, rows of two databases, messages.
  fill(number) {
    const pairs = Array.from({ length: 60 }, (_, i) => ({ key: `k${i % (40 + number)}`, value: `${number} ${i}` }));
    this.done(["kv", "bulk", "put", "-", "--namespace-id", "n"], { input: JSON.stringify(pairs) });
    this.done(["kv", "key", "put", "k", `${number}`, "--namespace-id", "n", "--backend", "lmdb"]);
    for (let i = 0; i < 3; ++i) this.done(["r2", "object", "put", `files/o${i}`, "--pipe"], { input: `${number}`.repeat(5000 + i) });
    for (const name of ["one", "two"]) {
      this.done(["d1", "execute", name, "--command", `CREATE TABLE IF NOT EXISTS t(id INTEGER PRIMARY KEY, n, filler); DELETE FROM t;
        WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < ${800 + 100 * number}) INSERT INTO t SELECT x, ${number}, hex(randomblob(50)) FROM c`]);
    }
    this.done(["queues", "send", "jobs", `message ${number}`]);
  }

  /// A digest of all that the state holds, each value checked to be there and each database to be sound.
  digest() {
    const hash = crypto.createHash("sha256");
    for (const service of ["kv", "r2", "d1"]) {
      const root = path.join(this.v3, service);
      for (const folder of fs.readdirSync(root).sort()) {
        for (const file of fs.readdirSync(path.join(root, folder)).filter((name) => /^[0-9a-f]{64}\.sqlite$/.test(name)).sort()) {
          const database = new DatabaseSync(path.join(root, folder, file));
          assert.equal(database.prepare("PRAGMA integrity_check").get().integrity_check, "ok");
          for (const { name } of database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name").all()) {
            for (const row of database.prepare(`SELECT * FROM "${name}" ORDER BY 1`).all()) {
              if (row.blob_id) {
                const blob = fs.readdirSync(root).map((one) => path.join(root, one, "blobs", row.blob_id)).find((one) => fs.existsSync(one));
                assert.ok(blob, `the value of ${row.key} is missing`);
                if (row.size !== undefined) assert.equal(fs.statSync(blob).size, row.size);
                hash.update(fs.readFileSync(blob));
              }
              hash.update(JSON.stringify(Object.values(row)));
            }
          }
          database.close();
        }
      }
    }
    hash.update(this.done(["kv", "key", "get", "k", "--namespace-id", "n", "--backend", "lmdb"]));
    hash.update(JSON.stringify(JSON.parse(this.done(["queues", "peek", "jobs"])).messages.map((message) => message.body)));
    return hash.digest("hex");
  }

  get snapshots() {
    return JSON.parse(this.done(["state", "list"])).map((snapshot) => snapshot.name);
  }

  remove() {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

/// The duration of a call without a kill, in milliseconds.
const timed = (call) => {
  const start = performance.now();
  call();
  return performance.now() - start;
};

test("kills of restore and import leave the old state or the new one", async (context) => {
  const state = new WholeState();
  const digests = {};
  for (const [number, name] of [[1, "first"], [2, "second"]]) {
    state.fill(number);
    state.done(["state", "save", name]);
    state.done(["state", "export", `${name}.tar.zst`, "--snapshot", name]);
    digests[name] = state.digest();
  }
  assert.notEqual(digests.first, digests.second);
  let now = "second";
  let killed = 0;
  const opening = [["kv", "key", "list", "--namespace-id", "n"], ["d1", "execute", "one", "--command", "SELECT 1"], ["r2", "object", "list", "files"], ["queues", "peek", "jobs"], ["state", "list"]];
  const counts = { old: 0, new: 0 };
  for (const [words, what] of [[(name) => ["state", "restore", name, "-y"], "restore"], [(name) => ["state", "import", `${name}.tar.zst`, "-y"], "import"]]) {
    const alone = timed(() => state.done(words("first")));
    state.done(words("second"));
    now = "second";
    for (let round = 0, kills = 0; kills < KILLS / 2 && round < KILLS * 10; ++round) {
      const next = now === "first" ? "second" : "first";
      if (await state.killed(words(next), Math.random() * alone * 1.2)) ++kills, ++killed;
      // Whichever command comes first, it does not show the state half way.
      state.done(opening[round % opening.length]);
      const found = state.digest();
      assert.ok(found === digests[now] || found === digests[next], `${what}, round ${round}: the state is neither the old one nor the new one`);
      ++counts[found === digests[now] ? "old" : "new"];
      if (found === digests[next]) now = next;
      const other = now === "first" ? "second" : "first";
      assert.notEqual(JSON.parse(state.done(["state", "diff", other])).length, 0);
      assert.equal(JSON.parse(state.done(["state", "diff", now])).length, 0);
    }
  }
  context.diagnostic(`${killed} killed; the state was the old one ${counts.old} times, the new one ${counts.new} times`);
  assert.ok(killed >= KILLS / 2 && counts.old > 0 && counts.new > 0, "the kills did not come at different moments");
  state.remove();
});

test("kills of save leave the state as it was and no half snapshot", async (context) => {
  const state = new WholeState();
  state.fill(1);
  const before = state.digest();
  const alone = timed(() => state.done(["state", "save", "whole"]));
  let killed = 0;
  for (let round = 0; killed < KILLS / 2 && round < KILLS * 10; ++round) {
    if (await state.killed(["state", "save", `s${round}`], Math.random() * alone * 1.2)) ++killed;
    assert.equal(state.digest(), before);
    for (const name of state.snapshots) {
      assert.equal(state.done(["state", "diff", name]).toString(), "[]\n");
      if (name !== "whole") state.done(["state", "delete", name, "-y"]);
    }
  }
  state.done(["state", "save", "last"]);
  const folder = path.join(state.v3, "corral/snapshots/states");
  assert.deepEqual(fs.readdirSync(folder).sort(), ["last", "whole"]);
  state.fill(2);
  state.done(["state", "restore", "last", "-y"]);
  assert.equal(state.digest(), before);
  context.diagnostic(`${killed} killed`);
  assert.ok(killed >= KILLS / 4, "too few kills came in time");
  state.remove();
});

test("kills of gc remove nothing that is needed, and the next gc finishes", async (context) => {
  const state = new WholeState();
  state.fill(1);
  state.done(["state", "save", "kept"]);
  const before = state.digest();
  const blobs = path.join(state.v3, "r2/files/blobs");
  const shelf = path.join(state.v3, "corral/snapshots/values/kv/n");
  /// Work for gc: values that no row or snapshot references, a snapshot of a dead process, an incomplete one.
  const litter = () => {
    for (let i = 0; i < 50; ++i) fs.writeFileSync(path.join(blobs, crypto.randomBytes(40).toString("hex")), "lost");
    for (let i = 0; i < 50; ++i) fs.writeFileSync(path.join(shelf, crypto.randomBytes(40).toString("hex")), "lost");
    state.done(["state", "save", "~export-1-1073741823", "--force"]);
    fs.mkdirSync(path.join(state.v3, "corral/snapshots/states/.unfinished-1/databases"), { recursive: true });
    fs.writeFileSync(path.join(state.v3, "corral/snapshots/states/.unfinished-1/databases/0"), "half");
  };
  const gc = ["state", "gc", "--older-than", "0"];
  litter();
  const alone = timed(() => state.done(gc));
  let killed = 0;
  for (let round = 0; killed < KILLS / 2 && round < KILLS * 10; ++round) {
    litter();
    if (await state.killed(gc, Math.random() * alone * 1.2)) ++killed;
    assert.equal(state.digest(), before);
    assert.equal(state.done(["state", "diff", "kept"]).toString(), "[]\n");
  }
  state.done(gc);
  const found = JSON.parse(state.done(gc));
  for (const what of ["orphans", "snapshots", "snapshot_files"]) assert.equal(found[what], 0, what);
  assert.deepEqual(state.snapshots, ["kept"]);
  state.done(["state", "check", "--deep"]);
  state.fill(2);
  state.done(["state", "restore", "kept", "-y"]);
  assert.equal(state.digest(), before);
  context.diagnostic(`${killed} killed`);
  assert.ok(killed >= KILLS / 4, "too few kills came in time");
  state.remove();
});
