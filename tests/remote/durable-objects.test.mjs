// `do namespace list` and `do list` with --remote against the test server, and what it cannot do.
import { test } from "node:test";
import assert from "node:assert/strict";
import { ApiServer, FAULT_NAMES } from "./server.mjs";
import { DurableObjectService } from "./durable-objects.mjs";
import { Place } from "./program.mjs";

const N = "/accounts/acc1/workers/durable_objects/namespaces";
const id = (i) => i.toString(16).padStart(64, "0");
const NAMESPACES = [
  { id: "n1", name: "app_Counter", script: "app", class: "Counter", use_sqlite: true, objects: Array.from({ length: 2500 }, (_, i) => id(i)) },
  { id: "n2", name: "app_Room", script: "app", class: "Room", objects: [] },
  { id: "n3", name: "other_Counter", script: "other", class: "Counter", objects: [id(7)] },
];
const CONFIG = JSON.stringify({ name: "app", durable_objects: { bindings: [{ name: "COUNTER", class_name: "Counter" }, { name: "NEW", class_name: "NotDeployed" }] } });

async function run(words, { fault } = {}) {
  const place = new Place();
  place.write("project/wrangler.jsonc", CONFIG);
  const server = await ApiServer.start();
  server.services = [new DurableObjectService(NAMESPACES)];
  if (fault) server.fault = fault;
  const ran = await place.corral([...words, "--remote"], {
    env: { ...server.variables, CLOUDFLARE_API_TOKEN: "SECRET-token", CLOUDFLARE_ACCOUNT_ID: "acc1", CORRAL_HTTP_TIMEOUT: fault?.name.startsWith("silen") ? "2" : "60" },
  });
  const sent = server.requests.map(({ method, path, query }) => [method, path, query]);
  await server.stop();
  place.remove();
  return { ...ran, sent };
}

test("the classes are the account's, on all pages, and not the config's", async () => {
  const { status, out, err, sent } = await run(["do", "namespace", "list"]);
  assert.equal(status, 0, err);
  assert.deepEqual(JSON.parse(out), NAMESPACES.map(({ objects, ...shown }) => shown));
  assert.deepEqual(sent.map(([, path, { page }]) => [path, page]), [[N, "1"], [N, "2"]]);
});

test("the objects of a class, by its name, its binding, or script and class", async () => {
  for (const words of [["COUNTER"], ["Counter", "--script", "app"], ["app-Counter"]]) {
    const { status, out, err, sent } = await run(["do", "list", ...words]);
    assert.equal(status, 0, err);
    assert.deepEqual(JSON.parse(out), NAMESPACES[0].objects.map((one) => ({ id: one, hasStoredData: true })));
    assert.deepEqual(sent.slice(2).map(([, path, query]) => [path, query]), [
      [`${N}/n1/objects`, { limit: "1000" }], [`${N}/n1/objects`, { limit: "1000", cursor: "c1000" }], [`${N}/n1/objects`, { limit: "1000", cursor: "c2000" }],
    ]);
  }
  assert.equal((await run(["do", "list", "Room"])).out, "[]\n");
});

test("a page, and what follows it", async () => {
  const first = JSON.parse((await run(["do", "list", "COUNTER", "--limit", "1200", "--page"])).out);
  assert.deepEqual([first.objects.length, first.list_complete, first.cursor], [1200, false, "c1200"]);
  const rest = JSON.parse((await run(["do", "list", "COUNTER", "--cursor", first.cursor, "--page"])).out);
  assert.deepEqual([rest.objects[0].id, rest.objects.length, rest.list_complete], [id(1200), 1300, true]);
  const some = JSON.parse((await run(["do", "list", "COUNTER", "--prefix", id(0x123).slice(0, 63), "--limit", "3"])).out);
  assert.deepEqual(some.map((one) => one.id), [id(0x120), id(0x121), id(0x122)]);
});

test("a class that the account does not have, and what the API does not do, are refused", async () => {
  for (const [words, pattern] of [
    [["do", "list", "Nope"], /no Durable Object class "Nope"/],
    [["do", "list", "Nope", "--script", "app"], /account acc1 has no Durable Object class "Nope" of script "app"/],
    [["do", "info", "Counter", id(1)], /--remote/],
    [["do", "storage", "list", "Counter", id(1)], /--remote/],
  ]) {
    const { status, out, err } = await run(words);
    assert.deepEqual([status, out], [1, ""], err);
    assert.match(err, pattern);
  }
});

for (const path of [N, `${N}/n1/objects`]) {
  test(`a server that misbehaves at ${path.replace(N, "…")}`, async () => {
    await Promise.all(FAULT_NAMES.map(async (name) => {
      const { status, err } = await run(["do", "list", "COUNTER"], { fault: { path, name, left: -1 } });
      assert.equal(status, 1, `${name}: ${err}`);
      assert.match(err, /^corral: [^\n]{20}/m, name);
    }));
  });
}
