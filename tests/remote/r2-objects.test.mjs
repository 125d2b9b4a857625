// The commands on R2's objects with --remote against the test server: what they print, what they keep there, what they
// ask before.
import { test } from "node:test";
import assert from "node:assert/strict";
import fs from "node:fs";
import { ApiServer } from "./server.mjs";
import { R2ObjectService } from "./r2-objects.mjs";
import { Place } from "./program.mjs";

const R = "/accounts/acc1/r2/buckets";

async function inAccount(body, options) {
  const place = new Place();
  const server = await ApiServer.start();
  const service = new R2ObjectService(options);
  server.services = [service];
  const bucket = service.add("acc1", "files", { "a.txt": "hello", "d/b.txt": "slash", "d/c.txt": "more" });
  const env = { ...server.variables, CLOUDFLARE_API_TOKEN: "SECRET-token", CLOUDFLARE_ACCOUNT_ID: "acc1" };
  const corral = (line, more = {}) => place.corral([...line, "--remote"], { ...more, env: { ...env, ...more.env } });
  const done = async (line, more) => {
    const ran = await corral(line, more);
    assert.equal(ran.status, 0, `${line.join(" ")}: ${ran.err}`);
    return ran;
  };
  const refused = async (line, pattern, more) => {
    const ran = await corral(line, more);
    assert.equal(ran.status, 1, `${line.join(" ")}: ${ran.out}`);
    assert.match(ran.err, pattern);
    return ran;
  };
  const sent = () => server.requests.splice(0).map(({ method, path }) => `${method} ${path.replace(`${R}/files/objects`, "").replace(R, "R")}`);
  try {
    await body({ place, server, service, bucket, corral, done, refused, sent });
  } finally {
    await server.stop();
    place.remove();
  }
}

test("an object: put, head, get, list, copy, move, delete", () => inAccount(async ({ place, bucket, done, refused, sent }) => {
  await done(["r2", "object", "put", "files/k", "--pipe", "--ct", "text/html", "-s", "InfrequentAccess"], { input: "piped" });
  assert.deepEqual(sent(), ["PUT /k"]);
  const head = JSON.parse((await done(["r2", "object", "head", "files/k"])).out);
  assert.deepEqual([head.key, head.size, head.httpMetadata, head.storageClass, head.version], ["k", 5, { contentType: "text/html" }, "InfrequentAccess", undefined]);
  assert.equal(head.etag, bucket.objects.get("k").etag);
  assert.equal((await done(["r2", "object", "get", "files/k", "--pipe"])).out, "piped");
  assert.equal((await done(["r2", "object", "get", "files/k", "--pipe", "--range", "1-2"])).out, "ip");
  assert.equal((await done(["r2", "object", "get", "files/k", "--pipe", "--range", "-2"])).out, "ed");
  await refused(["r2", "object", "get", "files/k", "--pipe", "--if-match", "x"], /has the etag/);
  await refused(["r2", "object", "get", "files/nope", "--file", "x"], /no object "nope"/);
  assert.ok(!fs.existsSync(`${place.project}/x`));
  await done(["r2", "object", "copy", "files/k", "files/copy"]);
  assert.deepEqual(bucket.objects.get("copy").http, { contentType: "text/html" });
  assert.equal(bucket.objects.get("copy").storage, "InfrequentAccess");
  await refused(["r2", "object", "copy", "files/k", "files/copy", "--if-absent"], /exists already/);
  await done(["r2", "object", "copy", "files/k", "files/copy", "--ct", "a/b", "-s", "standard"]);
  assert.deepEqual([bucket.objects.get("copy").http, bucket.objects.get("copy").storage], [{ contentType: "a/b" }, "Standard"]);
  await done(["r2", "object", "move", "files/copy", "files/moved"]);
  assert.deepEqual([bucket.objects.has("copy"), bucket.objects.get("moved").bytes.toString()], [false, "piped"]);
  const keys = async (...words) => JSON.parse((await done(["r2", "object", "list", "files", ...words])).out).map(({ key, prefix }) => key ?? prefix);
  assert.deepEqual(await keys(), ["a.txt", "d/b.txt", "d/c.txt", "k", "moved"]);
  assert.deepEqual(await keys("--delimiter", "/"), ["a.txt", "d/", "k", "moved"]);
  assert.deepEqual(await keys("--delimiter", ".t"), ["a.t", "d/b.t", "d/c.t", "k", "moved"]);
  assert.deepEqual(await keys("--glob", "*.txt"), ["a.txt", "d/b.txt", "d/c.txt"]);
  assert.deepEqual(await keys("--start-after", "d/b.txt", "--limit", "2"), ["d/c.txt", "k"]);
  await refused(["r2", "object", "list", "none"], /there is no R2 bucket none in account acc1/);
  await refused(["r2", "object", "put", "none/k", "--pipe"], /there is no R2 bucket none in account acc1/, { input: "x" });
  await refused(["r2", "object", "delete", "none/k"], /there is no R2 bucket none in account acc1/);
  await refused(["r2", "object", "put", "files/k", "--pipe", "--if-absent"], /exists already/, { input: "x" });
  await refused(["r2", "object", "put", "files/k", "--pipe", "--checksum", `md5=${"0".repeat(32)}`], /md5/, { input: "x" });
  sent();
  await done(["r2", "object", "delete", "files/k", "files/moved", "files/nope"]);
  assert.deepEqual(sent().sort(), ["DELETE /k", "DELETE /moved", "DELETE /nope"]);
  assert.deepEqual([...bucket.objects.keys()], ["a.txt", "d/b.txt", "d/c.txt"]);
}));

