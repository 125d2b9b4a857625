// `corral serve` as an S3 endpoint for the clients that are programs: aws, s3cmd, rclone, and boto3.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import crypto from "node:crypto";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { S3Server } from "./s3-server.mjs";

let server;
const run = (program, args, more = {}) => {
  const env = { ...server.variables, ...more };
  // An empty variable is not the same as none.
  delete env.AWS_CA_BUNDLE;
  const result = spawnSync(program, args, { cwd: server.folder, env, maxBuffer: 64 << 20, timeout: 120_000 });
  assert.equal(result.status, 0, `${program} ${args.join(" ")}\n${result.stderr}\n${result.stdout}`);
  return result.stdout.toString();
};
const same = (one, other) => assert.deepEqual(fs.readFileSync(path.join(server.folder, one)), fs.readFileSync(path.join(server.folder, other)));

before(async () => {
  server = await new S3Server().start();
  server.write("small", "hello\n");
  server.write("large", crypto.randomBytes(20 << 20));
  server.write("tree/a b+c/ü", "1");
  server.write("tree/d", "2");
});
after(async () => {
  await server.stop();
  server.remove();
});

test("aws s3 and s3api", () => {
  const aws = (...args) => run("aws", ["--endpoint-url", server.url, ...args]);
  aws("s3", "mb", "s3://cli-bucket");
  aws("s3", "cp", "large", "s3://cli-bucket/large", "--no-progress");
  aws("s3", "cp", "s3://cli-bucket/large", "large.back", "--no-progress");
  same("large", "large.back");
  aws("s3", "sync", "tree", "s3://cli-bucket/tree", "--no-progress");
  assert.equal(aws("s3", "sync", "tree", "s3://cli-bucket/tree", "--no-progress"), "");
  aws("s3", "mv", "s3://cli-bucket/tree/d", "s3://cli-bucket/e", "--no-progress");
  assert.equal(aws("s3", "ls", "--recursive", "s3://cli-bucket").trim().split("\n").length, 3);
  assert.equal(JSON.parse(aws("s3api", "head-object", "--bucket", "cli-bucket", "--key", "large")).ContentLength, 20 << 20);
  assert.match(run("curl", ["-sf", aws("s3", "presign", "s3://cli-bucket/e").trim()]), /^2$/);
  aws("s3", "rb", "--force", "s3://cli-bucket");
});

test("s3cmd", () => {
  const host = new URL(server.url).host;
  const { accessKeyId, secretAccessKey } = server.credentials;
  server.write("s3cfg", `[default]\naccess_key = ${accessKeyId}\nsecret_key = ${secretAccessKey}\nhost_base = ${host}\nhost_bucket = ${host}\nuse_https = False\nbucket_location = auto\nmultipart_chunk_size_mb = 5\n`);
  const s3cmd = (...args) => run("s3cmd", ["-c", "s3cfg", "--no-progress", ...args]);
  s3cmd("mb", "s3://s3cmd-bucket");
  s3cmd("put", "large", "s3://s3cmd-bucket/large");
  s3cmd("get", "--force", "s3://s3cmd-bucket/large", "large.back");
  same("large", "large.back");
  s3cmd("sync", "tree/", "s3://s3cmd-bucket/tree/");
  s3cmd("cp", "s3://s3cmd-bucket/large", "s3://s3cmd-bucket/copy");
  s3cmd("mv", "s3://s3cmd-bucket/copy", "s3://s3cmd-bucket/moved");
  assert.equal(s3cmd("ls", "-r", "s3://s3cmd-bucket").trim().split("\n").length, 4);
  s3cmd("rm", "-r", "--force", "s3://s3cmd-bucket");
  s3cmd("rb", "s3://s3cmd-bucket");
});

test("rclone: copy, sync, check, bisync", () => {
  server.write("rclone.conf", `[c]\ntype = s3\nprovider = Cloudflare\nenv_auth = true\nendpoint = ${server.url}\nregion = auto\n`);
  const rclone = (...args) => run("rclone", ["--config", "rclone.conf", ...args], { XDG_CACHE_HOME: path.join(server.folder, "cache") });
  rclone("mkdir", "c:rclone-bucket");
  rclone("copy", "large", "c:rclone-bucket/", "--s3-upload-cutoff", "5M", "--s3-chunk-size", "5M");
  rclone("check", ".", "c:rclone-bucket", "--include", "/large");
  rclone("sync", "tree", "c:rclone-bucket/tree");
  rclone("check", "tree", "c:rclone-bucket/tree");
  rclone("bisync", "tree", "c:rclone-bucket/tree", "--resync");
  server.write("tree/new", "3");
  rclone("bisync", "tree", "c:rclone-bucket/tree");
  assert.equal(rclone("cat", "c:rclone-bucket/tree/new"), "3");
  rclone("purge", "c:rclone-bucket");
});

test("boto3", () => {
  server.write("client.py", `
import boto3, hashlib
from botocore.config import Config
s3 = boto3.client("s3", endpoint_url="${server.url}", config=Config(s3={"addressing_style": "path"}))
s3.create_bucket(Bucket="boto")
s3.upload_file("large", "boto", "large")
s3.download_file("boto", "large", "large.back")
s3.put_object(Bucket="boto", Key="k", Body=b"body", Metadata={"a": "b"})
assert s3.get_object(Bucket="boto", Key="k")["Metadata"] == {"a": "b"}
for key in ["x/1", "x/2", "y"]: s3.put_object(Bucket="boto", Key=key, Body=b"")
pages = s3.get_paginator("list_objects_v2").paginate(Bucket="boto", PaginationConfig={"PageSize": 2})
keys = [one["Key"] for page in pages for one in page["Contents"]]
assert keys == ["k", "large", "x/1", "x/2", "y"], keys
versions = [one["Key"] for page in s3.get_paginator("list_object_versions").paginate(Bucket="boto", PaginationConfig={"PageSize": 2}) for one in page["Versions"]]
assert versions == keys, versions
# It asks for url encoding by itself, and decodes the prefix in the newer list only.
for f in (s3.list_objects, s3.list_objects_v2):
    for prefix in ("\\n", "x/", "ü %"):
        assert f(Bucket="boto", Prefix=prefix)["Prefix"] == prefix, (f, prefix)
    assert f(Bucket="boto", Delimiter="\\n")["Delimiter"] == "\\n"
s3.delete_objects(Bucket="boto", Delete={"Objects": [{"Key": key} for key in keys]})
s3.delete_bucket(Bucket="boto")
`);
  run("/usr/bin/python3", ["client.py"]);
  same("large", "large.back");
});
