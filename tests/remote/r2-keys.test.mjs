// Who signs requests to R2's S3 endpoint, and what is said when nobody can.
import { test } from "node:test";
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { MIB, pattern, withLargeObjects } from "./r2-large.mjs";

const put = ["r2", "object", "put", "files/big", "--file", "big", "--part-size", "5"];
const DERIVED = createHash("sha256").update("SECRET-token").digest("hex");

const withKeys = (body, { keys = false, ...options } = {}) => withLargeObjects(async (all) => {
  all.file("big", pattern(5 * MIB + 1));
  await body(all);
}, { keys, ...options });
const used = (s3) => [...new Set(s3.requests.splice(0).map(({ headers }) => /Credential=([^/]+)/.exec(headers.authorization)[1]))];

test("given keys: R2's own, then AWS's, not Amazon's, then the token's", () => withKeys(async ({ s3, api, done }) => {
  s3.keys = { r2: "SECRET-s3", aws: "SECRET-s3", t1: DERIVED };
  const r2 = { R2_ACCESS_KEY_ID: "r2", R2_SECRET_ACCESS_KEY: "SECRET-s3" };
  const aws = { AWS_ACCESS_KEY_ID: "aws", AWS_SECRET_ACCESS_KEY: "SECRET-s3" };
  await done(put, { env: { ...r2, ...aws } });
  assert.deepEqual(used(s3), ["r2"]);
  await done(put, { env: { ...aws, AWS_SESSION_TOKEN: "session" } });
  assert.ok(s3.requests.every(({ headers }) => headers["x-amz-security-token"] === "session"));
  assert.deepEqual(used(s3), ["aws"]);
  assert.ok(api.requests.every(({ path }) => path !== "/user/tokens/verify"));
  await done(put, { env: { ...aws, AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE" } });
  assert.deepEqual(used(s3), ["t1"]);
  await done(put);
  assert.deepEqual(used(s3), ["t1"]);
  assert.equal(api.requests.filter(({ path }) => path === "/user/tokens/verify").length, 2);
}));

test("a token that the account owns", () => withKeys(async ({ s3, api, done }) => {
  s3.keys = { "account-token": DERIVED };
  api.fault = { path: "/user/tokens/verify", name: "status401", left: -1 };
  api.services.unshift({
    answer: ({ path }, response) => path === "/accounts/acc1/tokens/verify" && (response.end(JSON.stringify({ success: true, result: { id: "account-token" } })), true),
  });
  await done(put);
  assert.deepEqual(used(s3), ["account-token"]);
}));

test("no keys: one sentence and the next step, before anything is sent", () => withKeys(async ({ s3, api, place, bucket, refused }) => {
  const next = /set R2_ACCESS_KEY_ID and R2_SECRET_ACCESS_KEY/;
  const none = /there are no keys for R2's S3 endpoint/;
  for (const env of [{ CLOUDFLARE_API_TOKEN: "" }, { CLOUDFLARE_API_TOKEN: "", CLOUDFLARE_API_KEY: "SECRET-key", CLOUDFLARE_EMAIL: "me@example.com" }]) {
    const { err } = await refused(put, none, { env });
    assert.match(err, next);
  }
  place.logIn(new Date(Date.now() + 3600_000));
  assert.match((await refused(put, /only an API token brings them with it, not a login/, { env: { CLOUDFLARE_API_TOKEN: "" } })).err, next);
  assert.match((await refused(["r2", "multipart", "list", "files"], none, { env: { CLOUDFLARE_API_TOKEN: "" } })).err, next);
  api.fault = { name: "status401", left: -1 };
  assert.match((await refused(put, /the token in CLOUDFLARE_API_TOKEN does not give its id/)).err, next);
  await refused(put, /R2_ACCESS_KEY_ID is set, but R2_SECRET_ACCESS_KEY is not/, { env: { R2_ACCESS_KEY_ID: "x" } });
  await refused(put, /AWS_SECRET_ACCESS_KEY is set, but AWS_ACCESS_KEY_ID is not/, { env: { AWS_SECRET_ACCESS_KEY: "SECRET-s3" } });
  assert.deepEqual([s3.requests, bucket.objects.size], [[], 0]);
}));

test("keys alone are enough to store a large object", () => withKeys(async ({ s3, api, bucket, done }) => {
  await done(put, { env: { ...s3.variables, CLOUDFLARE_API_TOKEN: "" } });
  assert.deepEqual([api.requests, bucket.objects.size], [[], 1]);
}));

test("keys that are refused: what to look at", () => withKeys(async ({ s3, refused }) => {
  assert.match((await refused(put, /no such key \(InvalidAccessKeyId\)/, { env: { R2_ACCESS_KEY_ID: "other" } })).err, /do the keys \(R2_ACCESS_KEY_ID\) belong to this account/);
  await refused(put, /SignatureDoesNotMatch/, { env: { R2_SECRET_ACCESS_KEY: "SECRET-s3x" } });
  s3.fault = { when: () => true, act: (_, response) => (response.writeHead(403), response.end("<Error><Code>RequestTimeTooSkewed</Code></Error>")), left: -1 };
  assert.match((await refused(put, /RequestTimeTooSkewed/)).err, /set the clock of this machine/);
}, { keys: true }));

test("an endpoint must be https, or this machine", () => withKeys(async ({ refused }) => {
  for (const [url, expected] of [["http://example.com", /is not encrypted/], ["ftp://x", /AWS_ENDPOINT_URL_S3: "ftp:\/\/x" is not an http/], ["https://user:SECRET-s3@", /names no host/]])
    await refused(put, expected, { env: { AWS_ENDPOINT_URL_S3: url } });
}, { keys: true }));

test("the log of requests names methods, keys and parts, and no secret", () => withKeys(async ({ done }) => {
  const { err } = await done([...put, "--debug"]);
  assert.match(err, /GET s3 files 200 \d+ bytes \d+ ms cf-ray -/);
  assert.match(err, /PUT s3 files\/big part 1 200 0 bytes/);
  assert.doesNotMatch(err, /uploadId|Signature|Credential/);
}, { keys: true }));

test("custom metadata goes through the S3 endpoint, and is kept by copies", () => withKeys(async ({ bucket, s3, service, done, refused }) => {
  await done(["r2", "object", "put", "files/k", "--pipe", "-m", "a=b", "-m", "long=" + "ü".repeat(100), "--ct", "a/b"], { input: "x" });
  assert.deepEqual(s3.sent(), ["PUT k"]);
  const { custom, http, bytes } = bucket.objects.get("k");
  assert.deepEqual([custom, http.contentType, bytes.toString()], [{ a: "b", long: "ü".repeat(100) }, "a/b", "x"]);
  assert.deepEqual(JSON.parse((await done(["r2", "object", "head", "files/k"])).out).customMetadata, custom);
  await done(["r2", "object", "copy", "files/k", "files/copy"]);
  assert.deepEqual(bucket.objects.get("copy").custom, custom);
  await done(["r2", "object", "move", "files/copy", "files/moved", "-m", "a=c"]);
  assert.equal(bucket.objects.get("moved").custom.a, "c");
  assert.ok(!bucket.objects.has("copy"));
  await refused(["r2", "object", "put", "files/k", "--pipe", "-m", "Upper=b"], /cannot be called "Upper"/, { input: "x" });
  const lake = service.add("acc1", "lake", {}, { catalog: true });
  await refused(["r2", "object", "put", "lake/k", "--pipe", "-m", "a=b"], /has a data catalog/, { input: "x" });
  assert.equal(lake.objects.size, 0);
}, { keys: true }));

test("a bucket with uploads and objects is deleted with --force", () => withKeys(async ({ api, service, bucket, s3, done, corral, refused }) => {
  service.add("acc1", "other");
  api.services.unshift({
    answer({ method, path }, response) {
      if (method !== "DELETE" || path !== "/accounts/acc1/r2/buckets/files") return false;
      const full = bucket.objects.size > 0 || s3.uploads.size > 0;
      if (full) response.statusCode = 409;
      response.end(JSON.stringify(full ? { success: false, errors: [{ code: 10008, message: "The bucket you tried to delete is not empty" }] } : { success: true, result: {} }));
      return true;
    },
  });
  s3.fault = { when: ({ method, query }) => method === "POST" && query.has("uploadId"), name: "status403", left: -1 };
  await corral(put);
  s3.fault = null;
  for (let i = 0; i < 30; ++i) service.store(bucket, `k${i}`, Buffer.from("x"), {});
  await refused(["r2", "bucket", "delete", "files"], /is not empty/);
  const { err } = await refused(["r2", "bucket", "delete", "files", "--force"], /there are no keys for R2's S3 endpoint/, { env: { CLOUDFLARE_API_TOKEN: "", R2_ACCESS_KEY_ID: "", R2_SECRET_ACCESS_KEY: "", CLOUDFLARE_API_KEY: "SECRET-key", CLOUDFLARE_EMAIL: "me@example.com" } });
  assert.match(err, /R2_ACCESS_KEY_ID/);
  await done(["r2", "bucket", "delete", "files", "--force"]);
  assert.deepEqual([bucket.objects.size, s3.uploads.size], [0, 0]);
}, { keys: true }));
