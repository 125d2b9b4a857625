// Durable Objects under kill -9: a value is old or new, a copy is complete, and nothing else is left.
import { test } from "node:test";
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { CORRAL, KILLS } from "./state.mjs";

const until = (child) => new Promise((resolve) => child.once("exit", (status, signal) => resolve(signal ? null : status)));

test("kills of put, alarm set and copy leave whole objects", async (context) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "corral-crash."));
  const corral = (...args) => {
    const result = spawnSync(CORRAL, ["do", ...args, "--script", "s"], { cwd: folder, maxBuffer: 64 << 20 });
    assert.equal(result.status, 0, result.stderr.toString());
    return result.stdout.toString();
  };
  const text = "x".repeat(300_000);
  corral("storage", "put", "C", "--name", "a", "k", JSON.stringify({ round: 0, text: "x" }));
  corral("sql", "C", "--name", "a", "--command", "CREATE TABLE t(a); INSERT INTO t VALUES(0)");
  corral("copy", "C", "--name", "a", "--to-name", "b");
  let killed = 0;
  let acknowledged = 0;
  for (let round = 1; killed < KILLS && round < KILLS * 20; ++round) {
    fs.writeFileSync(path.join(folder, "value.json"), JSON.stringify({ round, text }));
    const commands = [
      ["storage", "put", "C", "--name", "a", "k", "--path", "value.json"],
      ["alarm", "set", "C", "--name", "a", "--in", "1h"],
      ["copy", "C", "--name", "a", "--to-name", "b", "--force"],
    ];
    const words = commands[round % commands.length];
    const child = spawn(CORRAL, ["do", ...words, "--script", "s"], { cwd: folder, stdio: "ignore" });
    const timer = setTimeout(() => child.kill("SIGKILL"), Math.random() * 30);
    const status = await until(child);
    clearTimeout(timer);
    if (status === null) ++killed;
    else assert.equal(status, 0);
    const { round: stored } = JSON.parse(corral("storage", "get", "C", "--name", "a", "k"));
    if (words[1] === "put") {
      assert.ok(stored === round || (status === null && stored === acknowledged), `round ${round}: ${stored} is stored`);
      acknowledged = stored;
    } else {
      assert.equal(stored, acknowledged);
    }
    for (const [name, table] of [["a", 1], ["b", 1]]) {
      const info = JSON.parse(corral("info", "C", "--name", name));
      assert.equal(info.name, name);
      assert.equal(info.keys, 1);
      assert.equal(info.tables.length, table);
    }
    assert.equal(corral("sql", "C", "--name", "b", "--unrestricted", "--format", "raw", "--command", "PRAGMA integrity_check").trim(), "ok");
  }
  assert.ok(killed >= Math.min(KILLS, 10), `only ${killed} were killed`);
  context.diagnostic(`${killed} kills`);
  fs.rmSync(folder, { recursive: true, force: true });
});
