// Uploads in parts with --remote: what is sent, how they are resumed, what stops them.
import { test } from "node:test";
import assert from "node:assert/strict";
import fs from "node:fs";
import { MIB, md5, pattern, withLargeObjects } from "./r2-large.mjs";

const PART = 5 * MIB;
const PUT = ["r2", "object", "put", "files/big", "--file", "big", "--part-size", "5"];

test("an object larger than --part-size goes up in parts, with its metadata", () => withLargeObjects(async ({ bucket, s3, done, file }) => {
  const bytes = pattern(2 * PART + 100);
  file("big", bytes);
  const { out } = await done([...PUT, "--ct", "text/html", "--cc", "max-age=1", "--expires", "2032-01-01T00:00:00Z", "-s", "InfrequentAccess", "-m", "colour=red", "-m", "name=Jürgen", "--json"]);
  const sent = s3.sent();
  assert.deepEqual(sent.slice(0, 2), ["GET uploads", "POST big uploads"]);
  assert.deepEqual(sent.slice(2, -1).sort(), ["PUT big 1", "PUT big 2", "PUT big 3"]);
  assert.equal(sent.at(-1), "POST big upload");
  const object = bucket.objects.get("big");
  assert.equal(md5(object.bytes), md5(bytes));
  assert.deepEqual(object.http, { contentType: "text/html", cacheControl: "max-age=1", cacheExpiry: "2032-01-01T00:00:00.000Z" });
  assert.deepEqual([object.storage, object.custom], ["InfrequentAccess", { colour: "red", name: "Jürgen" }]);
  assert.match(object.etag, /^[0-9a-f]{32}-3$/);
  const { etag, size } = JSON.parse(out);
  assert.deepEqual([etag, size], [object.etag, bytes.length]);
  assert.equal(s3.uploads.size, 0);
}));

test("every key means itself", () => withLargeObjects(async ({ bucket, done, file }) => {
  file("big", pattern(PART + 1));
  for (const key of ["what?", "a#b", "%41", "back\\slash", "//", "sp ace ", "tab\there", "line\nbreak", "ü&<>'\"", "(!*)", "a+b=c;d,e:@$"]) {
    await done(["r2", "object", "put", `files/${key}`, "--file", "big", "--part-size", "5"]);
    assert.deepEqual([...bucket.objects.keys()], [key]);
    bucket.objects.clear();
  }
}));

test("a run that is killed is gone on with: only what is missing is sent", () => withLargeObjects(async ({ bucket, s3, corral, done, file }) => {
  const parts = 6;
  const bytes = pattern((parts - 1) * PART + 7);
  file("big", bytes);
  for (let killed = 1; killed < parts; ++killed) {
    let child, stored = 0;
    s3.afterPart = async () => {
      if (++stored === killed) child.kill("SIGKILL");
      if (stored >= killed) await new Promise(() => {}); // no answer any more
    };
    const { signal } = await corral(PUT, { during: (one) => (child = one) });
    assert.equal(signal, "SIGKILL");
    await s3.settle();
    s3.afterPart = null;
    const [upload] = s3.uploads.values();
    const there = [...upload.parts.keys()];
    assert.ok(there.length >= killed);
    const listed = JSON.parse((await done(["r2", "multipart", "list", "files", "--json"])).out);
    assert.deepEqual(listed, [{ uploadId: upload.id, key: "big", parts: there.length, bytes: there.reduce((sum, n) => sum + upload.parts.get(n).bytes.length, 0), started: upload.started }]);
    s3.sent();
    await done(PUT);
    const sent = s3.sent();
    assert.deepEqual(sent.filter((line) => line.startsWith("PUT")).sort(), Array.from({ length: parts }, (_, i) => i + 1).filter((n) => !there.includes(n)).map((n) => `PUT big ${n}`).sort());
    assert.ok(!sent.includes("POST big uploads"));
    assert.equal(md5(bucket.objects.get("big").bytes), md5(bytes));
    assert.equal(s3.uploads.size, 0);
    bucket.objects.clear();
  }
}));

test("a run that fails says how far it came, and is gone on with", () => withLargeObjects(async ({ bucket, s3, done, refused, file }) => {
  const bytes = pattern(6 * PART);
  file("big", bytes);
  s3.fault = { when: ({ query }) => query.get("partNumber") === "5", name: "status403", left: -1 };
  const { err } = await refused(PUT, /\d of 6 parts of "big" are stored/);
  const [upload] = s3.uploads.values();
  assert.equal(upload.parts.size, Number(/(\d) of 6/.exec(err)[1]));
  s3.fault = null;
  const there = upload.parts.size;
  s3.sent();
  await done(PUT);
  assert.equal(s3.sent().filter((line) => line.startsWith("PUT")).length, 6 - there);
  assert.equal(md5(bucket.objects.get("big").bytes), md5(bytes));
}));

