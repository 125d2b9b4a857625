// The objects of R2 on the test server, kept in memory, by the routes of Cloudflare's REST API.
import { createHash, randomUUID } from "node:crypto";
import { succeed, refuse } from "./server.mjs";

const ROUTE = /^\/accounts\/([^/]+)\/r2\/buckets(?:\/([^/]+)\/objects(?:\/(.+))?)?$/;
const HTTP_FIELDS = {
  "content-type": "contentType", "content-disposition": "contentDisposition", "content-encoding": "contentEncoding",
  "content-language": "contentLanguage", "cache-control": "cacheControl", expires: "cacheExpiry",
};

const compare = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));

export class R2ObjectService {
  /** `makesBuckets`: a bucket comes into being when it is asked for. `ranges`: whether Range is heeded. */
  constructor({ makesBuckets = false, pageSize = 1000, ranges = true } = {}) {
    Object.assign(this, { makesBuckets, pageSize, ranges });
    this.buckets = new Map(); // "account/bucket", or "account/jurisdiction/bucket" → { catalog, objects }
  }

  bucket(account, name, jurisdiction) {
    const id = [account, jurisdiction, name].filter(Boolean).join("/");
    if (!this.buckets.has(id) && this.makesBuckets) this.add(account, name);
    return this.buckets.get(id);
  }

  /** For tests: a bucket with these objects, { key: text }. `catalog`: it has a data catalog. */
  add(account, name, objects = {}, { jurisdiction, catalog = false } = {}) {
    const made = { catalog, objects: new Map() };
    this.buckets.set([account, jurisdiction, name].filter(Boolean).join("/"), made);
    for (const [key, text] of Object.entries(objects)) this.store(made, key, Buffer.from(text), { "content-type": "text/plain" });
    return made;
  }

  store({ objects }, key, bytes, headers, etag = createHash("md5").update(bytes).digest("hex")) {
    const http = Object.fromEntries(Object.entries(HTTP_FIELDS).filter(([name]) => headers[name]).map(([name, field]) => [field, headers[name]]));
    if (http.cacheExpiry) http.cacheExpiry = new Date(http.cacheExpiry).toISOString();
    objects.set(key, { key, bytes, etag, http, version: randomUUID(), uploaded: new Date().toISOString(), storage: headers["cf-r2-storage-class"] ?? "Standard" });
    return objects.get(key);
  }

  answer(request, response) {
    const route = ROUTE.exec(request.path);
    if (!route) return false;
    const [, account, name, path] = route;
    if (!name) return request.method === "GET" && this.list(account, response);
    const bucket = this.bucket(account, name, request.headers["cf-r2-jurisdiction"]);
    if (!bucket) refuse(response, 404, 10006, "The specified bucket does not exist.");
    else if (!path) this.listObjects(bucket, request.parameters, response);
    else this.object(bucket, decodeURIComponent(path), request, response);
    return true;
  }

  list(account, response) {
    const names = [...this.buckets.entries()].filter(([id, { objects }]) => id.startsWith(`${account}/`) && (!this.makesBuckets || objects.size > 0));
    succeed(response, { buckets: names.map(([id]) => ({ name: id.slice(account.length + 1) })) });
    return true;
  }

  object(bucket, key, { method, headers, bytes }, response) {
    if (method !== "GET" && bucket.catalog && headers["cf-r2-data-catalog-check"])
      return refuse(response, 409, 10081, "The bucket has a data catalog");
    if (method === "PUT") {
      const { etag, version, uploaded, storage } = this.store(bucket, key, bytes, headers);
      return succeed(response, { key, etag, version, size: String(bytes.length), uploaded, storage_class: storage });
    }
    if (method === "DELETE") return bucket.objects.delete(key) ? succeed(response, { key }) : refuse(response, 404, 10007, "The specified key does not exist.");
    const object = bucket.objects.get(key);
    if (!object) return refuse(response, 404, 10007, "The specified key does not exist.");
    this.send(object, headers, response);
  }

  send({ bytes, etag, http, uploaded }, headers, response) {
    response.setHeader("etag", `"${etag}"`);
    response.setHeader("last-modified", new Date(uploaded).toUTCString());
    for (const [name, field] of Object.entries(HTTP_FIELDS)) if (http[field]) response.setHeader(name, name === "expires" ? new Date(http[field]).toUTCString() : http[field]);
    const range = this.ranges && /^bytes=(\d*)-(\d*)$/.exec(headers.range ?? "");
    if (!range) return response.setHeader("content-length", bytes.length), response.end(bytes);
    const [, first, last] = range;
    const start = first === "" ? Math.max(0, bytes.length - Number(last)) : Number(first);
    const end = first === "" || last === "" ? bytes.length : Math.min(bytes.length, Number(last) + 1);
    if (start >= bytes.length) return refuse(response, 416, 10039, "The requested range is not satisfiable");
    response.writeHead(206, { "content-range": `bytes ${start}-${end - 1}/${bytes.length}`, "content-length": end - start });
    response.end(bytes.subarray(start, end));
  }

  /** Keys and groups in order, each behind the one where the last page ended. */
  listObjects({ objects }, parameters, response) {
    const [prefix, delimiter, after, cursor] = ["prefix", "delimiter", "start_after", "cursor"].map((name) => parameters.get(name) ?? "");
    if (cursor && !cursor.startsWith("c:")) return refuse(response, 400, 10031, "The cursor is not valid");
    if ([...delimiter].length > 1) return refuse(response, 400, 10032, "The delimiter is not one character");
    const limit = Math.min(Number(parameters.get("per_page") ?? 20), this.pageSize);
    const behind = cursor.slice(2);
    const result = [], delimited = [];
    let last = "", truncated = false;
    for (const key of [...objects.keys()].sort(compare)) {
      if (!key.startsWith(prefix) || (after && compare(key, after) <= 0)) continue;
      const at = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
      const name = at < 0 ? key : key.slice(0, at + delimiter.length);
      if ((behind && compare(name, behind) <= 0) || name === delimited.at(-1)) continue;
      truncated = result.length + delimited.length === limit;
      if (truncated) break;
      last = name;
      if (at < 0) result.push(this.describe(objects.get(key)));
      else delimited.push(name);
    }
    succeed(response, result, { result_info: { per_page: limit, is_truncated: truncated, delimited, cursor: truncated ? `c:${last}` : "" } });
  }

  describe = ({ key, bytes, etag, http, uploaded, storage, custom = {} }) => ({
    key, etag, size: bytes.length, last_modified: uploaded, http_metadata: http, custom_metadata: custom, ssec: false, storage_class: storage,
  });
}
