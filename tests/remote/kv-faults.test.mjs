// A server that misbehaves on each kind of KV request: every run ends with exit status 1 and a sentence, nothing is
// written to stdout or to a file, no secret shows (program.mjs watches for them), and what may have been done and cannot
// be done twice is not sent twice.
import { test } from "node:test";
import assert from "node:assert/strict";
import { FAULT_NAMES } from "./server.mjs";
import { KvService } from "./kv.mjs";
import { NOT_DONE, runWithFault } from "./faults.mjs";
import { all, sideBySide } from "./many.mjs";

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

function run([words, method, path], fault, left) {
  const kv = new KvService();
  kv.add("acc1", ID, "cache", { greeting: "hello" });
  const files = { "wrangler.jsonc": '{"name":"app"}', "pairs.json": '[{"key":"a","value":"1"}]', "keys.json": '["greeting","a"]' };
  return runWithFault({ words, method, path, services: [kv], files }, fault, left);
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
