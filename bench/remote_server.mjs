// What the measurements of `--remote` ask: a fast stand-in for Cloudflare's API on 127.0.0.1 that streams. It keeps one KV
// namespace and throws D1's uploads away. `remote_server.mjs READY_FILE LATENCY_MS`: the origin goes into READY_FILE.
import fs from "node:fs";
import http from "node:http";
import { createHash } from "node:crypto";

const [readyFile, latency] = [process.argv[2], Number(process.argv[3])];
const values = new Map();
let names = null; // the keys in order, until one is written

const answer = (response, result, more = {}) => {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ success: true, errors: [], messages: [], result, ...more }));
};

async function whole(request) {
  const pieces = [];
  for await (const bytes of request) pieces.push(bytes);
  return Buffer.concat(pieces);
}

function listKeys(query, response) {
  names ??= [...values.keys()].sort();
  const limit = Number(query.get("limit") ?? 1000);
  const start = Number(query.get("cursor") ?? 0);
  const page = names.slice(start, start + limit);
  const cursor = start + limit < names.length ? String(start + limit) : "";
  answer(response, page.map((name) => ({ name })), { result_info: { count: page.length, cursor } });
}

async function bulkPut(request, response) {
  const pairs = JSON.parse(await whole(request));
  for (const { key, value } of pairs) values.set(key, value);
  names = null;
  answer(response, { successful_key_count: pairs.length, unsuccessful_keys: [] });
}

async function bulkGet(request, response) {
  const { keys } = JSON.parse(await whole(request));
  answer(response, { values: Object.fromEntries(keys.map((key) => [key, values.get(key) ?? null])) });
}

async function importSql(request, response, origin) {
  const { action, etag } = JSON.parse(await whole(request));
  if (action === "init") return answer(response, { success: true, filename: `${etag}.sql`, upload_url: `${origin}/upload` });
  const meta = { duration: 1, rows_read: 0, rows_written: 0, size_after: 0, changes: 0, changed_db: true, last_row_id: 0 };
  answer(response, { success: true, type: "import", status: "complete", messages: [], at_bookmark: "b", result: { num_queries: 1, final_bookmark: "b", meta } });
}

async function upload(request, response) {
  const hash = createHash("md5");
  for await (const bytes of request) hash.update(bytes);
  response.setHeader("etag", `"${hash.digest("hex")}"`);
  response.end();
}

function route(request, response, origin) {
  const { pathname: path, searchParams: query } = new URL(request.url, origin);
  if (path === "/upload") return upload(request, response);
  if (path.endsWith("/keys")) return listKeys(query, response);
  if (path.endsWith("/bulk")) return bulkPut(request, response);
  if (path.endsWith("/bulk/get")) return bulkGet(request, response);
  if (path.endsWith("/import")) return importSql(request, response, origin);
  const key = /\/values\/(.+)$/.exec(path);
  if (key) return response.end(values.get(decodeURIComponent(key[1])));
  const id = /\/d1\/database\/([^/]+)$/.exec(path);
  if (id) return answer(response, { uuid: id[1], name: "shop", version: "production", file_size: 0, num_tables: 0 });
  answer(response, []);
}

const server = http.createServer((request, response) => {
  const origin = `http://127.0.0.1:${server.address().port}`;
  if (latency > 0) setTimeout(() => route(request, response, origin), latency);
  else route(request, response, origin);
});
values.set("k", "value");
server.listen(0, "127.0.0.1", () => fs.writeFileSync(readyFile, `http://127.0.0.1:${server.address().port}`));
