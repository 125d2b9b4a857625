// D1 under kill -9, a full disk and a crowd: a batch is there whole or not at all.
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
    return spawnSync(CORRAL, args, { cwd: this.path, maxBuffer: 256 << 20, timeout: 60_000, ...options });
  }
  value(sql) {
    const result = this.corral(["d1", "execute", "db", "--format", "raw", "--command", sql]);
    assert.equal(result.status, 0, result.stderr.toString());
    return result.stdout.toString().trim();
  }
  remove() {
    fs.rmSync(this.path, { recursive: true, force: true });
  }
}

const until = (child) => new Promise((resolve) => child.once("exit", (status, signal) => resolve(signal ? null : status)));

test("kills of execute --file leave whole batches, and the database sound", async (context) => {
  const folder = new Folder();
  const rows = 5_000;
  const script = ["DELETE FROM t;"];
  for (let i = 0; i < rows; ++i) script.push(`INSERT INTO t VALUES(${i}, $round, '${"x".repeat(200)}');`);
  folder.value("CREATE TABLE t(id INTEGER PRIMARY KEY, round, text); CREATE TABLE log(round)");
  const run = (round) => {
    const child = spawn(CORRAL, ["d1", "execute", "db", "--file", "-", "--format", "raw"], { cwd: folder.path, stdio: ["pipe", "ignore", "ignore"] });
    child.stdin.on("error", () => {});
    child.stdin.end(script.join("\n").replaceAll("$round", String(round)) + `INSERT INTO log VALUES(${round});`);
    return child;
  };
  let alone = Infinity;
  for (let i = 0; i < 3; ++i) {
    const start = performance.now();
    assert.equal(await until(run(0)), 0);
    alone = Math.min(alone, performance.now() - start);
  }
  let acknowledged = 0;
  let killed = 0;
  for (let round = 1; (killed < KILLS || acknowledged === 0) && round < KILLS * 20; ++round) {
    const child = run(round);
    const timer = setTimeout(() => child.kill("SIGKILL"), Math.random() * 1.5 * alone);
    const status = await until(child);
    clearTimeout(timer);
    if (status === null) ++killed;
    const [count, first, last, logged] = folder.value("SELECT count(*), min(round), max(round), (SELECT max(round) FROM log) FROM t").split("\t").map(Number);
    assert.equal(count, rows, `round ${round}: a batch is torn`);
    assert.equal(first, last);
    assert.equal(last, logged);
    assert.ok(status === 0 ? last === round : last === round || last === acknowledged, `round ${round}: an acknowledged batch is lost`);
    acknowledged = last;
    if (round % 10 === 0) assert.equal(folder.value("PRAGMA quick_check"), "ok");
  }
  context.diagnostic(`${killed} killed, the last that was acknowledged: ${acknowledged}`);
  assert.ok(killed >= KILLS && acknowledged > 0);
  folder.remove();
});

test("kills of restore leave the old database or the new", async () => {
  const folder = new Folder();
  const fill = (name) => `CREATE TABLE IF NOT EXISTS t(who); DELETE FROM t; WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 20000) INSERT INTO t SELECT '${name}' FROM c`;
  folder.value(fill("snapshot"));
  const file = folder.corral(["d1", "path", "db"]).stdout.toString().trim();
  spawnSync("sqlite3", [file, `.backup '${folder.path}/snapshot.sqlite'`]);
  for (let round = 0; round < Math.max(5, KILLS / 5); ++round) {
    folder.value(fill("live"));
    const child = spawn(CORRAL, ["d1", "restore", "db", "snapshot.sqlite", "-y", "--no-backup"], { cwd: folder.path, stdio: "ignore" });
    setTimeout(() => child.kill("SIGKILL"), Math.random() * 15);
    await until(child);
    assert.match(folder.value("SELECT count(*), min(who), max(who) FROM t"), /^20000\t(live\tlive|snapshot\tsnapshot)$/);
    assert.equal(folder.value("PRAGMA quick_check"), "ok");
  }
  folder.remove();
});

test("eight writers at once lose no row", async () => {
  const folder = new Folder();
  folder.value("CREATE TABLE t(writer, n)");
  const writer = async (id) => {
    for (let n = 0; n < 20; ++n) {
      const child = spawn(CORRAL, ["d1", "execute", "db", "--command", `INSERT INTO t VALUES(${id}, ${n})`], { cwd: folder.path, stdio: "ignore" });
      assert.equal(await until(child), 0);
    }
  };
  await Promise.all(Array.from({ length: 8 }, (_, id) => writer(id)));
  assert.equal(folder.value("SELECT count(*), count(DISTINCT writer || '/' || n) FROM t"), "160\t160");
  folder.remove();
});

test("a full disk is said, and leaves the old rows", { skip: process.getuid() !== 0 && "needs root to mount" }, () => {
  const small = fs.mkdtempSync(path.join(os.tmpdir(), "corral-crash."));
  if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", small]).status !== 0) return;
  try {
    const corral = (args, input) => spawnSync(CORRAL, args, { cwd: small, input, env: { ...process.env, CORRAL_NO_INSIGHTS: "1", TMPDIR: os.tmpdir() } });
    fs.writeFileSync(path.join(small, "wrangler.json"), '{"d1_databases":[{"binding":"DB","database_name":"db","database_id":"d"}]}');
    assert.equal(corral(["d1", "execute", "db", "--command", "CREATE TABLE t(a); INSERT INTO t VALUES('kept')"]).status, 0);
    const fill = "INSERT INTO t VALUES(hex(zeroblob(100000)));\n".repeat(40);
    const result = corral(["d1", "execute", "db", "--file", "-"], fill);
    assert.equal(result.status, 1);
    assert.match(result.stderr.toString(), /full|space/);
    assert.equal(corral(["d1", "execute", "db", "--format", "raw", "--command", "SELECT count(*), max(a) FROM t"]).stdout.toString(), "1\tkept\n");
    assert.equal(corral(["d1", "export", "db", "--output", "-"]).status, 0);
  } finally {
    spawnSync("umount", [small]);
    fs.rmdirSync(small);
  }
});
