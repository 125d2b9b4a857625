// Objects above 300 MiB with --remote, both ways: in parts and in ranges, in little memory. CORRAL_BIG=1 makes them 1 GiB.
import { test } from "node:test";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { makeCertificates } from "./certificates.mjs";
import { MIB, md5, pattern, watchMemory, withLargeObjects } from "./r2-large.mjs";

const SIZE = process.env.CORRAL_BIG ? 1024 * MIB : 320 * MIB;
const RANGE = 8 * MIB;
const MOST_MEMORY = 64;
const bytes = pattern(SIZE);
const hash = md5(bytes);
const fileHash = (file) => md5(fs.readFileSync(file));

const withBigObject = (body, options) => withLargeObjects(async (all) => {
  all.service.store(all.bucket, "big", bytes, { "content-type": "a/b" });
  await body({ ...all, out: `${all.place.project}/out` });
}, options);

test("up and down in little memory: parts and ranges at the same time", () => withBigObject(async ({ bucket, s3, done, file, out }) => {
  file("big", bytes);
  const peaks = {};
  const measured = async (name, line, more = {}) => {
    let memory;
    await done(line, { ...more, during: (child) => (memory = watchMemory(child)) });
    peaks[name] = memory.peak();
    assert.ok(s3.most > 1, `${name}: one request at a time`);
    s3.most = 0;
  };
  await measured("put", ["r2", "object", "put", "files/up", "--file", "big"]);
  assert.equal(md5(bucket.objects.get("up").bytes), hash);
  assert.match(bucket.objects.get("up").etag, new RegExp(`-${SIZE / (16 * MIB)}$`));
  bucket.objects.delete("up");
  await measured("put --pipe", ["r2", "object", "put", "files/up", "--pipe"], { input: bytes });
  assert.equal(md5(bucket.objects.get("up").bytes), hash);
  bucket.objects.delete("up");
  s3.sent();
  await measured("get", ["r2", "object", "get", "files/big", "--file", "out"]);
  assert.equal(s3.sent().filter((line) => line === "GET big").length, SIZE / RANGE);
  assert.equal(fileHash(out), hash);
  const copying = ["r2", "object", "copy", "files/big", "files/copy"];
  await measured("copy", copying);
  assert.equal(md5(bucket.objects.get("copy").bytes), hash);
  for (const [name, peak] of Object.entries(peaks)) assert.ok(peak > 0 && peak < MOST_MEMORY, `${name}: ${peak} MiB`);
  console.log(`# ${SIZE / MIB} MiB, peak memory in MiB:`, Object.entries(peaks).map(([name, peak]) => `${name} ${peak.toFixed(1)}`).join(", "));
}));

test("sync copies large objects both ways", () => withBigObject(async ({ place, bucket, done, file }) => {
  fs.mkdirSync(`${place.project}/site`);
  file("site/one", bytes);
  file("site/small", "small");
  await done(["r2", "sync", "./site", "files/web"]);
  assert.equal(md5(bucket.objects.get("web/one").bytes), hash);
  bucket.objects.set("web/two", { ...bucket.objects.get("big"), key: "web/two" });
  let memory;
  await done(["r2", "sync", "files/web", "./down"], { during: (child) => (memory = watchMemory(child)) });
  for (const name of ["one", "two"]) assert.equal(fileHash(`${place.project}/down/${name}`), hash);
  assert.ok(memory.peak() < MOST_MEMORY, `${memory.peak()} MiB`);
}));

test("some of a large object: standard output, --range", () => withBigObject(async ({ s3, done, out }) => {
  await done(["r2", "object", "get", "files/big", "--range", `5-${301 * MIB}`, "--file", "out"]);
  assert.equal(fileHash(out), md5(bytes.subarray(5, 301 * MIB + 1)));
  assert.equal(s3.sent().filter((line) => line === "GET big").length, 38);
  await done(["r2", "object", "get", "files/big", "--range", "0-9", "--file", "out"]);
  assert.equal(fileHash(out), md5(bytes.subarray(0, 10)));
  assert.deepEqual(s3.sent(), []);
}));

