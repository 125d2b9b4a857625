// Reads a SQLite database without touching it: a copy of it and of its logs is opened.
import crypto from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { workerData } from "node:worker_threads";

const known = new Map();
const workshop = fs.mkdtempSync(path.join(workerData?.workshop ?? os.tmpdir(), "copies."));

const bytesOf = (file) => (fs.existsSync(file) ? fs.readFileSync(file) : Buffer.alloc(0));

/// As text that two equal values share and no others.
function shown(value) {
  if (value instanceof Uint8Array) return `x'${Buffer.from(value).toString("hex")}'`;
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

function read(file) {
  const database = new DatabaseSync(file);
  try {
    const faults = [];
    const integrity = database.prepare("PRAGMA integrity_check").get().integrity_check;
    if (integrity !== "ok") faults.push(`integrity_check: ${integrity}`);
    if (database.prepare("PRAGMA foreign_key_check").all().length > 0) faults.push("rows refer to nothing");
    const tables = {};
    const texts = [];
    for (const { type, name, sql } of database.prepare("SELECT type, name, sql FROM sqlite_schema ORDER BY name").all()) {
      texts.push(`${type} ${name} ${sql}`);
      if (type !== "table") continue;
      const select = database.prepare(`SELECT * FROM "${name.replaceAll('"', '""')}"`);
      select.setReadBigInts(true);
      tables[name] = select.all();
      for (const row of tables[name].map((one) => Object.values(one).map(shown).join("|")).sort()) texts.push(`${name}: ${row}`);
    }
    return { faults, tables, text: texts.join("\n") };
  } finally {
    database.close();
  }
}

/// {tables: name -> rows, text: all of it as lines, faults}. A file that is missing or empty has no tables.
export function readSqlite(file) {
  const bytes = bytesOf(file);
  const log = bytesOf(`${file}-wal`);
  const journal = bytesOf(`${file}-journal`);
  if (bytes.length === 0 && log.length === 0) return { faults: [], tables: {}, text: "" };
  const key = crypto.createHash("sha1").update(`${bytes.length}:`).update(bytes).update(log).update(`:${log.length}:`).update(journal).digest("hex");
  let found = known.get(key);
  if (!found) {
    const copy = path.join(workshop, "copy.sqlite");
    for (const end of ["", "-wal", "-shm", "-journal"]) fs.rmSync(copy + end, { force: true });
    fs.writeFileSync(copy, bytes);
    if (journal.length > 0) fs.writeFileSync(`${copy}-journal`, journal);
    if (log.length > 0) fs.writeFileSync(`${copy}-wal`, log);
    try {
      found = read(copy);
    } catch (error) {
      found = { faults: [`SQLite cannot read it: ${error.message}`], tables: {}, text: "" };
    }
    if (known.size > 5000) known.clear();
    known.set(key, found);
  }
  return found;
}