test("what differs of an upload that was begun is sent again; one of another object is left alone", () => withLargeObjects(async ({ bucket, s3, refused, done, file }) => {
  const bytes = pattern(4 * PART);
  file("big", bytes);
  const cut = async () => {
    s3.fault = { when: ({ method, query }) => method === "POST" && query.has("uploadId"), name: "status403", left: -1 };
    await refused(PUT, /refused POST files\/big: refused with 403 \(AccessDenied\)/);
    s3.fault = null;
    s3.sent();
  };
  await cut();
  bytes[2 * PART + 1] ^= 1;
  file("big", bytes);
  await done(PUT);
  assert.deepEqual(s3.sent().filter((line) => line.startsWith("PUT")), ["PUT big 3"]);
  assert.equal(md5(bucket.objects.get("big").bytes), md5(bytes));
  await cut();
  bytes[0] ^= 1;
  file("big", bytes);
  await done(PUT);
  assert.equal(s3.sent().filter((line) => line.startsWith("PUT")).length, 4);
  assert.equal(s3.uploads.size, 1);
  assert.equal(md5(bucket.objects.get("big").bytes), md5(bytes));
  // Parts of another size are another upload, too.
  await done([...PUT.slice(0, -1), "6"]);
  assert.equal(s3.uploads.size, 1);
  assert.equal(md5(bucket.objects.get("big").bytes), md5(bytes));
}));

test("an upload has the metadata of the run that began it, and the next run says so", () => withLargeObjects(async ({ bucket, s3, refused, done, file }) => {
  file("big", pattern(2 * PART));
  s3.fault = { when: ({ method, query }) => method === "POST" && query.has("uploadId"), name: "status403", left: -1 };
  await refused([...PUT, "--ct", "a/b"], /403/);
  s3.fault = null;
  await refused([...PUT, "--ct", "c/d"], /"big" is stored, but with the metadata of the run that began/);
  await done([...PUT, "--ct", "c/d"]);
  assert.equal(bucket.objects.get("big").http.contentType, "c/d");
}));

test("a pipe goes up in parts, and is gone on with, too", () => withLargeObjects(async ({ bucket, s3, corral, done }) => {
  const bytes = pattern(3 * PART + 1);
  const put = ["r2", "object", "put", "files/big", "--pipe", "--part-size", "5"];
  let child;
  s3.afterPart = async (number) => {
    if (number === 3) child.kill("SIGKILL"), await new Promise(() => {});
  };
  await corral(put, { input: bytes, during: (one) => (child = one) });
  await s3.settle();
  s3.afterPart = null;
  const there = [...[...s3.uploads.values()][0].parts.keys()];
  assert.ok(there.includes(1), "the first part is there");
  s3.sent();
  await done(put, { input: bytes });
  assert.equal(s3.sent().filter((line) => line.startsWith("PUT")).length, 4 - there.length);
  assert.equal(md5(bucket.objects.get("big").bytes), md5(bytes));
  // One that ends where a part ends, and one that is no larger than a part.
  await done(put, { input: bytes.subarray(0, 2 * PART) });
  assert.equal(md5(bucket.objects.get("big").bytes), md5(bytes.subarray(0, 2 * PART)));
  assert.match(bucket.objects.get("big").etag, /-2$/);
  s3.sent();
  await done(put, { input: bytes.subarray(0, PART) });
  assert.deepEqual(s3.sent(), []);
  assert.equal(bucket.objects.get("big").bytes.length, PART);
}));

test("completing is not repeated blindly", () => withLargeObjects(async ({ bucket, s3, done, refused, file }) => {
  const bytes = pattern(PART + 1);
  file("big", bytes);
  const when = ({ method, query }) => method === "POST" && query.has("uploadId");
  const completions = () => s3.sent().filter((line) => line === "POST big upload").length;
  // Done, and the answer was lost.
  const lose = async (_, response, answer) => {
    const end = response.end;
    response.end = () => ((response.end = end), response.socket.destroy());
    await answer();
  };
  s3.fault = { when, act: lose, left: 1 };
  await done(PUT);
  assert.equal(completions(), 1);
  assert.equal(md5(bucket.objects.get("big").bytes), md5(bytes));
  // Not done: the upload is still there, so it is safe.
  for (const name of ["reset", "status500", "status503"]) {
    bucket.objects.clear();
    s3.fault = { when, name, left: 1 };
    await done(PUT);
    assert.equal(completions(), 2);
    assert.equal(md5(bucket.objects.get("big").bytes), md5(bytes));
  }
  // An error after a good status, as S3 has it for what fails late.
  bucket.objects.clear();
  s3.fault = { when, act: (_, response) => response.end("  <Error><Code>InternalError</Code><Message>late</Message></Error>"), left: 1 };
  await done(PUT);
  assert.equal(completions(), 2);
  // Done and overwritten since, as far as can be seen: not known.
  bucket.objects.clear();
  s3.fault = { when, act: async (...all) => (await lose(...all), bucket.objects.clear()), left: 1 };
  await refused(PUT, /whether "big" was stored is not known/);
  assert.equal(completions(), 1);
}));

