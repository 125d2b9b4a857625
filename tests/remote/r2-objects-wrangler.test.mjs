// The real wrangler and corral with the commands on R2's objects, each on a server of its own with the same state:
// the same requests on the wire, the same data, the same exit status.
import { test } from "node:test";
import assert from "node:assert/strict";
import fs from "node:fs";
import { ApiServer } from "./server.mjs";
import { R2ObjectService } from "./r2-objects.mjs";
import { chosen } from "./many.mjs";
import { Place, runWrangler } from "./program.mjs";

const CONFIG = JSON.stringify({ name: "app", compatibility_date: "2026-10-01", r2_buckets: [{ binding: "FILES", bucket_name: "files" }] });
const FILES = {
  "wrangler.jsonc": CONFIG, "in.txt": "hello\n", "nothing.bin": "", "a.txt": "1", "b.txt": "22",
  "list.json": JSON.stringify([{ key: "one", file: "a.txt" }, { key: "two/three", file: "b.txt" }]),
  "many.json": JSON.stringify(Array.from({ length: 60 }, (_, i) => ({ key: `m/${i}`, file: "a.txt" }))),
  "missing.json": JSON.stringify([{ key: "one", file: "nope.txt" }]),
  "broken.json": "{",
};
const HEADERS = ["content-type", "content-disposition", "content-encoding", "content-language", "cache-control", "expires", "cf-r2-storage-class", "cf-r2-jurisdiction", "cf-r2-data-catalog-check"];

const wire = ({ method, path, query, headers, bytes }) => ({
  method, path, query, auth: headers.authorization, length: headers["content-length"] ?? null,
  headers: Object.fromEntries(HEADERS.filter((name) => headers[name] !== undefined).map((name) => [name, headers[name]])),
  body: bytes.toString("latin1"),
});

async function run(program, words) {
  const place = new Place();
  for (const [name, text] of Object.entries(FILES)) place.write(`project/${name}`, text);
  fs.writeFileSync(`${place.project}/big.bin`, Buffer.alloc(200_000, "x"));
  const server = await ApiServer.start();
  const service = new R2ObjectService();
  service.add("acc1", "files", { "hello.txt": "hello r2\n", "a/b c": "blank", "ü/日本": "text", "plus+&=": "signs" });
  service.add("acc1", "files", { "eu.txt": "europe" }, { jurisdiction: "eu" });
  service.add("acc1", "lake", { data: "rows" }, { catalog: true });
  server.services = [service];
  const env = { ...server.variables, CLOUDFLARE_API_TOKEN: "SECRET-token", CLOUDFLARE_ACCOUNT_ID: "acc1" };
  const ran = program === "corral" ? await place.corral(words, { env }) : await runWrangler(place, words, env);
  const made = fs.readdirSync(place.project, { recursive: true }).filter((name) => !(name in FILES) && !name.startsWith(".wrangler") && !name.startsWith("node_modules"));
  const result = {
    ...ran,
    requests: server.requests.map(wire).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    files: Object.fromEntries(made.filter((name) => fs.statSync(`${place.project}/${name}`).isFile()).sort().map((name) => [name, fs.readFileSync(`${place.project}/${name}`, "latin1")])),
    state: [...service.buckets].map(([id, { objects }]) => [id, [...objects.keys()].sort()]),
  };
  await server.stop();
  place.remove();
  return result;
}

