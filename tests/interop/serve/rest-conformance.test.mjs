// What the interfaces of backends/ promise, on corral's own client of the REST API against `corral serve`: the suites of
// tests/backends, so that a request and its answer must mean the same on both sides. The suites bring accounts, names and
// ids of their own and expect things to come into being when used; a proxy gives each account a server on a new state,
// and makes what a request names.
import { after, test } from "node:test";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import { once } from "node:events";
import os from "node:os";
import path from "node:path";
import { CORRAL } from "../project.mjs";

const TESTS = process.env.CORRAL_ACCOUNT_TESTS ?? path.join(path.dirname(CORRAL), "../tests/backends/corral_account_tests");
const TOKEN = "SECRET-token-that-is-long"; // the suites send "SECRET-token"

class Account {
  kv = new Map(); // the suites' id → the namespace's
  written = new Set(); // ids that were written to
  made = new Set();

  static async start(id) {
    const account = new Account();
    account.id = id;
    account.folder = fs.mkdtempSync(path.join(os.tmpdir(), "corral-rest."));
    const ready = path.join(account.folder, "ready");
    account.child = spawn(CORRAL, ["serve", "--port", "0", "--token", TOKEN, "--log", "off", "--ready-file", ready], { cwd: account.folder, stdio: ["ignore", "ignore", "inherit"] });
    while (!fs.existsSync(ready)) await new Promise((resolve) => setTimeout(resolve, 5));
    account.port = new URL(fs.readFileSync(ready, "utf8")).port;
    return account;
  }

  async stop() {
    this.child.kill("SIGTERM");
    await once(this.child, "exit");
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  async ask(method, target, body) {
    const response = await fetch(`http://127.0.0.1:${this.port}/client/v4/accounts/${this.id}${target}`, { method, body: body && JSON.stringify(body), headers: { authorization: `Bearer ${TOKEN}` } });
    return response.json();
  }

  /** The target with what it names made and, of KV, by its id. */
  async prepare(method, target) {
    const [, part, name] = /^\/(storage\/kv\/namespaces|d1\/database|r2\/buckets)\/([^/?]+)/.exec(target) ?? [];
    const decoded = name && decodeURIComponent(name);
    if (part === "storage/kv/namespaces") {
      if (!this.kv.has(decoded)) this.kv.set(decoded, this.ask("POST", `/${part}`, { title: decoded }).then(({ result }) => result.id));
      if (method === "PUT") this.written.add(decoded);
      const id = await this.kv.get(decoded);
      if (method === "DELETE" && target.endsWith(name)) {
        this.kv.delete(decoded);
        this.written.delete(decoded);
      }
      return target.replace(name, id);
    }
    const queue = /^\/queues\?.*name=([^&]+)/.exec(target)?.[1];
    const key = `${part ?? "queues"}/${decoded ?? queue}`;
    if ((part || queue) && !this.made.has(key)) {
      this.made.add(key);
      if (part === "d1/database") await this.ask("POST", `/${part}`, { name: decoded });
      else if (part) await this.ask("POST", `/${part}`, { name: decoded });
      else await this.ask("POST", "/queues", { queue_name: decodeURIComponent(queue) });
    }
    return target;
  }

  /** What a list of namespaces or buckets has, as the suites know it: what was written to. */
  async rewritten(target, answer) {
    if (/^\/storage\/kv\/namespaces(\?|$)/.test(target)) {
      const ids = new Map(await Promise.all([...this.kv].map(async ([ours, theirs]) => [await theirs, ours])));
      answer.result = answer.result.map((one) => ({ ...one, id: ids.get(one.id) })).filter(({ id }) => this.written.has(id));
    } else if (/^\/r2\/buckets(\?|$)/.test(target)) {
      const filled = [];
      for (const bucket of answer.result.buckets) if ((await this.ask("GET", `/r2/buckets/${bucket.name}/objects?per_page=1`)).result.length) filled.push(bucket);
      answer.result.buckets = filled;
    }
    return answer;
  }
}

class Proxy {
  accounts = new Map();

  static async start() {
    const proxy = new Proxy();
    proxy.server = http.createServer((request, response) => proxy.forward(request, response).catch((error) => response.destroy(error)));
    proxy.server.listen(0, "127.0.0.1");
    await once(proxy.server, "listening");
    proxy.server.unref();
    proxy.base = `http://127.0.0.1:${proxy.server.address().port}/client/v4`;
    return proxy;
  }

  async forward(request, response) {
    const [, id, target] = /^\/client\/v4\/accounts\/([0-9a-f]+)(.*)$/.exec(request.url);
    if (!this.accounts.has(id)) this.accounts.set(id, Account.start(id));
    const account = await this.accounts.get(id);
    const to = await account.prepare(request.method, target);
    const headers = { ...request.headers, host: `127.0.0.1:${account.port}`, ...(request.headers.authorization && { authorization: `Bearer ${TOKEN}` }) };
    const forwarded = http.request({ host: "127.0.0.1", port: account.port, method: request.method, path: `/client/v4/accounts/${id}${to}`, headers, agent: false });
    request.pipe(forwarded);
    const [answer] = await once(forwarded, "response");
    if (request.method === "GET" && /^\/(storage\/kv\/namespaces|r2\/buckets)(\?|$)/.test(target)) {
      const pieces = await answer.toArray();
      const text = JSON.stringify(await account.rewritten(target, JSON.parse(Buffer.concat(pieces))));
      response.writeHead(answer.statusCode, { "content-type": "application/json" }).end(text);
      return;
    }
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  }

  async stop() {
    this.server.closeAllConnections();
    for (const account of this.accounts.values()) await (await account).stop();
  }
}

let proxy;
after(() => proxy?.stop());

async function run(...words) {
  proxy ??= await Proxy.start();
  const child = spawn(TESTS, ["--no-version", ...words], { env: { CLOUDFLARE_API_BASE_URL: proxy.base }, stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  child.stdout.on("data", (bytes) => (out += bytes));
  child.stderr.on("data", (bytes) => (out += bytes));
  const [status] = await once(child, "close");
  assert.equal(status, 0, out);
}

test("KV", () => run("--source-file=*kv_*"));
test("D1", () => run("--test-case=sql*"));
test("messages of queues", () => run("--source-file=*message_queue*"));
test("lists of objects", () => run("--source-file=*object_list*", "--test-case-exclude=a list carries all*,usage counts*")); // those need the S3 endpoint
