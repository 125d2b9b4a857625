// A temporary project for the tests with the real wrangler, and ways to run both programs in it.
import { spawn, spawnSync } from "node:child_process";
import { createServer } from "node:net";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import assert from "node:assert/strict";

export const CORRAL = process.env.CORRAL ?? "corral";

const environment = {
  ...process.env,
  WRANGLER_SEND_METRICS: "false",
  CI: "1",
  NO_COLOR: "1",
  CLOUDFLARE_API_TOKEN: "",
};

const WORKER = `
export default {
  async fetch(request, env) {
    const call = await request.json();
    if (call.op === "ping") return Response.json(true);
    if (call.op === "sql") {
      const statement = env[call.binding ?? "DB"].prepare(call.sql);
      try {
        return Response.json(await statement.bind(...(call.params ?? [])).all());
      } catch (error) {
        return new Response(error.message, { status: 500 });
      }
    }
    if (call.op === "object") {
      const found = await env[call.binding].get(call.key);
      return Response.json(found && { text: await found.text(), type: found.httpMetadata.contentType });
    }
    const kv = env[call.binding ?? "CACHE"];
    if (call.op === "get") {
      const found = await kv.getWithMetadata(call.key, "arrayBuffer");
      if (found.value === null) return Response.json(null);
      const hash = await crypto.subtle.digest("SHA-256", found.value);
      return Response.json({
        size: found.value.byteLength,
        sha256: [...new Uint8Array(hash)].map((b) => b.toString(16).padStart(2, "0")).join(""),
        metadata: found.metadata,
      });
    }
    if (call.op === "put") {
      const bytes = Uint8Array.from(atob(call.base64), (c) => c.charCodeAt(0));
      await kv.put(call.key, bytes, call.options ?? {});
      return Response.json(true);
    }
    if (call.op === "delete") {
      await kv.delete(call.key);
      return Response.json(true);
    }
    if (call.op === "list") {
      const keys = [];
      let cursor;
      do {
        const page = await kv.list({ prefix: call.prefix, cursor });
        keys.push(...page.keys);
        cursor = page.list_complete ? undefined : page.cursor;
      } while (cursor);
      return Response.json(keys);
    }
    return new Response("what?", { status: 400 });
  },
};
`;

export class TestProject {
  /// `config` is an object, or TOML.
  constructor(config) {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), "corral-interop."));
    if (typeof config === "string") this.write("wrangler.toml", config);
    else this.write("wrangler.jsonc", JSON.stringify(config, null, 2));
    this.write("worker.mjs", WORKER);
  }

  write(name, content) {
    const file = path.join(this.folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
    return file;
  }

  run(program, args, { input, expect = 0, cwd = this.folder } = {}) {
    const result = spawnSync(program, args, {
      cwd,
      input,
      env: environment,
      maxBuffer: 256 << 20,
      timeout: 600_000,
    });
    assert.equal(result.status, expect, `${program} ${args.join(" ")}\n${result.stderr}\n${result.stdout.subarray(0, 2000)}`);
    return result.stdout;
  }

  corral(args, options) {
    return this.run(CORRAL, args, options);
  }

  wrangler(args, options) {
    return this.run("wrangler", args, options);
  }

  /// wrangler's JSON, without what it prints around it.
  wranglerJson(args) {
    const text = this.wrangler(args).toString();
    return JSON.parse(text.slice(text.search(/^[[{]/m)));
  }

  corralJson(args) {
    return JSON.parse(this.corral(args));
  }

  get kvFolder() {
    return path.join(this.folder, ".wrangler/state/v3/kv");
  }

  /// Every row has its blob and every blob its row, over all KV namespaces; `refused`: but for as many blobs as
  /// the Worker was refused to write a row for.
  assertNoOrphans(refused = 0) {
    const named = new Set();
    const objects = path.join(this.kvFolder, "miniflare-KVNamespaceObject");
    for (const file of fs.readdirSync(objects)) {
      if (!file.endsWith(".sqlite") || file === "metadata.sqlite") continue;
      const database = new DatabaseSync(path.join(objects, file));
      assert.equal(database.prepare("PRAGMA integrity_check").get().integrity_check, "ok");
      for (const row of database.prepare("SELECT blob_id FROM _mf_entries").all()) named.add(row.blob_id);
      database.close();
    }
    const stored = new Set();
    for (const name of fs.readdirSync(this.kvFolder)) {
      const blobs = path.join(this.kvFolder, name, "blobs");
      if (fs.existsSync(blobs)) for (const blob of fs.readdirSync(blobs)) stored.add(blob);
    }
    const orphans = [...stored].filter((blob) => !named.has(blob));
    assert.ok(orphans.length <= refused, `${orphans.length} blobs without a row`);
    assert.deepEqual([...named].filter((blob) => !stored.has(blob)), [], "rows without a blob");
    return named.size;
  }

  remove() {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

async function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/// `wrangler dev` on the project, with a Worker that executes commands sent over HTTP.
export class DevServer {
  static async start(project) {
    const server = new DevServer();
    server.port = await freePort();
    server.child = spawn(
      "wrangler",
      ["dev", "--port", String(server.port), "--ip", "127.0.0.1", "--inspector-port", String(await freePort()), "--show-interactive-dev-session=false"],
      { cwd: project.folder, env: environment, stdio: ["ignore", "pipe", "pipe"], detached: true },
    );
    server.log = "";
    server.child.stdout.on("data", (data) => (server.log += data));
    server.child.stderr.on("data", (data) => (server.log += data));
    for (let attempt = 0; attempt < 1200; ++attempt) {
      try {
        await server.call({ op: "ping" });
        return server;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
    server.stop();
    throw new Error(`wrangler dev did not start:\n${server.log}`);
  }

  async call(body) {
    // A connection of its own: a kept one may have been closed by the server while a command ran, and a test that
    // waits for a command does not notice.
    const response = await fetch(`http://127.0.0.1:${this.port}/`, {
      method: "POST",
      headers: { connection: "close" },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    return response.json();
  }

  async stop() {
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    try {
      process.kill(-this.child.pid, "SIGTERM");
    } catch {
      return;
    }
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 5000))]);
    try {
      process.kill(-this.child.pid, "SIGKILL");
    } catch {
      // it has ended
    }
  }
}
