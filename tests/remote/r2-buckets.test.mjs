// The commands on R2 buckets with --remote against the test server: what they print, what they keep there, what they
// ask before, and where they differ from wrangler on purpose.
import { test } from "node:test";
import assert from "node:assert/strict";
import fs from "node:fs";
import { ApiServer } from "./server.mjs";
import { R2BucketService, filledBuckets } from "./r2-buckets.mjs";
import { Place } from "./program.mjs";

const R = "/accounts/acc1/r2/buckets";

async function inAccount(body, options) {
  const place = new Place();
  const server = await ApiServer.start();
  const r2 = filledBuckets(new R2BucketService(options));
  server.services = [r2];
  const env = { ...server.variables, CLOUDFLARE_API_TOKEN: "SECRET-token", CLOUDFLARE_ACCOUNT_ID: "acc1" };
  const bucket = (name, jurisdiction = "default") => r2.buckets.get(`acc1/${jurisdiction}/${name}`);
  const corral = (words, more = {}) => place.corral(["r2", "bucket", ...words, "--remote"], { ...more, env: { ...env, ...more.env } });
  const done = async (...words) => {
    const ran = await corral(words);
    assert.equal(ran.status, 0, `${words.join(" ")}: ${ran.err}`);
    return ran;
  };
  const json = async (...words) => JSON.parse((await done(...words)).out);
  const refused = async (pattern, ...words) => {
    const ran = await corral(words);
    assert.equal(ran.status, 1, `${words.join(" ")}: ${ran.out}`);
    assert.match(ran.err, pattern);
    return ran;
  };
  const sent = () => server.requests.splice(0).map(({ method, path }) => `${method} ${path.replace(R, "R")}`);
  try {
    await body({ place, server, r2, env, bucket, corral, done, json, refused, sent });
  } finally {
    await server.stop();
    place.remove();
  }
}

test("list reads all pages, heeds the config's account, and knows the bindings", () => inAccount(async ({ place, r2, json, sent }) => {
  for (let i = 0; i < 41; i += 1) r2.add("acc2", `b-${String(i).padStart(2, "0")}`);
  place.write("project/wrangler.jsonc", '{"account_id":"acc2","r2_buckets":[{"binding":"B","bucket_name":"b-03"},{"binding":"X","bucket_name":"elsewhere"}]}');
  const list = await json("list");
  assert.equal(list.length, 41);
  assert.deepEqual(list[3], { name: "b-03", creation_date: "2026-09-01T10:00:00.000Z", bindings: ["B"] });
  assert.equal(sent().length, 3);
}));

test("a bucket: create, info, update, delete", () => inAccount(async ({ place, bucket, r2, done, json, refused, sent }) => {
  place.write("project/wrangler.jsonc", '{"name":"app"}');
  assert.deepEqual(JSON.parse((await done("create", "assets", "--location", "eeur", "--update-config")).out), { r2_buckets: [{ binding: "assets", bucket_name: "assets" }] });
  assert.match(fs.readFileSync(`${place.project}/wrangler.jsonc`, "utf8"), /"assets"/);
  assert.equal(bucket("assets").location, "EEUR");
  await refused(/the account has an R2 bucket assets already/, "create", "assets");
  await refused(/exclude each other/, "create", "more-assets", "--location", "eeur", "-J", "eu");
  await done("update", "storage-class", "assets", "-s", "InfrequentAccess");
  assert.equal(bucket("assets").storage_class, "InfrequentAccess");
  r2.analytics.set("assets", { max: { objectCount: 12345, payloadSize: 1_550_000, metadataSize: 0 } });
  assert.deepEqual(await json("info", "assets"), { name: "assets", created: "2026-09-01T10:00:00.000Z", location: "EEUR", default_storage_class: "InfrequentAccess", object_count: "12,345", bucket_size: "1.55 MB" });
  sent();
  await done("delete", "assets");
  assert.deepEqual(sent(), ["DELETE R/assets"]);
  assert.equal(bucket("assets"), undefined);
  await refused(/R2 bucket full of account acc1 is not empty/, "delete", "full");
  assert.ok(bucket("full"));
  await refused(/The specified bucket does not exist/, "info", "never-made");
}));

