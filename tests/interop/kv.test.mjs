// corral and the real wrangler on one state folder, in both directions, at rest and with `wrangler dev` running.
import { after, before, describe, test } from "node:test";
import assert from "node:assert/strict";
import fs from "node:fs";
import crypto from "node:crypto";
import { DevServer, TestProject } from "./project.mjs";
import { asBulk, entries, sha256, sortedNames } from "./entries.mjs";

const config = {
  name: "interop",
  main: "worker.mjs",
  compatibility_date: "2026-01-01",
  kv_namespaces: [
    { binding: "CACHE", id: "0123456789abcdef0123456789abcdef" },
    { binding: "OTHER", id: "fedcba9876543210fedcba9876543210" },
  ],
};
const inCache = ["--binding", "CACHE"];

/// The metadata that a list shows for an entry.
const listed = (keys) => new Map(keys.map((key) => [key.name, key]));

describe("at rest", () => {
  let project;
  before(() => (project = new TestProject(config)));
  after(() => project.remove());

  test("wrangler reads what corral wrote", () => {
    assert.ok(entries.length >= 30);
    project.corral(["kv", "bulk", "put", project.write("pairs.json", asBulk(entries)), ...inCache]);
    const list = project.wranglerJson(["kv", "key", "list", ...inCache]);
    assert.deepEqual(list.map((key) => key.name), sortedNames(entries));
    const byName = listed(list);
    for (const [key, , metadata] of entries) assert.deepEqual(byName.get(key).metadata, metadata, key);
    // Text values in one call; wrangler's bulk get damages others, so some of those singly.
    const isText = (value) => Buffer.from(value.toString("utf8")).equals(value) && value[0] !== 0xef;
    const texts = entries.filter(([, value]) => isText(value) && value.length > 0);
    project.write("keys.json", JSON.stringify(texts.map(([key]) => key)));
    const values = project.wranglerJson(["kv", "bulk", "get", "keys.json", ...inCache]);
    for (const [key, value] of texts) assert.equal(values[key].value, value.toString(), key);
    for (const key of ["all-bytes", "invalid-utf8", "empty"]) {
      const value = entries.find(([name]) => name === key)[1];
      assert.deepEqual(project.wrangler(["kv", "key", "get", key, ...inCache]), value, key);
    }
    project.assertNoOrphans();
  });

  test("corral reads what wrangler wrote, and prints the same list", () => {
    const inOther = ["--binding", "OTHER"];
    project.wrangler(["kv", "bulk", "put", project.write("pairs.json", asBulk(entries)), ...inOther]);
    project.wrangler(["kv", "key", "put", "single", "value", "--ttl", "3600", "--metadata", '{"b": [1.50, "é"]}', ...inOther]);
    for (const [key, value] of entries) {
      assert.deepEqual(project.corral(["kv", "key", "get", ...inOther, "--", key]), value, key);
    }
    const ours = project.corral(["kv", "key", "list", ...inOther]).toString();
    const theirs = project.wrangler(["kv", "key", "list", ...inOther]).toString();
    assert.equal(ours, theirs.slice(theirs.search(/^\[/m)));
    assert.equal(project.corral(["kv", "key", "get", "single", "--text", ...inOther]).toString(), "value\n");
    project.assertNoOrphans();
  });

  test("a value of 25 MiB goes both ways, one byte more goes neither", () => {
    const largest = crypto.randomBytes(26_214_400);
    const file = project.write("largest", largest);
    project.corral(["kv", "key", "put", "ours", "--path", file, ...inCache]);
    project.wrangler(["kv", "key", "put", "theirs", "--path", file, ...inCache]);
    assert.equal(sha256(project.wrangler(["kv", "key", "get", "ours", ...inCache])), sha256(largest));
    assert.equal(sha256(project.corral(["kv", "key", "get", "theirs", ...inCache])), sha256(largest));
    fs.appendFileSync(file, "x");
    project.corral(["kv", "key", "put", "ours", "--path", file, ...inCache], { expect: 1 });
    assert.equal(sha256(project.corral(["kv", "key", "get", "ours", ...inCache])), sha256(largest));
    project.assertNoOrphans();
  });

  test("overwriting and deleting what the other wrote leaves no blob behind", () => {
    project.wrangler(["kv", "key", "put", "shared", "theirs", ...inCache]);
    project.corral(["kv", "key", "put", "shared", "ours", ...inCache]);
    assert.equal(project.wrangler(["kv", "key", "get", "shared", ...inCache]).toString(), "ours");
    project.wrangler(["kv", "key", "put", "shared", "theirs again", ...inCache]);
    assert.equal(project.corral(["kv", "key", "get", "shared", ...inCache]).toString(), "theirs again");
    project.corral(["kv", "key", "delete", "shared", ...inCache]);
    project.wrangler(["kv", "key", "delete", "ours", ...inCache]);
    project.corral(["kv", "key", "get", "ours", ...inCache], { expect: 1 });
    project.assertNoOrphans();
  });

  test("odd namespace ids lead both to the same files", () => {
    for (const id of ["a b", "été", "con", "x/y", "..", "../../up", "%41", "trail ", "a:b"]) {
      project.corral(["kv", "key", "put", "k", `value of ${id}`, `--namespace-id=${id}`]);
      assert.equal(project.wrangler(["kv", "key", "get", "k", `--namespace-id=${id}`]).toString(), `value of ${id}`, id);
    }
    project.assertNoOrphans();
  });
});

describe("which namespace a binding means", () => {
  let project;
  const bindings = [
    { binding: "BOTH", id: "id-both", preview_id: "preview-both" },
    { binding: "PREVIEW", preview_id: "preview-only" },
    { binding: "NEITHER" },
  ];
  before(() => (project = new TestProject({ ...config, kv_namespaces: bindings, env: { prod: { kv_namespaces: [{ binding: "BOTH", id: "id-prod" }] } } })));
  after(() => project.remove());

  for (const [args, id] of [
    [["--binding", "BOTH", "--preview"], "preview-both"],
    [["--binding", "BOTH", "--preview", "false"], "id-both"],
    [["--binding", "PREVIEW"], "preview-only"],
    [["--binding", "PREVIEW", "--preview=false"], "PREVIEW"],
    [["--binding", "NEITHER"], "NEITHER"],
    [["--binding", "BOTH", "--env", "prod"], "id-prod"],
  ]) {
    test(`put ${args.join(" ")} goes to ${id} in both`, () => {
      project.corral(["kv", "key", "put", "ours", "x", ...args]);
      project.wrangler(["kv", "key", "put", "theirs", "x", ...args]);
      const names = project.corralJson(["kv", "key", "list", "--namespace-id", id]).map((key) => key.name);
      assert.deepEqual(names, ["ours", "theirs"]);
    });
  }

  test("both refuse what is not clear", () => {
    for (const args of [["--binding", "BOTH"], ["--binding", "NEITHER", "--preview"], ["--binding", "BOTH", "-e", "nope"], ["--binding", "NONE"], []]) {
      project.corral(["kv", "key", "put", "k", "v", ...args], { expect: 1 });
      project.wrangler(["kv", "key", "put", "k", "v", ...args], { expect: 1 });
    }
  });
});

describe("with wrangler dev running", () => {
  let project;
  let server;
  before(async () => {
    project = new TestProject(config);
    server = await DevServer.start(project);
  });
  after(async () => {
    await server?.stop();
    project.remove();
  });

  test("the Worker reads at once what corral writes", async () => {
    project.corral(["kv", "bulk", "put", project.write("pairs.json", asBulk(entries)), ...inCache]);
    for (const [key, value, metadata] of entries) {
      const found = await server.call({ op: "get", key });
      assert.deepEqual([found.size, found.sha256], [value.length, sha256(value)], key);
      assert.deepEqual(found.metadata, metadata ?? null, key);
    }
    const list = await server.call({ op: "list" });
    assert.deepEqual(list, project.corralJson(["kv", "key", "list", ...inCache]));
  });

  test("corral reads at once what the Worker writes", async () => {
    for (const [key, value, metadata] of entries) {
      const changed = Buffer.concat([value, Buffer.from("!")]);
      await server.call({ op: "put", key, base64: changed.toString("base64"), options: { metadata } });
      assert.deepEqual(project.corral(["kv", "key", "get", ...inCache, "--", key]), changed, key);
    }
    const list = project.corralJson(["kv", "key", "list", ...inCache]);
    assert.deepEqual(list, await server.call({ op: "list" }));
    project.assertNoOrphans();
  });

  test("deletes, renames and expirations are seen by the other", async () => {
    project.corral(["kv", "key", "rename", "plain", "renamed", ...inCache]);
    assert.equal(await server.call({ op: "get", key: "plain" }), null);
    assert.equal((await server.call({ op: "get", key: "renamed" })).size, 6);
    await server.call({ op: "delete", key: "renamed" });
    project.corral(["kv", "key", "get", "renamed", ...inCache], { expect: 1 });
    const at = Math.floor(Date.now() / 1000) + 100;
    project.corral(["kv", "key", "put", "ours", "x", "--expiration", String(at), ...inCache]);
    await server.call({ op: "put", key: "theirs", base64: "eA==", options: { expiration: at } });
    const byName = listed(project.corralJson(["kv", "key", "list", ...inCache]));
    assert.equal(byName.get("ours").expiration, at);
    assert.equal(byName.get("theirs").expiration, at);
    assert.deepEqual(await server.call({ op: "list" }), [...byName.values()]);
    project.assertNoOrphans();
  });

  // workerd waits for no lock: whoever else commits at that moment, another wrangler too, makes a put of the Worker
  // fail. It then leaves the blob behind that it had written.
  let refused = 0;
  async function putWhenFree(call) {
    for (let attempt = 0; ; ++attempt) {
      try {
        return await server.call(call);
      } catch (error) {
        assert.match(error.message, /KV PUT failed/);
        ++refused;
        assert.ok(attempt < 20, "the Worker never got to write");
      }
    }
  }

  test("both write at once and nothing is lost", async () => {
    const ours = (async () => {
      for (let i = 0; i < 60; ++i) {
        project.corral(["kv", "key", "put", `ours-${i}`, String(i), ...inCache]);
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    const theirs = (async () => {
      for (let i = 0; i < 60; ++i) await putWhenFree({ op: "put", key: `theirs-${i}`, base64: "eA==" });
    })();
    await Promise.all([ours, theirs]);
    for (const prefix of ["ours-", "theirs-"]) {
      assert.equal(project.corralJson(["kv", "key", "list", "--prefix", prefix, ...inCache]).length, 60);
      assert.equal((await server.call({ op: "list", prefix })).length, 60);
    }
    project.assertNoOrphans(refused);
  });

  test("a namespace that corral deleted can be used on by the Worker", async () => {
    project.corral(["kv", "namespace", "delete", "--binding", "OTHER", "-y"]);
    await server.call({ op: "put", binding: "OTHER", key: "k", base64: "eA==" });
    project.corral(["kv", "namespace", "delete", "--binding", "OTHER", "-y"]);
    assert.equal(await server.call({ op: "get", binding: "OTHER", key: "k" }), null);
    await server.call({ op: "put", binding: "OTHER", key: "k", base64: "eA==" });
    assert.equal(project.corral(["kv", "key", "get", "k", "--binding", "OTHER"]).toString(), "x");
    project.assertNoOrphans(refused);
  });
});
