// Multipart uploads to `corral serve`, with what can go wrong in each step, as S3 and R2 document them.
import { after, before, describe, test } from "node:test";
import assert from "node:assert/strict";
import crypto from "node:crypto";
import zlib from "node:zlib";
import { S3Server } from "./s3-server.mjs";

let server;
before(async () => (server = await new S3Server().start()));
after(async () => {
  await server.stop();
  server.remove();
});

const MIB5 = 5 << 20;
const md5 = (bytes) => crypto.createHash("md5").update(bytes).digest();
const large = crypto.randomBytes(MIB5), other = crypto.randomBytes(MIB5);
/// An upload with these parts: { UploadId, Parts }.
const uploaded = async (call, Key, bodies, options = {}) => {
  const { UploadId } = await call("CreateMultipartUpload", { Key, ...options });
  const Parts = [];
  for (const [i, Body] of bodies.entries()) Parts.push({ PartNumber: i + 1, ETag: (await call("UploadPart", { Key, UploadId, PartNumber: i + 1, Body })).ETag });
  return { UploadId, Parts };
};
const bytes = async (call, input) => Buffer.from(await (await call("GetObject", input)).Body.transformToByteArray());

describe("an upload", () => {
  test("becomes an object with its metadata, whose parts can be read", async () => {
    const { Bucket, call, refusal } = await server.newBucket();
    const bodies = [large, other, Buffer.from("end")];
    const { UploadId, Parts } = await uploaded(call, "k", bodies, { Metadata: { a: "1" }, ContentType: "t/p" });
    assert.equal(await refusal("HeadObject", { Key: "k" }), "404 NotFound");
    const done = await call("CompleteMultipartUpload", { Key: "k", UploadId, MultipartUpload: { Parts } });
    const ETag = `"${md5(Buffer.concat(bodies.map(md5))).toString("hex")}-3"`;
    assert.deepEqual([done.Bucket, done.Key, done.ETag, new URL(done.Location).pathname], [Bucket, "k", ETag, `/${Bucket}/k`]);
    // Sent again, as by a client that lost the answer.
    assert.equal((await call("CompleteMultipartUpload", { Key: "k", UploadId, MultipartUpload: { Parts } })).ETag, ETag);
    assert.ok((await bytes(call, { Key: "k" })).equals(Buffer.concat(bodies)));
    for (const [i, body] of bodies.entries()) {
      const head = await call("HeadObject", { Key: "k", PartNumber: i + 1 });
      assert.deepEqual([head.PartsCount, head.ContentLength, head.Metadata, head.ContentType], [3, body.length, { a: "1" }, "t/p"]);
      assert.ok((await bytes(call, { Key: "k", PartNumber: i + 1 })).equals(body));
    }
    assert.equal(await refusal("GetObject", { Key: "k", PartNumber: 4 }), "400 InvalidPart");
    assert.equal((await call("GetObject", { Key: "k", Range: `bytes=${MIB5 - 2}-${MIB5 + 1}` })).ContentLength, 4);
  });

  test("out of order, with gaps, with a part sent again; what was there stays until it is complete", async () => {
    const { call } = await server.newBucket();
    await call("PutObject", { Key: "k", Body: "before" });
    const { UploadId } = await call("CreateMultipartUpload", { Key: "k" });
    const put = (PartNumber, Body) => call("UploadPart", { Key: "k", UploadId, PartNumber, Body });
    const last = await put(9, "end");
    await put(4, "too small, and sent again");
    const first = await put(4, large);
    await put(6, "left out");
    assert.equal(await (await call("GetObject", { Key: "k" })).Body.transformToString(), "before");
    await call("CompleteMultipartUpload", { Key: "k", UploadId, MultipartUpload: { Parts: [{ PartNumber: 4, ETag: first.ETag.slice(1, -1) }, { PartNumber: 9, ETag: last.ETag }] } });
    assert.ok((await bytes(call, { Key: "k" })).equals(Buffer.concat([large, Buffer.from("end")])));
  });

  test("that is wrong is refused, and can go on", async () => {
    const { call, refusal } = await server.newBucket();
    const { UploadId, Parts } = await uploaded(call, "k", [large, other, "end"]);
    const complete = (Parts) => refusal("CompleteMultipartUpload", { Key: "k", UploadId, MultipartUpload: Parts && { Parts } });
    assert.equal(await complete(undefined), "400 MalformedXML");
    assert.equal(await complete([]), "400 MalformedXML");
    assert.equal(await complete(Parts.toReversed()), "400 InvalidPartOrder");
    assert.equal(await complete([{ PartNumber: 9999, ETag: Parts[0].ETag }]), "400 InvalidPart");
    assert.equal(await complete([{ PartNumber: 1, ETag: Parts[1].ETag }]), "400 InvalidPart");
    assert.equal(await complete([Parts[2], { PartNumber: 4, ETag: (await call("UploadPart", { Key: "k", UploadId, PartNumber: 4, Body: "x" })).ETag }]), "400 EntityTooSmall");
    await call("UploadPart", { Key: "k", UploadId, PartNumber: 5, Body: Buffer.concat([large, large]) });
    assert.equal(await complete([Parts[0], { PartNumber: 5, ETag: `"${md5(Buffer.concat([large, large])).toString("hex")}"` }, { PartNumber: 6, ETag: (await call("UploadPart", { Key: "k", UploadId, PartNumber: 6, Body: "x" })).ETag }]), "400 InvalidPart");
    for (const PartNumber of [0, 10_001]) assert.equal(await refusal("UploadPart", { Key: "k", UploadId, PartNumber, Body: "x" }), "400 InvalidArgument");
    await call("CompleteMultipartUpload", { Key: "k", UploadId, MultipartUpload: { Parts } });
    assert.equal((await call("HeadObject", { Key: "k" })).ContentLength, 2 * MIB5 + 3);
  });

  test("that was aborted, or never begun", async () => {
    const { call, refusal } = await server.newBucket();
    const { UploadId, Parts } = await uploaded(call, "k", ["x"]);
    assert.equal(await refusal("AbortMultipartUpload", { Key: "other", UploadId }), "404 NoSuchUpload");
    assert.equal((await call("AbortMultipartUpload", { Key: "k", UploadId })).$metadata.httpStatusCode, 204);
    for (const id of [UploadId, "56788"]) {
      for (const [name, more] of [["AbortMultipartUpload"], ["ListParts"], ["UploadPart", { PartNumber: 1, Body: "x" }], ["CompleteMultipartUpload", { MultipartUpload: { Parts } }]])
        assert.equal(await refusal(name, { Key: "k", UploadId: id, ...more }), "404 NoSuchUpload", name);
    }
    assert.equal(await refusal("CreateMultipartUpload", { Bucket: "no-such-bucket", Key: "k" }), "404 NoSuchBucket");
  });

  test("on conditions", async () => {
    const { call, refusal } = await server.newBucket();
    const { ETag } = await call("PutObject", { Key: "k", Body: "x" });
    const { UploadId, Parts } = await uploaded(call, "k", ["y"]);
    const input = { Key: "k", UploadId, MultipartUpload: { Parts } };
    assert.equal(await refusal("CompleteMultipartUpload", { ...input, IfNoneMatch: "*" }), "412 PreconditionFailed");
    assert.equal(await refusal("CompleteMultipartUpload", { ...input, IfMatch: '"x"' }), "412 PreconditionFailed");
    await call("CompleteMultipartUpload", { ...input, IfMatch: ETag });
  });
});