test("create says where the bucket is if the location was not heeded, and takes it back if the config cannot be changed", () => inAccount(async ({ place, server, bucket, corral }) => {
  server.services.unshift({ answer: (request, response) => request.method === "POST" && (response.setHeader("content-type", "application/json"), response.end(JSON.stringify({ success: true, errors: [], messages: [], result: { name: "far", location: "ENAM" } })), true) });
  assert.match((await corral(["create", "far", "--location", "apac"])).err, /R2 created the bucket in ENAM, not in apac/);
  server.services.shift();
  place.write("project/wrangler.jsonc", "{ broken");
  const ran = await corral(["create", "assets", "--update-config"]);
  assert.equal(ran.status, 1);
  assert.equal(bucket("assets"), undefined);
}));

test("every command sends the jurisdiction", () => inAccount(async ({ place, server, done }) => {
  place.write("project/rules.json", '{"rules":[]}');
  const eu = ["-J", "eu"];
  for (const words of [["list"], ["info", "euro"], ["update", "storage-class", "euro", "-s", "Standard"], ["cors", "set", "euro", "--file", "rules.json", "-y"], ["cors", "list", "euro"], ["cors", "delete", "euro", "-y"],
    ["lifecycle", "add", "euro", "x", "p/", "--expire-days", "1"], ["lifecycle", "remove", "euro", "--name", "x"], ["lifecycle", "set", "euro", "--file", "rules.json", "-y"], ["lock", "set", "euro", "--file", "rules.json", "-y"],
    ["domain", "add", "euro", "--domain", "a.example.com", "--zone-id", "z"], ["domain", "get", "euro", "--domain", "a.example.com"], ["domain", "update", "euro", "--domain", "a.example.com"], ["domain", "list", "euro"],
    ["domain", "remove", "euro", "--domain", "a.example.com", "-y"], ["dev-url", "enable", "euro"], ["dev-url", "get", "euro"], ["sippy", "get", "euro"],
    ["notification", "create", "euro", "--event-type", "object-create", "--queue", "jobs"], ["notification", "list", "euro"], ["notification", "delete", "euro", "--queue", "jobs"], ["delete", "euro"]]) {
    server.requests.splice(0);
    await done(...words, ...eu);
    for (const { path, headers } of server.requests) {
      if (path !== "/graphql" && path !== "/accounts/acc1/queues") assert.equal(headers["cf-r2-jurisdiction"], "eu", words.join(" "));
    }
  }
}));

test("rules: what is there stays as it is, and a second rule of the same name is refused", () => inAccount(async ({ place, bucket, done, json, refused }) => {
  const strange = { id: "strange", enabled: true, conditions: { prefix: "" }, newTransition: { condition: { type: "Moon" } } };
  bucket("files").lifecycle.push(strange);
  await done("lifecycle", "add", "files", "tmp", "tmp/", "--expire-days", "7");
  assert.deepEqual(bucket("files").lifecycle.slice(2), [strange, { id: "tmp", enabled: true, conditions: { prefix: "tmp/" }, deleteObjectsTransition: { condition: { type: "Age", maxAge: 604800 } } }]);
  assert.equal((await json("lifecycle", "list", "files")).rules.length, 4);
  await refused(/two lifecycle rules with id "tmp"/, "lifecycle", "add", "files", "tmp", "x/", "--expire-days", "7");
  await done("lifecycle", "remove", "files", "--name", "tmp");
  assert.equal(bucket("files").lifecycle.length, 3);
  place.write("project/lock.json", '{"rules":[{"id":"a","condition":{"type":"Never"}}]}');
  await refused(/must be Age, Date or Indefinite/, "lock", "set", "files", "--file", "lock.json", "-y");
  assert.equal(bucket("files").lock.length, 1);
  place.write("project/lock.json", '{"rules":[{"id":"a","condition":{"type":"Indefinite"}}]}');
  await refused(/Replace all lock rules of R2 bucket files of account acc1\?/, "lock", "set", "files", "--file", "lock.json");
  await refused(/Delete all CORS rules of R2 bucket files of account acc1\?/, "cors", "delete", "files");
  await refused(/Disconnect the domain a\.example\.com from R2 bucket files of account acc1\?/, "domain", "remove", "files", "--domain", "a.example.com");
  assert.ok(bucket("files").cors && bucket("files").domains.length === 1 && bucket("files").lock.length === 1);
  assert.deepEqual(await json("cors", "list", "empty"), { rules: [] });
}));

