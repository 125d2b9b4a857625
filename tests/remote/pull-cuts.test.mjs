// Pulls that are cut off at any request or killed at any moment: what is visible is the old state or the new one, and
// the next run goes on and ends as an undisturbed one does. PULL_TRIALS: how many of each (12; ./dev crash: 200).
import { test } from "node:test";
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { CONFIG, entry, localPairs, remotePairs, withAccount } from "./transfer.mjs";
import { FAULTS } from "./server.mjs";
import { R2ObjectService } from "./r2-objects.mjs";
import { R2BucketService } from "./r2-buckets.mjs";

const CUTS = Number(process.env.PULL_TRIALS ?? 12);
const KILLS = CUTS;
const config = { ...CONFIG, queues: {} };

/** Numbers that look random, the same in every run. */
function randomly(seed) {
  let state = seed;
  return () => (state = (state * 1103515245 + 12345) % 2 ** 31) / 2 ** 31;
}

const sorted = (map) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));

function withBoth(body) {
  const objects = new R2ObjectService();
  const buckets = new R2BucketService();
  const bucket = objects.add("acc1", "files");
  buckets.add("acc1", "files", { lifecycle: [] });
  return withAccount(async (tools) => {
    const { space, place, done, json } = tools;
    /** The account in its state number `round`: about half of everything differs from the one before. */
    const change = (round) => {
      const random = randomly(round + 1);
      for (let i = 0; i < 700; ++i) {
        if (random() < 0.5) space.entries.delete(`k${i}`);
        else space.entries.set(`k${i}`, entry(`value ${i} ${round}`, { metadata: { round } }));
      }
      for (let i = 0; i < 40; ++i) {
        if (random() < 0.4) bucket.objects.delete(`o${i}`);
        else objects.store(bucket, `o${i}`, Buffer.from(`object ${i} ${round} ${"x".repeat(i * 100)}`), {});
      }
    };
    const remote = () => ({
      keys: sorted(remotePairs(space)),
      objects: sorted(new Map([...bucket.objects].map(([key, { etag }]) => [key, etag]))),
    });
    const local = async () => ({
      keys: sorted(await localPairs(done)),
      objects: sorted(new Map((await json(["r2", "object", "list", "files", "--limit", "1000", "--local"])).map(({ key, etag }) => [key, etag]))),
    });
    const incoming = () => {
      const folder = path.join(place.project, ".wrangler/state/v3/corral/incoming");
      return fs.existsSync(folder) ? fs.readdirSync(folder) : [];
    };
    await body({ ...tools, change, remote, local, incoming });
  }, { services: [objects, buckets], config });
}

/** Each of the two resources is wholly as before or wholly as after. */
function check(now, before, after, where) {
  for (const part of ["keys", "objects"]) {
    const text = JSON.stringify(now[part]);
    assert.ok(text === JSON.stringify(before[part]) || text === JSON.stringify(after[part]), `${part} are neither old nor new: ${where}`);
  }
}

test(`${CUTS} pulls that are cut off at some request`, () => withBoth(async ({ server, corral, done, json, change, remote, local, incoming }) => {
  change(0);
  await done(["state", "pull"]);
  assert.deepEqual(await local(), remote());
  const random = randomly(7);
  const faults = ["reset", "hangUp", "cutBody", "halfJson", "status403"];
  let failures = 0, resumed = 0;
  for (let round = 1; round <= CUTS; ++round) {
    const before = remote();
    change(round);
    const after = remote();
    // From some request on, all fail.
    let left = Math.floor(random() * 45);
    const name = faults[Math.floor(random() * faults.length)];
    const answer = server.answer;
    server.answer = (request, response, ...rest) => (left-- > 0 ? answer.call(server, request, response, ...rest) : FAULTS[name](request, response));
    const ran = await corral(["state", "pull"]);
    server.answer = answer;
    failures += ran.status === 0 ? 0 : 1;
    check(await local(), before, after, `${name}, round ${round}: ${ran.err}`);
    const again = await json(["state", "pull"]);
    resumed += again.reduce((sum, { staged }) => sum + staged, 0);
    assert.deepEqual(await local(), after, `round ${round}`);
    assert.deepEqual(incoming(), []);
  }
  assert.deepEqual(await json(["state", "diff", "--remote"]), []);
  assert.ok(failures > CUTS / 3, `${failures} failures`);
  assert.ok(resumed > 0);
}));

test(`${KILLS} pulls that are killed at some moment`, () => withBoth(async ({ server, corral, done, json, change, remote, local, incoming }) => {
  change(0);
  const start = Date.now();
  await done(["state", "pull"]);
  server.latency = 2;
  const whole = Date.now() - start;
  const random = randomly(11);
  let kills = 0;
  for (let round = 1; round <= KILLS; ++round) {
    const before = remote();
    change(round);
    const after = remote();
    const ran = await corral(["state", "pull"], { during: (child) => setTimeout(() => child.kill("SIGKILL"), random() * 1.5 * whole) });
    kills += ran.signal === "SIGKILL" ? 1 : 0;
    check(await local(), before, after, `round ${round}`);
    await done(["state", "pull"]);
    assert.deepEqual(await local(), after, `round ${round}`);
    assert.deepEqual(incoming(), []);
  }
  const { out } = await done(["state", "check", "--deep"]);
  assert.ok(!/missing|wrong/.test(out), out);
  assert.ok(kills > KILLS / 3, `${kills} kills`);
}));
