// R2's S3 endpoint on 127.0.0.1, on the buckets of an R2ObjectService: it checks signatures by itself, keeps multipart
// uploads by R2's rules, and misbehaves when a test says so.
import { createHash, createHmac, randomUUID } from "node:crypto";
import http from "node:http";
import https from "node:https";
import { once } from "node:events";
import { FAULTS } from "./server.mjs";

const MINUTE = 60_000;
const LEAST_PART = 5 << 20;
const md5 = (bytes) => createHash("md5").update(bytes).digest("hex");
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
const hmac = (key, text) => createHmac("sha256", key).update(text).digest();
const escape = (text) => text.replace(/[&<>"'\r]/g, (c) => `&#${c.charCodeAt(0)};`);
const encode = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
const decodeWords = (text) => text.replace(/=\?UTF-8\?B\?([^?]*)\?= ?/g, (_, word) => Buffer.from(word, "base64").toString());

class Refusal extends Error {
  constructor(status, code, message = code) {
    super(message);
    Object.assign(this, { status, code });
  }
}

export class S3Server {
  requests = []; // { method, key, query, headers, size }
  fault = null; // { when(request), name, left }, as ApiServer has it, or { when(request), act(request, response) }
  uploads = new Map(); // id → { id, bucket, key, headers, started, parts: Map of number → { bytes, etag } }
  damage = () => false; // whether a part arrives damaged
  afterPart = null; // async, called when a part is stored, before its answer
  latency = 0;
  pageSize = 1000;
  running = 0; // requests at this moment
  most = 0; // requests at a time

  /** `account`: null if it is the first part of every path. `keys`: id → secret. `clock`: whether it looks at the time of
   *  a request. */
  static async start(service, { account = "acc1", keys = { "key-id": "SECRET-s3" }, clock = true, tls } = {}) {
    const server = Object.assign(new S3Server(), { service, account, keys, clock });
    const listener = (request, response) => server.receive(request, response);
    server.server = tls ? https.createServer(tls, listener) : http.createServer(listener);
    server.server.listen(0, "127.0.0.1");
    await once(server.server, "listening");
    server.origin = `${tls ? "https" : "http"}://127.0.0.1:${server.server.address().port}`;
    return server;
  }

  get variables() {
    return { AWS_ENDPOINT_URL_S3: this.origin, R2_ACCESS_KEY_ID: "key-id", R2_SECRET_ACCESS_KEY: "SECRET-s3" };
  }

  stop() {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }

  /** Resolves once nothing that a killed process sent is on its way any more. */
  async settle() {
    do {
      await new Promise((resolve) => setTimeout(resolve, 50));
      this.server.closeAllConnections();
    } while (this.running > 0);
  }

  /** "PUT big 3": what was asked for since the last time, with the numbers of parts. */
  sent() {
    return this.requests.splice(0).map(({ method, key, query }) =>
      [method, key, query.has("uploads") && "uploads", query.get("partNumber"), query.has("uploadId") && !query.has("partNumber") && "upload"].filter(Boolean).join(" "));
  }

  receive(request, response) {
    const pieces = [];
    request.on("data", (bytes) => pieces.push(bytes));
    request.on("error", () => {});
    response.on("error", () => {});
    this.running += 1;
    this.most = Math.max(this.most, this.running);
    response.on("close", () => (this.running -= 1));
    request.on("end", async () => {
      const bytes = Buffer.concat(pieces);
      const [path, query = ""] = request.url.split("?");
      const parts = path.split("/").slice(1).map(decodeURIComponent);
      const account = this.account ?? parts.shift();
      const [bucket, ...rest] = parts;
      const one = { method: request.method, path, account, bucket, key: rest.join("/"), query: new URLSearchParams(query), headers: request.headers, size: bytes.length };
      this.requests.push(one);
      try {
        if (request.socket.destroyed) return; // of a process that has ended
        if (this.latency) await new Promise((resolve) => setTimeout(resolve, this.latency));
        if (this.fault && this.fault.left !== 0 && this.fault.when(one)) {
          this.fault.left -= 1;
          if (this.fault.act) return await this.fault.act(one, response, () => this.answer(one, bytes, response));
          const status = /^status(\d+)$/.exec(this.fault.name)?.[1];
          if (status) throw new Refusal(Number(status), { 403: "AccessDenied", 404: "NoSuchKey", 503: "SlowDown" }[status] ?? `Code${status}`, `refused with ${status}`);
          return FAULTS[this.fault.name](request, response);
        }
        await this.answer(one, bytes, response);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        response.writeHead(error.status, { "content-type": "application/xml", "cf-ray": "ray-FRA" });
        response.end(one.method === "HEAD" ? "" : `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${error.code}</Code><Message>${escape(error.message)}</Message></Error>`);
      }
    });
  }

  /** Signature Version 4, as Amazon's S3 API reference describes it. */
  check({ method, path, query, headers }, bytes) {
    const match = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(headers.authorization ?? "");
    if (!match) throw new Refusal(403, "AccessDenied", "no signature");
    const [, id, day, region, names, signature] = match;
    const secret = this.keys[id];
    if (!secret) throw new Refusal(401, "InvalidAccessKeyId", "no such key");
    const time = headers["x-amz-date"];
    const moment = Date.parse(time.replace(/^(....)(..)(..T..)(..)(..)Z$/, "$1-$2-$3:$4:$5Z"));
    if (region !== "auto" || !time.startsWith(day)) throw new Refusal(400, "AuthorizationHeaderMalformed");
    if (this.clock && !(Math.abs(Date.now() - moment) < 15 * MINUTE)) throw new Refusal(403, "RequestTimeTooSkewed");
    const hash = headers["x-amz-content-sha256"];
    if (hash !== "UNSIGNED-PAYLOAD" && hash !== sha256(bytes)) throw new Refusal(400, "XAmzContentSHA256Mismatch");
    const signed = names.split(";");
    const covers = (name) => signed.includes(name);
    if (!covers("host") || !Object.keys(headers).filter((name) => name.startsWith("x-amz-")).every(covers)) throw new Refusal(403, "AccessDenied", "headers are not signed");
    const canonical = [
      method,
      path.split("/").map((part) => encode(decodeURIComponent(part))).join("/"),
      [...query].map(([name, value]) => `${encode(name)}=${encode(value)}`).sort().join("&"),
      ...signed.map((name) => `${name}:${headers[name].trim().replace(/ +/g, " ")}`), "", names, hash,
    ].join("\n");
    const key = [day, region, "s3", "aws4_request"].reduce(hmac, `AWS4${secret}`);
    const expected = hmac(key, ["AWS4-HMAC-SHA256", time, `${day}/${region}/s3/aws4_request`, sha256(canonical)].join("\n")).toString("hex");
    if (signature !== expected) throw new Refusal(403, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided.");
  }

  async answer(request, bytes, response) {
    this.check(request, bytes);
    const { method, key, query } = request;
    const bucket = this.service.bucket(request.account, request.bucket);
    if (!bucket) throw new Refusal(404, "NoSuchBucket", "The specified bucket does not exist.");
    if (!key) return this.listUploads(request, response);
    if (method === "POST" && query.has("uploads")) return this.create(request, response);
    if (query.has("uploadId")) return this.upload(request, bytes, response);
    if (method === "PUT") return this.put(request, bucket, bytes, response);
    const object = bucket.objects.get(key);
    if (!object) throw new Refusal(404, "NoSuchKey", "The specified key does not exist.");
    const match = request.headers["if-match"];
    if (match && match !== `"${object.etag}"`) throw new Refusal(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold.");
    if (method === "HEAD") return response.setHeader("etag", `"${object.etag}"`), response.setHeader("content-length", object.bytes.length), response.end();
    this.service.send(object, request.headers, response);
  }

  xml(response, name, content, headers = {}) {
    response.writeHead(200, { "content-type": "application/xml", ...headers });
    response.end(`<?xml version="1.0" encoding="UTF-8"?>\n<${name} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${content}</${name}>`);
  }

  /** What a PUT or an upload gives an object besides its bytes. */
  store(bucket, key, bytes, headers, etag) {
    const object = this.service.store(bucket, key, bytes, headers, etag);
    object.storage = headers["x-amz-storage-class"] === "STANDARD_IA" ? "InfrequentAccess" : "Standard";
    object.custom = Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith("x-amz-meta-")).map(([name, value]) => [name.slice(11), decodeWords(value)]));
    return object;
  }

  put({ key, headers }, bucket, bytes, response) {
    const object = this.store(bucket, key, bytes, headers);
    response.setHeader("etag", `"${object.etag}"`);
    response.setHeader("x-amz-version-id", object.version);
    response.end();
  }

  create({ account, bucket, key, headers }, response) {
    const id = randomUUID();
    this.uploads.set(id, { id, account, bucket, key, headers, started: new Date(Date.now() + this.uploads.size).toISOString(), parts: new Map() });
    this.xml(response, "InitiateMultipartUploadResult", `<Bucket>${bucket}</Bucket><Key>${escape(key)}</Key><UploadId>${id}</UploadId>`);
  }

  async upload({ method, account, bucket, key, query }, bytes, response) {
    const upload = this.uploads.get(query.get("uploadId"));
    if (!upload || upload.account !== account || upload.bucket !== bucket || upload.key !== key) throw new Refusal(404, "NoSuchUpload", "The specified multipart upload does not exist.");
    if (method === "PUT") {
      const number = Number(query.get("partNumber"));
      const stored = this.damage(number) ? Buffer.alloc(bytes.length) : bytes;
      const etag = md5(stored);
      upload.parts.set(number, { bytes: stored, etag });
      await this.afterPart?.(number, upload);
      response.setHeader("etag", `"${etag}"`);
      return response.end();
    }
    if (method === "DELETE") return this.uploads.delete(upload.id), response.writeHead(204), response.end();
    if (method === "GET") return this.listParts(upload, query, response);
    this.complete(upload, bytes.toString(), response);
  }

  complete(upload, body, response) {
    const named = [...body.matchAll(/<Part><PartNumber>(\d+)<\/PartNumber><ETag>"([^"]+)"<\/ETag><\/Part>/g)].map(([, number, etag]) => [Number(number), etag]);
    const parts = named.map(([number, etag]) => {
      const part = upload.parts.get(number);
      if (!part || part.etag !== etag) throw new Refusal(400, "InvalidPart", "One or more of the specified parts could not be found.");
      return part;
    });
    if (parts.length === 0 || named.some(([number], i) => i > 0 && number <= named[i - 1][0])) throw new Refusal(400, "InvalidPartOrder");
    const size = parts[0].bytes.length;
    if (parts.slice(0, -1).some(({ bytes }) => bytes.length < LEAST_PART)) throw new Refusal(400, "EntityTooSmall");
    if (parts.slice(0, -1).some(({ bytes }) => bytes.length !== size) || parts.at(-1).bytes.length > size)
      throw new Refusal(400, "InvalidPart", "All non-trailing parts must have the same length.");
    const etag = `${md5(Buffer.concat(parts.map(({ etag }) => Buffer.from(etag, "hex"))))}-${parts.length}`;
    const object = this.store(this.service.bucket(upload.account, upload.bucket), upload.key, Buffer.concat(parts.map(({ bytes }) => bytes)), upload.headers, etag);
    this.uploads.delete(upload.id);
    this.xml(response, "CompleteMultipartUploadResult", `<Key>${escape(upload.key)}</Key><ETag>&quot;${object.etag}&quot;</ETag>`, { "x-amz-version-id": object.version });
  }

  listUploads({ method, account, bucket, query }, response) {
    if (method !== "GET" || !query.has("uploads")) throw new Refusal(501, "NotImplemented");
    const prefix = query.get("prefix") ?? "";
    const all = [...this.uploads.values()].filter((one) => one.account === account && one.bucket === bucket && one.key.startsWith(prefix)).sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)) || (a.started < b.started ? -1 : 1));
    const marker = query.get("upload-id-marker");
    const start = marker ? all.findIndex(({ id }) => id === marker) + 1 : 0;
    const page = all.slice(start, start + this.pageSize);
    const cut = start + page.length < all.length;
    const isEncoded = query.get("encoding-type") === "url";
    const written = (key) => (isEncoded ? encodeURIComponent(key).replaceAll("%20", "+") : escape(key));
    const uploads = page.map(({ id, key, started }) => `<Upload><UploadId>${id}</UploadId><Key>${written(key)}</Key><Initiated>${started}</Initiated></Upload>`);
    this.xml(response, "ListMultipartUploadsResult", `<Bucket>${bucket}</Bucket>${isEncoded ? "<EncodingType>url</EncodingType>" : ""}<IsTruncated>${cut}</IsTruncated>${uploads.join("")}` +
      (cut ? `<NextKeyMarker>${written(page.at(-1).key)}</NextKeyMarker><NextUploadIdMarker>${page.at(-1).id}</NextUploadIdMarker>` : ""));
  }

  listParts({ parts }, query, response) {
    const all = [...parts].sort(([a], [b]) => a - b).filter(([number]) => number > Number(query.get("part-number-marker") ?? 0));
    const page = all.slice(0, this.pageSize);
    const listed = page.map(([number, { bytes, etag }]) => `<Part><PartNumber>${number}</PartNumber><ETag>&quot;${etag}&quot;</ETag><Size>${bytes.length}</Size></Part>`);
    this.xml(response, "ListPartsResult", `<IsTruncated>${page.length < all.length}</IsTruncated>${listed.join("")}` + (page.length < all.length ? `<NextPartNumberMarker>${page.at(-1)[0]}</NextPartNumberMarker>` : ""));
  }
}