test("a part that arrives damaged is sent again, three times at most", () => withLargeObjects(async ({ bucket, s3, done, refused, file }) => {
  const bytes = pattern(2 * PART);
  file("big", bytes);
  let left = 1;
  s3.damage = (number) => number === 2 && left-- > 0;
  await done(PUT);
  assert.equal(s3.sent().filter((line) => line === "PUT big 2").length, 2);
  assert.equal(md5(bucket.objects.get("big").bytes), md5(bytes));
  s3.damage = (number) => number === 2;
  await refused(PUT, /part 2 of "big" arrived damaged/);
  assert.equal(s3.sent().filter((line) => line === "PUT big 2").length, 3);
}));

test("conditions and checksums hold before and after the parts", () => withLargeObjects(async ({ bucket, s3, service, done, refused, file }) => {
  const bytes = pattern(PART + 1);
  file("big", bytes);
  await done([...PUT, "--checksum", `md5=${md5(bytes)}`, "--if-absent"]);
  s3.sent();
  await refused([...PUT, "--if-absent"], /exists already/);
  await refused([...PUT, "--checksum", `md5=${md5("x")}`], /the body's md5 is/);
  assert.deepEqual(s3.sent(), []);
  bucket.objects.clear();
  // A pipe's checksum is known at its end.
  await refused(["r2", "object", "put", "files/big", "--pipe", "--part-size", "5", "--checksum", `md5=${md5("x")}`], /the body's md5 is/, { input: bytes });
  assert.deepEqual([bucket.objects.size, s3.uploads.size], [0, 0]);
  await done(["r2", "object", "put", "files/big", "--pipe", "--part-size", "5", "--checksum", `md5=${md5(bytes)}`], { input: bytes });
  bucket.objects.clear();
  // Somebody else's object came into being meanwhile.
  s3.afterPart = () => service.store(bucket, "big", Buffer.from("other"), {});
  await refused([...PUT, "--if-absent"], /exists already/);
  assert.deepEqual([bucket.objects.get("big").bytes.toString(), s3.uploads.size], ["other", 0]);
}));

test("a file that changes its length while it is sent is not stored", () => withLargeObjects(async ({ place, bucket, s3, refused, file }) => {
  file("big", pattern(2 * PART));
  s3.afterPart = () => fs.appendFileSync(`${place.project}/big`, "more");
  await refused(PUT, /the length of the file for "big" changed/);
  assert.deepEqual([bucket.objects.size, s3.uploads.size], [0, 0]);
}));

test("a bucket with a data catalog is changed with --force only", () => withLargeObjects(async ({ service, s3, done, refused, file }) => {
  const lake = service.add("acc1", "lake", {}, { catalog: true });
  file("big", pattern(PART + 1));
  const put = ["r2", "object", "put", "lake/big", "--file", "big", "--part-size", "5"];
  await refused(put, /R2 bucket lake has a data catalog.*\n.*--force/);
  assert.deepEqual([s3.sent(), lake.objects.size], [[], 0]);
  await done([...put, "--force"]);
  assert.equal(lake.objects.size, 1);
}));

test("uploads are listed page by page, and aborted", () => withLargeObjects(async ({ s3, corral, done, refused, file }) => {
  s3.pageSize = 2;
  file("big", pattern(5 * PART));
  s3.fault = { when: ({ method, query }) => method === "POST" && query.has("uploadId"), name: "status403", left: -1 };
  for (const key of ["a", "b", "b<&>", "c"]) await corral(["r2", "object", "put", `files/${key}`, "--file", "big", "--part-size", "5"]);
  s3.fault = null;
  const list = async () => JSON.parse((await done(["r2", "multipart", "list", "files", "--json"])).out);
  const listed = await list();
  assert.deepEqual(listed.map(({ key, parts, bytes }) => [key, parts, bytes]), ["a", "b", "b<&>", "c"].map((key) => [key, 5, 5 * PART]));
  await done(["r2", "multipart", "abort", "files", listed[2].uploadId]);
  assert.deepEqual((await list()).map(({ key }) => key), ["a", "b", "c"]);
  await refused(["r2", "multipart", "abort", "files", "none"], /no multipart upload none is under way/);
  await refused(["r2", "multipart", "abort", "files", "--all"], /Abort 3 multipart uploads of R2 bucket files of account acc1\?/);
  await done(["r2", "multipart", "abort", "files", "--all", "--force"]);
  assert.deepEqual([await list(), s3.uploads.size], [[], 0]);
  for (const line of [["list", "none"], ["abort", "none", "--all"]]) await refused(["r2", "multipart", ...line], /there is no R2 bucket none in account acc1/);
}));