describe("lists", () => {
  test("of parts, in pages", async () => {
    const { call } = await server.newBucket();
    const { UploadId, Parts } = await uploaded(call, "k", ["a", "b", "c"]);
    const first = await call("ListParts", { Key: "k", UploadId, MaxParts: 2 });
    assert.deepEqual([first.Parts.map(({ PartNumber, ETag, Size }) => [PartNumber, ETag, Size]), first.IsTruncated, first.NextPartNumberMarker], [Parts.slice(0, 2).map(({ PartNumber, ETag }) => [PartNumber, ETag, 1]), true, "2"]);
    const rest = await call("ListParts", { Key: "k", UploadId, PartNumberMarker: "2" });
    assert.deepEqual([rest.Parts.map(({ PartNumber }) => PartNumber), rest.IsTruncated], [[3], false]);
  });

  test("of uploads: pages, prefixes, groups, odd keys", async () => {
    const { call } = await server.newBucket();
    const made = [];
    for (const Key of ["a/1", "a/2", "b", "b", "ü x"]) made.push([Key, (await call("CreateMultipartUpload", { Key })).UploadId]);
    const names = ({ Uploads = [] }) => Uploads.map(({ Key, UploadId }) => [Key, UploadId]);
    const sorted = (list) => list.toSorted((one, two) => one.join() < two.join() ? -1 : 1);
    assert.deepEqual(sorted(names(await call("ListMultipartUploads"))), sorted(made));
    assert.equal((await call("ListMultipartUploads", { Prefix: "a/" })).Uploads.length, 2);
    for (const [input, wanted] of [[{ MaxUploads: 2 }, sorted(made).map(([Key]) => Key)], [{ MaxUploads: 1, Delimiter: "/" }, ["a/", "b", "b", "ü x"]]]) {
      const found = [];
      for (let KeyMarker, UploadIdMarker; ;) {
        const page = await call("ListMultipartUploads", { ...input, KeyMarker, UploadIdMarker });
        found.push(...(page.Uploads ?? []).map(({ Key }) => Key), ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix));
        if (!page.IsTruncated) break;
        ({ NextKeyMarker: KeyMarker, NextUploadIdMarker: UploadIdMarker } = page);
      }
      assert.deepEqual(found, wanted);
    }
    assert.ok((await call("ListMultipartUploads", { EncodingType: "url" })).Uploads.some(({ Key }) => Key === "%C3%BC%20x"));
  });
});

