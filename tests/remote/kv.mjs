// Workers KV of the test server: namespaces and entries, kept in memory, by the routes of Cloudflare's REST API.
import { createHash } from "node:crypto";
import { succeed, refuse } from "./server.mjs";

const ROUTE = /^\/accounts\/([^/]+)\/storage\/kv\/namespaces(?:\/([^/]+)(?:\/(keys|bulk|bulk\/get|values\/(.+)))?)?$/;

const byKey = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** The parts of a multipart/form-data body, by name. */
export function formParts(bytes, type) {
  const boundary = /boundary=(.+)$/.exec(type)[1];
  const parts = {};
  for (const part of bytes.toString("latin1").split(`--${boundary}`).slice(1, -1)) {
    const end = part.indexOf("\r\n\r\n");
    const head = part.slice(0, end);
    parts[/name="([^"]*)"/.exec(head)[1]] = {
      bytes: Buffer.from(part.slice(end + 4, -2), "latin1"),
      filename: /filename="([^"]*)"/.exec(head)?.[1] ?? null,
      type: /content-type: *(.+)/i.exec(head)?.[1] ?? null,
    };
  }
  return parts;
}

export class KvService {
  /** `makesNamespaces`: a namespace comes into being with its first entry; for tests that bring their own ids. */
  constructor({ makesNamespaces = false, pageSize = 1000 } = {}) {
    this.makesNamespaces = makesNamespaces;
    this.pageSize = pageSize;
    this.accounts = new Map(); // id → Map of id → { id, title, entries }
    this.refusedKeys = new Set(); // bulk writes report these as unsuccessful
  }

  namespaces(account) {
    if (!this.accounts.has(account)) this.accounts.set(account, new Map());
    return this.accounts.get(account);
  }

  /** For tests: a namespace with these entries, { key: value }. */
  add(account, id, title, entries = {}) {
    const made = { id, title, entries: new Map(Object.entries(entries).map(([key, value]) => [key, { value: Buffer.from(value), expiration: undefined, metadata: undefined }])) };
    this.namespaces(account).set(id, made);
    return made;
  }

  answer(request, response) {
    const route = ROUTE.exec(request.path);
    if (!route) return false;
    const [, account, encodedId, rest, encodedKey] = route;
    const namespaces = this.namespaces(account);
    if (!encodedId) {
      if (request.method === "POST") this.create(namespaces, JSON.parse(request.bytes), response);
      else this.listNamespaces(namespaces, request.parameters, response);
      return true;
    }
    const id = decodeURIComponent(encodedId);
    let space = namespaces.get(id);
    if (!space && this.makesNamespaces) {
      space = { id, title: id, entries: new Map() };
      if (request.method === "PUT") namespaces.set(id, space);
    }
    if (!space) refuse(response, 404, 10013, "namespace not found");
    else if (!rest) this.namespace(namespaces, space, request, response);
    else if (rest === "keys") this.listKeys(space, request.parameters, response);
    else if (rest === "bulk") this.bulk(space, request, response);
    else if (rest === "bulk/get") this.bulkGet(space, JSON.parse(request.bytes), response);
    else this.value(space, decodeURIComponent(encodedKey), request, response);
    return true;
  }

  describe = ({ id, title }) => ({ id, title, supports_url_encoding: true });

  create(namespaces, { title }, response) {
    if ([...namespaces.values()].some((one) => one.title === title))
      return refuse(response, 400, 10014, "a namespace with this account ID and title already exists");
    const id = createHash("md5").update(title).digest("hex");
    namespaces.set(id, { id, title, entries: new Map() });
    succeed(response, this.describe(namespaces.get(id)));
  }

  listNamespaces(namespaces, parameters, response) {
    const size = Math.min(Number(parameters.get("per_page") ?? 20), this.pageSize);
    const page = Number(parameters.get("page") ?? 1);
    const all = [...namespaces.values()].sort((a, b) => (a.title < b.title ? -1 : 1)).map(this.describe);
    const result = all.slice((page - 1) * size, page * size);
    succeed(response, result, { result_info: { page, per_page: size, count: result.length, total_count: all.length } });
  }

  namespace(namespaces, space, request, response) {
    if (request.method === "DELETE") {
      namespaces.delete(space.id);
      return succeed(response, null);
    }
    if (request.method === "PUT") space.title = JSON.parse(request.bytes).title;
    succeed(response, this.describe(space));
  }

  listKeys(space, parameters, response) {
    const prefix = parameters.get("prefix") ?? "";
    const limit = Math.min(Number(parameters.get("limit") ?? 1000), this.pageSize);
    if (limit < 10 && this.pageSize >= 10) return refuse(response, 400, 10029, "limit must be at least 10");
    const start = parameters.get("cursor") ? Number(parameters.get("cursor").slice(1)) : 0;
    const sorted = this.sortedKeys(space);
    const all = prefix ? sorted.filter((key) => key.startsWith(prefix)) : sorted;
    const result = all.slice(start, start + limit).map((name) => ({ name, expiration: space.entries.get(name).expiration, metadata: space.entries.get(name).metadata }));
    const cursor = start + limit < all.length ? `c${start + limit}` : "";
    succeed(response, result, { result_info: { count: result.length, cursor } });
  }

  /** In the order of their bytes; for a namespace that a test calls `still`, sorted once for all pages. */
  sortedKeys(space) {
    if (!space.still) return [...space.entries.keys()].sort(byKey);
    this.sorted ??= new WeakMap();
    if (!this.sorted.has(space)) this.sorted.set(space, [...space.entries.keys()].sort(byKey));
    return this.sorted.get(space);
  }

  bulk(space, request, response) {
    const items = JSON.parse(request.bytes);
    if (items.length > 10_000) return refuse(response, 400, 10026, "too many pairs");
    const unsuccessful = [];
    for (const item of items) {
      const key = item.key ?? item;
      if (this.refusedKeys.has(key)) unsuccessful.push(key);
      else if (request.method === "DELETE") space.entries.delete(key);
      else this.store(space, key, { ...item, value: Buffer.from(item.value, item.base64 ? "base64" : "utf8") });
    }
    succeed(response, { successful_key_count: items.length - unsuccessful.length, unsuccessful_keys: unsuccessful });
  }

  store(space, key, { value, expiration, expiration_ttl: ttl, metadata }) {
    const end = ttl ? Math.floor(Date.now() / 1000) + Number(ttl) : expiration ? Number(expiration) : undefined;
    space.entries.set(key, { value, expiration: end, metadata: metadata ?? undefined });
  }

  bulkGet(space, { keys }, response) {
    if (keys.length > 100) return refuse(response, 400, 10175, "more than 100 keys");
    const values = Object.fromEntries(keys.map((key) => [key, space.entries.get(key)?.value.toString() ?? null]));
    succeed(response, { values });
  }

  value(space, key, request, response) {
    if (request.method === "DELETE") {
      space.entries.delete(key);
      return succeed(response, null);
    }
    if (request.method === "PUT") {
      const type = request.headers["content-type"] ?? "";
      let { bytes: value } = request;
      let metadata;
      if (type.startsWith("multipart/form-data")) {
        const parts = formParts(request.bytes, type);
        value = parts.value.bytes;
        metadata = JSON.parse(parts.metadata.bytes);
      }
      this.store(space, key, { value, metadata, ...Object.fromEntries(request.parameters) });
      return succeed(response, null);
    }
    const entry = space.entries.get(key);
    if (!entry) return refuse(response, 404, 10009, "get: 'key not found'");
    response.setHeader("content-type", "application/octet-stream");
    response.end(entry.value);
  }
}
