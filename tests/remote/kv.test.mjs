// The KV commands with --remote against the test server: what they print, what they keep there, what they ask before.
import { test } from "node:test";
import assert from "node:assert/strict";
import fs from "node:fs";
import { ApiServer } from "./server.mjs";
import { KvService } from "./kv.mjs";
import { Place } from "./program.mjs";

const ID = "11112222333344445555666677778888";
const N = "/accounts/acc1/storage/kv/namespaces";

async function inAccount(body, options) {
  const place = new Place();
  const server = await ApiServer.start();
  const kv = new KvService(options);
  server.services = [kv];
  const space = kv.add("acc1", ID, "cache", { greeting: "hello", "a/b": "slash" });
  const env = { ...server.variables, CLOUDFLARE_API_TOKEN: "SECRET-token", CLOUDFLARE_ACCOUNT_ID: "acc1" };
  /** Runs a command line with --remote; its last words may be objects with options. */
  const corral = (line, more = {}) => place.corral([...line, "--remote"], { ...more, env: { ...env, ...more.env } });
  const done = async (line, more) => {
    const ran = await corral(line, more);
    assert.equal(ran.status, 0, `${line.join(" ")}: ${ran.err}`);
    return ran;
  };
  const refused = async (line, pattern, more) => {
    const ran = await corral(line, more);
    assert.equal(ran.status, 1, `${line.join(" ")}: ${ran.out}`);
    assert.match(ran.err, pattern);
    return ran;
  };
  try {
    await body({ place, server, kv, space, env, corral, done, refused, sent: () => server.requests.splice(0).map(({ method, path }) => `${method} ${path.replace(`${N}/${ID}`, "").replace(N, "N")}`) });
  } finally {
    await server.stop();
    place.remove();
  }
}

test("a key: put, get, info, list, copy, rename, delete", () => inAccount(async ({ done, refused, space, sent }) => {
  const at = ["--namespace-id", ID];
  assert.equal((await done(["kv", "key", "get", "greeting", ...at])).out, "hello");
  assert.deepEqual(sent(), ["GET /values/greeting"]);
  await done(["kv", "key", "put", "k", "v", "--ttl", "600", "--metadata", '{"z":1,"a":[2]}', ...at]);
  assert.deepEqual(sent(), ["PUT /values/k"]);
  const stored = space.entries.get("k");
  assert.deepEqual(stored.metadata, { z: 1, a: [2] });
  assert.ok(Math.abs(stored.expiration - Date.now() / 1000 - 600) < 60);
  const info = JSON.parse((await done(["kv", "key", "info", "k", "--json", ...at])).out);
  assert.deepEqual([info.name, info.size, info.metadata, info.expiration], ["k", 1, { z: 1, a: [2] }, stored.expiration]);
  await done(["kv", "key", "copy", "k", "k2", ...at]);
  assert.deepEqual(space.entries.get("k2"), stored);
  await done(["kv", "key", "rename", "k2", "k3", ...at]);
  assert.ok(!space.entries.has("k2"));
  assert.deepEqual(space.entries.get("k3"), stored);
  assert.deepEqual(JSON.parse((await done(["kv", "key", "list", ...at])).out).map(({ name }) => name), ["a/b", "greeting", "k", "k3"]);
  sent();
  await done(["kv", "key", "delete", "k3", ...at]);
  assert.deepEqual(sent(), ["DELETE /values/k3"]);
  await refused(["kv", "key", "get", "nope", ...at], /no key "nope"/);
  await refused(["kv", "key", "get", "k", "--namespace-id", "other"], /namespace not found/);
  await refused(["kv", "key", "put", "k", "w", "--if-absent", ...at], /exists already/);
  assert.equal(space.entries.get("k").value.toString(), "v");
}));

test("every key means itself, and bytes stay bytes", () => inAccount(async ({ place, done, space }) => {
  const at = ["--namespace-id", ID];
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
  fs.writeFileSync(`${place.project}/bytes`, bytes);
  for (const key of ["a/b/../c", "?x=1#y", "%41", "\\", "ü 日本", "+&=", "a\nb"]) {
    await done(["kv", "key", "put", key, "--path", "bytes", ...at]);
    assert.deepEqual(space.entries.get(key)?.value, bytes, key);
    await done(["kv", "key", "get", key, ...at, "--text"]);
    await done(["kv", "key", "delete", key, ...at]);
    assert.ok(!space.entries.has(key));
  }
  await done(["kv", "key", "put", "empty", "", ...at]);
  assert.equal(space.entries.get("empty").value.length, 0);
  await done(["kv", "key", "put", "m", "--path", "bytes", "--metadata", '{"a":[1]}', ...at]);
  assert.deepEqual(space.entries.get("m").value, bytes);
}));