test("parts that are copied: ranges, conditions, sources of every kind", async () => {
  const { Bucket, call, refusal } = await server.newBucket();
  const source = Buffer.concat([large, other, Buffer.from("end")]);
  await call("PutObject", { Key: "s", Body: source });
  const { ETag } = await call("PutObject", { Key: "small", Body: "0123456789" });
  const { UploadId } = await call("CreateMultipartUpload", { Key: "d" });
  const copy = (input) => ({ Key: "d", UploadId, PartNumber: 1, CopySource: `${Bucket}/small`, ...input });
  const Parts = [];
  for (const [i, range] of [[0, MIB5 - 1], [MIB5, 2 * MIB5 - 1], [2 * MIB5, source.length - 1]].entries())
    Parts.push({ PartNumber: i + 1, ETag: (await call("UploadPartCopy", copy({ PartNumber: i + 1, CopySource: `${Bucket}/s`, CopySourceRange: `bytes=${range.join("-")}` }))).CopyPartResult.ETag });
  for (const CopySourceRange of ["0-2", "bytes=0", "bytes=hello-world", "bytes=0-bar", "bytes=hello-", "bytes=0-2,3-5", "bytes=5-4"]) assert.equal(await refusal("UploadPartCopy", copy({ PartNumber: 9, CopySourceRange })), "400 InvalidArgument");
  assert.equal(await refusal("UploadPartCopy", copy({ PartNumber: 9, CopySourceRange: "bytes=0-21" })), "416 InvalidRange");
  assert.equal(await refusal("UploadPartCopy", copy({ PartNumber: 9, CopySource: `${Bucket}/none` })), "404 NoSuchKey");
  assert.equal(await refusal("UploadPartCopy", copy({ PartNumber: 9, CopySource: "no-such-bucket/k" })), "404 NoSuchBucket");
  assert.equal(await refusal("UploadPartCopy", copy({ PartNumber: 9, CopySourceIfNoneMatch: ETag })), "412 PreconditionFailed");
  await call("UploadPartCopy", copy({ PartNumber: 9, CopySourceIfMatch: ETag }));
  for (const Key of [" ", "_", "?versionId", "a?b"]) {
    await call("PutObject", { Key, Body: "x" });
    await call("UploadPartCopy", copy({ PartNumber: 9, CopySource: `${Bucket}/${encodeURIComponent(Key)}` }));
  }
  await call("CompleteMultipartUpload", { Key: "d", UploadId, MultipartUpload: { Parts } });
  assert.ok((await bytes(call, { Key: "d" })).equals(source));
});

