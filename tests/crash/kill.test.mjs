// kill -9 at random moments: no acknowledged value is lost, none is half there.
import { test } from "node:test";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import { CORRAL, KILLS, State } from "./state.mjs";

const until = (child) =>
  new Promise((resolve) => child.once("exit", (status, signal) => resolve(signal ? null : status)));

/// A value that shows when a part of it is missing.
const valueOf = (round, size) => `${round}:`.padEnd(size, String(round % 10)) + `:${round}`;

for (const backend of ["wrangler", "lmdb"]) {
  test(`${backend}: ${KILLS} kills of single puts`, async (context) => {
    const state = new State(backend);
    const acknowledged = new Map();
    const attempted = new Map();
    let killed = 0;
    let done = 0;
    const put = (key, value) => {
      const child = spawn(CORRAL, ["kv", "key", "put", key, "--path", "-", ...state.where], {
        cwd: state.folder,
        env: state.environment,
        stdio: ["pipe", "ignore", "ignore"],
      });
      child.stdin.on("error", () => {});
      child.stdin.end(value);
      return child;
    };
    let alone = Infinity; // the milliseconds of a put that nobody kills
    for (let i = 0; i < 5; ++i) {
      const start = performance.now();
      assert.equal(await until(put("unkilled", valueOf(0, 30_000))), 0);
      alone = Math.min(alone, performance.now() - start);
    }
    for (let round = 0; (killed < KILLS || done === 0) && round < KILLS * 20; ++round) {
      const key = `key${round % 5}`;
      const value = valueOf(round, 1 + ((round * 7919) % 60_000));
      const child = put(key, value);
      // From before it has begun until after it is done.
      const timer = setTimeout(() => child.kill("SIGKILL"), Math.random() * 2 * alone);
      const status = await until(child);
      clearTimeout(timer);
      if (status === 0) {
        ++done;
        acknowledged.set(key, value);
        attempted.delete(key);
      } else {
        assert.equal(status, null, "a put failed without being killed");
        ++killed;
        attempted.set(key, [...(attempted.get(key) ?? []), value]);
      }
      const found = state.get(key);
      const possible = [acknowledged.get(key) ?? null, ...(attempted.get(key) ?? [])];
      assert.ok(possible.includes(found), `round ${round}: ${key} holds what nobody wrote last`);
      // From here on what was found is what was last.
      if (found !== null) acknowledged.set(key, found);
      attempted.delete(key);
    }
    context.diagnostic(`${killed} killed, ${done} done`);
    assert.ok(killed >= KILLS && done > 0, "too few kills came in time, or too many");
    if (backend === "wrangler") {
      assert.ok(state.orphans().length <= killed, "more orphan blobs than kills");
    }
    state.remove();
  });

  test(`${backend}: kills of a bulk put leave whole transactions`, async () => {
    const state = new State(backend);
    const pairs = Array.from({ length: 25_000 }, (_, i) => ({ key: `k${String(i).padStart(5, "0")}`, value: `value ${i}` }));
    const input = JSON.stringify(pairs);
    for (let round = 0; round < Math.max(3, KILLS / 10); ++round) {
      const child = spawn(CORRAL, ["kv", "bulk", "put", "-", ...state.where], {
        cwd: state.folder,
        env: state.environment,
        stdio: ["pipe", "ignore", "ignore"],
      });
      child.stdin.on("error", () => {});
      child.stdin.end(input);
      setTimeout(() => child.kill("SIGKILL"), Math.random() * (backend === "lmdb" ? 250 : 900));
      await until(child);
      const list = JSON.parse(state.corral(["kv", "key", "list"]).stdout);
      assert.ok(list.length % 10_000 === 0 || list.length === 25_000, `${list.length} keys are no whole transactions`);
      list.forEach((key, i) => assert.equal(key.name, pairs[i].key));
      if (list.length > 0) assert.equal(state.get(list.at(-1).name), pairs[list.length - 1].value);
      if (backend === "wrangler") state.rows();
      assert.equal(state.corral(["kv", "key", "delete", "--prefix", "k", "--force"]).status, 0);
    }
    state.remove();
  });
}

test("Ctrl-C ends a bulk put with 130, says where it stopped, and leaves no orphan", async () => {
  const state = new State();
  const child = spawn(CORRAL, ["kv", "bulk", "put", "-", ...state.where], {
    cwd: state.folder,
    env: state.environment,
    stdio: ["pipe", "ignore", "pipe"],
  });
  let words = "";
  child.stderr.on("data", (data) => (words += data));
  child.stdin.on("error", () => {});
  child.stdin.write("[" + JSON.stringify({ key: "k", value: "v" }));
  const ended = until(child);
  const catches = () => BigInt(`0x${/^SigCgt:\s*(\w+)/m.exec(fs.readFileSync(`/proc/${child.pid}/status`, "utf8"))[1]}`);
  while ((catches() & (1n << BigInt(os.constants.signals.SIGINT - 1))) === 0n) await new Promise((resolve) => setTimeout(resolve, 5));
  child.kill("SIGINT");
  assert.equal(await ended, 130, words);
  assert.deepEqual(state.blobs, []);
  state.remove();
});
