// A server that misbehaves on each kind of request on R2 buckets: every run ends with exit status 1 and a sentence,
// nothing is written to stdout or to a file, no secret shows (program.mjs watches for them), and what may have been done
// and cannot be done twice is not sent twice.
import { test } from "node:test";
import assert from "node:assert/strict";
import { ANALYTICS_REFUSE, FAULT_NAMES } from "./server.mjs";
import { R2BucketService, filledBuckets } from "./r2-buckets.mjs";
import { NOT_DONE, runWithFault } from "./faults.mjs";
import { all, sideBySide } from "./many.mjs";

const R = "/accounts/acc1/r2/buckets";
const E = "/accounts/acc1/event_notifications/r2/files/configuration";

/** A request that fails: the command line, its method and path, and whether it can be sent again after any failure. */
const KINDS = [
  [["create", "assets", "--update-config"], "POST", R, false],
  [["list"], "GET", R, true],
  [["info", "files"], "GET", `${R}/files`, true],
  [["info", "files"], "POST", "/graphql", true],
  [["delete", "empty"], "DELETE", `${R}/empty`, false],
  [["update", "storage-class", "files", "-s", "Standard"], "PATCH", `${R}/files`, true],
  [["cors", "list", "files"], "GET", `${R}/files/cors`, true],
  [["cors", "set", "files", "--file", "rules.json", "-y"], "PUT", `${R}/files/cors`, true],
  [["cors", "delete", "files", "-y"], "DELETE", `${R}/files/cors`, false],
  [["lifecycle", "add", "files", "x", "x/", "--expire-days", "1"], "GET", `${R}/files/lifecycle`, true],
  [["lifecycle", "set", "files", "--file", "rules.json", "-y"], "PUT", `${R}/files/lifecycle`, true],
  [["lock", "set", "files", "--file", "rules.json", "-y"], "PUT", `${R}/files/lock`, true],
  [["domain", "list", "files"], "GET", `${R}/files/domains/custom`, true],
  [["domain", "add", "files", "--domain", "n.example.com", "--zone-id", "z"], "POST", `${R}/files/domains/custom`, false],
  [["domain", "update", "files", "--domain", "a.example.com"], "PUT", `${R}/files/domains/custom/a.example.com`, true],
  [["domain", "remove", "files", "--domain", "a.example.com", "-y"], "DELETE", `${R}/files/domains/custom/a.example.com`, false],
  [["dev-url", "enable", "files"], "PUT", `${R}/files/domains/managed`, true],
  [["local-uploads", "get", "files"], "GET", `${R}/files/local-uploads`, true],
  [["sippy", "get", "files"], "GET", `${R}/files/sippy`, true],
  [["sippy", "disable", "files"], "DELETE", `${R}/files/sippy`, false],
  [["notification", "list", "files"], "GET", E, true],
  [["notification", "create", "files", "--event-type", "object-create", "--queue", "jobs"], "GET", "/accounts/acc1/queues", true],
  [["notification", "create", "files", "--event-type", "object-create", "--queue", "jobs"], "PUT", `${E}/queues/q1`, false],
  [["notification", "delete", "files", "--queue", "jobs"], "DELETE", `${E}/queues/q1`, false],
];

function run([words, method, path], fault, left) {
  const services = [filledBuckets(new R2BucketService())];
  const files = { "wrangler.jsonc": '{"name":"app"}', "rules.json": '{"rules":[]}' };
  return runWithFault({ words: ["r2", "bucket", ...words], method, path, services, files }, fault, left);
}

sideBySide("a server that misbehaves", KINDS.map((kind) => {
  const [words, method, path, repeatable] = kind;
  return [`r2 bucket ${words.slice(0, 2).join(" ")}, ${method} ${path}`, async () => {
    await all(FAULT_NAMES.map((fault) => async () => {
      const context = `${words.join(" ")} with ${fault}`;
      const { status, out, err, sent, files, config } = await run(kind, fault, -1);
      const does = path === "/graphql" && ANALYTICS_REFUSE.has(fault);
      assert.equal(status, does ? 0 : 1, `${context}: ${out}${err}`);
      if (!does) assert.equal(out, "", context);
      assert.match(err, does ? /^warning: the figures of analytics are missing/m : /^corral: [^\n]{20}/m, context);
      assert.doesNotMatch(err, /\x1b/, context);
      assert.deepEqual(files, ["rules.json", "wrangler.jsonc"], context);
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
    assert.equal(sent, repeated ? 2 : 1);
  })));
});
