// Each kind of request on R2's objects, with each fault of the server: one clear sentence, exit 1, nothing half-written,
// no secret anywhere.
import { test } from "node:test";
import assert from "node:assert/strict";
import { FAULT_NAMES } from "./server.mjs";
import { R2ObjectService } from "./r2-objects.mjs";
import { runWithFault } from "./faults.mjs";
import { all, sideBySide } from "./many.mjs";

const O = "/accounts/acc1/r2/buckets/files/objects";

/** A request that fails: the command line, its method and path. All of them are safe to send again. */
const KINDS = [
  [["r2", "object", "get", "files/a", "--pipe"], "GET", `${O}/a`],
  [["r2", "object", "get", "files/a", "--file", "out"], "GET", `${O}/a`],
  [["r2", "object", "put", "files/k", "--file", "value"], "PUT", `${O}/k`],
  [["r2", "object", "put", "files/k", "--pipe"], "PUT", `${O}/k`],
  [["r2", "object", "delete", "files/a"], "DELETE", `${O}/a`],
  [["r2", "object", "list", "files"], "GET", O],
  [["r2", "object", "head", "files/a"], "GET", O],
  [["r2", "object", "copy", "files/a", "files/b"], "PUT", `${O}/b`],
  [["r2", "bulk", "put", "files", "--filename", "list.json"], "PUT", `${O}/one`],
  [["r2", "sync", "files", "./down"], "GET", `${O}/a`],
  [["r2", "sync", "./up", "files"], "PUT", `${O}/one`],
  [["r2", "usage", "files"], "GET", O],
];

async function run([words, method, path], fault, left) {
  const service = new R2ObjectService();
  service.add("acc1", "files", { a: "hello" });
  const files = { value: "v", "up/one": "1", "list.json": '[{"key":"one","file":"value"}]' };
  const ran = await runWithFault({ words, method, path, services: [service], files, input: "piped" }, fault, left);
  return { ...ran, files: ran.files.filter((name) => name !== "down") };
}

sideBySide("a server that misbehaves", KINDS.map((kind) => {
  const [words, method] = kind;
  const reads = method === "GET" && !kind[1 + 1].endsWith("objects");
  return [words.join(" "), async () => {
    await all(FAULT_NAMES.map((fault) => async () => {
      const context = `${words.join(" ")} with ${fault}`;
      const { status, out, err, sent, files } = await run(kind, fault, -1);
      // A missing key is deleted; to a read, whatever a 200 has is the object, and one gone since it was listed is left.
      const fine = (fault === "status404" && (method === "DELETE" || words.includes("sync") && reads)) || (reads && ["halfJson", "empty"].includes(fault));
      const begun = words.includes("--pipe") && reads && ["cutBody", "resetBody", "silentBody"].includes(fault);
      assert.equal(status, fine ? 0 : 1, `${context}: ${out}${err}`);
      if (!fine && !begun) assert.equal(out.replace(/^\[$/m, ""), "", context);
      if (!fine) assert.match(err, /^corral: [^\n]{20}/m, context);
      assert.doesNotMatch(err, /\x1b/, context);
      if (!fine) assert.deepEqual(files, ["list.json", "up", "up/one", "value"], context);
      assert.ok(sent <= 4, context);
    }));
  }];
}));

test("one failure in passing is made up for", async () => {
  await all(KINDS.flatMap((kind) => ["reset", "status503", "retryAfter"].map((fault) => async () => {
    const { status, out, err, sent } = await run(kind, fault, 1);
    assert.equal(status, 0, `${kind[0].join(" ")} with ${fault}: ${out}${err}`);
    assert.equal(sent, 2, kind[0].join(" "));
  })));
});
