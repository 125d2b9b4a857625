// The real wrangler and corral with the KV commands, each on a server of its own with the same state: the same
// changes on the wire, the same data on stdout, the same exit status.
import { test } from "node:test";
import assert from "node:assert/strict";
import fs from "node:fs";
import { ApiServer } from "./server.mjs";
import { KvService, formParts } from "./kv.mjs";
import { chosen } from "./many.mjs";
import { Place, runWrangler } from "./program.mjs";

const ID = "11112222333344445555666677778888";
const CONFIG = JSON.stringify({
  name: "app",
  compatibility_date: "2026-10-01",
  kv_namespaces: [
    { binding: "CACHE", id: ID },
    { binding: "BOTH", id: "aaaabbbbccccddddeeeeffff00001111", preview_id: "99998888777766665555444433332222" },
  ],
  env: { staging: { kv_namespaces: [{ binding: "CACHE", id: "aaaabbbbccccddddeeeeffff00001111" }] } },
});
const PAIRS = [
  { key: "a", value: "1", expiration_ttl: 300, metadata: { z: [1], a: null } },
  { key: "b", value: "AAEC", base64: true },
  { key: "ü", value: "wärt", expiration: 1999999999 },
];
const FILES = {
  "wrangler.jsonc": CONFIG,
  "pairs.json": JSON.stringify(PAIRS),
  "many.json": JSON.stringify(Array.from({ length: 2100 }, (_, i) => ({ key: `m${i}`, value: `${i}` }))),
  "empty.json": "[]",
  "keys.json": JSON.stringify(["greeting", "a/b", "nope"]),
  "named.json": JSON.stringify([{ name: "greeting" }, { name: "a/b" }]),
  "value.bin": "bytes\0\n",
  "nothing.bin": "",
};

const state = () => {
  const kv = new KvService({ pageSize: 100 });
  kv.add("acc1", ID, "app-cache", { greeting: "hello", "a/b": "slash", "ü 日本": "text" }).entries.get("greeting").metadata = { z: 1, a: 2 };
  kv.add("acc1", "aaaabbbbccccddddeeeeffff00001111", "both", Object.fromEntries(Array.from({ length: 250 }, (_, i) => [`k${1000 + i}`, "v"])));
  kv.add("acc1", "99998888777766665555444433332222", "both_preview");
  return kv;
};

/** A change, in a form in which two programs can be compared. */
const change = ({ method, path, query, headers, bytes }) => {
  const type = headers["content-type"] ?? null;
  const one = { method, path, query, auth: headers.authorization, length: headers["content-length"] !== undefined || headers["transfer-encoding"] === undefined };
  if (type?.startsWith("multipart/form-data")) {
    const parts = formParts(bytes, type);
    return { ...one, type: "multipart", parts: Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, { ...part, bytes: part.bytes.toString("latin1") }])) };
  }
  if (type === "application/json") return { ...one, type, json: JSON.parse(bytes) };
  return { ...one, type, body: bytes.toString("latin1") };
};
const changes = (server) =>
  server.requests
    .filter(({ method, path }) => method !== "GET" && !path.endsWith("/bulk/get"))
    .map(change)
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

/** Runs one program on a fresh project and server. */
async function run(program, words, fault) {
  const place = new Place();
  for (const [name, text] of Object.entries(FILES)) place.write(`project/${name}`, text);
  const server = await ApiServer.start();
  const kv = state();
  server.services = [kv];
  if (fault) server.fault = { ...fault };
  const env = { ...server.variables, CLOUDFLARE_API_TOKEN: "SECRET-token", CLOUDFLARE_ACCOUNT_ID: "acc1" };
  const ran = program === "corral" ? await place.corral(words, { env }) : await runWrangler(place, words, env);
  const config = JSON.parse(fs.readFileSync(`${place.project}/wrangler.jsonc`));
  const result = { status: ran.status, config, out: ran.out, err: ran.err, changes: changes(server), state: [...kv.namespaces("acc1").values()].map(({ title, entries }) => [title, [...entries.keys()].sort()]) };
  await server.stop();
  place.remove();
  return result;
}

