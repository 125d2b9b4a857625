// A server that misbehaves on each kind of KV request: every run ends with exit status 1 and a sentence, nothing is
// written to stdout or to a file, no secret shows (program.mjs watches for them), and what may have been done and cannot
// be done twice is not sent twice.
import { test } from "node:test";
import assert from "node:assert/strict";
import fs from "node:fs";
import { ApiServer, FAULT_NAMES } from "./server.mjs";
import { KvService } from "./kv.mjs";
import { all, sideBySide } from "./many.mjs";
import { Place } from "./program.mjs";

const ID = "11112222333344445555666677778888";
const at = ["--namespace-id", ID];
const N = `/accounts/acc1/storage/kv/namespaces`;

/** A request that fails: the command line, its method and path, and whether it can be sent again after any failure. */
const KINDS = [
  [["kv", "key", "get", "greeting", ...at], "GET", `${N}/${ID}/values/greeting`, true],
  [["kv", "key", "put", "k", "v", ...at], "PUT", `${N}/${ID}/values/k`, true],
  [["kv", "key", "list", ...at], "GET", `${N}/${ID}/keys`, true],
  [["kv", "key", "delete", "greeting", ...at], "DELETE", `${N}/${ID}/values/greeting`, true],
  [["kv", "bulk", "put", "pairs.json", ...at], "PUT", `${N}/${ID}/bulk`, true],
  [["kv", "bulk", "get", "keys.json", ...at], "POST", `${N}/${ID}/bulk/get`, true],
  [["kv", "bulk", "delete", "keys.json", "--force", ...at], "DELETE", `${N}/${ID}/bulk`, true],
  [["kv", "namespace", "list"], "GET", N, true],
  [["kv", "namespace", "create", "NEW", "--update-config"], "POST", N, false],
  [["kv", "namespace", "rename", ...at, "--new-name", "other"], "PUT", `${N}/${ID}`, true],
  [["kv", "namespace", "delete", ...at, "-y"], "DELETE", `${N}/${ID}`, false],
];
/** Of these the server cannot have done anything. */
const NOT_DONE = new Set(["status429", "retryAfter"]);

async function run([words, method, path, repeatable], fault, left) {
  const place = new Place();
  const server = await ApiServer.start();
  const kv = new KvService();
  server.services = [kv];
  kv.add("acc1", ID, "cache", { greeting: "hello" });
  place.write("project/wrangler.jsonc", '{"name":"app"}');
  place.write("project/pairs.json", '[{"key":"a","value":"1"}]');
  place.write("project/keys.json", '["greeting","a"]');
  server.fault = { path, name: fault, left };
  const ran = await place.corral([...words, "--remote"], {
    env: { ...server.variables, CLOUDFLARE_API_TOKEN: "SECRET-token", CLOUDFLARE_ACCOUNT_ID: "acc1", CORRAL_HTTP_TIMEOUT: fault.startsWith("silen") ? "2" : "60" },
  });
  const sent = server.requests.filter((one) => one.method === method && one.path === path).length;
  const files = fs.readdirSync(place.project).sort();
  const config = fs.readFileSync(`${place.project}/wrangler.jsonc`, "utf8");
  await server.stop();
  place.remove();
  return { ...ran, sent, files, config, repeatable };
}

sideBySide("a server that misbehaves", KINDS.map((kind) => {
  const [words, method, path, repeatable] = kind;
  return [words.slice(0, 3).join(" "), async () => {
    await all(FAULT_NAMES.map((fault) => async () => {
      const context = `${words.join(" ")} with ${fault}`;
      const { status, out, err, sent, files, config } = await run(kind, fault, -1);
      const missing = fault === "status404" && method === "DELETE" && path.includes("/values/");
      // To `key get`, whatever a 200 has is the value.
      const isValue = words[2] === "get" && words[1] === "key" && ["halfJson", "empty"].includes(fault);
      assert.equal(status, missing || isValue ? 0 : 1, `${context}: ${out}${err}`);
      if (!isValue) assert.equal(out, "", context);
      if (!missing && !isValue) assert.match(err, /^corral: [^\n]{20}/m, context);
      assert.doesNotMatch(err, /\x1b/, context);
      assert.deepEqual(files, ["keys.json", "pairs.json", "wrangler.jsonc"], context);
      assert.equal(config, '{"name":"app"}', context);
      if (!repeatable && !NOT_DONE.has(fault)) assert.equal(sent, 1, `${context}: ${err}`);
      assert.ok(sent <= 4, context);
    }));
  }];
}));

test("one failure in passing is made up for, where repeating is safe", async () => {
  await all(KINDS.flatMap((kind) => ["reset", "cutBody", "status503", "retryAfter"].map((fault) => async () => {
    const { status, out, err, sent } = await run(kind, fault, 1);
    const repeated = kind[3] || NOT_DONE.has(fault);
    assert.equal(status, repeated ? 0 : 1, `${kind[0].join(" ")} with ${fault}: ${out}${err}`);
    const usual = kind[0][1] === "namespace" && kind[0][2] === "list" ? 2 : 1; // until a page is empty
    assert.equal(sent, usual + (repeated ? 1 : 0));
  })));
});
