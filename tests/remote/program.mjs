// Runs corral in a folder of its own, with no variables but those that a test gives, and watches for secrets.
import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";

export const CORRAL = process.env.CORRAL ?? "corral";

/** Words that must not appear anywhere but in requests and in wrangler's own login file. */
export const SECRETS = ["SECRET-token", "SECRET-key", "SECRET-access", "SECRET-refresh", "SECRET-new-access", "SECRET-new-refresh", "SECRET-proxy", "SECRET-signature", "SECRET-s3",
  createHash("sha256").update("SECRET-token").digest("hex")]; // the last is the S3 secret of the token

/** A file of this size is an object's bytes, and takes long to look through. */
const LARGE = 64 << 20;

export class Place {
  constructor() {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), "corral-remote."));
    this.home = path.join(this.folder, "home");
    this.project = path.join(this.folder, "project");
    fs.mkdirSync(this.home);
    fs.mkdirSync(this.project);
    this.login = path.join(this.home, ".config/.wrangler/config/default.toml");
  }

  write(name, text) {
    const file = path.join(this.folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
    return file;
  }

  /** Stores a login as `wrangler login` does. */
  logIn(expires) {
    this.write("home/.config/.wrangler/config/default.toml",
      `oauth_token = "SECRET-access"\nexpiration_time = "${expires.toISOString()}"\nrefresh_token = "SECRET-refresh"\nscopes = [ "account:read", "offline_access" ]\n`);
  }

  /** Resolves to { status, signal, out, err }; checks that no secret shows. `during` gets the child. */
  async corral(words, { env = {}, input = "", during } = {}) {
    const child = spawn(CORRAL, words, {
      cwd: this.project,
      env: { PATH: process.env.PATH, HOME: this.home, ...env },
      stdio: ["pipe", "pipe", "pipe"],
    });
    let out = "", err = "";
    child.stdout.on("data", (bytes) => (out += bytes));
    child.stderr.on("data", (bytes) => (err += bytes));
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    during?.(child);
    const [status, signal] = await new Promise((resolve) => child.on("close", (...ending) => resolve(ending)));
    this.checkSecrets(out, "stdout");
    this.checkSecrets(err, "stderr");
    this.checkFiles(this.folder);
    return { status, signal, out, err };
  }

  checkSecrets(text, where) {
    for (const secret of SECRETS) assert.ok(!text.includes(secret), `${secret} in ${where}: ${text}`);
  }

  checkFiles(folder) {
    for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) this.checkFiles(file);
      else if (file !== this.login && entry.name !== ".env" && fs.statSync(file).size < LARGE) this.checkSecrets(fs.readFileSync(file, "latin1"), file);
    }
  }

  remove() {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Runs the real wrangler in a place: { status, out, err }. */
export async function runWrangler(place, words, env) {
  const ran = await promisify(execFile)("wrangler", words, {
    cwd: place.project,
    maxBuffer: 256 << 20,
    env: { PATH: process.env.PATH, HOME: place.home, CI: "1", WRANGLER_SEND_METRICS: "false", WRANGLER_AUTH_DOMAIN: "127.0.0.1:9", ...env },
  }).catch((error) => error);
  return { status: ran.code ?? 0, out: ran.stdout, err: ran.stderr };
}
