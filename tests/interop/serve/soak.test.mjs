// What `corral serve` has acknowledged is there, whatever happens to it: 64 clients put, overwrite, read and list, while
// `wrangler dev` works on the same bucket, snapshots of the state are saved and restored, and the server is killed again and
// again. A restore takes writes back, which is what it is for: the model knows what a key may hold after each.
// ./dev soak 600 is the long form, with 100 kills.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import crypto from "node:crypto";
import { spawn } from "node:child_process";
import { once } from "node:events";
import http from "node:http";
import { CORRAL, DevServer } from "../project.mjs";
import { S3Server } from "./s3-server.mjs";
import { signed } from "./sigv4.mjs";

const seconds = Number(process.env.CORRAL_SOAK_SECONDS ?? 15);
const kills = Number(process.env.CORRAL_SOAK_KILLS ?? Math.max(4, Math.round(seconds / 6)));
const clients = Number(process.env.CORRAL_SOAK_CLIENTS ?? 64);

const md5 = (bytes) => crypto.createHash("md5").update(bytes).digest("hex");
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

let server, dev;
before(async () => {
  server = await new S3Server().start();
  dev = await DevServer.start(server);
});
after(async () => {
  await dev?.stop();
  await server.stop();
  server.remove();
});

/// What each key may hold, by the MD5 of its body; null: there may be no object.
class Model {
  keys = new Map();
  saving = null; // the model of the snapshot that is being saved
  saved = null; // that of the last one
  restoring = false;
  restored = 0; // when the last restore ended

  possible(key) {
    if (!this.keys.has(key)) this.keys.set(key, new Set([null]));
    return this.keys.get(key);
  }

  /// Before a write is sent. Each key has one writer.
  sends(key, sum) {
    this.possible(key).add(sum);
    if (this.saving) this.saving.set(key, new Set([...(this.saving.get(key) ?? [null]), sum]));
    return { key, sum, at: performance.now() };
  }

  acknowledged({ key, sum, at }) {
    if (!this.restoring && at > this.restored) this.keys.set(key, new Set([sum]));
  }

  beginSave() {
    this.saving = new Map([...this.keys].map(([key, sums]) => [key, new Set(sums)]));
  }

  endSave() {
    this.saved = this.saving;
    this.saving = null;
  }

  beginRestore() {
    this.restoring = true;
    for (const [key, sums] of this.keys) for (const sum of this.saved.get(key) ?? [null]) sums.add(sum);
  }

  endRestore() {
    this.restoring = false;
    this.restored = performance.now();
  }
}

const agent = new http.Agent({ keepAlive: true, maxSockets: clients });
function ask(method, target, { body = "", query = "" } = {}) {
  const headers = signed({ method, path: target, query, host: `127.0.0.1:${server.port}`, payload: "UNSIGNED-PAYLOAD", key: server.credentials });
  return new Promise((resolve, reject) => {
    const request = http.request({ host: "127.0.0.1", port: server.port, method, path: query ? `${target}?${query}` : target, headers: { ...headers, "content-length": Buffer.byteLength(body) }, agent }, async (response) => {
      try {
        const pieces = [];
        for await (const piece of response) pieces.push(piece);
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(pieces) });
      } catch (error) {
        reject(error);
      }
    });
    request.on("error", reject);
    request.end(body);
  });
}

/// Runs corral without stopping the clients; resolves to its exit status.
async function corral(...args) {
  const child = spawn(CORRAL, args, { cwd: server.folder, stdio: ["ignore", "ignore", "pipe"] });
  let errors = "";
  child.stderr.on("data", (bytes) => (errors += bytes));
  const [status] = await once(child, "exit");
  if (status !== 0) said.add(errors.trim().split("\n")[0].slice(0, 200));
  return status;
}
const said = new Set();

