// Many processes on the same keys: no error but "not found", a consistent index, no orphan blob.
import { test } from "node:test";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { CORRAL, SECONDS, State } from "./state.mjs";

const PROCESSES = 8;
const KEYS = 100;

async function run(state, args) {
  const child = spawn(CORRAL, [...args, ...state.where], { cwd: state.folder, env: state.environment, stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  let words = "";
  child.stdout.on("data", (data) => (out += data));
  child.stderr.on("data", (data) => (words += data));
  const status = await new Promise((resolve) => child.once("close", resolve));
  return { status, out, words };
}

for (const backend of ["wrangler", "lmdb"]) {
  test(`${backend}: ${PROCESSES} processes put, get, delete and list ${KEYS} keys for ${SECONDS} s`, async (context) => {
    const state = new State(backend);
    const end = Date.now() + SECONDS * 1000;
    let count = 0;
    const worker = async (number) => {
      for (let i = 0; Date.now() < end; ++i) {
        const key = `key${Math.floor(Math.random() * KEYS)}`;
        const what = Math.random();
        const args =
          what < 0.4 ? ["kv", "key", "put", key, `${key} from ${number}`.padEnd(1 + (i % 3000), ".")]
          : what < 0.6 ? ["kv", "key", "get", key]
          : what < 0.75 ? ["kv", "key", "delete", key]
          : what < 0.85 ? ["kv", "key", "rename", key, `key${Math.floor(Math.random() * KEYS)}`]
          : ["kv", "key", "list"];
        const result = await run(state, args);
        ++count;
        const missing = result.status === 1 && /no key /.test(result.words);
        assert.ok(result.status === 0 || missing, `${args.slice(0, 4).join(" ")}: ${result.status} ${result.words}`);
        if (args[2] === "list") JSON.parse(result.out);
        if (args[2] === "get" && result.status === 0) assert.match(result.out, /^key\d+ from \d\.*$|^key?.*$/);
      }
    };
    await Promise.all(Array.from({ length: PROCESSES }, (_, number) => worker(number)));
    context.diagnostic(`${count} commands`);
    const list = JSON.parse((await run(state, ["kv", "key", "list"])).out).map((key) => key.name);
    assert.ok(list.length <= KEYS && new Set(list).size === list.length);
    for (const key of list) assert.notEqual(state.get(key), null, key);
    if (backend === "wrangler") {
      assert.deepEqual(state.rows().map((row) => row.key).sort(), [...list].sort());
      assert.deepEqual(state.orphans(), []);
    }
    state.remove();
  });
}
