// Objects of `corral serve`'s S3 endpoint, one by one: metadata, ranges, conditions, checksums, copies, deletions, as S3
// and R2 document them.
import { after, before, describe, test } from "node:test";
import assert from "node:assert/strict";
import crypto from "node:crypto";
import net from "node:net";
import { text } from "node:stream/consumers";
import { S3Server } from "./s3-server.mjs";
import { signed } from "./sigv4.mjs";

let server;
before(async () => (server = await new S3Server().start()));
after(async () => {
  await server.stop();
  server.remove();
});
const code = ({ status, text }) => `${status} ${/<Code>(.*)<\/Code>/.exec(text)?.[1]}`;

describe("metadata", () => {
  test("goes with the object, and with nothing that replaces it", async () => {
    const { call } = await server.newBucket();
    const expires = new Date("2030-01-01T00:00:00Z");
    await call("PutObject", { Key: "k", Body: "", Metadata: { one: "1", empty: "" }, ContentType: "a/b", CacheControl: "public, max-age=1", ContentDisposition: "attachment; filename=x", ContentLanguage: "de", ContentEncoding: "deflate, gzip", Expires: expires });
    const head = await call("HeadObject", { Key: "k" });
    assert.deepEqual([head.Metadata, head.ContentType, head.CacheControl, head.ContentDisposition, head.ContentLanguage, head.ContentEncoding, head.ExpiresString, head.ContentLength],
      [{ one: "1", empty: "" }, "a/b", "public, max-age=1", "attachment; filename=x", "de", "deflate, gzip", expires.toUTCString(), 0]);
    await call("PutObject", { Key: "k", Body: "x" });
    assert.deepEqual((await call("HeadObject", { Key: "k" })).Metadata, {});
    for (const [coding, kept] of [["aws-chunked", undefined], ["gzip,aws-chunked", "gzip"]]) {
      await call("PutObject", { Key: "k", Body: "x", ContentEncoding: coding });
      assert.equal((await call("HeadObject", { Key: "k" })).ContentEncoding, kept);
    }
  });

  test("text beyond ASCII: encoded words, which a Worker sees decoded", async () => {
    const { Bucket } = await server.newBucket();
    const word = (text) => `=?UTF-8?B?${Buffer.from(text).toString("base64")}?=`;
    for (const [sent, stored, answered] of [[word("日本"), "日本", word("日本")], ["=?utf-8?Q?caf=C3=A9_au_lait?=", "café au lait", "caf\xe9 au lait"], [`a ${word("ü")} ${word("日")}`, "a ü日", word("a ü日")], ["=?UTF-8?B?/w==?=", "=?UTF-8?B?/w==?=", "=?UTF-8?B?/w==?="]]) {
      assert.equal((await server.raw("PUT", `/${Bucket}/k`, { headers: { "x-amz-meta-a": sent }, body: "" })).status, 200);
      assert.equal(JSON.parse(server.corral(["r2", "object", "head", `${Bucket}/k`])).customMetadata.a, stored);
      assert.equal((await server.raw("HEAD", `/${Bucket}/k`)).headers["x-amz-meta-a"], answered);
    }
  });

  test("a name that no header can have is left out, and counted", async () => {
    const { Bucket } = await server.newBucket();
    server.corral(["r2", "object", "put", `${Bucket}/k`, "--pipe", "--metadata", "plain=1", "--metadata", "größe=2"], { input: "x" });
    const { headers } = await server.raw("HEAD", `/${Bucket}/k`);
    assert.deepEqual([headers["x-amz-meta-plain"], headers["x-amz-missing-meta"]], ["1", "1"]);
  });

  test("limits: of metadata, of keys, of what a key may be", async () => {
    const { Bucket, call, refusal } = await server.newBucket();
    await call("PutObject", { Key: "k", Body: "", Metadata: { a: "x".repeat(8191) } });
    assert.equal(await refusal("PutObject", { Key: "k", Body: "", Metadata: { a: "x".repeat(8192) } }), "400 MetadataTooLarge");
    await call("PutObject", { Key: "k".repeat(1024), Body: "" });
    assert.equal(await refusal("PutObject", { Key: "k".repeat(1025), Body: "" }), "400 KeyTooLongError");
    const path = `/${Bucket}/%AE%8A-`; // no UTF-8
    for (const method of ["PUT", "GET", "DELETE"]) {
      const headers = { ...signed({ method, path, host: `127.0.0.1:${server.port}`, key: server.credentials }), "content-length": 0 };
      assert.equal((await server.raw(method, path, { headers, sign: false })).status, 400);
    }
  });
});

