// `corral serve` as an S3 endpoint for the SDK of AWS for JavaScript, with its defaults, and for aws4fetch.
import { after, before, describe, test } from "node:test";
import assert from "node:assert/strict";
import crypto from "node:crypto";
import { Readable } from "node:stream";
import { S3Server, sdk } from "./s3-server.mjs";

const Bucket = "media";
const md5 = (bytes) => crypto.createHash("md5").update(bytes).digest("hex");
const rejection = (promise) => promise.then(() => "accepted", (error) => error.name);

let server;
before(async () => (server = await new S3Server().start()));
after(async () => {
  assert.equal(await server.stop(), 0);
  server.remove();
});

for (const style of ["path", "host"]) {
  describe(`the SDK, bucket in the ${style}`, () => {
    let s3;
    const send = (name, input) => s3.send(new sdk[`${name}Command`]({ Bucket, ...input }));
    const text = async (Key, more) => (await send("GetObject", { Key, ...more })).Body.transformToString();
    before(() => (s3 = server.client(style === "path")));
    after(() => s3.destroy());

    test("put and get with metadata, odd keys, every checksum", async () => {
      for (const Key of ["plain", "a b+c%41/ü?&=#", "a//b", "../up", "日本語/😀", "tail/"]) {
        const { ETag } = await send("PutObject", { Key, Body: `body of ${Key}`, Metadata: { one: "1" }, ContentType: "a/b", CacheControl: "no-store" });
        assert.equal(ETag, `"${md5(`body of ${Key}`)}"`);
        const got = await send("GetObject", { Key });
        assert.equal(await got.Body.transformToString(), `body of ${Key}`);
        assert.deepEqual([got.Metadata, got.ContentType, got.CacheControl], [{ one: "1" }, "a/b", "no-store"]);
      }
      for (const ChecksumAlgorithm of ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"]) {
        const stored = await send("PutObject", { Key: "sum", Body: "hello", ChecksumAlgorithm });
        assert.ok(stored[`Checksum${ChecksumAlgorithm}`], ChecksumAlgorithm);
      }
      assert.equal(await rejection(send("PutObject", { Key: "sum", Body: "hello", ChecksumCRC32: "AAAAAA==" })), "BadDigest");
    });

    test("a stream goes out in aws-chunked framing with a trailing checksum", async () => {
      const bytes = crypto.randomBytes(300_000);
      const { ChecksumCRC32 } = await send("PutObject", { Key: "stream", Body: Readable.from([bytes.subarray(0, 7), bytes.subarray(7)]), ContentLength: bytes.length });
      assert.ok(ChecksumCRC32);
      assert.equal(md5(await (await send("GetObject", { Key: "stream" })).Body.transformToByteArray()), md5(bytes));
    });

    test("ranges, conditions, overrides", async () => {
      const { ETag } = await send("PutObject", { Key: "r", Body: "0123456789" });
      assert.equal(await text("r", { Range: "bytes=2-4" }), "234");
      assert.equal(await text("r", { Range: "bytes=-3" }), "789");
      assert.equal(await rejection(text("r", { Range: "bytes=10-" })), "InvalidRange");
      assert.equal(await rejection(text("r", { IfMatch: '"x"' })), "PreconditionFailed");
      assert.equal(await text("r", { IfNoneMatch: ETag }).catch((error) => error.$metadata.httpStatusCode), 304);
      assert.equal(await rejection(send("PutObject", { Key: "r", Body: "x", IfNoneMatch: "*" })), "PreconditionFailed");
      assert.equal((await send("GetObject", { Key: "r", ResponseContentType: "x/y" })).ContentType, "x/y");
      assert.equal(await rejection(text("none")), "NoSuchKey");
      assert.equal(await rejection(send("HeadObject", { Key: "none" })), "NotFound");
    });

    test("multipart by lib-storage, and by hand with a copied part", async () => {
      const bytes = crypto.randomBytes((11 << 20) + 3);
      const upload = new sdk.Upload({ client: s3, params: { Bucket, Key: "multi", Body: Readable.from([bytes]), ContentType: "m/p" }, partSize: 5 << 20 });
      const { ETag } = await upload.done();
      const digests = [0, 1, 2].map((i) => crypto.createHash("md5").update(bytes.subarray(i * (5 << 20), (i + 1) * (5 << 20))).digest());
      assert.equal(ETag, `"${md5(Buffer.concat(digests))}-3"`);
      assert.equal(md5(await (await send("GetObject", { Key: "multi" })).Body.transformToByteArray()), md5(bytes));
      assert.equal((await send("GetObject", { Key: "multi", PartNumber: 3 })).ContentLength, (1 << 20) + 3);

      const { UploadId } = await send("CreateMultipartUpload", { Key: "by hand" });
      const one = await send("UploadPartCopy", { Key: "by hand", UploadId, PartNumber: 1, CopySource: `${Bucket}/multi`, CopySourceRange: `bytes=0-${(5 << 20) - 1}` });
      const two = await send("UploadPart", { Key: "by hand", UploadId, PartNumber: 2, Body: "end" });
      assert.equal((await send("ListParts", { Key: "by hand", UploadId })).Parts.length, 2);
      assert.equal((await send("ListMultipartUploads")).Uploads.length, 1);
      await send("CompleteMultipartUpload", { Key: "by hand", UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag: one.CopyPartResult.ETag }, { PartNumber: 2, ETag: two.ETag }] } });
      assert.equal((await send("HeadObject", { Key: "by hand" })).ContentLength, (5 << 20) + 3);
    });

    test("lists: pages, groups, markers", async () => {
      const keys = [...Array(25).keys()].map((i) => `list/${i % 5}/${String(i).padStart(2, "0")}`).sort();
      await Promise.all(keys.map((Key) => send("PutObject", { Key, Body: "-" })));
      const found = [];
      for await (const page of sdk.paginateListObjectsV2({ client: s3, pageSize: 4 }, { Bucket, Prefix: "list/" })) found.push(...page.Contents.map(({ Key }) => Key));
      assert.deepEqual(found, keys);
      const groups = [];
      for (let Marker; ;) {
        const page = await send("ListObjects", { Prefix: "list/", Delimiter: "/", MaxKeys: 2, Marker });
        groups.push(...page.CommonPrefixes.map(({ Prefix }) => Prefix));
        if (!page.IsTruncated) break;
        Marker = page.NextMarker;
      }
      assert.deepEqual(groups, ["list/0/", "list/1/", "list/2/", "list/3/", "list/4/"]);
      assert.deepEqual((await send("ListObjectsV2", { Prefix: "list/", StartAfter: "list/3" })).KeyCount, 10);
    });

    test("copy and delete", async () => {
      await send("PutObject", { Key: "from", Body: "x", Metadata: { a: "1" } });
      await send("CopyObject", { Key: "to", CopySource: `${Bucket}/from` });
      assert.deepEqual((await send("HeadObject", { Key: "to" })).Metadata, { a: "1" });
      await send("CopyObject", { Key: "to", CopySource: `${Bucket}/to`, MetadataDirective: "REPLACE", Metadata: { b: "2" } });
      assert.deepEqual((await send("HeadObject", { Key: "to" })).Metadata, { b: "2" });
      assert.equal((await send("DeleteObjects", { Delete: { Objects: [{ Key: "from" }, { Key: "to" }, { Key: "none" }] } })).Deleted.length, 3);
      assert.equal(await rejection(send("HeadObject", { Key: "to" })), "NotFound");
    });

    test("buckets, CORS and lifecycle rules", async () => {
      const other = { Bucket: `other-${style}` };
      await send("CreateBucket", other);
      assert.equal(await rejection(send("CreateBucket", other)), "BucketAlreadyOwnedByYou");
      assert.ok((await s3.send(new sdk.ListBucketsCommand({}))).Buckets.some(({ Name }) => Name === other.Bucket));
      assert.equal(await rejection(send("GetBucketCors", other)), "NoSuchCORSConfiguration");
      const CORSRules = [{ AllowedOrigins: ["http://a.example"], AllowedMethods: ["GET"], AllowedHeaders: ["*"], ExposeHeaders: ["ETag"], MaxAgeSeconds: 5 }];
      await send("PutBucketCors", { ...other, CORSConfiguration: { CORSRules } });
      assert.deepEqual((await send("GetBucketCors", other)).CORSRules, CORSRules);
      const Rules = [{ ID: "old", Status: "Enabled", Filter: { Prefix: "tmp/" }, Expiration: { Days: 3 } }];
      await send("PutBucketLifecycleConfiguration", { ...other, LifecycleConfiguration: { Rules } });
      assert.deepEqual((await send("GetBucketLifecycleConfiguration", other)).Rules, Rules);
      await send("PutObject", { ...other, Key: "k", Body: "-" });
      assert.equal(await rejection(send("DeleteBucket", other)), "BucketNotEmpty");
      await send("DeleteObject", { ...other, Key: "k" });
      await send("DeleteBucket", other);
      assert.equal(await rejection(send("HeadBucket", other)), "NotFound");
    });
  });
}

