// Whole-state snapshots with wrangler dev running and a Worker writing throughout.
import { after, before, describe, test } from "node:test";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { CORRAL, DevServer, TestProject } from "./project.mjs";

const config = {
  name: "interop",
  main: "worker.mjs",
  compatibility_date: "2026-01-01",
  kv_namespaces: [{ binding: "CACHE", id: "abc123" }],
  d1_databases: [{ binding: "DB", database_name: "shop", database_id: "abc123" }],
};

describe("snapshots while a Worker writes", () => {
  let project;
  let dev;

  before(async () => {
    project = new TestProject(config);
    project.corral(["d1", "execute", "shop", "--command", "CREATE TABLE counter(id INTEGER PRIMARY KEY, n INTEGER); INSERT INTO counter VALUES(1, 0)"]);
    project.corral(["kv", "key", "put", "n", "0", "--binding", "CACHE"]);
    dev = await DevServer.start(project);
  });

  after(async () => {
    await dev?.stop();
    project?.remove();
  });

  const row = async () => (await dev.call({ op: "sql", sql: "SELECT n FROM counter" })).results[0].n;
  const key = () => Number(project.corral(["kv", "key", "get", "n", "--binding", "CACHE"]).toString());

  /// Runs corral while the Worker goes on.
  const corral = (args) =>
    new Promise((resolve, reject) => {
      const child = spawn(CORRAL, args, { cwd: project.folder, stdio: ["ignore", "ignore", "pipe"] });
      let words = "";
      child.stderr.on("data", (data) => (words += data));
      child.once("close", (status) => (status === 0 ? resolve() : reject(new Error(`corral ${args.join(" ")}: ${words}`))));
    });

  /// The Worker raises the number in the row, then in the key, without pause: at every moment the row is as far as
  /// the key, or one ahead. It is told of errors as any Worker is.
  const writer = async () => {
    // The Worker has its database open before anything else happens: workerd gives up at once when another
    // process holds a lock while it opens one.
    const state = { n: await row(), refused: [], errors: [], stopped: false, failure: undefined };
    const attempt = async (call) => {
      while (true) {
        try {
          return await dev.call(call);
        } catch (error) {
          (/SQLITE_BUSY|locked/.test(error.message) || call.op === "put" ? state.refused : state.errors).push(error.message);
          if (state.refused.length + state.errors.length > 200) throw error;
        }
      }
    };
    state.done = (async () => {
      for (let last = false; !last; ) {
        last = state.stopped;
        ++state.n;
        await attempt({ op: "sql", sql: "UPDATE counter SET n = ?1", params: [state.n] });
        await attempt({ op: "put", key: "n", base64: Buffer.from(String(state.n)).toString("base64") });
      }
    })().catch((error) => (state.failure = error));
    state.waitForWrites = async (count) => {
      for (const n = state.n; state.n < n + count && !state.failure; ) await new Promise((resolve) => setTimeout(resolve, 5));
      if (state.failure) throw state.failure;
    };
    state.stop = async () => {
      state.stopped = true;
      await state.done;
      if (state.failure) throw state.failure;
    };
    return state;
  };

  test("a snapshot is one moment, and taking it disturbs nobody", async (context) => {
    const writing = await writer();
    const names = Array.from({ length: 15 }, (_, i) => `s${i}`);
    for (const name of names) {
      await corral(["state", "save", name]);
      // On a slow machine the Worker may need a while for its next write.
      await writing.waitForWrites(2);
    }
    await writing.stop();
    assert.deepEqual(writing.errors, []);
    assert.deepEqual(writing.refused, [], "the Worker was refused while snapshots were taken");
    const seen = new Set();
    for (const name of names) {
      project.corral(["state", "restore", name, "-y"]);
      const [inRow, inKey] = [await row(), key()];
      assert.ok(inRow === inKey || inRow === inKey + 1, `${name}: the row says ${inRow}, the key ${inKey}`);
      assert.equal(project.corral(["state", "diff", name]).toString(), "[]\n");
      // The running Worker sees what wrangler's own command line sees.
      const found = await dev.call({ op: "get", key: "n" });
      assert.equal(found.size, String(inKey).length);
      seen.add(inRow);
    }
    context.diagnostic(`${writing.n} writes, ${seen.size} different moments`);
    assert.ok(seen.size > 5, "the Worker hardly wrote");
    assert.equal(project.wrangler(["kv", "key", "get", "n", "--binding", "CACHE", "--local"]).toString().trim(), String(key()));
    const rows = project.wranglerJson(["d1", "execute", "shop", "--local", "--json", "--command", "SELECT n FROM counter"]);
    assert.equal(rows[0].results[0].n, await row());
  });

  test("the Worker goes on through restores", async (context) => {
    project.corral(["state", "save", "base"]);
    const writing = await writer();
    for (let i = 0; i < 10; ++i) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      await corral(["state", "restore", "base", "-y"]);
    }
    await writing.stop();
    assert.deepEqual(writing.errors, []);
    context.diagnostic(`${writing.n} writes, refused ${writing.refused.length} times and tried again`);
    assert.equal(await row(), writing.n);
    assert.equal(key(), writing.n);
    project.corral(["state", "restore", "base", "-y"]);
    assert.equal(project.corral(["state", "diff", "base"]).toString(), "[]\n");
    project.assertNoOrphans(writing.refused.length + 10);
  });
});