test("ranges", async () => {
  const { call, refusal } = await server.newBucket();
  await call("PutObject", { Key: "r", Body: "testcontent" });
  await call("PutObject", { Key: "empty", Body: "" });
  for (const [Range, body, range] of [["bytes=4-7", "cont", "4-7"], ["bytes=4-", "content", "4-10"], ["bytes=-7", "content", "4-10"], ["bytes=0-100", "testcontent", "0-10"], ["bytes=-100", "testcontent", "0-10"]]) {
    const got = await call("GetObject", { Key: "r", Range });
    assert.deepEqual([got.$metadata.httpStatusCode, got.ContentRange, got.AcceptRanges, await got.Body.transformToString()], [206, `bytes ${range}/11`, "bytes", body]);
  }
  for (const Range of ["bytes=7-4", "bytes=a-b", "chars=0-1", "bytes=0-1,3-4", "bytes="]) {
    const got = await call("GetObject", { Key: "r", Range });
    assert.deepEqual([Range, got.$metadata.httpStatusCode, await got.Body.transformToString()], [Range, 200, "testcontent"]);
  }
  for (const Range of ["bytes=11-", "bytes=40-50", "bytes=-0"]) assert.equal(await refusal("GetObject", { Key: "r", Range }), "416 InvalidRange");
  for (const Range of ["bytes=0-0", "bytes=40-50"]) assert.equal(await refusal("GetObject", { Key: "empty", Range }), "416 InvalidRange");
});

describe("conditions", () => {
  const past = new Date("1994-10-29T19:43:31Z"), future = new Date("2100-10-29T19:43:31Z");

  test("of reads", async () => {
    const { call, refusal, text } = await server.newBucket();
    const { ETag } = await call("PutObject", { Key: "k", Body: "bar" });
    for (const good of [{ IfMatch: ETag }, { IfMatch: ETag.slice(1, -1) }, { IfMatch: "*" }, { IfNoneMatch: "ABC" }, { IfModifiedSince: past }, { IfUnmodifiedSince: future }, { IfMatch: ETag, IfUnmodifiedSince: past }])
      assert.equal(await text({ Key: "k", ...good }), "bar", JSON.stringify(good));
    for (const bad of [{ IfMatch: '"ABC"' }, { IfUnmodifiedSince: past }]) assert.match(await refusal("GetObject", { Key: "k", ...bad }), /^412 PreconditionFailed/);
    for (const same of [{ IfNoneMatch: ETag }, { IfNoneMatch: ETag, IfModifiedSince: past }, { IfModifiedSince: new Date(Date.now() + 60_000) }]) {
      assert.match(await refusal("GetObject", { Key: "k", ...same }), /^304/);
      assert.match(await refusal("HeadObject", { Key: "k", ...same }), /^304/);
    }
    assert.match(await refusal("HeadObject", { Key: "k", IfMatch: '"x"' }), /^412/);
  });

  test("of writes and deletions", async () => {
    const { call, refusal, text } = await server.newBucket();
    const { ETag } = await call("PutObject", { Key: "k", Body: "1", IfNoneMatch: "*" });
    assert.equal(await refusal("PutObject", { Key: "k", Body: "2", IfNoneMatch: "*" }), "412 PreconditionFailed");
    await call("PutObject", { Key: "k", Body: "3", IfMatch: ETag });
    assert.equal(await refusal("PutObject", { Key: "k", Body: "4", IfMatch: ETag }), "412 PreconditionFailed");
    assert.equal(await text({ Key: "k" }), "3");
    assert.equal(await refusal("PutObject", { Key: "none", Body: "4", IfMatch: "*" }), "412 PreconditionFailed");
    assert.equal(await refusal("GetObject", { Key: "none" }), "404 NoSuchKey");
    assert.equal(await refusal("DeleteObject", { Key: "k", IfMatch: ETag }), "412 PreconditionFailed");
    await call("DeleteObject", { Key: "k", IfMatch: (await call("HeadObject", { Key: "k" })).ETag });
    assert.equal(await refusal("HeadObject", { Key: "k" }), "404 NotFound");
  });

  test("of two writers that both want to be the first, one is", async () => {
    const { refusal } = await server.newBucket();
    const outcomes = await Promise.all([...Array(10).keys()].map((i) => refusal("PutObject", { Key: "k", Body: String(i), IfNoneMatch: "*" })));
    assert.deepEqual(outcomes.filter((one) => one === "accepted").length, 1, outcomes.join());
  });
});

