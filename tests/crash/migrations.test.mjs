// Migrations under kill -9: never a file applied twice, or booked without its effects.
import { test } from "node:test";
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { CORRAL, KILLS } from "./state.mjs";

const FILES = 50;

class Project {
  constructor() {
    this.path = fs.mkdtempSync(path.join(os.tmpdir(), "corral-crash."));
    this.corral(["d1", "create", "db"]);
    fs.mkdirSync(path.join(this.path, "migrations"));
    for (let i = 1; i <= FILES; ++i) {
      const table = i === 1 ? "CREATE TABLE log(id INTEGER PRIMARY KEY AUTOINCREMENT, step);\n" : "";
      // Not unique on purpose: a file that ran twice would show.
      fs.writeFileSync(
        path.join(this.path, "migrations", `${String(i).padStart(4, "0")}_step.sql`),
        `${table}CREATE TABLE t${i}(a);\nINSERT INTO log(step) VALUES(${i});\nINSERT INTO t${i} VALUES('${"x".repeat(5000)}');\n`,
      );
    }
  }
  corral(args) {
    return spawnSync(CORRAL, args, { cwd: this.path, timeout: 60_000 });
  }
  apply() {
    return spawn(CORRAL, ["d1", "migrations", "apply", "db", "--no-backup"], { cwd: this.path, stdio: "ignore" });
  }
  json(args) {
    const result = this.corral(args);
    assert.equal(result.status, 0, result.stderr.toString());
    return JSON.parse(result.stdout);
  }
  rows(sql) {
    return this.json(["d1", "execute", "db", "--json", "--command", sql])[0].results;
  }
  check(context) {
    const there = this.rows("SELECT name FROM sqlite_schema WHERE name = 'd1_migrations'").length > 0;
    const booked = there ? this.rows("SELECT name FROM d1_migrations ORDER BY id").map((row) => Number.parseInt(row.name, 10)) : [];
    const done = booked.length > 0 ? this.rows("SELECT step FROM log ORDER BY id").map((row) => row.step) : [];
    assert.deepEqual(booked, done, context);
    assert.deepEqual(booked, Array.from({ length: booked.length }, (_, i) => i + 1), context);
    return booked.length;
  }
  remove() {
    fs.rmSync(this.path, { recursive: true, force: true });
  }
}

const until = (child) => new Promise((resolve) => child.once("exit", (status, signal) => resolve(signal ? null : status)));

test("kills of apply leave whole files, and a restart finishes", async (context) => {
  const undisturbed = new Project();
  const start = performance.now();
  assert.equal(await until(undisturbed.apply()), 0);
  const alone = performance.now() - start;
  const schema = undisturbed.json(["d1", "schema", "dump", "db", "--json"]);
  undisturbed.remove();
  let killed = 0;
  let inside = 0;
  for (let round = 1; killed < KILLS && round < KILLS * 10; ++round) {
    const project = new Project();
    const child = project.apply();
    const timer = setTimeout(() => child.kill("SIGKILL"), Math.random() * 1.1 * alone);
    const status = await until(child);
    clearTimeout(timer);
    if (status === null) ++killed;
    const applied = project.check(`round ${round}`);
    if (applied > 0 && applied < FILES) ++inside;
    assert.equal(await until(project.apply()), 0, `round ${round}: the restart`);
    assert.equal(project.check(`round ${round}, restarted`), FILES);
    assert.deepEqual(project.json(["d1", "schema", "dump", "db", "--json"]), schema);
    assert.deepEqual(new Set(project.json(["d1", "migrations", "status", "db"]).map((entry) => entry.state)), new Set(["applied"]));
    project.remove();
  }
  assert.ok(killed >= KILLS, `only ${killed} kills hit`);
  context.diagnostic(`${killed} kills, ${inside} with some files applied and some not`);
});
