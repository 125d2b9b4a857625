// What the tests of `state pull`, `state push` and `state diff --remote` share: an account and a project that binds it.
import assert from "node:assert/strict";
import { ApiServer } from "./server.mjs";
import { KvService } from "./kv.mjs";
import { Place } from "./program.mjs";

export const ID = "11112222333344445555666677778888";
export const PREVIEW = "99992222333344445555666677778888";

export const CONFIG = {
  name: "app",
  kv_namespaces: [{ binding: "CACHE", id: ID }],
  r2_buckets: [{ binding: "FILES", bucket_name: "files" }],
  queues: { producers: [{ binding: "MAILS", queue: "mails" }] },
};

/** Calls `body` with a project, an account and the means to run corral there. */
export async function withAccount(body, { services = [], config = CONFIG, account = "acc1" } = {}) {
  const place = new Place();
  const server = await ApiServer.start();
  const kv = new KvService();
  server.services = [kv, ...services];
  place.write("project/wrangler.json", JSON.stringify(config));
  const space = kv.add(account, ID, "cache");
  const env = { ...server.variables, CLOUDFLARE_API_TOKEN: "SECRET-token", CLOUDFLARE_ACCOUNT_ID: account };
  const corral = (words, more = {}) => place.corral(words, { ...more, env: { ...env, ...more.env } });
  const done = async (words, more) => {
    const ran = await corral(words, more);
    assert.equal(ran.status, 0, `${words.join(" ")}: ${ran.err}`);
    return ran;
  };
  const json = async (words, more) => JSON.parse((await done(words, more)).out);
  const refused = async (words, pattern, more) => {
    const ran = await corral(words, more);
    assert.equal(ran.status, 1, `${words.join(" ")}: ${ran.out}`);
    assert.match(ran.err, pattern);
    return ran;
  };
  try {
    await body({ place, server, kv, space, env, corral, done, json, refused });
  } finally {
    await server.stop();
    place.remove();
  }
}

/** An entry as the test server keeps it. */
export const entry = (value, more = {}) => ({ value: Buffer.from(value), expiration: undefined, metadata: undefined, ...more });

/** All pairs of a local namespace, by key, bytes as base64. */
export async function localPairs(done, id = ID) {
  const pairs = JSON.parse((await done(["kv", "bulk", "get", "--all", "--namespace-id", id, "--local"])).out);
  return new Map(pairs.map(({ key, value, base64, metadata, expiration }) =>
    [key, { value: Buffer.from(value, base64 ? "base64" : "utf8").toString("base64"), metadata, expiration }]));
}

/** The same of a namespace of the test server. */
export const remotePairs = (space) => new Map([...space.entries].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  .map(([key, { value, metadata, expiration }]) => [key, { value: value.toString("base64"), metadata, expiration }]));