test("without keys it is one stream, as before", () => withBigObject(async ({ s3, done, out }) => {
  s3.keys = {};
  const { err } = await done(["r2", "object", "get", "files/big", "--file", "out", "--debug"]);
  assert.match(err, /not read in ranges: R2's S3 endpoint refused HEAD/);
  assert.equal(fileHash(out), hash);
}));

test("a range that breaks off is asked for again from there", () => withBigObject(async ({ s3, done, out }) => {
  const cut = async (request, response, answer) => {
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range).map(Number);
    response.writeHead(206, { "content-range": `bytes ${first}-${last}/${SIZE}`, "content-length": last - first + 1 });
    response.write(bytes.subarray(first, first + MIB), () => setTimeout(() => response.socket.destroy(), 20));
  };
  s3.fault = { when: ({ headers }) => headers.range, act: cut, left: 3 };
  await done(["r2", "object", "get", "files/big", "--file", "out"]);
  assert.equal(fileHash(out), hash);
}));

test("an object that is overwritten or deleted while it is read: an error, and no file", () => withBigObject(async ({ bucket, s3, service, refused, out }) => {
  for (const change of [() => service.store(bucket, "big", Buffer.from("other"), {}), () => bucket.objects.delete("big")]) {
    let ranges = 0;
    s3.fault = { when: ({ headers }) => headers.range && ++ranges === 9, act: async (_, response, answer) => (change(), await answer()), left: 1 };
    await refused(["r2", "object", "get", "files/big", "--file", "out"], /"big" was overwritten or deleted while it was being read/);
    assert.ok(!fs.existsSync(out));
    service.store(bucket, "big", bytes, {});
  }
}));

test("a server that does not send the range that was asked for is not believed", () => withBigObject(async ({ s3, refused, out }) => {
  for (const act of [
    (_, response) => response.end(bytes.subarray(0, RANGE)),
    (_, response) => (response.writeHead(206, { "content-range": `bytes 0-${RANGE - 1}/${SIZE}` }), response.end(bytes.subarray(0, RANGE))),
  ]) {
    s3.fault = { when: ({ headers }) => headers.range && !headers.range.startsWith("bytes=0-"), act, left: -1 };
    await refused(["r2", "object", "get", "files/big", "--file", "out"], /did not answer with the bytes of "big" that it was asked for/);
    assert.ok(!fs.existsSync(out));
  }
}));

test("over TLS, too", async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "corral-certificates."));
  const certificates = makeCertificates(folder);
  await withBigObject(async ({ bucket, done, file, out }) => {
    const peak = async (line) => {
      let memory;
      await done(line, { during: (child) => (memory = watchMemory(child)) });
      assert.ok(memory.peak() < MOST_MEMORY, `${line[2]}: ${memory.peak()} MiB`);
    };
    file("big", bytes);
    await peak(["r2", "object", "put", "files/up", "--file", "big"]);
    assert.equal(md5(bucket.objects.get("up").bytes), hash);
    await peak(["r2", "object", "get", "files/big", "--file", "out"]);
    assert.equal(fileHash(out), hash);
  }, { s3: { tls: certificates.good }, env: { SSL_CERT_FILE: certificates.ca } });
  fs.rmSync(folder, { recursive: true });
});

test("a reader that goes away ends a download", () => withBigObject(async ({ place, api, s3 }) => {
  const child = spawn("sh", ["-c", `"${process.env.CORRAL ?? "corral"}" r2 object get files/big --pipe --remote | head -c 100 | wc -c`], {
    cwd: place.project, env: { PATH: process.env.PATH, HOME: place.home, ...api.variables, ...s3.variables, CLOUDFLARE_API_TOKEN: "SECRET-token", CLOUDFLARE_ACCOUNT_ID: "acc1" },
  });
  let out = "";
  child.stdout.on("data", (piece) => (out += piece));
  await new Promise((resolve) => child.on("close", resolve));
  assert.equal(out.trim(), "100");
}));