describe("checksums", () => {
  for (const ChecksumAlgorithm of ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"]) {
    test(`${ChecksumAlgorithm}: checked, kept, told, copied`, async () => {
      const { Bucket, call, refusal } = await server.newBucket();
      const field = `Checksum${ChecksumAlgorithm}`, Body = "A".repeat(1024);
      const { [field]: sum, ChecksumType } = await call("PutObject", { Key: "k", Body, ChecksumAlgorithm });
      assert.equal(ChecksumType, "FULL_OBJECT");
      if (ChecksumAlgorithm === "SHA256") assert.equal(sum, crypto.createHash("sha256").update(Body).digest("base64"));
      await call("CopyObject", { Key: "copy", CopySource: `${Bucket}/k` });
      for (const Key of ["k", "copy"]) {
        assert.equal((await call("HeadObject", { Key }))[field], undefined);
        const head = await call("HeadObject", { Key, ChecksumMode: "ENABLED" });
        assert.deepEqual([head[field], head.ChecksumType], [sum, "FULL_OBJECT"]);
        assert.equal(await (await call("GetObject", { Key, ChecksumMode: "ENABLED" })).Body.transformToString(), Body);
        assert.equal((await call("GetObject", { Key, ChecksumMode: "ENABLED", Range: "bytes=0-3" }))[field], undefined);
      }
      const wrong = Buffer.alloc(Buffer.from(sum, "base64").length).toString("base64");
      assert.equal(await refusal("PutObject", { Key: "k", Body, [field]: wrong }), "400 BadDigest");
      assert.equal(await refusal("PutObject", { Key: "k", Body, [field]: "bad" }), "400 InvalidRequest");
    });
  }

  test("Content-MD5", async () => {
    const { Bucket } = await server.newBucket();
    const put = async (md5) => code(await server.raw("PUT", `/${Bucket}/k`, { headers: { "content-md5": md5 }, body: "bar" }));
    assert.equal(await put(crypto.createHash("md5").update("bar").digest("base64")), "200 undefined");
    assert.equal(await put("rL0Y20xC+Fzt72VPzMSk2A=="), "400 BadDigest");
    for (const none of ["YWJyYWNhZGFicmE=", "x", "="]) assert.equal(await put(none), "400 InvalidDigest");
  });

  test("a Worker and the commands see the object as ever", async () => {
    const { Bucket, call } = await server.newBucket();
    await call("PutObject", { Key: "k", Body: "x", ChecksumAlgorithm: "CRC32" });
    assert.deepEqual(JSON.parse(server.corral(["r2", "object", "head", `${Bucket}/k`, "--json"])).checksums, {});
    server.corral(["state", "save", "kept"]);
    await call("DeleteObject", { Key: "k" });
    server.corral(["state", "restore", "kept", "--force"]);
    assert.ok((await call("HeadObject", { Key: "k", ChecksumMode: "ENABLED" })).ChecksumCRC32);
  });
});

