// Who may do what at `corral serve`'s S3 endpoint: no key, a wrong one, presigned addresses, framing by hand, CORS, what R2
// does not have, lifecycle rules, and that a Worker sees what S3 clients store and the other way round.
import { after, before, describe, test } from "node:test";
import assert from "node:assert/strict";
import crypto from "node:crypto";
import { DevServer } from "../project.mjs";
import { S3Server } from "./s3-server.mjs";
import { amzTime, presigned, signature, signedChunks } from "./sigv4.mjs";

let server, host;
before(async () => {
  server = await new S3Server().start();
  host = `127.0.0.1:${server.port}`;
});
after(async () => {
  await server.stop();
  server.remove();
});
const code = ({ status, text }) => `${status} ${/<Code>(.*)<\/Code>/.exec(text)?.[1]}`;
const bare = async (method, target, headers, body) => code(await server.raw(method, target, { headers, body, sign: false }));

test("without a key, nothing", async () => {
  const { Bucket, call } = await server.newBucket();
  await call("PutObject", { Key: "k", Body: "x" });
  for (const [method, target] of [["GET", "/"], ["GET", `/${Bucket}`], ["GET", `/${Bucket}/k`], ["PUT", `/${Bucket}/k`], ["DELETE", `/${Bucket}/k`], ["PUT", "/new-bucket"], ["DELETE", `/${Bucket}`], ["POST", `/${Bucket}?delete`], ["GET", "/no-such-bucket"]])
    assert.equal(await bare(method, target), "403 AccessDenied", `${method} ${target}`);
});

test("Authorization headers that are none", async () => {
  for (const [authorization, wanted] of [["", "403 AccessDenied"], ["AWS KEY:signature", "400 InvalidRequest"], ["hello", "400 InvalidArgument"], ["AWS4-HMAC-SHA256", "400 AuthorizationHeaderMalformed"], ["AWS4-HMAC-SHA256 Credential=x", "400 AuthorizationHeaderMalformed"]])
    assert.equal(await bare("GET", "/", { authorization }), wanted);
});

describe("presigned addresses", () => {
  test("hold for what they were made for, and as long", async () => {
    const { Bucket, call } = await server.newBucket();
    await call("PutObject", { Key: "k", Body: "content" });
    const make = (more) => presigned({ method: "GET", path: `/${Bucket}/k`, host, key: server.credentials, ...more });
    assert.equal((await server.raw("GET", make(), { sign: false })).text, "content");
    assert.equal((await server.raw("PUT", make({ method: "PUT", path: `/${Bucket}/new` }), { sign: false, body: "new" })).status, 200);
    assert.equal((await server.raw("GET", make({ expires: 604_800 }), { sign: false })).status, 200);
    for (const expires of [0, 604_801, "", "1e3", "abc", "9".repeat(30)]) assert.equal(await bare("GET", make({ expires })), "400 AuthorizationQueryParametersError", String(expires));
    assert.equal(await bare("GET", make().replace(/X-Amz-Expires=\d+&/, "")), "400 AuthorizationQueryParametersError");
    assert.equal(await bare("GET", make({ date: new Date(Date.now() - 61_000) })), "403 AccessDenied");
    assert.equal(await bare("GET", make({ expires: -7 })), "403 AccessDenied");
    assert.match((await server.raw("GET", make({ date: new Date(Date.now() - 61_000) }), { sign: false })).text, /expired/);
    assert.equal(await bare("GET", make({ date: new Date(Date.now() + 3_600_000) })), "403 AccessDenied");
    assert.equal(await bare("HEAD", make()), "403 undefined");
    for (const [from, to] of [["Expires=60", "Expires=61"], ["/k?", "/k2?"], ["Signature=", "Signature=0"]]) assert.equal(await bare("GET", make().replace(from, to)), "403 SignatureDoesNotMatch");
  });

  test("carry overrides of headers, if they are signed", async () => {
    const { Bucket, call } = await server.newBucket();
    await call("PutObject", { Key: "k", Body: "x", ContentType: "a/b" });
    const { ContentType, ContentDisposition, CacheControl, ContentLanguage, ContentEncoding, ExpiresString } = await call("GetObject", { Key: "k", ResponseContentType: "t/x", ResponseContentDisposition: "attachment", ResponseCacheControl: "no-cache", ResponseContentLanguage: "eo", ResponseContentEncoding: "x", ResponseExpires: new Date(123_000) });
    assert.deepEqual([ContentType, ContentDisposition, CacheControl, ContentLanguage, ContentEncoding, ExpiresString], ["t/x", "attachment", "no-cache", "eo", "x", "Thu, 01 Jan 1970 00:02:03 GMT"]);
    assert.equal(await bare("GET", `${presigned({ method: "GET", path: `/${Bucket}/k`, host, key: server.credentials })}&response-content-type=text/html`), "403 SignatureDoesNotMatch");
  });
});