/** What of stdout is data: JSON as it means; bytes where the command prints a value. */
const data = (out, kind) => (kind === "json" ? JSON.parse(out.slice(Math.max(0, out.search(/^[[{]/m)))) : kind === "bytes" ? out : null);

const at = ["--namespace-id", ID];
const CASES = [
  // words, what stdout holds, what corral needs besides
  [["kv", "namespace", "list"], "json", ["--remote"]],
  [["kv", "namespace", "create", "SESSIONS"], null, ["--remote"]],
  [["kv", "namespace", "create", "SESSIONS", "--preview"], null, ["--remote"]],
  [["kv", "namespace", "create", "SESSIONS", "--env", "staging"], null, ["--remote"]],
  [["kv", "namespace", "create", "both"], null, ["--remote"]],
  [["kv", "namespace", "create", "EU", "--jurisdiction", "eu"], null, ["--remote"]],
  [["kv", "namespace", "create", "EU", "--jurisdiction", "eu", "--x-mode", "instant"], null, ["--remote"]],
  [["kv", "namespace", "create", "NOW", "--x-mode", "instant"], null, ["--remote"]],
  [["kv", "namespace", "create", "a -- $b_", "--update-config"], null, ["--remote"]],
  [["kv", "namespace", "create", "SESSIONS", "--binding", "SESS"], null, ["--remote"]],
  [["kv", "namespace", "create", "SESSIONS", "--binding", "CACHE", "--env", "staging"], null, ["--remote"]],
  [["kv", "namespace", "rename", "both", "--new-name", "other"], null, ["--remote"]],
  [["kv", "namespace", "rename", "--namespace-id", ID, "--new-name", "other"], null, ["--remote"]],
  [["kv", "namespace", "rename", "nope", "--new-name", "other"], null, ["--remote"]],
  [["kv", "namespace", "rename", "both", "--new-name", "x".repeat(513)], null, ["--remote"]],
  [["kv", "namespace", "delete", "both", "-y"], null, ["--remote"]],
  [["kv", "namespace", "delete", "--binding", "CACHE", "-y"], null, ["--remote"]],
  [["kv", "namespace", "delete", "--binding", "BOTH", "-y"], null, ["--remote"]],
  [["kv", "namespace", "delete", "--binding", "BOTH", "--preview", "-y"], null, ["--remote"]],
  [["kv", "namespace", "delete", "--namespace-id", "nope", "-y"], null, ["--remote"]],
  [["kv", "key", "put", "k", "v1", ...at, "--remote"]],
  [["kv", "key", "put", "a/b c", "wärt", ...at, "--remote"]],
  [["kv", "key", "put", "k", "v", "--ttl", "300", ...at, "--remote"]],
  [["kv", "key", "put", "k", "v", "--expiration", "1999999999", ...at, "--remote"]],
  [["kv", "key", "put", "k", "v", "--ttl", "300", "--expiration", "1999999999", ...at, "--remote"]],
  [["kv", "key", "put", "k", "v", "--metadata", '{"b":2,"a":[1,"x"],"n":null}', ...at, "--remote"]],
  [["kv", "key", "put", "k", "v", "--metadata", "[1]", ...at, "--remote"]],
  [["kv", "key", "put", "k", "--path", "value.bin", ...at, "--remote"]],
  [["kv", "key", "put", "k", "--path", "nothing.bin", ...at, "--remote"]],
  [["kv", "key", "put", "k", "--path", "value.bin", "--metadata", '{"a":1}', "--ttl", "60", ...at, "--remote"]],
  [["kv", "key", "put", "k", "v", "--binding", "CACHE", "--env", "staging", "--remote"]],
  [["kv", "key", "put", "k", "v", "--binding", "BOTH", "--preview", "false", "--remote"]],
  [["kv", "key", "put", "k", "v", "--binding", "BOTH", "--remote"]],
  [["kv", "key", "put", "k", "v", "--namespace-id", "nope", "--remote"]],
  [["kv", "key", "get", "greeting", ...at, "--remote"], "bytes"],
  [["kv", "key", "get", "ü 日本", ...at, "--remote"], "bytes"],
  [["kv", "key", "get", "greeting", "--text", ...at, "--remote"], "bytes"],
  [["kv", "key", "get", "nope", ...at, "--remote"]],
  [["kv", "key", "list", ...at, "--remote"], "json"],
  [["kv", "key", "list", "--binding", "BOTH", "--prefix", "k11", "--remote"], "json"],
  [["kv", "key", "list", "--binding", "BOTH", "--preview", "--remote"], "json"],
  [["kv", "key", "delete", "a/b", ...at, "--remote"]],
  [["kv", "key", "delete", "nope", "--binding", "CACHE", "--remote"]],
  [["kv", "bulk", "put", "pairs.json", ...at, "--remote"]],
  [["kv", "bulk", "put", "many.json", "--binding", "CACHE", "--remote"]],
  [["kv", "bulk", "put", "empty.json", ...at, "--remote"]],
  [["kv", "bulk", "get", "keys.json", ...at, "--remote"], "json"],
  [["kv", "bulk", "get", "named.json", ...at, "--remote"], "json"],
  [["kv", "bulk", "delete", "keys.json", "--force", ...at, "--remote"]],
  [["kv", "bulk", "delete", "named.json", "-f", ...at, "--remote"]],
  [["kv", "key", "get", "greeting", ...at, "--local", "--remote"]],
];

for (const [words, kind, more = []] of chosen(CASES)) {
  test(`the same as wrangler: ${words.join(" ")}`, async () => {
    const theirs = await run("wrangler", words);
    const ours = await run("corral", [...words, ...more]);
    assert.equal(ours.status, theirs.status, `${ours.err}\n${theirs.err}${theirs.out}`);
    assert.deepEqual(ours.changes, theirs.changes);
    assert.deepEqual(ours.state, theirs.state);
    assert.deepEqual(ours.config, theirs.config);
    if (theirs.status === 0) assert.deepEqual(data(ours.out, kind), data(theirs.out, kind));
  });
}