test("every key means itself", () => inAccount(async ({ bucket, done }) => {
  for (const key of ["what?", "a#b", "%41", "back\\slash", "a/../b", ".", "..", "./x", "//", "sp ace ", "tab\there", "line\nbreak", "ü", "x\x7f"]) {
    bucket.objects.clear();
    await done(["r2", "object", "put", `files/${key}`, "--pipe"], { input: `value of ${key}` });
    assert.deepEqual([...bucket.objects.keys()], [key]);
    assert.equal((await done(["r2", "object", "get", `files/${key}`, "--pipe"])).out, `value of ${key}`);
    assert.equal(JSON.parse((await done(["r2", "object", "head", `files/${key}`])).out).key, key);
    await done(["r2", "object", "delete", `files/${key}`]);
    assert.equal(bucket.objects.size, 0);
  }
}));

test("ranges work with a server that knows none", () => inAccount(async ({ done }) => {
  assert.equal((await done(["r2", "object", "get", "files/a.txt", "--pipe", "--range", "1-3"])).out, "ell");
  assert.equal((await done(["r2", "object", "get", "files/a.txt", "--pipe", "--range", "-2"])).out, "lo");
}, { ranges: false }));

test("a bucket with a data catalog is changed with --force only", () => inAccount(async ({ service, done, refused, sent }) => {
  const lake = service.add("acc1", "lake", { data: "rows" }, { catalog: true });
  for (const line of [["object", "put", "lake/data", "--pipe"], ["object", "delete", "lake/data"], ["object", "copy", "files/a.txt", "lake/data"], ["object", "move", "lake/data", "lake/other"]])
    await refused(["r2", ...line], /R2 bucket lake has a data catalog.*\n.*--force/, { input: "x" });
  assert.equal(lake.objects.get("data").bytes.toString(), "rows");
  sent();
  await done(["r2", "object", "put", "lake/data", "--pipe", "--force"], { input: "new" });
  assert.deepEqual(sent(), ["PUT R/lake/objects/data"]);
  await done(["r2", "object", "delete", "lake/data", "-y"]);
  assert.equal(lake.objects.size, 0);
}));

test("a prefix is deleted with --force, and the question names the account", () => inAccount(async ({ bucket, done, refused }) => {
  await refused(["r2", "object", "delete", "files", "--prefix", "d/"], /Delete 2 objects starting with "d\/" from R2 bucket files of account acc1\?/);
  assert.equal(bucket.objects.size, 3);
  await done(["r2", "object", "delete", "files", "--prefix", "d/", "--force"]);
  assert.deepEqual([...bucket.objects.keys()], ["a.txt"]);
}));

test("bulk put: many at once, and a failure says how many are stored", () => inAccount(async ({ place, server, bucket, done, refused }) => {
  place.write("project/one", "1");
  place.write("project/list.json", JSON.stringify(Array.from({ length: 200 }, (_, i) => ({ key: `n/${i}`, file: "one" }))));
  await done(["r2", "bulk", "put", "files", "--filename", "list.json"]);
  assert.equal(bucket.objects.size, 203);
  bucket.objects.clear();
  server.fault = { path: `${R}/files/objects/n/100`, name: "status403", left: -1 };
  const { err } = await refused(["r2", "bulk", "put", "files", "--filename", "list.json", "--concurrency", "4"], /\d+ of 200 objects are stored/);
  assert.equal(Number(/(\d+) of 200/.exec(err)[1]), bucket.objects.size);
  assert.ok(bucket.objects.size < 200);
}));

test("a folder is synchronized with a bucket, both ways", () => inAccount(async ({ place, bucket, done }) => {
  for (const name of ["x.html", "sub/y.css", "sub/z"]) place.write(`project/site/${name}`, `text of ${name}`);
  await done(["r2", "sync", "./site", "files/web"]);
  assert.deepEqual([...bucket.objects.keys()].filter((key) => key.startsWith("web/")).sort(), ["web/sub/y.css", "web/sub/z", "web/x.html"]);
  assert.equal(bucket.objects.get("web/x.html").http.contentType, "text/html");
  const { err } = await done(["r2", "sync", "./site", "files/web"]);
  assert.match(err, /uploaded 0 .*3 were the same/);
  fs.rmSync(`${place.project}/site/sub/z`);
  await done(["r2", "sync", "./site", "files/web", "--delete"]);
  assert.ok(!bucket.objects.has("web/sub/z"));
  for (let i = 0; i < 100; ++i) bucket.objects.set(`many/${i}`, { ...bucket.objects.get("a.txt"), key: `many/${i}` });
  await done(["r2", "sync", "files/many", "./many"]);
  assert.equal(fs.readdirSync(`${place.project}/many`).length, 100);
  assert.equal(fs.readFileSync(`${place.project}/many/42`, "utf8"), "hello");
}, { pageSize: 7 }));

test("usage counts objects and bytes, of one bucket or all", () => inAccount(async ({ service, done }) => {
  service.add("acc1", "empty");
  assert.deepEqual(JSON.parse((await done(["r2", "usage", "--json"])).out), [{ bucket: "empty", objects: 0, bytes: 0 }, { bucket: "files", objects: 3, bytes: 14 }]);
  assert.deepEqual(JSON.parse((await done(["r2", "usage", "files", "--json"])).out), [{ bucket: "files", objects: 3, bytes: 14 }]);
}, { pageSize: 2 }));

test("a download that breaks off leaves no file", () => inAccount(async ({ place, server, refused }) => {
  server.fault = { path: `${R}/files/objects/a.txt`, name: "cutBody", left: -1 };
  await refused(["r2", "object", "get", "files/a.txt", "--file", "out"], /hung up/);
  assert.deepEqual(fs.readdirSync(place.project), []);
}));