const put = (...words) => ["r2", "object", "put", ...words, "--remote"];
const CASES = [
  // words, whether stdout is data
  [put("files/a/b.txt", "--file", "in.txt")],
  [put("files/a/b.txt", "--file", "in.txt", "-y")],
  [put("files/a/b.txt", "--file", "in.txt", "--force")],
  [put("files/nothing", "--file", "nothing.bin")],
  [put("files/big", "--file", "big.bin")],
  [put("files/x.json", "-f", "in.txt", "--content-type", "application/json", "--content-disposition", 'attachment; filename="x"', "--content-encoding", "gzip", "--content-language", "en", "--cache-control", "max-age=60", "--expires", "Thu, 01 Jan 2032 00:00:00 GMT")],
  [put("files/x", "-f", "in.txt", "--ct", "text/html", "--cd", "inline", "--ce", "br", "--cl", "de", "--cc", "no-store")],
  [put("files/x", "-f", "in.txt", "--storage-class", "InfrequentAccess")],
  [put("files/x", "-f", "in.txt", "-s", "Standard")],
  [put("files/x", "-f", "in.txt", "-J", "eu")],
  [put("files/x", "-f", "in.txt", "--jurisdiction", "fedramp")],
  [put("nope/x", "-f", "in.txt")],
  [put("No_Bucket/x", "-f", "in.txt")],
  [put("files", "-f", "in.txt")],
  [put("files/x", "-f", "nope.txt")],
  [put("files/x")],
  [put("files//lead/", "-f", "in.txt")],
  [put("files/a b\"<>`{}ü日😀", "-f", "in.txt")],
  [put("files/-_.~!$&'()*+,;=:@[]|^/x..y/.z", "-f", "in.txt")],
  [["r2", "object", "get", "files/hello.txt", "--pipe", "--remote"], true],
  [["r2", "object", "get", "files/a/b c", "-p", "--remote"], true],
  [["r2", "object", "get", "files/ü/日本", "--pipe", "--remote"], true],
  [["r2", "object", "get", "files/plus+&=", "--pipe", "--remote"], true],
  [["r2", "object", "get", "files/hello.txt", "--remote"]],
  [["r2", "object", "get", "files/hello.txt", "--file", "copy.txt", "--remote"]],
  [["r2", "object", "get", "files/eu.txt", "--pipe", "-J", "eu", "--remote"], true],
  [["r2", "object", "get", "files/nope", "--pipe", "--remote"]],
  [["r2", "object", "get", "nope/nope", "--pipe", "--remote"]],
  [["r2", "object", "delete", "files/hello.txt", "--remote"]],
  [["r2", "object", "delete", "files/hello.txt", "-y", "--remote"]],
  [["r2", "object", "delete", "files/eu.txt", "-J", "eu", "--force", "--remote"]],
  [["r2", "object", "delete", "files/nope", "--remote"]],
  [["r2", "object", "delete", "lake/data", "-y", "--remote"]],
  [put("lake/data", "-f", "in.txt", "--force")],
  [["r2", "bulk", "put", "files", "--filename", "list.json", "--remote"]],
  [["r2", "bulk", "put", "files", "-f", "many.json", "--concurrency", "3", "--remote"]],
  [["r2", "bulk", "put", "files", "-f", "list.json", "--ct", "text/plain", "--cc", "max-age=1", "-s", "InfrequentAccess", "-J", "eu", "--remote"]],
  [["r2", "bulk", "put", "lake", "-f", "list.json", "--remote"]],
  [["r2", "bulk", "put", "lake", "-f", "list.json", "--force", "--remote"]],
  [["r2", "bulk", "put", "nope", "-f", "list.json", "--concurrency", "1", "--remote"]],
  [["r2", "bulk", "put", "files", "-f", "missing.json", "--remote"]],
  [["r2", "bulk", "put", "files", "-f", "broken.json", "--remote"]],
  [["r2", "bulk", "put", "files", "--remote"]],
  [["r2", "object", "get", "files/hello.txt", "--local", "--remote"]],
];

for (const [words, isData] of chosen(CASES)) {
  test(`the same as wrangler: ${words.join(" ")}`, async () => {
    const theirs = await run("wrangler", words);
    const ours = await run("corral", words);
    assert.equal(ours.status, theirs.status, `${ours.err}\n${theirs.err}${theirs.out}`);
    assert.deepEqual(ours.requests, theirs.requests);
    assert.deepEqual(ours.state, theirs.state);
    assert.deepEqual(ours.files, theirs.files);
    if (isData) assert.equal(ours.out, theirs.out);
  });
}