test("presigned PUT and GET, and what breaks them", async () => {
  const s3 = server.client();
  const put = await sdk.getSignedUrl(s3, new sdk.PutObjectCommand({ Bucket, Key: "signed ü" }), { expiresIn: 60 });
  assert.equal((await fetch(put, { method: "PUT", body: "by url" })).status, 200);
  const get = await sdk.getSignedUrl(s3, new sdk.GetObjectCommand({ Bucket, Key: "signed ü" }), { expiresIn: 60 });
  assert.equal(await (await fetch(get)).text(), "by url");
  assert.equal((await fetch(get, { method: "DELETE" })).status, 403);
  assert.equal((await fetch(get.replace("X-Amz-Expires=60", "X-Amz-Expires=61"))).status, 403);
  assert.equal((await fetch(get.replace("signed", "other"))).status, 403);
  const brief = await sdk.getSignedUrl(s3, new sdk.GetObjectCommand({ Bucket, Key: "signed ü" }), { expiresIn: 1, signingDate: new Date(Date.now() - 2000) });
  assert.match(await (await fetch(brief)).text(), /expired/);
  s3.destroy();
});

test("aws4fetch", async () => {
  const aws = server.aws4();
  const url = `${server.url}/${Bucket}/aws4%20fetch`;
  assert.equal((await aws.fetch(url, { method: "PUT", body: "abc" })).status, 200);
  assert.equal(await (await aws.fetch(url)).text(), "abc");
  const query = await aws.sign(`${url}?X-Amz-Expires=60`, { aws: { signQuery: true } });
  assert.equal(await (await fetch(query)).text(), "abc");
});

test("keys that are wrong", async () => {
  for (const [credentials, code] of [
    [{ ...server.credentials, accessKeyId: "0".repeat(32) }, "InvalidAccessKeyId"],
    [{ ...server.credentials, secretAccessKey: "0".repeat(64) }, "SignatureDoesNotMatch"],
  ]) {
    const s3 = server.client(true, credentials);
    assert.equal(await rejection(s3.send(new sdk.ListBucketsCommand({}))), code);
    s3.destroy();
  }
});
