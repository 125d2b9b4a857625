// Time travel and gc under kill -9: the database is what it was or what the bookmark has, and always sound.
import { test } from "node:test";
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { CORRAL, KILLS } from "./state.mjs";

class Folder {
  constructor() {
    this.path = fs.mkdtempSync(path.join(os.tmpdir(), "corral-crash."));
    this.corral(["d1", "create", "db"]);
  }
  corral(args, options = {}) {
    const result = spawnSync(CORRAL, args, { cwd: this.path, maxBuffer: 256 << 20, timeout: 60_000, ...options });
    assert.equal(result.status, 0, `${args.join(" ")}\n${result.stderr}`);
    return result.stdout.toString().trim();
  }
  value(sql) {
    return this.corral(["d1", "execute", "db", "--format", "raw", "--command", sql]);
  }
  bookmark() {
    return JSON.parse(this.corral(["d1", "time-travel", "info", "db", "--json"])).bookmark;
  }
  remove() {
    fs.rmSync(this.path, { recursive: true, force: true });
  }
}

/// Runs corral and kills it after up to `longest` ms; false: it had ended by itself.
function killed(folder, args, longest) {
  const child = spawn(CORRAL, args, { cwd: folder.path, stdio: "ignore" });
  const timer = setTimeout(() => child.kill("SIGKILL"), Math.random() * longest);
  return new Promise((resolve) =>
    child.once("exit", (status, signal) => {
      clearTimeout(timer);
      resolve(signal !== null);
    }),
  );
}

test("kills of time-travel restore leave the old database or the new one", async () => {
  const folder = new Folder();
  const numbers = (count) => `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})`;
  folder.value(`CREATE TABLE t(id INTEGER PRIMARY KEY, round, text); INSERT INTO t ${numbers(8000)} SELECT i, 1, hex(zeroblob(150)) FROM n`);
  const first = folder.bookmark();
  folder.value(`UPDATE t SET round = 2; DELETE FROM t WHERE id > 3000; CREATE TABLE other(a)`);
  const second = folder.bookmark();
  const restore = (bookmark) => ["d1", "time-travel", "restore", "db", "--json", "--bookmark", bookmark];
  const start = performance.now();
  folder.corral(restore(first));
  const alone = performance.now() - start;
  const states = { first: "8000\t1\t1\t0", second: "3000\t2\t2\t1" };
  const state = () => folder.value("SELECT count(*), min(round), max(round), (SELECT count(*) FROM sqlite_schema WHERE name = 'other') FROM t");
  assert.equal(state(), states.first);
  const seen = new Set();
  let kills = 0;
  for (let round = 0; kills < KILLS && round < KILLS * 20; ++round) {
    if (await killed(folder, restore(round % 2 === 0 ? second : first), 1.3 * alone)) ++kills;
    const now = state();
    assert.ok(Object.values(states).includes(now), `after kill ${kills}: ${now}`);
    seen.add(now);
    assert.equal(folder.value("PRAGMA quick_check"), "ok");
  }
  assert.equal(seen.size, 2, "every kill came too early or too late");
  folder.corral(restore(first));
  assert.equal(state(), states.first);
  folder.corral(["state", "check", "--deep"]);
  folder.remove();
});

test("kills of gc and of bookmarks leave a whole state", async () => {
  const folder = new Folder();
  folder.value("CREATE TABLE t(a)");
  folder.corral(["kv", "namespace", "create", "cache"]);
  let kills = 0;
  for (let round = 0; kills < KILLS && round < KILLS * 20; ++round) {
    folder.value(`INSERT INTO t VALUES(${round}), (hex(randomblob(20000)))`);
    folder.corral(["kv", "key", "put", `k${round % 7}`, String(round), "--namespace", "cache"]);
    const ids = fs.readdirSync(path.join(folder.path, ".wrangler/state/v3/kv")).filter((name) => !name.startsWith("miniflare"));
    for (let i = 0; i < 20; ++i)
      fs.writeFileSync(path.join(folder.path, ".wrangler/state/v3/kv", ids[0], "blobs", (round * 100 + i).toString(16).padStart(80, "f")), "lost");
    const args = round % 2 === 0 ? ["state", "gc", "--older-than", "0"] : ["d1", "time-travel", "bookmark", "db"];
    if (await killed(folder, args, 8)) ++kills;
    folder.corral(["state", "check", "--deep"]);
    assert.equal(folder.corral(["kv", "key", "get", `k${round % 7}`, "--namespace", "cache"]), String(round));
  }
  folder.corral(["state", "gc", "--older-than", "0"]);
  assert.equal(JSON.parse(folder.corral(["state", "gc", "--older-than", "0", "--dry-run"])).orphans, 0);
  const bookmark = folder.bookmark();
  folder.value("DROP TABLE t");
  folder.corral(["d1", "time-travel", "restore", "db", "-y", "--bookmark", bookmark]);
  folder.value("SELECT count(*) FROM t");
  folder.remove();
});

test("kills of delete, restore and migrations apply leave the old database, or the new one and a way back", async (context) => {
  const folder = new Folder();
  fs.mkdirSync(path.join(folder.path, "migrations"));
  fs.writeFileSync(path.join(folder.path, "migrations/0001_u.sql"), "UPDATE t SET round = round + 1;\nCREATE TABLE u(a);\n");
  spawnSync("sqlite3", ["other.sqlite", "CREATE TABLE other(a)"], { cwd: folder.path });
  const numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000)";
  folder.value(`CREATE TABLE t(id INTEGER PRIMARY KEY, round, text); INSERT INTO t ${numbers} SELECT i, 1, hex(randomblob(200)) FROM n`);
  const state = () => {
    const args = ["d1", "execute", "db", "--format", "raw", "--command", "SELECT count(*), min(round), max(round), max(text) FROM t"];
    const result = spawnSync(CORRAL, args, { cwd: folder.path });
    return result.status === 0 ? result.stdout.toString() : "gone";
  };
  const original = state();
  const commands = [
    ["d1", "delete", "db", "-y"],
    ["d1", "migrations", "apply", "db"],
    ["d1", "restore", "db", "other.sqlite", "-y"],
  ];
  let changed = 0;
  let kept = 0;
  let kills = 0;
  // How long to wait at most, in ms: found as it goes, so that half of the kills come before the change, however fast
  // the machine is.
  const longest = commands.map(() => 40);
  for (let round = 0; kills < KILLS && round < KILLS * 20; ++round) {
    const command = round % commands.length;
    if (await killed(folder, commands[command], longest[command])) ++kills;
    folder.corral(["state", "check"]);
    if (state() === original) {
      longest[command] *= 1.2;
      ++kept;
      continue;
    }
    longest[command] /= 1.2;
    ++changed;
    const list = JSON.parse(folder.corral(["d1", "time-travel", "list", "db"]));
    folder.corral(["d1", "time-travel", "restore", "db", "--json", "--bookmark", list.at(-1).bookmark]);
    assert.equal(state(), original, `round ${round}: ${commands[command].join(" ")}`);
  }
  context.diagnostic(`${kills} kills, ${changed} changed and undone, ${kept} without a change`);
  assert.ok(changed > 0 && kept > 0, "every kill came too early or too late");
  assert.ok(!fs.existsSync(path.join(folder.path, ".wrangler/state/v3/corral/snapshots/d1")));
  folder.corral(["state", "gc", "--older-than", "0"]);
  assert.equal(JSON.parse(folder.corral(["state", "gc", "--older-than", "0", "--dry-run"])).bookmarks, 0);
  folder.corral(["state", "check", "--deep"]);
  folder.remove();
});
