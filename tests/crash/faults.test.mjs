// A full disk, a state that may not be written to, a closed pipe: a clear error, exit 1, nothing lost.
import { test } from "node:test";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { CORRAL, State } from "./state.mjs";

/// Runs corral with a limit on the size of the files it writes, which fails as a full disk does. SIGXFSZ is ignored.
function limited(state, kibibytes, args, input) {
  return spawnSync("bash", ["-c", `trap '' XFSZ; ulimit -f ${kibibytes}; exec "$0" "$@"`, CORRAL, ...args, ...state.where], {
    cwd: state.folder,
    env: state.environment,
    input,
  });
}

for (const backend of ["wrangler", "lmdb"]) {
  test(`${backend}: no room for a value leaves the old one`, () => {
    const state = new State(backend);
    assert.equal(state.corral(["kv", "key", "put", "k", "old"]).status, 0);
    const large = "x".repeat(20_000_000);
    const before = state.blobs.length;
    const result = limited(state, 1000, ["kv", "key", "put", "k", "--path", "-"], large);
    assert.equal(result.status, 1, result.stderr.toString());
    assert.match(result.stderr.toString(), /^corral: .+/);
    assert.equal(state.get("k"), "old");
    assert.equal(state.blobs.length, before);
    assert.equal(state.corral(["kv", "key", "put", "k", "new"]).status, 0);
    assert.equal(state.get("k"), "new");
    state.remove();
  });
}

test("no room for the database leaves what was there", () => {
  const state = new State();
  const pairs = JSON.stringify(Array.from({ length: 9000 }, (_, i) => ({ key: `key ${i} ${"k".repeat(400)}`, value: "v" })));
  assert.equal(state.corral(["kv", "key", "put", "k", "old"]).status, 0);
  const result = limited(state, 512, ["kv", "bulk", "put", state.folder + "/pairs.json"], undefined);
  assert.equal(result.status, 1);
  fs.writeFileSync(path.join(state.folder, "pairs.json"), pairs);
  const full = limited(state, 512, ["kv", "bulk", "put", "pairs.json"]);
  assert.equal(full.status, 1, full.stderr.toString());
  assert.match(full.stderr.toString(), /0 pairs are stored/);
  assert.deepEqual(JSON.parse(state.corral(["kv", "key", "list"]).stdout), [{ name: "k" }]);
  assert.equal(state.get("k"), "old");
  assert.deepEqual(state.orphans(), []);
  state.remove();
});

test("a state folder that cannot be made is an error that names it", () => {
  const state = new State();
  fs.writeFileSync(path.join(state.folder, "state"), "a file");
  const result = state.corral(["kv", "key", "put", "k", "v"]);
  assert.equal(result.status, 1);
  assert.match(result.stderr.toString(), /state/);
  assert.equal(fs.readFileSync(path.join(state.folder, "state"), "utf8"), "a file");
  state.remove();
});

test("output that cannot be written is an error; a reader that has had enough is none", () => {
  const state = new State();
  const pairs = JSON.stringify(Array.from({ length: 5000 }, (_, i) => ({ key: `key ${i}`, value: "v" })));
  assert.equal(state.corral(["kv", "bulk", "put", "-"], { input: pairs }).status, 0);
  const sh = (script) => spawnSync("bash", ["-c", script, CORRAL], { cwd: state.folder, env: state.environment });
  const full = sh(`"$0" kv key list --namespace-id n > /dev/full`);
  assert.equal(full.status, 1);
  assert.match(full.stderr.toString(), /space/);
  const closed = sh(`set -o pipefail; "$0" kv key list --namespace-id n --names | head -n 1`);
  assert.equal(closed.status, 0);
  assert.equal(closed.stdout.toString(), "key 0\n");
  assert.equal(closed.stderr.toString(), "");
  state.remove();
});