describe("copies", () => {
  test("with the source's metadata, other metadata, and both", async () => {
    const { Bucket, call, refusal } = await server.newBucket();
    await call("PutObject", { Key: "s", Body: "x", ContentType: "t/s", Metadata: { a: "1", b: "2" } });
    const copy = async (MetadataDirective) => {
      await call("CopyObject", { Key: "d", CopySource: `${Bucket}/s`, MetadataDirective, Metadata: { b: "3", c: "4" }, ContentType: "t/d" });
      const { Metadata, ContentType } = await call("HeadObject", { Key: "d" });
      return [Metadata, ContentType];
    };
    assert.deepEqual(await copy(undefined), [{ a: "1", b: "2" }, "t/s"]);
    assert.deepEqual(await copy("COPY"), [{ a: "1", b: "2" }, "t/s"]);
    assert.deepEqual(await copy("REPLACE"), [{ b: "3", c: "4" }, "t/d"]);
    assert.deepEqual(await copy("MERGE"), [{ a: "1", b: "3", c: "4" }, "t/d"]);
    assert.equal(await refusal("CopyObject", { Key: "d", CopySource: `${Bucket}/s`, MetadataDirective: "OTHER" }), "400 InvalidArgument");
    assert.equal(await refusal("CopyObject", { Key: "s", CopySource: `${Bucket}/s` }), "400 InvalidRequest");
    await call("CopyObject", { Key: "s", CopySource: `${Bucket}/s`, MetadataDirective: "REPLACE", Metadata: { n: "1" } });
    assert.deepEqual((await call("HeadObject", { Key: "s" })).Metadata, { n: "1" });
  });

  test("of keys of every kind, and of what is not there", async () => {
    const { Bucket, call, refusal, text } = await server.newBucket();
    for (const Key of ["a b+c?d", "ü%20", "x#y&=", "%25", "a//b"]) {
      await call("PutObject", { Key, Body: Key });
      await call("CopyObject", { Key: "copy", CopySource: `/${Bucket}/${encodeURIComponent(Key)}` });
      assert.equal(await text({ Key: "copy" }), Key);
    }
    assert.equal(await refusal("CopyObject", { Key: "x", CopySource: `${Bucket}/none` }), "404 NoSuchKey");
    assert.equal(await refusal("CopyObject", { Key: "x", CopySource: "no-such-bucket/k" }), "404 NoSuchBucket");
    assert.equal(await refusal("CopyObject", { Key: "x", CopySource: "only-a-bucket" }), "400 InvalidArgument");
  });

  test("on conditions of the source and, by R2's headers, of the target", async () => {
    const { Bucket, call, refusal } = await server.newBucket();
    const { ETag } = await call("PutObject", { Key: "s", Body: "x" });
    const CopySource = `${Bucket}/s`;
    await call("CopyObject", { Key: "d", CopySource, CopySourceIfMatch: ETag, CopySourceIfUnmodifiedSince: new Date(Date.now() + 60_000) });
    for (const bad of [{ CopySourceIfMatch: '"x"' }, { CopySourceIfNoneMatch: ETag }, { CopySourceIfUnmodifiedSince: new Date(0) }]) assert.equal(await refusal("CopyObject", { Key: "d", CopySource, ...bad }), "412 PreconditionFailed");
    const copy = async (headers) => code(await server.raw("PUT", `/${Bucket}/d`, { headers: { "x-amz-copy-source": CopySource, ...headers } }));
    assert.equal(await copy({ "cf-copy-destination-if-none-match": "*" }), "412 PreconditionFailed");
    assert.equal(await copy({ "cf-copy-destination-if-match": '"x"' }), "412 PreconditionFailed");
    assert.equal(await copy({ "cf-copy-destination-if-match": ETag }), "200 undefined");
  });
});

