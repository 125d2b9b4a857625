// A `corral serve` on a project of its own, and the S3 clients of npm.
import { spawn } from "node:child_process";
import crypto from "node:crypto";
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import path from "node:path";
import { CORRAL, TestProject } from "../project.mjs";

const peer = createRequire(path.join(process.env.CORRAL_PEERS ?? path.resolve("build/peers"), "package.json"));
export const sdk = { ...peer("@aws-sdk/client-s3"), ...peer("@aws-sdk/lib-storage"), ...peer("@aws-sdk/s3-request-presigner") };
export const { AwsClient } = peer("aws4fetch");
const { NodeHttpHandler } = peer("@smithy/node-http-handler");

export class S3Server extends TestProject {
  constructor() {
    super({ name: "interop", main: "worker.mjs", compatibility_date: "2026-01-01", r2_buckets: [{ binding: "B", bucket_name: "media" }] });
    fs.copyFileSync(new URL("../r2-worker.mjs", import.meta.url), path.join(this.folder, "worker.mjs"));
    const key = JSON.parse(this.corral(["r2", "key", "create", "--json"]));
    this.credentials = { accessKeyId: key.accessKeyId, secretAccessKey: key.secretAccessKey };
    this.port = 0;
  }

  /// `port` stays the same when it is started again.
  async start() {
    const ready = path.join(this.folder, "ready");
    fs.rmSync(ready, { force: true });
    this.child = spawn(CORRAL, ["serve", "--port", String(this.port), "--log", "off", "--ready-file", ready], { cwd: this.folder, stdio: ["ignore", "ignore", "inherit"] });
    while (!fs.existsSync(ready)) await new Promise((resolve) => setTimeout(resolve, 5));
    this.url = fs.readFileSync(ready, "utf8").trim();
    this.port = new URL(this.url).port;
    return this;
  }

  async stop(signal = "SIGTERM") {
    this.child.kill(signal);
    const [code] = await once(this.child, "exit");
    return code;
  }

  /// The SDK's client; `host` style resolves every name below localhost here, as browsers do.
  client(forcePathStyle = true, credentials = this.credentials) {
    const lookup = (_name, options, done) => (options.all ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4));
    return new sdk.S3Client({ endpoint: `http://localhost:${this.port}`, region: "auto", credentials, forcePathStyle, requestHandler: new NodeHttpHandler({ httpAgent: new http.Agent({ lookup, keepAlive: true }) }) });
  }

  /// Short calls for tests: `call("PutObject", { Key, ... })` in a new bucket, and what a refusal is: "412 PreconditionFailed".
  async newBucket(options = {}) {
    const client = options.client ?? this.client();
    const Bucket = `b-${crypto.randomBytes(5).toString("hex")}`;
    await client.send(new sdk.CreateBucketCommand({ Bucket }));
    const call = (name, input = {}) => client.send(new sdk[`${name}Command`]({ Bucket, ...input }));
    const refusal = (name, input) => call(name, input).then(() => "accepted", (error) => `${error.$metadata?.httpStatusCode} ${error.name}`);
    const text = async (input) => (await call("GetObject", input)).Body.transformToString();
    return { Bucket, client, call, refusal, text };
  }

  /// A signed request of bytes that no SDK would send, by the headers that aws4fetch makes. Resolves to { status, headers, text }.
  async raw(method, target, { headers = {}, body, sign = true, host } = {}) {
    const authority = host ?? new URL(this.url).host;
    const signed = sign ? (await this.aws4().sign(`${this.url}${target}`, { method, headers, body, aws: { allHeaders: true } })).headers : new Headers(headers);
    return new Promise((resolve, reject) => {
      const request = http.request({ port: this.port, host: "127.0.0.1", method, path: target, headers: { ...Object.fromEntries(signed), host: authority }, agent: false }, async (response) => {
        const pieces = [];
        for await (const piece of response) pieces.push(piece);
        resolve({ status: response.statusCode, headers: response.headers, text: Buffer.concat(pieces).toString() });
      });
      request.on("error", reject);
      request.end(body);
    });
  }

  aws4() {
    return new AwsClient({ ...this.credentials, service: "s3", region: "auto" });
  }

  /// Variables for the clients that are programs.
  get variables() {
    return { ...process.env, AWS_ACCESS_KEY_ID: this.credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: this.credentials.secretAccessKey, AWS_DEFAULT_REGION: "auto", AWS_CA_BUNDLE: "", AWS_EC2_METADATA_DISABLED: "true" };
  }
}
