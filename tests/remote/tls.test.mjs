// https: which servers are trusted, by whose word, and through a proxy; with `queues consume --url` and `whoami`.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import fs from "node:fs";
import http from "node:http";
import https from "node:https";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { once } from "node:events";
import { ApiServer } from "./server.mjs";
import { makeCertificates } from "./certificates.mjs";
import { Place } from "./program.mjs";

let folder, certificates;
before(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "corral-certificates."));
  certificates = makeCertificates(folder);
});
after(() => fs.rmSync(folder, { recursive: true }));

/** Starts a consumer of batches that acknowledges all of them. */
async function startConsumer(tls, listen = "127.0.0.1") {
  const batches = [];
  const listener = (request, response) => {
    let body = "";
    request.on("data", (bytes) => (body += bytes));
    request.on("end", () => {
      batches.push(JSON.parse(body));
      response.end();
    });
  };
  const server = tls ? https.createServer(tls, listener) : http.createServer(listener);
  let connections = 0;
  server.on(tls ? "secureConnection" : "connection", () => (connections += 1));
  server.on("tlsClientError", () => {});
  server.listen(0, listen);
  await once(server, "listening");
  return { server, batches, port: server.address().port, connections: () => connections };
}

async function send(place, count) {
  await place.corral(["queues", "create", "q"]);
  const sent = await place.corral(["queues", "send", "q", "--lines"], { input: Array.from({ length: count }, (_, i) => `m${i}\n`).join("") });
  assert.equal(sent.status, 0, sent.err);
}
const consume = (place, url, env, ...more) => place.corral(["queues", "consume", "q", "--url", url, ...more], { env });

test("consume posts to https, over one connection that is kept", async () => {
  const place = new Place();
  const { server, batches, port, connections } = await startConsumer(certificates.good);
  await send(place, 30);
  const done = await consume(place, `https://127.0.0.1:${port}/queue`, { SSL_CERT_FILE: certificates.ca }, "--until-empty");
  assert.equal(done.status, 0, done.err);
  assert.deepEqual(batches.flatMap(({ messages }) => messages.map(({ body }) => body)), Array.from({ length: 30 }, (_, i) => `m${i}`));
  assert.equal(connections(), 1);
  server.closeAllConnections();
  server.close();
  place.remove();
});

test("consume by localhost finds a server that listens on IPv6 alone", async (t) => {
  const place = new Place();
  let consumer;
  try {
    consumer = await startConsumer(null, "::1");
  } catch {
    t.diagnostic("this machine has no IPv6");
    return;
  }
  await send(place, 1);
  const done = await consume(place, `http://localhost:${consumer.port}/`, {}, "--once");
  assert.equal(done.status, 0, done.err);
  assert.equal(consumer.batches.length, 1);
  consumer.server.closeAllConnections();
  consumer.server.close();
  place.remove();
});

test("messages are kept for a server that cannot be trusted", async () => {
  const place = new Place();
  await send(place, 1);
  const trusted = { SSL_CERT_FILE: certificates.ca };
  const system = { SSL_CERT_DIR: folder };
  const cases = [
    [certificates.expired, trusted, /certificate has expired/],
    [certificates.otherHost, trusted, /certificate is for another host, not 127\.0\.0\.1/],
    [certificates.selfSigned, trusted, /an authority that this computer does not know/],
    [certificates.good, system, /an authority that this computer does not know/],
    [certificates.good, { SSL_CERT_FILE: path.join(folder, "nothing.pem") }, /CA certificates in ".*nothing\.pem" cannot be read/],
    [null, trusted, /could not agree on an encrypted connection/],
  ];
  for (const [tls, env, expected] of cases) {
    const { server, batches, port } = await startConsumer(tls);
    const failed = await consume(place, `https://127.0.0.1:${port}/`, env, "--once");
    assert.equal(failed.status, 1);
    assert.match(failed.err, expected);
    assert.match(failed.err, /back in the queue, and no attempt was counted/);
    assert.equal(batches.length, 0);
    server.closeAllConnections();
    server.close();
  }
  // NODE_EXTRA_CA_CERTS adds to what the system trusts.
  const { server, batches, port } = await startConsumer(certificates.good);
  const done = await consume(place, `https://localhost:${port}/`, { ...system, NODE_EXTRA_CA_CERTS: certificates.ca }, "--once");
  assert.equal(done.status, 0, done.err);
  assert.equal(batches.length, 1);
  server.closeAllConnections();
  server.close();
  place.remove();
});

test("whoami says why a server is not trusted, and sends it no credential", async () => {
  for (const [tls, expected] of [[certificates.expired, /has expired/], [certificates.otherHost, /another host/], [certificates.selfSigned, /does not know/]]) {
    const place = new Place();
    const server = await ApiServer.start(tls);
    const env = { ...server.variables, CLOUDFLARE_API_TOKEN: "SECRET-token", SSL_CERT_FILE: certificates.ca };
    const refused = await place.corral(["whoami"], { env });
    assert.equal(refused.status, 1);
    assert.match(refused.err, expected);
    assert.equal(server.requests.length, 0);
    await server.stop();
    place.remove();
  }
});

test("https goes through a proxy by CONNECT; the proxy sees the host and not the request", async () => {
  const place = new Place();
  const server = await ApiServer.start(certificates.good);
  const seen = [];
  const proxy = http.createServer();
  proxy.on("connect", (request, socket) => {
    seen.push([request.url, request.headers["proxy-authorization"]]);
    const onward = net.connect(server.port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      socket.pipe(onward).pipe(socket);
    });
    onward.on("error", () => socket.destroy());
    socket.on("error", () => onward.destroy());
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const env = {
    CLOUDFLARE_API_BASE_URL: "https://api.test/client/v4",
    CLOUDFLARE_API_TOKEN: "SECRET-token",
    SSL_CERT_FILE: certificates.ca,
    HTTPS_PROXY: `http://me:SECRET-proxy@127.0.0.1:${proxy.address().port}`,
  };
  const found = await place.corral(["whoami"], { env });
  assert.equal(found.status, 0, found.err);
  assert.equal(server.requests.length, 4);
  assert.equal(server.requests[0].headers.host, "api.test");
  assert.equal(server.requests[0].headers["proxy-authorization"], undefined);
  assert.deepEqual(seen, [["api.test:443", `Basic ${Buffer.from("me:SECRET-proxy").toString("base64")}`]]);
  await new Promise((resolve) => proxy.close(resolve));
  const gone = await place.corral(["whoami"], { env });
  assert.equal(gone.status, 1);
  assert.match(gone.err, /the proxy 127\.0\.0\.1:\d+ cannot be reached/);
  assert.match(gone.err, /HTTPS_PROXY names this proxy/);
  await server.stop();
  place.remove();
});