test("lengths that are missing or none; chunks that are signed", async () => {
  const { Bucket } = await server.newBucket();
  const target = presigned({ method: "PUT", path: `/${Bucket}/k`, host, key: server.credentials });
  assert.equal(await bare("PUT", target, { "transfer-encoding": "chunked" }, "abc"), "411 MissingContentLength");
  const time = amzTime(new Date()), scope = `${time.slice(0, 8)}/auto/s3/aws4_request`, payload = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
  const pieces = [crypto.randomBytes(70_000), crypto.randomBytes(3)];
  const headers = { host, "x-amz-date": time, "x-amz-content-sha256": payload, "x-amz-decoded-content-length": "70003" };
  const seed = signature({ method: "PUT", path: `/${Bucket}/k`, headers, payload, secret: server.credentials.secretAccessKey, time, scope });
  const body = signedChunks({ pieces, secret: server.credentials.secretAccessKey, time, scope, seed });
  const authorization = `AWS4-HMAC-SHA256 Credential=${server.credentials.accessKeyId}/${scope}, SignedHeaders=${Object.keys(headers).sort().join(";")}, Signature=${seed}`;
  const { status, headers: answered } = await server.raw("PUT", `/${Bucket}/k`, { headers: { ...headers, authorization, "content-length": body.length }, body, sign: false });
  assert.deepEqual([status, answered.etag], [200, `"${crypto.createHash("md5").update(Buffer.concat(pieces)).digest("hex")}"`]);
});

test("what R2 does not have is refused, not ignored", async () => {
  const { call, refusal } = await server.newBucket();
  await call("PutObject", { Key: "k", Body: "" });
  for (const [name, input] of [["GetBucketAcl"], ["GetBucketTagging"], ["GetBucketPolicy"], ["GetObjectAcl", { Key: "k" }], ["GetObjectTagging", { Key: "k" }], ["GetBucketWebsite"], ["GetBucketLogging"], ["PutBucketVersioning", { VersioningConfiguration: { Status: "Enabled" } }], ["GetObjectRetention", { Key: "k" }], ["GetBucketReplication"],
    ["PutObject", { Key: "k", Body: "", ACL: "public-read" }], ["PutObject", { Key: "k", Body: "", Tagging: "a=b" }], ["PutObject", { Key: "k", Body: "", ServerSideEncryption: "aws:kms" }], ["CreateBucket", { Bucket: "acl-bucket", ACL: "public-read" }]])
    assert.equal(await refusal(name, input), "501 NotImplemented", name);
  assert.equal((await call("GetBucketEncryption")).ServerSideEncryptionConfiguration.Rules[0].ApplyServerSideEncryptionByDefault.SSEAlgorithm, "AES256");
});

test("CORS: patterns, preflights, who is told what", async () => {
  const { Bucket, call } = await server.newBucket();
  const rules = (...CORSRules) => call("PutBucketCors", { CORSConfiguration: { CORSRules } });
  await rules({ AllowedMethods: ["GET"], AllowedOrigins: ["*suffix"] }, { AllowedMethods: ["GET"], AllowedOrigins: ["start*end"] }, { AllowedMethods: ["GET"], AllowedOrigins: ["prefix*"] }, { AllowedMethods: ["PUT"], AllowedOrigins: ["*.put"] });
  await call("PutObject", { Key: "k", Body: "x" });
  const ask = async (method, headers) => {
    const made = presigned({ method, path: `/${Bucket}/k`, host, key: server.credentials });
    const { status, headers: answered } = await server.raw(method, method === "OPTIONS" ? `/${Bucket}/k` : made, { headers, sign: false });
    return [status, answered["access-control-allow-origin"], answered["access-control-allow-methods"]];
  };
  for (const [origin, wanted] of [["foo.suffix", "foo.suffix"], ["foo.bar"], ["foo.suffix.get"], ["startend", "startend"], ["start1end", "start1end"], ["0start12end"], ["prefix", "prefix"], ["prefix.suffix", "prefix.suffix"], ["bla.prefix"]])
    assert.deepEqual(await ask("GET", { origin }), [200, wanted, wanted && "GET"], origin);
  assert.deepEqual(await ask("GET", {}), [200, undefined, undefined]);
  assert.deepEqual(await ask("PUT", { origin: "foo.put" }), [200, "foo.put", "PUT"]);
  const preflight = (origin, method, more) => ask("OPTIONS", { ...(origin && { origin }), ...(method && { "access-control-request-method": method }), ...more });
  assert.equal((await preflight())[0], 400);
  assert.equal((await preflight("foo.suffix"))[0], 400);
  assert.deepEqual(await preflight("foo.suffix", "GET"), [200, "foo.suffix", "GET"]);
  for (const [origin, method] of [["foo.bar", "GET"], ["foo.put", "GET"], ["foo.suffix", "PUT"]]) assert.deepEqual(await preflight(origin, method), [403, undefined, undefined]);
  await rules({ AllowedMethods: ["GET"], AllowedOrigins: ["*"] });
  assert.deepEqual(await ask("GET", { origin: "any" }), [200, "*", "GET"]);
  assert.equal((await preflight("any", "GET", { "access-control-request-headers": "x-amz-meta-a" }))[0], 403);
  await rules({ AllowedMethods: ["GET"], AllowedOrigins: ["*"], AllowedHeaders: ["x-amz-meta-*"] });
  assert.equal((await preflight("any", "GET", { "access-control-request-headers": "x-amz-meta-a" }))[0], 200);
  await call("DeleteBucketCors");
  assert.deepEqual(await ask("GET", { origin: "any" }), [200, undefined, undefined]);
  assert.equal((await preflight("any", "GET"))[0], 403);
});

