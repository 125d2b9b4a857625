// A fault at every system call that changes something, of every command that writes.
import { after, test } from "node:test";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { readOnly } from "./injection/commands/read-only.mjs";
import { makeFixture } from "./injection/fixture.mjs";
import { stopInjector } from "./injection/injector.mjs";
import { runAll } from "./injection/pool.mjs";
import { Reading } from "./injection/reading.mjs";
import { CORRAL, wordsOf } from "./injection/sandbox.mjs";
import { tests, writingCommands } from "./injection/tests.mjs";

/// How many points, evenly spread; 0: all of them.
const POINTS = Number(process.env.CRASH_POINTS ?? 0);
/// Only the command lines that match.
const ONLY = new RegExp(process.env.CRASH_ONLY ?? "");
const CHUNK = 50;

const workshop = fs.mkdtempSync(path.join(os.tmpdir(), "corral-crash."));
const fixture = await makeFixture(path.join(workshop, "fixture"));
after(() => {
  stopInjector();
  if (!process.env.CRASH_KEEP) fs.rmSync(workshop, { recursive: true, force: true });
});

function commandsOf(tree, prefix = "") {
  return tree.commands?.length ? tree.commands.flatMap((child) => commandsOf(child, `${prefix}${child.name} `)) : [prefix.trim()];
}

test("every command is tried, or known to change nothing", () => {
  const tree = JSON.parse(spawnSync(CORRAL, ["help", "--json"], { maxBuffer: 64 << 20 }).stdout);
  const known = [...writingCommands, ...Object.keys(readOnly)];
  assert.deepEqual(known.toSorted(), commandsOf(tree).toSorted());
});

test("commands that only read change nothing", async () => {
  const copy = fixture.copyTo(path.join(workshop, "read-only"));
  // SQLite makes its index of the log, LMDB its table of readers.
  const contents = ({ units, litter, files }) => ({ units, litter, files: files.filter((file) => !/-(shm|wal) |\/lock(\.mdb)? /.test(file)) });
  const before = contents(new Reading(copy.folder));
  for (const line of Object.values(readOnly).filter(Boolean)) {
    const run = await copy.corral(wordsOf(line));
    // A check that finds something to look at ends with 3.
    assert.ok(run.status === 0 || (run.status === 3 && line.includes(" check ")), `corral ${line}: ${run.words}`);
    assert.deepEqual(contents(new Reading(copy.folder)), before, `corral ${line}`);
  }
  copy.remove();
});

/// Every so-many-th of a list, so that about `count` are left.
function evenly(list, count) {
  return count === 0 || count >= list.length ? list : Array.from({ length: count }, (_, i) => list[Math.floor((i * list.length) / count)]);
}

function chunksOf(points) {
  const chunks = [];
  for (const { id, prepared, point } of points) {
    const last = chunks.at(-1);
    if (last?.id === id && last.points.length < CHUNK) last.points.push(point);
    else chunks.push({ kind: "attempt", id, prepared: { ...prepared, points: undefined }, points: [point] });
  }
  return chunks;
}

test("a fault at any call leaves the old or the new, and words that are true", { timeout: 7_200_000 }, async (context) => {
  const chosen = tests.filter(({ id }) => ONLY.test(id));
  const prepared = await runAll(chosen.map(({ id }) => ({ kind: "prepare", id })), workshop);
  assert.deepEqual(prepared.flatMap(({ error }) => error ?? []), []);
  const all = prepared.flatMap(({ result }, i) => result.points.map((point) => ({ id: chosen[i].id, prepared: result, point })));
  const results = await runAll(chunksOf(evenly(all, POINTS)), workshop);
  const errors = results.flatMap(({ error }) => error ?? []);
  const attempts = results.flatMap(({ result }) => result ?? []);
  const tried = attempts.filter(({ missed }) => !missed);
  const failures = tried.filter(({ faults }) => faults.length > 0);
  const commands = new Set(chosen.map(({ command }) => command));
  const kinds = new Set(tried.map(({ point }) => point.fault));
  context.diagnostic(`${tried.length} of ${all.length} points, ${kinds.size} kinds of fault, ${commands.size} commands; ${attempts.length - tried.length} points did not come again; ${failures.length} failures`);
  const shown = failures.map(({ line, call, faults, words }) => `${line}\n  at ${call?.name} ${call?.target}\n  said ${JSON.stringify(words?.slice(0, 400))}\n${faults.map((fault) => `  - ${fault}`).join("\n")}`);
  if (process.env.CRASH_LOG) fs.writeFileSync(process.env.CRASH_LOG, `${[...errors, ...shown].join("\n\n")}\n`);
  assert.deepEqual([...errors, ...shown.slice(0, 20)], []);
});
