// A state folder under attack, and a check of what is left.
import { spawnSync } from "node:child_process";
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";

export const CORRAL = process.env.CORRAL ?? "corral";
export const KILLS = Number(process.env.CRASH_KILLS ?? 40);
export const SECONDS = Number(process.env.CRASH_SECONDS ?? 5);

export class State {
  constructor(backend = "wrangler") {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), "corral-crash."));
    this.environment = { ...process.env, CORRAL_STATE: path.join(this.folder, "state"), CORRAL_BACKEND: backend };
    this.where = ["--namespace-id", "n"];
  }

  corral(args, options = {}) {
    return spawnSync(CORRAL, [...args, ...this.where], {
      cwd: this.folder,
      env: this.environment,
      maxBuffer: 256 << 20,
      timeout: 60_000,
      ...options,
    });
  }

  get(key) {
    const result = this.corral(["kv", "key", "get", key]);
    return result.status === 0 ? result.stdout.toString() : null;
  }

  get blobs() {
    const folder = path.join(this.folder, "state/v3/kv/n/blobs");
    return fs.existsSync(folder) ? fs.readdirSync(folder) : [];
  }

  /// The rows of wrangler's layout, each checked to have its blob; the database is sound.
  rows() {
    const folder = path.join(this.folder, "state/v3/kv/miniflare-KVNamespaceObject");
    const rows = [];
    if (!fs.existsSync(folder)) return rows;
    for (const file of fs.readdirSync(folder).filter((name) => name.endsWith(".sqlite"))) {
      const database = new DatabaseSync(path.join(folder, file));
      assert.equal(database.prepare("PRAGMA integrity_check").get().integrity_check, "ok");
      rows.push(...database.prepare("SELECT key, blob_id FROM _mf_entries").all());
      database.close();
    }
    const blobs = new Set(this.blobs);
    for (const row of rows) assert.ok(blobs.has(row.blob_id), `the blob of ${row.key} is missing`);
    return rows;
  }

  orphans() {
    const named = new Set(this.rows().map((row) => row.blob_id));
    return this.blobs.filter((blob) => !named.has(blob));
  }

  remove() {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}