test("lifecycle rules: kept as they are, and refused where they are wrong", async () => {
  const { call, refusal } = await server.newBucket();
  const input = (...Rules) => ({ LifecycleConfiguration: { Rules } });
  const rule = (more) => ({ ID: "a", Status: "Enabled", Filter: { Prefix: "p/" }, Expiration: { Days: 1 }, ...more });
  assert.equal(await refusal("GetBucketLifecycleConfiguration"), "404 NoSuchLifecycleConfiguration");
  const rules = [rule(), rule({ ID: "b", Status: "Disabled", Expiration: { Days: 2 } }), { ID: "c", Status: "Enabled", Filter: { Prefix: "" }, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 2 } }];
  await call("PutBucketLifecycleConfiguration", input(...rules));
  assert.deepEqual((await call("GetBucketLifecycleConfiguration")).Rules, rules);
  await call("PutBucketLifecycleConfiguration", input(rule({ ID: undefined }), rule({ ID: undefined, Filter: { Prefix: "q/" } })));
  assert.equal(new Set((await call("GetBucketLifecycleConfiguration")).Rules.map(({ ID }) => ID)).size, 2);
  for (const [bad, wanted] of [[[rule({ ID: "a".repeat(256) })], "InvalidArgument"], [[rule(), rule()], "InvalidArgument"], [[rule({ Status: "enabled" })], "MalformedXML"], [[rule({ Expiration: { Days: 0 } })], "InvalidArgument"], [[rule({ Expiration: undefined })], "InvalidRequest"]])
    assert.equal(await refusal("PutBucketLifecycleConfiguration", input(...bad)), `400 ${wanted}`);
  await call("DeleteBucketLifecycle");
  assert.equal(await refusal("GetBucketLifecycleConfiguration"), "404 NoSuchLifecycleConfiguration");
});

test("a Worker in wrangler dev, and S3 clients, on one bucket", async () => {
  const s3 = server.client();
  const { call } = await server.newBucket({ client: s3 });
  const Bucket = "media";
  const dev = await DevServer.start(server);
  try {
    await call("PutObject", { Bucket, Key: "from s3", Body: "hello", Metadata: { a: "1" }, ContentType: "t/p", ChecksumAlgorithm: "CRC32" });
    const seen = await dev.call({ op: "get", key: "from s3" });
    assert.deepEqual([seen.size, seen.custom, seen.http.contentType, seen.sha256], [5, { a: "1" }, "t/p", crypto.createHash("sha256").update("hello").digest("hex")]);
    await dev.call({ op: "put", key: "from the worker", base64: Buffer.from("bye").toString("base64"), options: { customMetadata: { b: "2" } } });
    const got = await call("GetObject", { Bucket, Key: "from the worker", ChecksumMode: "ENABLED" });
    assert.deepEqual([await got.Body.transformToString(), got.Metadata], ["bye", { b: "2" }]);
    // An upload of a client, completed with a checksum, and one that the Worker began.
    const { UploadId } = await call("CreateMultipartUpload", { Bucket, Key: "multi", ChecksumAlgorithm: "SHA256" });
    const { ETag, ChecksumSHA256 } = await call("UploadPart", { Bucket, Key: "multi", UploadId, PartNumber: 1, Body: "part", ChecksumAlgorithm: "SHA256" });
    await call("CompleteMultipartUpload", { Bucket, Key: "multi", UploadId, MultipartUpload: { Parts: [{ ETag, ChecksumSHA256, PartNumber: 1 }] } });
    assert.equal((await dev.call({ op: "get", key: "multi" })).read, 4);
    const id = await dev.call({ op: "multipart", key: "begun", size: 10, part: 10, leave: true });
    const [part] = (await call("ListParts", { Bucket, Key: "begun", UploadId: id })).Parts;
    await call("CompleteMultipartUpload", { Bucket, Key: "begun", UploadId: id, MultipartUpload: { Parts: [{ PartNumber: 1, ETag: part.ETag }] } });
    assert.equal((await dev.call({ op: "head", key: "begun" })).size, 10);
  } finally {
    await dev.stop();
    s3.destroy();
  }
});
