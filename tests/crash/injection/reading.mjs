// All that lies in a sandbox, read without corral: units that a command can change, what is damaged, and what is
// there without being of use.
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";
import { readLmdb } from "./lmdb-file.mjs";
import { readQueues } from "./queue-records.mjs";
import { readSnapshots } from "./snapshot-folder.mjs";
import { readSqlite } from "./sqlite-file.mjs";
import { Blobs, readKv, readR2 } from "./value-stores.mjs";

const digest = (bytes) => crypto.createHash("md5").update(bytes).digest("hex");

function* filesIn(folder, prefix = "") {
  for (const entry of fs.readdirSync(path.join(folder, prefix), { withFileTypes: true })) {
    const name = path.join(prefix, entry.name);
    if (entry.isDirectory()) {
      yield [`${name}/`, entry];
      yield* filesIn(folder, name);
    } else {
      yield [name, entry];
    }
  }
}

/// The bytes of a file by their digest; of an archive, no two of which are the same, what is in it.
function describeFile(bytes) {
  if (bytes.length < 4 || bytes.readUInt32LE(0) !== 0xfd2fb528) return `${digest(bytes)}, ${bytes.length} bytes`;
  try {
    return `an archive of ${namesInTar(zlib.zstdDecompressSync(bytes)).join(", ")}`;
  } catch (error) {
    return `a damaged archive: ${error.message}`;
  }
}

function namesInTar(bytes) {
  const names = [];
  for (let at = 0; ; ) {
    if (at + 1024 > bytes.length) throw new Error("it has no end");
    if (bytes[at] === 0) return names;
    names.push(bytes.toString("latin1", at, at + 100).replace(/\0.*/s, ""));
    at += 512 + 512 * Math.ceil(parseInt(bytes.toString("latin1", at + 124, at + 135), 8) / 512);
  }
}