test("lists: pages, prefix, glob, limit and cursor", () => inAccount(async ({ kv, done }) => {
  const at = ["--namespace-id", "n2"];
  kv.add("acc1", "n2", "many", Object.fromEntries(Array.from({ length: 95 }, (_, i) => [`k${String(i).padStart(2, "0")}`, "v"])));
  const names = async (...more) => (await done(["kv", "key", "list", "--names", ...more, ...at])).out.split("\n").filter(Boolean);
  assert.equal((await names()).length, 95);
  assert.deepEqual(await names("--prefix", "k1"), Array.from({ length: 10 }, (_, i) => `k1${i}`));
  assert.deepEqual(await names("--glob", "k?5"), Array.from({ length: 10 }, (_, i) => `k${i}5`).slice(0, 9).concat("k95").filter((key) => key < "k95"));
  for (const [step, more] of [[7, []], [1, ["--glob", "*5"]], [3, ["--glob", "*[05]"]]]) {
    const all = [];
    for (let cursor = null, rounds = 0; cursor !== undefined && rounds < 200; rounds += 1) {
      const page = JSON.parse((await done(["kv", "key", "list", "--page", "--limit", `${step}`, ...more, ...(cursor ? ["--cursor", cursor] : []), ...at])).out);
      all.push(...page.keys.map(({ name }) => name));
      ({ cursor } = page);
    }
    assert.deepEqual(all, await names(...more));
  }
}, { pageSize: 20 }));