test("a bucket with a data catalog is not changed without --force", () => inAccount(async ({ place, bucket, done, refused, sent, server }) => {
  place.write("project/life.json", '{"rules":[]}');
  const before = structuredClone(bucket("tables").lifecycle);
  const add = ["lifecycle", "add", "tables", "tmp", "tmp/", "--expire-days", "7"];
  await refused(/R2 bucket tables of account acc1 has a data catalog/, ...add);
  assert.deepEqual(bucket("tables").lifecycle, before);
  assert.deepEqual(sent(), ["GET R/tables/lifecycle", "PUT R/tables/lifecycle"]);
  await done(...add, "--force");
  assert.equal(bucket("tables").lifecycle.length, 2);
  assert.equal(server.requests.at(-1).headers["cf-r2-data-catalog-check"], undefined);
  await done("lifecycle", "set", "tables", "--file", "life.json", "-y");
  assert.deepEqual(bucket("tables").lifecycle, []);
}));

test("sippy: the secrets go to R2 and nowhere else", () => inAccount(async ({ bucket, done, json }) => {
  await done("sippy", "enable", "empty", "--provider", "AWS", "--bucket", "old", "--region", "eu", "--access-key-id", "id", "--secret-access-key", "SECRET-key", "--r2-access-key-id", "r", "--r2-secret-access-key", "SECRET-access");
  assert.equal(bucket("empty").sippy.source.secretAccessKey, "SECRET-key");
  assert.equal((await json("sippy", "get", "empty")).source.bucket, "old");
  await done("sippy", "disable", "empty");
  assert.deepEqual(await json("sippy", "get", "empty"), { enabled: false });
}));

test("notifications name queues, and the API gets their ids", () => inAccount(async ({ bucket, done, json, refused, sent }) => {
  assert.match((await done("notification", "create", "empty", "--event-type", "object-delete", "--queue", "mail")).err, /rule-1 for queue mail/);
  assert.deepEqual(bucket("empty").notifications[0].rules[0].actions, ["DeleteObject", "LifecycleDeletion"]);
  assert.equal((await json("notification", "list", "empty")).queues[0].queueName, "mail");
  await refused(/the account has no queue nope/, "notification", "create", "empty", "--event-type", "object-delete", "--queue", "nope");
  sent();
  await done("notification", "delete", "empty", "--queue", "mail", "--rule", "rule-1");
  assert.deepEqual(sent(), ["GET /accounts/acc1/queues", "DELETE /accounts/acc1/event_notifications/r2/empty/configuration/queues/q2"]);
  assert.deepEqual(bucket("empty").notifications, []);
}));

test("notes are right in both places", () => inAccount(async ({ place, done }) => {
  const local = await place.corral(["r2", "bucket", "create", "here"]);
  assert.equal(local.status, 0, local.err);
  for (const words of [["dev-url", "enable"], ["domain", "add", "--domain", "n.example.com", "--zone-id", "z"]]) {
    const [group, verb, ...flags] = words;
    assert.match((await place.corral(["r2", "bucket", group, verb, "here", ...flags])).err, /corral serve/);
    assert.doesNotMatch((await done(group, verb, "files", ...flags)).err, /local/);
  }
}));

test("what cannot work on an account is refused, and not in the help", () => inAccount(async ({ corral, place, server }) => {
  const ran = await corral(["lifecycle", "run", "files"]);
  assert.equal(ran.status, 1);
  assert.match(ran.err, /no --remote/);
  assert.equal(server.requests.length, 0);
  assert.doesNotMatch((await place.corral(["r2", "bucket", "lifecycle", "run", "--help"])).out, /^ +--remote/m);
  assert.match((await place.corral(["r2", "bucket", "lifecycle", "add", "--help"])).out, /^ +--remote/m);
}));
