// A bucket under attack, and a check of what is left.
import { spawn, spawnSync } from "node:child_process";
import assert from "node:assert/strict";
import crypto from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { CORRAL } from "./state.mjs";

export class BucketState {
  constructor(folder = fs.mkdtempSync(path.join(os.tmpdir(), "corral-crash."))) {
    this.folder = folder;
    this.environment = { ...process.env, CORRAL_STATE: path.join(this.folder, "state") };
  }

  corral(args, options = {}) {
    return spawnSync(CORRAL, ["r2", ...args], { cwd: this.folder, env: this.environment, maxBuffer: 256 << 20, timeout: 60_000, ...options });
  }

  /// Starts corral and kills it after the given milliseconds; the exit status, or null if it was killed.
  async killed(args, milliseconds, input) {
    const child = spawn(CORRAL, ["r2", ...args], { cwd: this.folder, env: this.environment, stdio: ["pipe", "ignore", "ignore"] });
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    const timer = setTimeout(() => child.kill("SIGKILL"), milliseconds);
    const status = await new Promise((resolve) => child.once("exit", (code, signal) => resolve(signal ? null : code)));
    clearTimeout(timer);
    return status;
  }

  get(key) {
    const result = this.corral(["object", "get", `my-bucket/${key}`, "--pipe"]);
    return result.status === 0 ? result.stdout : null;
  }

  keys() {
    return this.corral(["object", "list", "my-bucket", "--names"]).stdout.toString().split("\n").slice(0, -1);
  }

  get blobs() {
    const folder = path.join(this.folder, "state/v3/r2/my-bucket/blobs");
    return fs.existsSync(folder) ? fs.readdirSync(folder) : [];
  }

  /// Checks the database and that every object is whole: its blobs are there, its etag is that of its bytes. Returns
  /// the blobs that no row names.
  orphans() {
    const folder = path.join(this.folder, "state/v3/r2/miniflare-R2BucketObject");
    const blobs = path.join(this.folder, "state/v3/r2/my-bucket/blobs");
    const named = new Set();
    for (const file of fs.existsSync(folder) ? fs.readdirSync(folder).filter((name) => name.endsWith(".sqlite")) : []) {
      const database = new DatabaseSync(path.join(folder, file));
      assert.equal(database.prepare("PRAGMA integrity_check").get().integrity_check, "ok");
      assert.deepEqual(database.prepare("PRAGMA foreign_key_check").all(), []);
      const read = (blob) => fs.readFileSync(path.join(blobs, blob));
      const md5 = (bytes) => crypto.createHash("md5").update(bytes).digest();
      for (const row of database.prepare("SELECT key, blob_id, size, etag FROM _mf_objects").all()) {
        const parts = row.blob_id === null ? database.prepare("SELECT blob_id FROM _mf_multipart_parts WHERE object_key = ? ORDER BY part_number").all(row.key).map((part) => part.blob_id) : [row.blob_id];
        for (const part of parts) named.add(part);
        const bodies = parts.map(read);
        assert.equal(bodies.reduce((sum, body) => sum + body.length, 0), row.size, row.key);
        const etag = row.blob_id === null ? `${md5(Buffer.concat(bodies.map(md5))).toString("hex")}-${parts.length}` : md5(bodies[0]).toString("hex");
        assert.equal(etag, row.etag, `${row.key} is torn`);
      }
      database.close();
    }
    return this.blobs.filter((blob) => !named.has(blob));
  }

  remove() {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}