test(`${clients} clients for ${seconds} s, ${kills} kills`, { timeout: (seconds + 300) * 1000 }, async () => {
  const model = new Model();
  const wrong = [];
  const done = { put: 0, read: 0, list: 0, worker: 0, refused: 0, cut: 0, saves: 0, restores: 0 };
  let goes_on = true;

  const check = (key, { status, headers, body }) => {
    if (status === 404) return;
    if (status !== 200) return done.refused++;
    done.read++;
    if (headers.etag !== `"${md5(body)}"`) wrong.push(`${key}: the etag is ${headers.etag}, the body's MD5 ${md5(body)}`);
    if (!body.subarray(0, 40).toString().startsWith(`${key}\n`)) wrong.push(`${key} has the body of another`);
  };
  const client = async (id) => {
    for (let i = 0; goes_on; ++i) {
      const key = `c${id}/${i % 5}`;
      const body = Buffer.concat([Buffer.from(`${key}\n${i}\n`), crypto.randomBytes(i % 9 === 0 ? 150_000 : 600)]);
      const write = model.sends(key, md5(body));
      try {
        const { status, headers } = await ask("PUT", `/media/${key}`, { body });
        if (status === 200) {
          model.acknowledged(write);
          done.put++;
          if (headers.etag !== `"${write.sum}"`) wrong.push(`${key}: acknowledged with ${headers.etag}`);
        } else {
          done.refused++;
        }
        const other = `c${(id * 7 + i) % clients}/${i % 5}`;
        check(other, await ask("GET", `/media/${other}`));
        if (i % 8 === 0) {
          const { status: listed, body: xml } = await ask("GET", "/media", { query: `list-type=2&max-keys=200&prefix=c${id}%2F` });
          if (listed === 200) done.list++;
          if (listed === 200 && !xml.includes("</ListBucketResult>")) wrong.push("a list is cut short");
        }
      } catch {
        done.cut++;
        await pause(20);
      }
    }
  };
  /// Through a Worker, which is refused while another process writes.
  const worker = async () => {
    for (let i = 0; goes_on; ++i) {
      const key = `w/${i % 3}`;
      const body = Buffer.concat([Buffer.from(`${key}\n${i}\n`), crypto.randomBytes(500)]);
      const write = model.sends(key, md5(body));
      try {
        await dev.call({ op: "put", key, base64: body.toString("base64") });
        model.acknowledged(write);
        done.worker++;
      } catch {
        done.refused++;
      }
      await pause(50);
    }
  };
  const snapshots = async () => {
    for (let i = 0; goes_on; ++i) {
      await pause(Math.min(2000, seconds * 100));
      model.beginSave();
      const status = await corral("state", "save", `s${i}`);
      model.endSave();
      if (status !== 0) continue;
      done.saves++;
      await pause(Math.min(1000, seconds * 50));
      if (!goes_on) return;
      model.beginRestore();
      if ((await corral("state", "restore", `s${i}`, "--force")) === 0) done.restores++;
      model.endRestore();
      await corral("state", "delete", `s${i}`, "--force");
    }
  };

  const work = [...Array.from({ length: clients }, (_, id) => client(id)), worker(), snapshots()];
  const end = performance.now() + seconds * 1000;
  for (let i = 0; i < kills; ++i) {
    await pause(Math.max(0, (end - performance.now()) / (kills - i)) * (0.5 + Math.random()));
    await server.stop("SIGKILL");
    await server.start();
  }
  await pause(Math.max(0, end - performance.now()));
  goes_on = false;
  await Promise.all(work);
  agent.destroy();

  for (const [key, sums] of model.keys) {
    const { status, headers, body } = await ask("GET", `/media/${key}`);
    const sum = status === 404 ? null : md5(body);
    if (status !== 404 && headers.etag !== `"${sum}"`) wrong.push(`${key}: the etag is ${headers.etag}, the body's MD5 ${sum}`);
    if (!sums.has(sum)) wrong.push(`${key} holds ${sum} (${status}), which is neither what was acknowledged last nor what came after`);
  }
  agent.destroy();
  console.log(JSON.stringify({ ...done, keys: model.keys.size, said: [...said] }));
  assert.deepEqual(wrong.slice(0, 10), []);
  assert.ok(done.put > clients && done.read > 0 && done.saves > 0 && done.restores > 0, JSON.stringify(done));
  server.corral(["state", "check"]);
});