test("deletions of many: what is there and what is not, quietly, within the limit", async () => {
  const { call, refusal } = await server.newBucket();
  const Objects = ["a", "b", "c"].map((Key) => ({ Key }));
  await Promise.all(Objects.map(({ Key }) => call("PutObject", { Key, Body: "" })));
  for (let i = 0; i < 2; ++i) assert.deepEqual((await call("DeleteObjects", { Delete: { Objects } })).Deleted.map(({ Key }) => Key), ["a", "b", "c"]);
  assert.equal((await call("DeleteObjects", { Delete: { Objects, Quiet: true } })).Deleted, undefined);
  const many = (count) => ({ Delete: { Objects: [...Array(count).keys()].map((i) => ({ Key: `k${i}` })) } });
  await call("DeleteObjects", many(1000));
  assert.equal(await refusal("DeleteObjects", many(1001)), "400 MalformedXML");
  assert.equal(await refusal("DeleteObjects", { Delete: { Objects: [] } }), "400 MalformedXML");
});

test("readers get one object whole, whatever becomes of it meanwhile; an upload that breaks off leaves nothing", async () => {
  const { Bucket, call, refusal } = await server.newBucket();
  const size = 4 << 20;
  await call("PutObject", { Key: "k", Body: Buffer.alloc(size, "A") });
  const { Body } = await call("GetObject", { Key: "k" });
  await call("PutObject", { Key: "k", Body: Buffer.alloc(size, "B") });
  assert.deepEqual(new Set(await Body.transformToByteArray()), new Set([65]));
  const again = await call("GetObject", { Key: "k" });
  await call("DeleteObject", { Key: "k" });
  assert.equal((await again.Body.transformToByteArray()).length, size);
  const { headers } = await server.aws4().sign(`${server.url}/${Bucket}/cut`, { method: "PUT", headers: { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" } });
  const socket = net.connect(server.port, "127.0.0.1");
  socket.write(`PUT /${Bucket}/cut HTTP/1.1\r\n${[...headers].map(([name, value]) => `${name}: ${value}\r\n`).join("")}host: 127.0.0.1:${server.port}\r\ncontent-length: 1000\r\n\r\n${"x".repeat(500)}`);
  socket.end();
  assert.match((await text(socket)), /^HTTP\/1.1 400 .*IncompleteBody/s);
  assert.equal(await refusal("HeadObject", { Key: "cut" }), "404 NotFound");
});

test("a bucket that is deleted while an object comes is gone", async () => {
  const { Bucket, call, refusal } = await server.newBucket();
  const { headers } = await server.aws4().sign(`${server.url}/${Bucket}/k`, { method: "PUT", headers: { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" } });
  const socket = net.connect(server.port, "127.0.0.1");
  socket.write(`PUT /${Bucket}/k HTTP/1.1\r\n${[...headers].map(([name, value]) => `${name}: ${value}\r\n`).join("")}host: 127.0.0.1:${server.port}\r\ncontent-length: 4\r\nconnection: close\r\n\r\nab`);
  await new Promise((resolve) => setTimeout(resolve, 300));
  await call("DeleteBucket");
  socket.write("cd");
  assert.match(await text(socket), /^HTTP\/1.1 404 .*NoSuchBucket/s);
  assert.equal(await refusal("HeadBucket"), "404 NotFound");
});

test("a bucket that is missing is made for an upload that asks for it", async () => {
  const name = `made-${crypto.randomBytes(4).toString("hex")}`;
  const headers = { "cf-create-bucket-if-missing": "true" };
  assert.equal(code(await server.raw("PUT", `/${name}/k`, { body: "x" })), "404 NoSuchBucket");
  assert.equal((await server.raw("PUT", `/${name}/k`, { headers, body: "x" })).status, 200);
  assert.equal((await server.raw("PUT", `/${name}/k`, { headers, body: "y" })).status, 200);
  assert.equal((await server.raw("POST", `/${name}-2/k?uploads=`, { headers })).status, 200);
  assert.equal((await server.raw("GET", `/${name}/k`)).text, "y");
});
