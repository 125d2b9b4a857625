// The real wrangler and corral, one after the other against the same server: who they say asks, what they send for
// it, and a login that either renews and the other goes on with.
import { test } from "node:test";
import assert from "node:assert/strict";
import fs from "node:fs";
import { ApiServer } from "./server.mjs";
import { Place, runWrangler } from "./program.mjs";

const hour = 3_600_000;

/** What of the requests must be the same. */
const wire = (server) =>
  server.requests.splice(0).map(({ method, path, query, headers, body }) => ({
    method, path, query, body,
    authorization: headers.authorization, key: headers["x-auth-key"], email: headers["x-auth-email"], type: headers["content-type"],
  }));

/** Parameters of a form in any order. */
const sortForm = (requests) =>
  requests.map((one) => ({ ...one, body: [...new URLSearchParams(one.body)].sort() }));

async function compare(place, server, env) {
  const theirs = await runWrangler(place, ["whoami", "--json"], env);
  const sentByWrangler = sortForm(wire(server));
  const ours = await place.corral(["whoami", "--json"], { env });
  const sentByCorral = sortForm(wire(server));
  assert.equal(ours.status, theirs.status, ours.err);
  const { account, source, ...same } = JSON.parse(ours.out);
  assert.deepEqual(same, JSON.parse(theirs.out));
  assert.deepEqual(sentByCorral, sentByWrangler);
}

for (const [name, env] of [
  ["a token", { CLOUDFLARE_API_TOKEN: "SECRET-token" }],
  ["the global key, with a token beside it", { CLOUDFLARE_API_KEY: "SECRET-key", CLOUDFLARE_EMAIL: "me@x", CLOUDFLARE_API_TOKEN: "SECRET-token" }],
  ["an old name", { CF_API_TOKEN: "SECRET-token" }],
  ["a key without an email", { CLOUDFLARE_API_KEY: "SECRET-key" }],
  ["an old name beside an empty new one", { CF_API_TOKEN: "SECRET-token", CLOUDFLARE_API_TOKEN: "" }],
]) {
  test(`whoami says and sends the same as wrangler: ${name}`, async () => {
    const place = new Place();
    const server = await ApiServer.start();
    await compare(place, server, { ...server.variables, ...env });
    await server.stop();
    place.remove();
  });
}

test("whoami says and sends the same as wrangler: .env files, a live login, one in ~/.wrangler", async () => {
  const place = new Place();
  const server = await ApiServer.start();
  place.write("project/.env", "CLOUDFLARE_API_TOKEN=SECRET-token\n");
  await compare(place, server, { ...server.variables, CLOUDFLARE_API_TOKEN: "" });
  fs.unlinkSync(`${place.project}/.env`);
  place.logIn(new Date(Date.now() + hour));
  await compare(place, server, server.variables);
  fs.mkdirSync(`${place.home}/.wrangler`);
  await compare(place, server, server.variables);
  await server.stop();
  place.remove();
});

test("either renews a login, and the other goes on with it", async () => {
  const place = new Place();
  const server = await ApiServer.start();
  const renewed = [];
  for (const first of ["corral", "wrangler"]) {
    server.refreshToken = "SECRET-refresh";
    place.logIn(new Date(Date.now() - hour));
    const run = {
      corral: () => place.corral(["whoami", "--json"], { env: server.variables }),
      wrangler: () => runWrangler(place, ["whoami", "--json"], server.variables),
    };
    for (const program of first === "corral" ? ["corral", "wrangler"] : ["wrangler", "corral"]) {
      const { status, out } = await run[program]();
      assert.equal(status, 0, out);
      assert.equal(JSON.parse(out).authType, "OAuth Token");
    }
    const tokens = sortForm(wire(server)).filter(({ path }) => path === "/oauth2/token");
    assert.equal(tokens.length, 1, `${first} first`);
    renewed.push({ request: tokens[0], file: fs.readFileSync(place.login, "utf8").replace(/"[^"]*Z"/, "TIME"), mode: fs.statSync(place.login).mode });
  }
  assert.deepEqual(renewed[0], renewed[1]);
  await server.stop();
  place.remove();
});