describe("checksums", () => {
  /// CRC64NVME of an input, bit by bit as the standard has it.
  const crc64 = (input) => {
    const table = [...Array(256).keys()].map((value) => {
      let state = BigInt(value);
      for (let bit = 0; bit < 8; ++bit) state = state & 1n ? (state >> 1n) ^ 0x9a6c9329ac4bc9b5n : state >> 1n;
      return state;
    });
    let state = 0xffffffffffffffffn;
    for (const byte of input) state = (state >> 8n) ^ table[Number((state ^ BigInt(byte)) & 0xffn)];
    const digest = Buffer.alloc(8);
    digest.writeBigUInt64BE(state ^ 0xffffffffffffffffn);
    return digest;
  };
  const crc32 = (input) => {
    const digest = Buffer.alloc(4);
    digest.writeUInt32BE(zlib.crc32(input));
    return digest;
  };
  const hash = (name) => (input) => crypto.createHash(name).update(input).digest();
  const bodies = [large, other, Buffer.from("end")];

  for (const [ChecksumAlgorithm, ChecksumType, sum] of [["CRC32", "COMPOSITE", crc32], ["SHA1", "COMPOSITE", hash("sha1")], ["SHA256", "COMPOSITE", hash("sha256")], ["CRC64NVME", "FULL_OBJECT", undefined], ["CRC32C", "COMPOSITE", undefined]]) {
    test(`${ChecksumAlgorithm}: of parts and of the object`, async () => {
      const { call, refusal } = await server.newBucket();
      const field = `Checksum${ChecksumAlgorithm}`, Key = "k";
      const begun = await call("CreateMultipartUpload", { Key, ChecksumAlgorithm });
      assert.deepEqual([begun.ChecksumAlgorithm, begun.ChecksumType], [ChecksumAlgorithm, ChecksumType]);
      const { UploadId } = begun;
      const Parts = [];
      for (const [i, Body] of bodies.entries()) {
        const { ETag, [field]: value } = await call("UploadPart", { Key, UploadId, PartNumber: i + 1, Body, ChecksumAlgorithm });
        if (sum) assert.equal(value, sum(Body).toString("base64"));
        Parts.push({ PartNumber: i + 1, ETag, [field]: value });
      }
      const listed = await call("ListParts", { Key, UploadId });
      assert.deepEqual([listed.ChecksumAlgorithm, listed.ChecksumType], [ChecksumAlgorithm, ChecksumType]);
      const complete = (Parts, more) => refusal("CompleteMultipartUpload", { Key, UploadId, MultipartUpload: { Parts }, ...more });
      const [one, two, ...rest] = Parts;
      assert.equal(await complete([{ ...one, [field]: two[field] }, two, ...rest]), "400 InvalidPart");
      assert.equal(await complete(Parts, { [field]: one[field] }), "400 BadDigest");
      assert.equal(await complete(Parts, { [field]: "bad" }), "400 InvalidRequest");
      if (ChecksumType === "COMPOSITE") assert.equal(await complete(Parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag }))), "400 InvalidRequest");
      const wanted = sum ? `${sum(Buffer.concat(bodies.map(sum))).toString("base64")}-3` : undefined;
      const done = await call("CompleteMultipartUpload", { Key, UploadId, MultipartUpload: { Parts }, [field]: wanted });
      if (wanted) assert.equal(done[field], wanted);
      if (ChecksumAlgorithm === "CRC64NVME") assert.equal(done[field], crc64(Buffer.concat(bodies)).toString("base64"));
      assert.equal(done.ChecksumType, ChecksumType);
      const head = await call("HeadObject", { Key, ChecksumMode: "ENABLED" });
      assert.deepEqual([head[field], head.ChecksumType], [done[field], ChecksumType]);
    });
  }

  test("kinds and types that R2 does not have, and those that do not match", async () => {
    const { Bucket, call, refusal } = await server.newBucket();
    for (const [ChecksumAlgorithm, ChecksumType] of [["CRC64NVME", "COMPOSITE"], ["SHA256", "FULL_OBJECT"], ["CRC32", "FULL_OBJECT"]])
      assert.equal(await refusal("CreateMultipartUpload", { Key: "k", ChecksumAlgorithm, ChecksumType }), "400 InvalidRequest");
    const { UploadId } = await call("CreateMultipartUpload", { Key: "k", ChecksumAlgorithm: "SHA256" });
    assert.equal(await refusal("UploadPart", { Key: "k", UploadId, PartNumber: 1, Body: "x", ChecksumAlgorithm: "CRC32" }), "400 InvalidRequest");
    await call("PutObject", { Key: "s", Body: "x" });
    const { CopyPartResult: { ETag, ChecksumSHA256 } } = await call("UploadPartCopy", { Key: "k", UploadId, PartNumber: 1, CopySource: `${Bucket}/s` });
    assert.equal(ChecksumSHA256, hash("sha256")("x").toString("base64"));
    await call("CompleteMultipartUpload", { Key: "k", UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag, ChecksumSHA256 }] } });
  });
});
