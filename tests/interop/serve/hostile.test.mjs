// What strangers send to `corral serve`: malformed, huge and slow requests, tricks with paths, signatures that are forged,
// replayed or of another time, keys that are not good for what they ask. Nothing of it may end the server, get at an
// object, leave a file outside the state, or make the server keep what it is sent in memory. The choice is random, by a
// seed: CORRAL_HOSTILE_REQUESTS=5000 CORRAL_HOSTILE_SEED=7 node --test tests/interop/serve/hostile.test.mjs
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import crypto from "node:crypto";
import fs from "node:fs";
import net from "node:net";
import { S3Server } from "./s3-server.mjs";
import { amzTime, presigned, signature, signed, signedChunks } from "./sigv4.mjs";

const requests = Number(process.env.CORRAL_HOSTILE_REQUESTS ?? 600);
const seed = Number(process.env.CORRAL_HOSTILE_SEED ?? 1);
/// Of the server, in MiB. A build with sanitizers takes more.
const most_memory = Number(process.env.CORRAL_HOSTILE_MEMORY ?? 96);
const secret = `the secret of ${crypto.randomUUID()}`;

/// mulberry32
let state = seed;
const random = () => {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};
const number = (most) => Math.floor(random() * most);
const one = (list) => list[number(list.length)];
const bytes = (count) => Buffer.from(Array.from({ length: count }, () => number(256)));

let server, host, keys;
before(async () => {
  server = new S3Server();
  server.corral(["r2", "object", "put", "media/secret", "--pipe"], { input: secret });
  server.corral(["r2", "object", "put", "other/secret", "--pipe"], { input: secret });
  const key = (...more) => JSON.parse(server.corral(["r2", "key", "create", "--json", ...more]));
  keys = { all: server.credentials, other: key("--bucket", "other"), reader: key("--bucket", "other", "--read-only"), gone: key() };
  server.corral(["r2", "key", "delete", keys.gone.accessKeyId, "--force"]);
  await server.start();
  host = `127.0.0.1:${server.port}`;
});
after(async () => {
  if (server.child.exitCode === null && server.child.signalCode === null) await server.stop("SIGKILL");
  server.remove();
});

/// Sends bytes as they are; resolves to what came back until the server closed the connection or said enough. `pace`:
/// milliseconds between single bytes.
function send(pieces, { pace = 0, patience = 15_000, enough = true } = {}) {
  return new Promise((resolve) => {
    const socket = net.connect(server.port, "127.0.0.1");
    let answer = "", timer;
    const end = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    timer = setTimeout(end, patience);
    socket.on("data", (data) => {
      if (answer.length < 1 << 20) answer += data.toString("latin1");
      const head = answer.indexOf("\r\n\r\n");
      const length = /content-length: (\d+)/i.exec(answer);
      if (enough && head > 0 && length && answer.length >= head + 4 + Number(length[1])) end();
    });
    socket.on("error", end);
    socket.on("close", end);
    (async () => {
      for (const piece of pieces) {
        if (socket.destroyed) return;
        if (pace === 0) {
          if (!socket.write(piece)) await new Promise((go_on) => socket.once("drain", go_on).once("close", go_on));
        } else {
          for (const byte of Buffer.from(piece)) {
            socket.write(Buffer.from([byte]));
            await new Promise((go_on) => setTimeout(go_on, pace));
            if (socket.destroyed) return;
          }
        }
      }
    })();
  });
}

const head = (method, target, headers) => Buffer.from(`${method} ${target} HTTP/1.1\r\n${Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`, "latin1");
const status = (answer) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer.replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, ""))?.[1] ?? 0);

/// Parts of paths that lead somewhere else where they are taken for files.
const steps = ["..", ".", "", "%2e%2e", "%2E.", "..%2f..", "..%5c..", "..\\..", "%00", "%c0%ae%c0%ae", "%252e%252e", "....//", "etc", "passwd", "proc/self/environ", ".wrangler", "v3", "corral", "access.json", "media", "secret", "%", "%zz", "%ff", "~root", "con", "$HOME", "`id`", "|id", ";", "a".repeat(300)];
const trick = () => `/${Array.from({ length: 1 + number(6) }, () => one(steps)).join("/")}`;
/// A path as the signature covers it and as it is sent.
const plain = (text) => text.split("/").map((part) => encodeURIComponent(part).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)).join("/");