/// The text of a database. A table of migrations without any is as good as none.
function withContent({ tables, text }) {
  if (tables.d1_migrations?.length !== 0) return text;
  const isOfMigrations = (line) => /^(table|index) (d1_migrations|sqlite_autoindex_d1_migrations|sqlite_sequence)/.test(line);
  return text
    .split(/\n(?=table |index |view |trigger |[\w"]+: )/)
    .filter((entry) => !isOfMigrations(entry))
    .join("\n");
}

/// The name of a file that is to replace another: a kill can leave it.
const isUnfinished = (name) => /(^|\/)\.corral-unfinished-[0-9a-f]{16}$/.test(name);

export class Reading {
  constructor(sandbox) {
    this.units = [];
    this.faults = [];
    this.orphans = [];
    this.litter = [];
    this.unfinished = [];
    this.files = [];
    this.v3 = path.join(sandbox, "project/.wrangler/state/v3");
    this.readFiles(sandbox);
    if (fs.existsSync(this.v3)) this.readState();
    this.halfRestored = fs.existsSync(path.join(this.v3, "corral/snapshots/restoring"));
  }

  /// What lies beside the state: all of it are units.
  readFiles(sandbox) {
    for (const [name, entry] of filesIn(sandbox)) {
      const file = path.join(sandbox, name);
      if (isUnfinished(name)) this.unfinished.push(name);
      if (isUnfinished(name) || file === this.v3 || file.startsWith(`${this.v3}/`) || name.startsWith("project/.wrangler/")) continue;
      if (entry.isDirectory()) this.units.push([`folder ${name}`, ""]);
      else if (entry.isSymbolicLink()) this.units.push([`file ${name}`, `-> ${fs.readlinkSync(file)}`]);
      else this.units.push([`file ${name}`, describeFile(fs.readFileSync(file))]);
    }
  }

  readState() {
    const kv = new Blobs(path.join(this.v3, "kv"), "miniflare-KVNamespaceObject");
    const r2 = new Blobs(path.join(this.v3, "r2"), "miniflare-R2BucketObject");
    for (const [name, entry] of filesIn(this.v3)) {
      const file = path.join(this.v3, name);
      if (!entry.isDirectory()) this.files.push(`${name} ${fs.statSync(file).size}`);
      if (entry.isDirectory() || /^[^/]+\/[^/]+\/([0-9a-f]{64}|metadata)\.sqlite-(wal|shm|journal)$|\/lock(\.mdb)?$|^corral\/locks\/|^(kv|r2)\/[^/]+\/blobs\/[0-9a-f]{80}$/.test(name)) continue;
      if (/^(kv|r2|d1|do)\/[^/]+\/([0-9a-f]{64}|metadata)\.sqlite$/.test(name)) this.readDatabase(name, file, kv, r2);
      else if (/^corral\/(.+\/)?data\.mdb$/.test(name)) this.readEnvironment(name, file);
      else if (name === "corral/access.json") this.readKeys(file);
      else if (/^corral\/snapshots\/d1\/[^/]+\.sqlite$/.test(name)) this.readBackup(name, file);
      else if (!/^corral\/snapshots\/(states\/|values\/|restoring$)|^corral\/insights\/queries$/.test(name)) this.litter.push(name);
    }
    readSnapshots(path.join(this.v3, "corral/snapshots"), this.units, this.faults, this.litter);
    this.orphans = [...kv.orphans().map((one) => `kv/${one}`), ...r2.orphans().map((one) => `r2/${one}`)];
  }

  readDatabase(name, file, kv, r2) {
    const database = readSqlite(file);
    this.faults.push(...database.faults.map((fault) => `${name}: ${fault}`));
    const [service] = name.split("/");
    if (service === "kv") readKv(file, database, kv, this.units, this.faults);
    else if (service === "r2") readR2(file, database, r2, this.units, this.faults);
    else if (withContent(database) !== "") this.units.push([name, withContent(database)]);
  }

  /// Keys and token; an empty file is as good as none.
  readKeys(file) {
    if ((fs.statSync(file).mode & 0o777) !== 0o600) this.faults.push("access.json is not for its owner alone");
    const text = fs.readFileSync(file, "utf8");
    if (text === "") return;
    const { token, keys } = JSON.parse(text);
    if (token) this.units.push(["token", token]);
    for (const key of keys) this.units.push([`key ${key.id}`, JSON.stringify(key)]);
  }

  /// A copy of a database that corral keeps: under its final name it is whole.
  readBackup(name, file) {
    const { text, faults } = readSqlite(file);
    this.faults.push(...faults.map((fault) => `${name}: ${fault}`));
    this.units.push([`backup ${path.basename(name).replace(/-\d{4}-.*/, "")}`, text]);
  }

  readEnvironment(name, file) {
    let databases;
    try {
      databases = readLmdb(file);
    } catch (error) {
      this.faults.push(`${name}: ${error.message}`);
      return;
    }
    if (name === "corral/queues/data.mdb") readQueues(databases, this.units, this.faults);
    else if (name === "corral/time-travel/data.mdb") this.readBookmarks(databases);
    else this.readRecords(databases);
  }

  readRecords(databases) {
    for (const [name, records] of databases) {
      for (const [key, value] of records) {
        if (name.startsWith("kv/")) this.units.push([`${name} ${key} (lmdb)`, `expires ${value.readBigInt64LE(8)}, ${digest(value.subarray(17))}`]);
        else if (name === "registry") this.units.push([`resource ${key}`, value.toString()]);
        else if (name === "migrations") this.units.push([`record ${key}`, value.toString()]);
        else this.faults.push(`a database called ${name}`);
      }
    }
  }

  readBookmarks(databases) {
    const hashes = (name) => new Map((databases.get(name) ?? []).map(([key, value]) => [key.toString("hex", 0, 16), Buffer.concat([value, key.subarray(16)])]));
    const [lists, pages] = [hashes("lists"), hashes("pages")];
    for (const [key, value] of databases.get("bookmarks") ?? []) {
      if (value[0] !== 0x31) continue; // not finished, which is nothing yet
      const bookmark = JSON.parse(value.toString("utf8", 1));
      const own = Buffer.from(bookmark.lists, "base64");
      const whole = [];
      for (let i = 0; i < own.length; i += 16) {
        const list = lists.get(own.toString("hex", i, i + 16));
        for (let j = 0; list && j < list.length; j += 16) whole.push(pages.get(list.toString("hex", j, j + 16)));
      }
      if (whole.length !== bookmark.pages || whole.includes(undefined)) this.faults.push(`bookmark ${bookmark.id} lacks pages`);
      else this.units.push([`bookmark ${key.toString("latin1", 0, 33)}`, `${digest(Buffer.concat(whole))} before ${bookmark.reason}`]);
    }
  }
}