test("bulk: put in requests of 1,000, get in requests of 100, delete", () => inAccount(async ({ place, done, refused, kv, space, sent, server }) => {
  const at = ["--namespace-id", ID];
  const pairs = Array.from({ length: 2500 }, (_, i) => ({ key: `p${i}`, value: `v${i}`, ...(i === 3 ? { metadata: { z: 1, a: 2 }, expiration_ttl: 600 } : {}) }));
  pairs.push({ key: "bin", value: Buffer.from([0, 255]).toString("base64"), base64: true });
  place.write("project/b.json", JSON.stringify(pairs));
  await done(["kv", "bulk", "put", "b.json", ...at]);
  assert.deepEqual(sent(), Array(3).fill("PUT /bulk"));
  assert.equal(space.entries.size, 2 + 2501);
  assert.deepEqual(space.entries.get("p3").metadata, { z: 1, a: 2 });
  assert.deepEqual(space.entries.get("bin").value, Buffer.from([0, 255]));
  const keys = [...pairs.slice(0, 250).map(({ key }) => key), "nope", "bin"];
  place.write("project/g.json", JSON.stringify(keys));
  const got = JSON.parse((await done(["kv", "bulk", "get", "g.json", ...at])).out);
  assert.deepEqual(sent().sort(), ["GET /values/bin", ...Array(3).fill("POST /bulk/get")]);
  assert.equal(got.p249, "v249");
  assert.equal(got.nope, null);
  assert.deepEqual(got.bin, { value: "AP8=", base64: true });
  const backup = (await done(["kv", "bulk", "get", "--all", ...at])).out;
  const copy = kv.add("acc1", "n2", "copy");
  await done(["kv", "bulk", "put", "-", "--namespace-id", "n2"], { input: backup });
  const sorted = (entries) => [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
  assert.deepEqual(sorted(copy.entries), sorted(space.entries));
  kv.refusedKeys = new Set(["p7"]);
  await refused(["kv", "bulk", "put", "b.json", ...at], /1 of 1000 keys:\s+p7/);
  kv.refusedKeys.clear();
  place.write("project/d.json", JSON.stringify(pairs.map(({ key }) => key)));
  await refused(["kv", "bulk", "delete", "d.json", ...at], new RegExp(`KV namespace ${ID} of account acc1`));
  sent();
  await done(["kv", "bulk", "delete", "d.json", "--force", ...at]);
  assert.deepEqual(sent(), Array(3).fill("DELETE /bulk"));
  assert.deepEqual([...space.entries.keys()], ["greeting", "a/b"]);
  await done(["kv", "key", "delete", "--prefix", "gr", "--force", ...at]);
  assert.deepEqual([...space.entries.keys()], ["a/b"]);
  assert.equal(server.requests.filter(({ headers }) => headers["transfer-encoding"]).length, 0);
}));

test("namespaces: create, list, rename, info, delete, by title, binding and id", () => inAccount(async ({ place, done, refused, kv, sent }) => {
  place.write("project/wrangler.jsonc", JSON.stringify({ name: "app", kv_namespaces: [{ binding: "CACHE", id: ID }, { binding: "BOTH", id: "b1", preview_id: "b2" }, { binding: "NOID" }] }));
  const list = JSON.parse((await done(["kv", "namespace", "list"])).out);
  assert.deepEqual(list, [{ id: ID, title: "cache", supports_url_encoding: true }]);
  sent();
  await done(["kv", "namespace", "create", "SESSIONS", "--update-config"]);
  assert.deepEqual(sent(), ["POST N"]);
  const made = [...kv.namespaces("acc1").values()].find(({ title }) => title === "SESSIONS");
  assert.ok(fs.readFileSync(`${place.project}/wrangler.jsonc`, "utf8").includes(made.id));
  await refused(["kv", "namespace", "create", "SESSIONS"], /has a KV namespace "SESSIONS" already/);
  await done(["kv", "namespace", "rename", "SESSIONS", "--new-name", "renamed"]);
  assert.equal(made.title, "renamed");
  assert.equal(JSON.parse((await done(["kv", "namespace", "info", "--binding", "CACHE", "--json"])).out).keys, 2);
  assert.equal((await done(["kv", "key", "get", "greeting", "--binding", "CACHE"])).out, "hello");
  await refused(["kv", "key", "get", "k", "--binding", "NOID"], /"NOID" has no id in the config.*"app" is not deployed/);
  await refused(["kv", "key", "put", "k", "v", "--binding", "BOTH"], /an id and a preview_id/);
  await refused(["kv", "namespace", "delete", "renamed"], new RegExp(`Delete KV namespace ${made.id} "renamed" of account acc1 and all its entries\\?`));
  sent();
  await done(["kv", "namespace", "delete", "renamed", "-y"]);
  assert.ok(sent().includes(`DELETE N/${made.id}`));
  await done(["kv", "namespace", "delete", "--binding", "CACHE", "-y"]);
  assert.equal(kv.namespaces("acc1").size, 0);
  await refused(["kv", "namespace", "delete", "gone", "-y"], /no KV namespace of account acc1 with the title "gone"; there are none/);
}));

test("where a command works: --remote, CORRAL_REMOTE, --local, and what excludes what", () => inAccount(async ({ place, env, refused, server }) => {
  const run = (line, more) => place.corral(line, { env: { ...env, ...more } });
  const get = ["kv", "key", "get", "greeting", "--namespace-id", ID];
  assert.equal((await run(get)).status, 1);
  assert.equal(server.requests.length, 0);
  assert.equal((await run(get, { CORRAL_REMOTE: "1" })).out, "hello");
  assert.equal((await run([...get, "--local"], { CORRAL_REMOTE: "1" })).status, 1);
  assert.equal((await run(get, { CORRAL_REMOTE: "0" })).status, 1);
  assert.match((await run(get, { CORRAL_REMOTE: "yes" })).err, /CORRAL_REMOTE is "yes"/);
  await refused([...get, "--local"], /--local and --remote exclude each other/);
  await refused([...get, "--persist-to", "x"], /--persist-to chooses local state/);
  await refused(["queues", "tail", "X"], /no --remote/);
  assert.match((await run(["queues", "tail", "X"], { CORRAL_REMOTE: "1" })).err, /--local/);
  assert.equal(server.requests.length, 1);
  await refused(get, /no credential/, { env: { CLOUDFLARE_API_TOKEN: "" } });
  await refused(get, /which account is meant[^]*acc1[^]*acc2[^]*CLOUDFLARE_ACCOUNT_ID/, { env: { CLOUDFLARE_ACCOUNT_ID: "" } });
  server.accounts = server.accounts.slice(0, 1);
  assert.equal((await run([...get, "--remote"], { CLOUDFLARE_ACCOUNT_ID: "" })).out, "hello");
}));

test("--debug and CORRAL_DEBUG=http: a line a request", () => inAccount(async ({ done }) => {
  const get = ["kv", "key", "get", "greeting", "--namespace-id", ID];
  for (const ran of [await done([...get, "--debug"]), await done(get, { env: { CORRAL_DEBUG: "http" } })]) {
    assert.equal(ran.out, "hello");
    assert.match(ran.err, new RegExp(`^.*GET ${N}/${ID}/values/greeting 200 5 bytes \\d+ ms cf-ray -\\n$`));
  }
  assert.equal((await done(get)).err, "");
}));
