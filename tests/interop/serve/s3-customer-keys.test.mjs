// Customer-provided keys (SSE-C) at `corral serve`: checked wherever S3 checks them, and a Worker in `wrangler dev` still
// reads the objects.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import crypto from "node:crypto";
import { DevServer } from "../project.mjs";
import { S3Server, sdk } from "./s3-server.mjs";

let server;
before(async () => (server = await new S3Server().start()));
after(async () => {
  await server.stop();
  server.remove();
});

const newKey = (prefix = "") => {
  const key = crypto.randomBytes(32);
  return { [`${prefix}SSECustomerAlgorithm`]: "AES256", [`${prefix}SSECustomerKey`]: key.toString("base64"), [`${prefix}SSECustomerKeyMD5`]: crypto.createHash("md5").update(key).digest("base64") };
};
const asSource = (key) => Object.fromEntries(Object.entries(key).map(([name, value]) => [`CopySource${name}`, value]));
const bytes = async (call, input) => Buffer.from(await (await call("GetObject", input)).Body.transformToByteArray());

test("an object is read with its key, and with no other", async () => {
  const { call, refusal } = await server.newBucket();
  const mine = newKey(), other = newKey();
  for (const size of [0, 1, 1024, 1 << 20, (1 << 20) + 13]) {
    const Body = crypto.randomBytes(size);
    const put = await call("PutObject", { Key: "k", Body, Metadata: { a: "b" }, ContentType: "text/x", ...mine });
    assert.deepEqual([put.SSECustomerAlgorithm, put.SSECustomerKeyMD5], ["AES256", mine.SSECustomerKeyMD5]);
    assert.deepEqual(await bytes(call, { Key: "k", ...mine }), Body);
  }
  const head = await call("HeadObject", { Key: "k", ...mine });
  assert.deepEqual([head.SSECustomerAlgorithm, head.SSECustomerKeyMD5, head.ContentType, head.Metadata], ["AES256", mine.SSECustomerKeyMD5, "text/x", { a: "b" }]);
  assert.equal((await bytes(call, { Key: "k", Range: "bytes=5-14", ...mine })).length, 10);
  for (const input of [{}, other, { Range: "bytes=5-14" }, { Range: "bytes=99999999-" }, { PartNumber: 1 }, { IfNoneMatch: head.ETag }]) {
    assert.equal(await refusal("GetObject", { Key: "k", ...input }), "400 InvalidRequest", JSON.stringify(input));
    assert.match(await refusal("HeadObject", { Key: "k", ...input }), /^400 /);
  }
  // Lists and deletions need no key, and an object that is written without one has none.
  assert.equal((await call("ListObjectsV2")).Contents[0].Key, "k");
  await call("PutObject", { Key: "k", Body: "open" });
  assert.equal((await bytes(call, { Key: "k" })).toString(), "open");
  assert.equal(await refusal("GetObject", { Key: "k", ...mine }), "400 InvalidRequest");
  await call("PutObject", { Key: "k", Body: "closed", ...mine });
  await call("DeleteObject", { Key: "k" });
});

test("a key comes with its algorithm and its MD5, or not at all", async () => {
  const { Bucket } = await server.newBucket();
  const key = crypto.randomBytes(32), text = key.toString("base64"), md5 = crypto.createHash("md5").update(key).digest("base64");
  const name = (part) => `x-amz-server-side-encryption-customer-${part}`;
  const put = async (headers) => {
    const { status, text: xml } = await server.raw("PUT", `/${Bucket}/k`, { headers, body: "x" });
    return status === 200 ? "200" : `${status} ${/<Code>(.*)<\/Code>/.exec(xml)[1]}`;
  };
  const all = { [name("algorithm")]: "AES256", [name("key")]: text, [name("key-md5")]: md5 };
  assert.equal(await put(all), "200");
  for (const left_out of Object.keys(all)) assert.equal(await put(Object.fromEntries(Object.entries(all).filter(([one]) => one !== left_out))), "400 InvalidArgument", left_out);
  assert.equal(await put({ ...all, [name("algorithm")]: "AES128" }), "400 InvalidEncryptionAlgorithmError");
  assert.equal(await put({ ...all, [name("key-md5")]: "AAAAAAAAAAAAAAAAAAAAAA==" }), "400 InvalidArgument");
  for (const bad of ["", "AAAA", "not base64!", text.repeat(2)]) assert.match(await put({ ...all, [name("key")]: bad }), /^400 Invalid/, bad);
});