/// Each resolves to a text that says what is wrong, or to nothing.
const kinds = {
  async "bytes at random"() {
    await send([bytes(number(2000)), "\r\n\r\n"], { patience: 3000 });
  },
  async "heads that are none"() {
    const answer = await send([one([
      "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", `GET / HTTP/1.1\r\nHost: ${host}\r\nHost: evil\r\n\r\n`, "GET http:// HTTP/1.1\r\nHost: a\r\n\r\n", `\r\n\r\nGET\0/ HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
      `GET / HTTP/1.1\r\nHost: ${host}\r\n folded: x\r\n\r\n`, `GET / HTTP/1.1\r\nHost: ${host}\r\nName : x\r\n\r\n`, `GET / HTTP/1.1\r\nHost: evil.example/../x\r\n\r\n`, `GET ${"/a".repeat(40_000)} HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
      `GET / HTTP/1.1\r\nHost: ${host}\r\n${"X: y\r\n".repeat(10_000)}\r\n`, `GET / HTTP/1.1\r\nHost: ${host}\r\nX: ${"y".repeat(100_000)}\r\n\r\n`, `POST / HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /media/secret HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
      `POST / HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef`, `POST / HTTP/1.1\r\nHost: ${host}\r\nContent-Length: -1\r\n\r\n`, `POST / HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 99999999999999999999\r\n\r\n`,
      `POST / HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`, `POST / HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n`, `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`, `CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: ${host}\r\n\r\n`])], { patience: 3000, enough: false });
    if (/^HTTP\/1.1 2/m.test(answer)) return `accepted: ${answer.slice(0, 200)}`;
  },
  async "path tricks without a key"() {
    const answer = await send([head(one(["GET", "PUT", "POST", "DELETE", "HEAD", "OPTIONS", "BREW"]), one(["", "/client/v4", "/client/v4/accounts/a/r2/buckets", "/client/v4/transfers"]) + trick(), { host: one([host, "media.localhost", "..localhost", "%2e%2e", "[::1]", "evil.example"]), "content-length": 0 })]);
    if (![0, 400, 401, 403, 404, 405, 501].includes(status(answer))) return `answered ${answer.slice(0, 200)}`;
  },
  async "path tricks with a key"() {
    const target = plain(`/media/tricks${trick()}`.replaceAll("%", "").slice(0, 900));
    const body = "x", method = one(["PUT", "GET", "DELETE"]);
    const answer = await send([head(method, target, { ...signed({ method, path: target, host, body: method === "PUT" ? body : "", key: keys.all }), "content-length": method === "PUT" ? 1 : 0 }), method === "PUT" ? body : ""]);
    if (![200, 204, 400, 404].includes(status(answer))) return `${method} ${target}: ${answer.slice(0, 300)}`;
  },
  async "forged signatures"() {
    const request = { method: "GET", path: "/media/secret", host, key: keys.all };
    let headers = signed(request), target = request.path, method = "GET";
    const cut = (from, to) => (headers = { ...headers, authorization: headers.authorization.replace(from, to) });
    one([
      () => cut(/Signature=.{8}/, `Signature=${bytes(4).toString("hex")}`), () => cut(/Signature=.*/, `Signature=${bytes(32).toString("hex")}`), () => cut(/Signature=.*/, "Signature="), () => cut(/Signature=/, "Signature=0"), () => cut("auto", "eu"), () => cut("/s3/", "/ec2/"), () => cut("aws4_request", "aws4"),
      () => cut(keys.all.accessKeyId, keys.other.accessKeyId), () => cut(keys.all.accessKeyId, ""), () => cut(/SignedHeaders=[^,]*/, "SignedHeaders=host"), () => cut(/SignedHeaders=[^,]*/, "SignedHeaders="), () => cut("AWS4-HMAC-SHA256", one(["AWS4-HMAC-SHA1", "AWS4-ECDSA-P256-SHA256", "AWS", "Basic", "Bearer"])), () => cut(/.*/, "A".repeat(number(20_000))), () => cut(/, /g, ""),
      () => (headers = { ...headers, "x-amz-acl": "private" }), () => (headers = { ...headers, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" }), () => (headers = { ...headers, "x-amz-date": amzTime(new Date(Date.now() - 1000)) }), () => (headers = { ...headers, "x-amz-date": "nonsense" }), () => (target = "/media/secret?x=y"), () => (target = "/media//secret"), () => (target = "/other/secret"), () => (method = "DELETE"), () => (method = "PUT"),
      () => (headers = signed({ ...request, key: { ...keys.all, secretAccessKey: "0".repeat(64) } })), () => (headers = signed({ ...request, key: { accessKeyId: keys.all.accessKeyId, secretAccessKey: "" } })), () => (headers = signed({ ...request, key: keys.gone })), () => (headers = signed({ ...request, key: { ...keys.all, accessKeyId: `' OR 1=1 --` } })),
    ])();
    const answer = await send([head(method, target, { ...headers, "content-length": 0 })]);
    if (![400, 403].includes(status(answer))) return `${method} ${target} ${JSON.stringify(headers)}: ${answer.slice(0, 300)}`;
  },
  async "another time"() {
    const minutes = one([-1e6, -600, -16, 16, 600, 1e6]);
    const answer = await send([head("GET", "/media/secret", signed({ method: "GET", path: "/media/secret", host, key: keys.all, date: new Date(Date.now() + minutes * 60_000) }))]);
    if (status(answer) !== 403) return `${minutes} minutes: ${answer.slice(0, 300)}`;
  },
  async "replayed with another body, method, key or header"() {
    const request = { method: "PUT", path: "/media/replayed", host, body: "first", key: keys.all };
    const headers = { ...signed(request), "content-length": 5 };
    const first = await send([head("PUT", request.path, headers), "first"]);
    if (status(first) !== 200) return `the first: ${first.slice(0, 300)}`;
    const answer = await one([() => send([head("PUT", request.path, headers), "other"]), () => send([head("PUT", "/media/secret", headers), "first"]), () => send([head("DELETE", request.path, headers), "first"]), () => send([head("PUT", request.path, { ...headers, "x-amz-meta-a": "b" }), "first"]), () => send([head("PUT", `${request.path}?partNumber=1&uploadId=x`, headers), "first"]), () => send([head("PUT", request.path, { ...headers, "x-amz-copy-source": "/media/secret" }), "first"])])();
    if (![400, 403].includes(status(answer))) return answer.slice(0, 300);
  },
  async "presigned addresses that are changed, or over"() {
    const made = { method: "GET", path: "/media/secret", host, key: keys.all };
    let target = presigned(made), method = "GET";
    one([() => (target = presigned({ ...made, date: new Date(Date.now() - 120_000) })), () => (target = presigned({ ...made, date: new Date(Date.now() + 3_600_000) })), () => (target = presigned({ ...made, expires: one([0, -1, 604_801, "x", "1e3", "", "9".repeat(40)]) })), () => (target = target.replace("Expires=60", "Expires=600")), () => (target = target.replace("/media/", "/other/")), () => (method = "PUT"), () => (target = target.replace(/Signature=.*/, "Signature=")),
      () => (target = target.replace(/&X-Amz-Signature=.*/, "")), () => (target = target.replace("SignedHeaders=host", "SignedHeaders=")), () => (target += "&response-content-type=text/html"), () => (target = target.replace(/X-Amz-Algorithm=[^&]*/, "X-Amz-Algorithm=none")), () => (target = presigned({ ...made, key: keys.reader })), () => (target = `/media/secret?AWSAccessKeyId=${keys.all.accessKeyId}&Signature=x&Expires=9999999999`)])();
    const answer = await send([head(method, target, { host, "content-length": 0 })]);
    if (![400, 403].includes(status(answer))) return `${method} ${target}: ${answer.slice(0, 300)}`;
  },
  async "keys that are not good for it"() {
    const [key, method, target, headers = {}] = one([[keys.other, "GET", "/media/secret"], [keys.other, "GET", "/media"], [keys.other, "PUT", "/other/copied", { "x-amz-copy-source": "/media/secret" }], [keys.other, "PUT", "/other/copied", { "x-amz-copy-source": "other/../media/secret" }], [keys.reader, "PUT", "/other/secret"], [keys.reader, "DELETE", "/other/secret"], [keys.reader, "POST", "/other"], [keys.reader, "DELETE", "/other"], [keys.other, "DELETE", "/media"], [keys.other, "PUT", "/new-bucket"]]);
    const answer = await send([head(method, target, { ...signed({ method, path: target, host, headers, key }), "content-length": 0 })]);
    if (![400, 403, 404].includes(status(answer))) return `${method} ${target} ${JSON.stringify(headers)}: ${answer.slice(0, 300)}`;
  },
  async "chunks that are not signed, or are something else"() {
    const time = amzTime(new Date()), scope = `${time.slice(0, 8)}/auto/s3/aws4_request`, payload = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", pieces = [bytes(9000), bytes(100)];
    const headers = { host, "x-amz-date": time, "x-amz-content-sha256": payload, "x-amz-decoded-content-length": "9100" };
    const value = signature({ method: "PUT", path: "/media/chunks", headers, payload, secret: keys.all.secretAccessKey, time, scope });
    const damage = one([(i, chunk) => (i === 1 ? Buffer.from(chunk).fill(65, 100, 110) : chunk), (i, chunk) => Buffer.from(chunk.toString("latin1").replace(/signature=..../, "signature=0000"), "latin1"), (i, chunk) => (i === 2 ? Buffer.alloc(0) : chunk), (i, chunk) => (i === 0 ? Buffer.from("ffffffffffffffff;chunk-signature=00\r\n") : chunk), (i, chunk) => Buffer.from(chunk.toString("latin1").replace(/^[0-9a-f]+/, "-5"), "latin1"), (i, chunk) => Buffer.from(chunk.toString("latin1").replace(/;chunk-signature=[0-9a-f]+/, ""), "latin1"), () => bytes(500), (i, chunk) => (i === 0 ? Buffer.concat([chunk, chunk]) : chunk)]);
    const body = signedChunks({ pieces, secret: keys.all.secretAccessKey, time, scope, seed: value, damage });
    const authorization = `AWS4-HMAC-SHA256 Credential=${keys.all.accessKeyId}/${scope}, SignedHeaders=${Object.keys(headers).sort().join(";")}, Signature=${value}`;
    const answer = await send([head("PUT", "/media/chunks", { ...headers, authorization, "content-length": body.length }), body]);
    if (![400, 403].includes(status(answer))) return answer.slice(0, 300);
  },
  async "documents that are none"() {
    const [target, query] = one([["/media", "delete="], ["/media", "cors="], ["/media", "lifecycle="], ["/media/k", "uploadId=x"], ["/new-bucket", ""]]);
    const method = query === "delete=" || query === "uploadId=x" ? "POST" : "PUT";
    const laughs = `<!DOCTYPE a [${[...Array(12).keys()].map((i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`).join("")}]><Delete>&e12;</Delete>`;
    const body = one([laughs, `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><Delete><Object><Key>&x;</Key></Object></Delete>`, "<a>".repeat(100_000), "<Delete>", "<Delete></CORSConfiguration>", "", "\0", `<Delete>${"<Object><Key>k</Key></Object>".repeat(2000)}</Delete>`, bytes(300).toString("latin1"), `<Delete><Object><Key>${"k".repeat(2000)}</Key></Object></Delete>`, `<CORSConfiguration><CORSRule><AllowedMethod>BREW</AllowedMethod></CORSRule></CORSConfiguration>`]);
    const answer = await send([head(method, `${target}?${query}`, { ...signed({ method, path: target, query, host, body, key: keys.all }), "content-length": Buffer.byteLength(body) }), body]);
    const found = status(answer);
    if (answer.includes("root:") || ![200, 400, 404, 409].includes(found) || (found === 200 && target !== "/new-bucket" && !answer.includes("<Error>"))) return `${method} ${target}?${query} ${body.slice(0, 60)}: ${answer.slice(0, 300)}`;
  },
  async "more than it says, or takes"() {
    const length = one([5 * 2 ** 40, 6 * 2 ** 30, 100 << 20, 1 << 20]);
    const piece = Buffer.alloc(1 << 16, 65);
    const headers = one([() => ({ host, "content-length": length }), () => ({ ...signed({ method: "PUT", path: "/media/huge", host, payload: "UNSIGNED-PAYLOAD", key: keys.reader }), "content-length": length }), () => ({ host, "transfer-encoding": "chunked" })])();
    const pieces = [head("PUT", "/media/huge", headers), ...Array(16).fill(headers["transfer-encoding"] ? Buffer.concat([Buffer.from("10000\r\n"), piece, Buffer.from("\r\n")]) : piece)];
    const answer = await send(pieces, { patience: 5000 });
    if (![0, 400, 403, 413].includes(status(answer))) return answer.slice(0, 300);
  },
  async "uploads that break off"() {
    const headers = signed({ method: "PUT", path: "/media/broken", host, payload: "UNSIGNED-PAYLOAD", key: keys.all });
    await new Promise((resolve) => {
      const socket = net.connect(server.port, "127.0.0.1");
      socket.on("error", resolve).on("close", resolve).resume();
      socket.write(head("PUT", "/media/broken", { ...headers, "content-length": 10 << 20 }));
      socket.write(Buffer.alloc(number(1 << 20)), () => one([() => socket.destroy(), () => socket.resetAndDestroy(), () => socket.end()])());
    });
  },
  async "the API without its token, or from another page"() {
    const target = one(["/client/v4/accounts", "/client/v4/user/tokens/verify", "/client/v4/accounts/a/storage/kv/namespaces", "/client/v4/accounts/a/r2/buckets/media/objects/secret", "/client/v4/accounts/a/d1/database", "/client/v4/graphql", "/metrics", "/client/v4/transfers/x"]);
    const headers = one([{}, { authorization: "Bearer " }, { authorization: `Bearer ${bytes(32).toString("hex")}` }, { authorization: `Bearer ${"x".repeat(8000)}` }, { authorization: "Basic YTpi" }, { "x-auth-key": "k", "x-auth-email": "e" }, { origin: "https://evil.example" }, { host: "evil.example" }, { host: "localhost.evil.example" }]);
    const answer = await send([head(one(["GET", "POST", "PUT", "DELETE"]), target, { host, "content-length": 0, ...headers })]);
    if (![400, 401, 403, 404, 405].includes(status(answer)) && !target.startsWith("/metrics")) return `${target} ${JSON.stringify(headers)}: ${answer.slice(0, 300)}`;
  },
};

/// The files outside the state, and those of the state that are no data of a service.
function strangers() {
  const found = [];
  for (const name of fs.readdirSync(server.folder, { recursive: true })) {
    if (!name.startsWith(".wrangler/state/v3/r2/") && !name.startsWith(".wrangler/state/v3/corral")) found.push(name);
  }
  return found.sort();
}

test(`${requests} hostile requests (seed ${seed})`, { timeout: 1_800_000 }, async () => {
  const folder_before = strangers();
  // Clients that send a byte now and then, and never come to an end, hold connections meanwhile.
  const slow = Array.from({ length: Math.min(60, Math.ceil(requests / 10)) }, (_, i) => send([`GET /media/secret HTTP/1.1\r\nHost: ${host}\r\nX-Padding: ${"x".repeat(1000)}`], { pace: 150 + i, patience: 40_000 }));
  const wrong = [], counts = {};
  let left = requests;
  const work = async () => {
    while (left-- > 0) {
      const name = one(Object.keys(kinds));
      counts[name] = (counts[name] ?? 0) + 1;
      const problem = await kinds[name]();
      if (problem) wrong.push(`${name}: ${problem}`);
      if (server.child.exitCode !== null || server.child.signalCode !== null) throw new Error(`the server ended after ${name}`);
    }
  };
  await Promise.all(Array.from({ length: 16 }, work));
  for (const answer of await Promise.all(slow)) if (![0, 408].includes(status(answer))) wrong.push(`a slow client: ${answer.slice(0, 200)}`);
  assert.deepEqual(wrong.slice(0, 10), []);

  const peak = Number(/VmHWM:\s*(\d+)/.exec(fs.readFileSync(`/proc/${server.child.pid}/status`, "utf8"))[1]) / 1024;
  assert.ok(peak < most_memory, `${peak} MiB of memory`);
  const read = await server.raw("GET", "/media/secret");
  assert.deepEqual([read.status, read.text], [200, secret]);
  const names = server.corral(["r2", "object", "list", "media", "--names"]).toString().trim().split("\n").filter((name) => !name.startsWith("tricks/"));
  assert.deepEqual(names.filter((name) => name !== "replayed"), ["secret"]);
  assert.equal(server.corral(["r2", "object", "list", "other", "--names"]).toString(), "secret\n");
  assert.deepEqual(strangers(), folder_before);
  server.corral(["state", "check"]);
  assert.equal(await server.stop(), 0);
});
