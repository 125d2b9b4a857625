// Each kind of request to R2's S3 endpoint, with each fault of the server: one clear sentence, exit 1, nothing stored or
// half-written, no secret anywhere; and the same command works once the server does.
import { test } from "node:test";
import assert from "node:assert/strict";
import fs from "node:fs";
import { FAULT_NAMES } from "./server.mjs";
import { countRun, patience } from "./faults.mjs";
import { all } from "./many.mjs";
import { MIB, md5, pattern, withLargeObjects } from "./r2-large.mjs";

const bytes = pattern(5 * MIB + 10);
const hash = md5(bytes);
const large = Buffer.alloc(301 * MIB, "x");
const put = ["r2", "object", "put", "files/big", "--file", "big", "--part-size", "5"];
const beginUpload = ({ s3, parts = 2 }) => s3.uploads.set("begun", {
  id: "begun", account: "acc1", bucket: "files", key: "big", headers: {}, started: "2026-01-01T00:00:00.000Z",
  parts: new Map([[1, bytes.subarray(0, 5 * MIB)], [2, bytes.subarray(5 * MIB)]].slice(0, parts).map(([n, part]) => [n, { bytes: part, etag: md5(part) }])),
});

/** Command line, the request that fails, and whether the command stores nothing. */
const KINDS = {
  "look for parts": { line: put, when: ({ method, query }) => method === "GET" && query.has("uploadId"), before: beginUpload },
  "begin an upload": { line: put, when: ({ method, query }) => method === "POST" && query.has("uploads") },
  "a part": { line: put, when: ({ query }) => query.get("partNumber") === "2" },
  "a part of a pipe": { line: ["r2", "object", "put", "files/big", "--pipe", "--part-size", "5"], when: ({ query }) => query.get("partNumber") === "2", input: bytes },
  "complete": { line: put, when: ({ method, query }) => method === "POST" && query.has("uploadId") },
  "an object with metadata": { line: ["r2", "object", "put", "files/big", "--file", "big", "-m", "a=b"], when: ({ method }) => method === "PUT" },
  "list uploads": { line: ["r2", "multipart", "list", "files"], when: ({ key }) => !key, before: beginUpload, reads: true },
  "abort": { line: ["r2", "multipart", "abort", "files", "begun"], when: ({ method }) => method === "DELETE", before: beginUpload, reads: true },
  "a range": { line: ["r2", "object", "get", "files/large", "--file", "out"], when: ({ headers }) => headers.range?.startsWith("bytes=8388608-"), reads: true,
    before: ({ service, bucket }) => service.store(bucket, "large", large, {}) },
};

const run = ({ line, when, before, input }, name, left, check) => withLargeObjects(async (setup) => {
  const { place, s3, corral, file } = setup;
  countRun();
  file("big", bytes);
  before?.(setup);
  s3.fault = { when, name, left };
  const ran = await corral(line, { input, env: { CORRAL_HTTP_TIMEOUT: patience(name) } });
  const sent = s3.requests.filter(when).length;
  const files = fs.readdirSync(place.project).sort();
  s3.fault = null;
  await check({ ...setup, ...ran, sent, files });
});

for (const [name, kind] of Object.entries(KINDS)) {
  test(`a server that misbehaves: ${name}`, () => all(FAULT_NAMES.map((fault) => () => run(kind, fault, -1, async ({ bucket, status, out, err, sent, files, done }) => {
    const context = `${name} with ${fault}: ${out}${err}`;
    // An abort's answer has no body to be wrong; a missing upload is none.
    const fine = name === "abort" && ["halfJson", "empty"].includes(fault);
    assert.equal(status, fine ? 0 : 1, context);
    assert.equal(out, "", context);
    if (!fine) assert.match(err, /^corral: [^\n]{20}/m, context);
    assert.doesNotMatch(err, /\x1b/, context);
    assert.deepEqual(files, ["big"], context);
    assert.ok(sent >= 1 && sent <= 4, `${sent} times: ${context}`);
    assert.ok(!bucket.objects.has("big"), context);
    if (kind.reads) return;
    await done(kind.line, { input: kind.input });
    assert.equal(md5(bucket.objects.get("big").bytes), hash, context);
  }))));
}

test("one failure in passing is made up for", () => all(Object.entries(KINDS).flatMap(([name, kind]) => ["reset", "cutBody", "status503", "retryAfter"].map((fault) => async () => {
  if (name === "a range" && fault === "cutBody") return; // it is not of the range
  await run(kind, fault, 1, ({ bucket, status, err, sent, s3 }) => {
    const context = `${name} with ${fault}: ${err}`;
    assert.equal(status, 0, context);
    assert.equal(sent, 2, context);
    if (!kind.reads) assert.equal(md5(bucket.objects.get("big").bytes), hash, context);
    // An upload whose beginning got no answer stays, and so does one that was only looked at.
    assert.ok(["begin an upload", "list uploads"].includes(name) || s3.uploads.size === 0, context);
  });
}))));