test("each part of an upload has its key", async () => {
  const { call, refusal } = await server.newBucket();
  const mine = newKey(), Key = "m";
  const { UploadId, SSECustomerKeyMD5 } = await call("CreateMultipartUpload", { Key, ...mine });
  assert.equal(SSECustomerKeyMD5, mine.SSECustomerKeyMD5);
  const part = { Key, UploadId, PartNumber: 1, Body: "part" };
  for (const key of [{}, newKey()]) assert.equal(await refusal("UploadPart", { ...part, ...key }), "400 InvalidRequest");
  const { ETag } = await call("UploadPart", { ...part, ...mine });
  await call("CompleteMultipartUpload", { Key, UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } });
  assert.equal((await bytes(call, { Key, ...mine })).toString(), "part");
  assert.equal(await refusal("GetObject", { Key }), "400 InvalidRequest");
});

test("a copy takes the key of its source, and gets one of its own or none", async () => {
  const { Bucket, call, refusal } = await server.newBucket();
  const mine = newKey(), other = newKey();
  await call("PutObject", { Key: "a", Body: "text", Metadata: { a: "b" }, ContentType: "text/x", ...mine });
  const copy = { CopySource: `${Bucket}/a` };
  assert.equal(await refusal("CopyObject", { Key: "b", ...copy }), "400 InvalidRequest");
  assert.equal(await refusal("CopyObject", { Key: "b", ...copy, ...asSource(other) }), "400 InvalidRequest");
  const made = await call("CopyObject", { Key: "b", ...copy, ...asSource(mine), ...other });
  assert.equal(made.SSECustomerKeyMD5, other.SSECustomerKeyMD5);
  const head = await call("HeadObject", { Key: "b", ...other });
  assert.deepEqual([head.ContentType, head.Metadata, head.SSECustomerKeyMD5], ["text/x", { a: "b" }, other.SSECustomerKeyMD5]);
  await call("CopyObject", { Key: "c", ...copy, ...asSource(mine) });
  assert.equal((await bytes(call, { Key: "c" })).toString(), "text");
  await call("CopyObject", { Key: "c", ...copy, ...asSource(mine), ...mine, MetadataDirective: "REPLACE", Metadata: { c: "d" } });
  assert.deepEqual((await call("HeadObject", { Key: "c", ...mine })).Metadata, { c: "d" });
  assert.deepEqual((await call("HeadObject", { Key: "a", ...mine })).Metadata, { a: "b" });
  // Onto itself: not as it is, but with another key.
  const itself = { Key: "a", ...copy, ...asSource(mine) };
  assert.equal(await refusal("CopyObject", { ...itself, ...mine }), "400 InvalidRequest");
  await call("CopyObject", { ...itself, ...other });
  assert.deepEqual((await call("HeadObject", { Key: "a", ...other })).Metadata, { a: "b" });
  await call("CopyObject", { Key: "a", ...copy, ...asSource(other), ...mine });
  // A part of an upload.
  const { UploadId } = await call("CreateMultipartUpload", { Key: "m", ...other });
  const part = { Key: "m", UploadId, PartNumber: 1, ...copy };
  assert.equal(await refusal("UploadPartCopy", { ...part, ...other }), "400 InvalidRequest");
  assert.equal(await refusal("UploadPartCopy", { ...part, ...asSource(mine) }), "400 InvalidRequest");
  const { CopyPartResult: { ETag } } = await call("UploadPartCopy", { ...part, ...asSource(mine), ...other });
  await call("CompleteMultipartUpload", { Key: "m", UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } });
  assert.equal((await bytes(call, { Key: "m", ...other })).toString(), "text");
});

test("a Worker in wrangler dev reads such an object, and one that it overwrites has no key", async () => {
  const mine = newKey(), client = server.client();
  const call = (name, input) => client.send(new sdk[`${name}Command`]({ Bucket: "media", ...input }));
  await call("PutObject", { Key: "k", Body: "text", ContentType: "text/x", ...mine });
  const dev = await DevServer.start(server);
  try {
    const seen = await dev.call({ op: "get", key: "k" });
    assert.deepEqual([seen.read, seen.http.contentType], [4, "text/x"]);
    await dev.call({ op: "put", key: "k", base64: "AAAA" });
    assert.equal((await bytes(call, { Key: "k" })).length, 3);
  } finally {
    await dev.stop();
  }
  assert.match(server.corral(["r2", "object", "get", "media/k", "--pipe"]).toString("base64"), /^AAAA/);
});
