// `state pull` of a D1 database, cut off at random requests and killed at random moments: what is here is the old or the
// new database, whole, and the next run ends with the new one. PULL_TRIALS: how often (12; ./dev crash: 200).
import { test } from "node:test";
import assert from "node:assert/strict";
import { ApiServer, FAULTS } from "./server.mjs";
import { D1Service } from "./d1.mjs";
import { Place } from "./program.mjs";

const ID = "0b1c2d3e-aaaa-4bbb-8ccc-1234567890ab";
const TRIALS = Number(process.env.PULL_TRIALS ?? 12);
const TABLES = 12;

/** The same numbers on each run. */
function* randomNumbers(seed) {
  for (let state = seed; ; ) yield (state = (state * 48271) % 2147483647) / 2147483647;
}

let schema = "CREATE VIRTUAL TABLE search USING fts5(text); INSERT INTO search VALUES('first words');";
for (let i = 0; i < TABLES; ++i)
  schema += `CREATE TABLE t${i}(id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t${i} WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 500) SELECT x, 'old ' || x FROM c; CREATE INDEX i${i} ON t${i}(v);`;
let change = "UPDATE search SET text = 'other words';";
for (let i = 0; i < TABLES; ++i) change += `UPDATE t${i} SET v = 'new' WHERE id % 3 = 0; DELETE FROM t${i} WHERE id % 7 = 0;`;

async function withTwoVersions(body) {
  const place = new Place();
  const server = await ApiServer.start();
  const d1 = new D1Service();
  server.services = [d1];
  const one = d1.add("acc1", ID, "shop", schema);
  place.write("project/wrangler.jsonc", JSON.stringify({ d1_databases: [{ binding: "DB", database_name: "shop", database_id: ID }] }));
  const env = { ...server.variables, CLOUDFLARE_API_TOKEN: "SECRET-token", CLOUDFLARE_ACCOUNT_ID: "acc1", CORRAL_TIME_TRAVEL: "off" };
  const pull = (more) => place.corral(["state", "pull", "--deep"], { env, ...more }); // --deep: also if nothing has changed
  const dump = async () => (await place.corral(["d1", "export", "DB", "--output", "-"], { env })).out;
  const done = async () => {
    const ran = await pull();
    assert.equal(ran.status, 0, ran.err);
  };
  const apply = (text) => {
    one.sqlite.exec(text);
    d1.remember(one);
  };
  try {
    await done();
    const old = await dump();
    apply(change);
    await done();
    const recent = await dump();
    assert.notEqual(old, recent);
    const snapshots = one.history;
    await body({ server, pull, dump, done, old, recent, requests: () => server.requests.splice(0).length,
      /** The old database here, and the new one in the account. */
      reset: async () => {
        d1.travel(one, { method: "POST", parameters: new URLSearchParams({ bookmark: snapshots[0].id }) }, { setHeader() {}, end() {} });
        await done();
        d1.travel(one, { method: "POST", parameters: new URLSearchParams({ bookmark: snapshots[1].id }) }, { setHeader() {}, end() {} });
        assert.equal(await dump(), old);
      } });
  } finally {
    await server.stop();
    d1.remove();
    place.remove();
  }
}

const check = async ({ dump, done, old, recent }, what) => {
  const left = await dump();
  assert.ok(left === old || left === recent, `${what}: neither the old database nor the new one`);
  await done();
  assert.equal(await dump(), recent, `${what}, and once more`);
  return left === old;
};

test("cut off at a random request, for good", () => withTwoVersions(async (all) => {
  const random = randomNumbers(7);
  all.requests();
  await all.done();
  const count = all.requests();
  assert.ok(count > TABLES);
  const answer = all.server.answer;
  for (let trial = 0; trial < TRIALS; ++trial) {
    await all.reset();
    const at = 1 + Math.floor(random.next().value * count);
    const name = ["reset", "hangUp", "cutBody", "status403"][trial % 4];
    let asked = 0;
    all.server.answer = function (request, response, ...rest) {
      if (++asked >= at) FAULTS[name](request, response);
      else answer.call(this, request, response, ...rest);
    };
    const ran = await all.pull();
    all.server.answer = answer;
    // The last request asks only whether anything has changed meanwhile.
    assert.ok(ran.status === 1 || at >= count - 1, `cut at ${at} of ${count} by ${name}: ${ran.err}`);
    await check(all, `cut at ${at} of ${count} by ${name}`);
  }
}));

test("killed at a random moment", () => withTwoVersions(async (all) => {
  const random = randomNumbers(11);
  await all.reset();
  const start = performance.now();
  await all.done();
  const lasts = performance.now() - start;
  let stayed = 0;
  for (let trial = 0; trial < TRIALS; ++trial) {
    await all.reset();
    const after = random.next().value * lasts * 1.1;
    const ran = await all.pull({ during: (child) => setTimeout(() => child.kill("SIGKILL"), after) });
    assert.ok(ran.signal === "SIGKILL" || ran.status === 0, ran.err);
    stayed += (await check(all, `killed after ${after.toFixed()} ms`)) ? 1 : 0;
  }
  assert.ok(stayed > 0 || TRIALS < 5);
}));
