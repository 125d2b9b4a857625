// `corral serve` on the state of a project, and ways to ask its REST API.
import { spawn, spawnSync } from "node:child_process";
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { CORRAL } from "../project.mjs";

export const ACCOUNT = "10ca1000000000000000000000000000";
export const TOKEN = "a-token-for-the-tests-0123456789";

export class RestServer {
  static async start(project, more = []) {
    const server = new RestServer();
    const ready = path.join(project.folder, "ready");
    server.project = project;
    server.home = fs.mkdtempSync(path.join(os.tmpdir(), "corral-home."));
    server.logFile = path.join(server.home, "serve.log");
    // Not a pipe: nobody would read it while a program runs synchronously, and it would fill up.
    const log = fs.openSync(server.logFile, "w");
    server.child = spawn(CORRAL, ["serve", "--port", "0", "--token", TOKEN, "--ready-file", ready, ...more], {
      cwd: project.folder, stdio: ["ignore", "ignore", log],
    });
    fs.closeSync(log);
    while (!fs.existsSync(ready)) {
      assert.equal(server.child.exitCode, null, server.log);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    server.url = fs.readFileSync(ready, "utf8").trim();
    server.base = `${server.url}/client/v4`;
    return server;
  }

  get log() {
    return fs.readFileSync(this.logFile, "utf8");
  }

  /// The variables by which clients find the server instead of Cloudflare.
  get variables() {
    return { CLOUDFLARE_API_BASE_URL: this.base, CLOUDFLARE_API_TOKEN: TOKEN, CLOUDFLARE_ACCOUNT_ID: ACCOUNT };
  }

  run(program, args, { input, expect = 0 } = {}) {
    const result = spawnSync(program, args, {
      cwd: this.project.folder, input, maxBuffer: 256 << 20, timeout: 300_000,
      env: { PATH: process.env.PATH, HOME: this.home, CI: "1", NO_COLOR: "1", WRANGLER_SEND_METRICS: "false", WRANGLER_AUTH_DOMAIN: "127.0.0.1:9", ...this.variables },
    });
    assert.equal(result.status, expect, `${program} ${args.join(" ")}\n${result.stderr}\n${result.stdout}`);
    return result.stdout;
  }

  wrangler = (args, options) => this.run("wrangler", args, options);
  /// wrangler's JSON, without what it prints around it.
  wranglerJson(args) {
    const text = this.wrangler(args).toString();
    return JSON.parse(text.slice(text.search(/^[[{]/m)));
  }
  corral = (args, options) => this.run(CORRAL, [...args, "--remote"], options);
  corralJson = (args) => JSON.parse(this.corral(args));

  /// The answer to a request below the base.
  fetch(method, target, { body, headers = {}, token = TOKEN } = {}) {
    return fetch(`${this.base}${target}`, { method, body, headers: { ...(token && { authorization: `Bearer ${token}` }), ...headers } });
  }

  /// What the API answers below the account: { status, success, result, errors, result_info }.
  async ask(method, target, body, headers = {}) {
    const response = await this.fetch(method, `/accounts/${ACCOUNT}${target}`, {
      body: body === undefined ? undefined : JSON.stringify(body), headers: { "content-type": "application/json", ...headers },
    });
    return { status: response.status, ...(await response.json()) };
  }

  async stop() {
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.kill("SIGTERM");
    await ended;
    fs.rmSync(this.home, { recursive: true, force: true });
  }
}
