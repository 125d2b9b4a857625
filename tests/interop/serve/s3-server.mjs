// A `corral serve` on a project of its own, and the S3 clients of npm.
import { spawn } from "node:child_process";
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

  aws4() {
    return new AwsClient({ ...this.credentials, service: "s3", region: "auto" });
  }

  /// Variables for the clients that are programs.
  get variables() {
    return { ...process.env, AWS_ACCESS_KEY_ID: this.credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: this.credentials.secretAccessKey, AWS_DEFAULT_REGION: "auto", AWS_CA_BUNDLE: "", AWS_EC2_METADATA_DISABLED: "true" };
  }
}
