// `corral whoami` against a server that answers as Cloudflare's API does, and one that misbehaves.
import { test } from "node:test";
import assert from "node:assert/strict";
import fs from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { ApiServer, FAULT_NAMES } from "./server.mjs";
import { Place } from "./program.mjs";

const hour = 3_600_000;

async function inPlace(body) {
  const place = new Place();
  const server = await ApiServer.start();
  try {
    await body(place, server);
  } finally {
    await server.stop();
    place.remove();
  }
}

const asJson = ({ status, out, err }) => {
  assert.equal(status, 0, err);
  return JSON.parse(out);
};

test("an API token, its accounts, and which of them is in use", () => inPlace(async (place, server) => {
  const env = { ...server.variables, CLOUDFLARE_API_TOKEN: "SECRET-token" };
  assert.deepEqual(asJson(await place.corral(["whoami"], { env })), {
    loggedIn: true,
    authType: "User API Token",
    source: "CLOUDFLARE_API_TOKEN",
    email: "me@example.com",
    accounts: [{ id: "acc1", name: "One" }, { id: "acc2", name: "Two" }],
    account: null,
  });
  assert.deepEqual(server.requests.map(({ method, path }) => `${method} ${path}`),
    ["GET /user/tokens/verify", "GET /user", "GET /accounts", "GET /memberships"]);
  for (const { headers } of server.requests) {
    assert.equal(headers.authorization, "Bearer SECRET-token");
    assert.match(headers["user-agent"], /^corral\//);
  }
  const account = async (more) => asJson(await place.corral(["whoami", "--json"], { env: { ...env, ...more } })).account;
  assert.deepEqual(await account({ CLOUDFLARE_ACCOUNT_ID: "acc2" }), { id: "acc2", source: "CLOUDFLARE_ACCOUNT_ID" });
  place.write("project/wrangler.json", '{"name":"app","account_id":"of-config","env":{"b":{"account_id":"of-env"},"c":{}}}');
  assert.deepEqual(await account({ CLOUDFLARE_ACCOUNT_ID: "acc2" }), { id: "of-config", source: "account_id in the config" });
  assert.equal((await account({ CLOUDFLARE_ENV: "b" })).id, "of-env");
  assert.equal((await account({ CLOUDFLARE_ENV: "c" })).id, "of-config");
  fs.unlinkSync(`${place.project}/wrangler.json`);
  server.accounts = server.accounts.slice(0, 1);
  assert.deepEqual(await account({}), { id: "acc1", source: "the only account" });
  place.write("project/.wrangler/cache/wrangler-account.json", '{"account":{"id":"cached","name":"C"}}');
  assert.equal((await account({})).id, "cached");
}));

test("pages of accounts are read to the end", () => inPlace(async (place, server) => {
  server.perPage = 2;
  server.accounts = Array.from({ length: 5 }, (_, i) => ({ id: `a${i}`, name: `A${i}` }));
  const env = { ...server.variables, CLOUDFLARE_API_TOKEN: "SECRET-token" };
  assert.equal(asJson(await place.corral(["whoami"], { env })).accounts.length, 5);
  assert.deepEqual(server.requests.filter(({ path }) => path === "/accounts").map(({ query }) => query.page), ["1", "2", "3"]);
}));

test("the global key beats the token; old names warn; .env files fill in what is not set", () => inPlace(async (place, server) => {
  const key = { CLOUDFLARE_API_KEY: "SECRET-key", CLOUDFLARE_EMAIL: "me@x", CLOUDFLARE_API_TOKEN: "SECRET-token" };
  const found = asJson(await place.corral(["whoami"], { env: { ...server.variables, ...key } }));
  assert.equal(found.authType, "Global API Key");
  assert.equal(found.email, "me@x");
  assert.deepEqual(server.requests.map(({ path }) => path), ["/accounts", "/memberships"]);
  assert.equal(server.requests[0].headers["x-auth-key"], "SECRET-key");
  assert.equal(server.requests[0].headers["x-auth-email"], "me@x");
  assert.equal(server.requests[0].headers.authorization, undefined);

  const old = await place.corral(["whoami"], { env: { ...server.variables, CF_API_TOKEN: "SECRET-token" } });
  assert.equal(asJson(old).source, "CF_API_TOKEN");
  assert.match(old.err, /CF_API_TOKEN is an old name; set CLOUDFLARE_API_TOKEN/);

  place.write("project/.env", "CLOUDFLARE_API_TOKEN=SECRET-token\nCLOUDFLARE_ACCOUNT_ID=of-env-file\n");
  for (const env of [server.variables, { ...server.variables, CLOUDFLARE_API_TOKEN: "" }])
    assert.equal(asJson(await place.corral(["whoami"], { env })).account.id, "of-env-file");
  const real = { ...server.variables, CLOUDFLARE_ACCOUNT_ID: "of-process" };
  assert.equal(asJson(await place.corral(["whoami"], { env: real })).account.id, "of-process");
}));

test("a login is used, and renewed once when it has expired, however many ask", () => inPlace(async (place, server) => {
  place.logIn(new Date(Date.now() + hour));
  const env = server.variables;
  const live = asJson(await place.corral(["whoami"], { env }));
  assert.equal(live.authType, "OAuth Token");
  assert.equal(live.source, place.login);
  assert.deepEqual(live.tokenPermissions, ["account:read", "offline_access"]);
  assert.ok(!server.requests.some(({ path }) => path === "/oauth2/token"));

  place.logIn(new Date(Date.now() - hour));
  fs.chmodSync(place.login, 0o644);
  const all = await Promise.all(Array.from({ length: 5 }, () => place.corral(["whoami"], { env })));
  for (const one of all) assert.equal(asJson(one).authType, "OAuth Token");
  const renewals = server.requests.filter(({ path }) => path === "/oauth2/token");
  assert.equal(renewals.length, 1);
  assert.equal(renewals[0].headers.authorization, undefined);
  assert.equal(renewals[0].headers["content-type"], "application/x-www-form-urlencoded");
  assert.match(fs.readFileSync(place.login, "utf8"),
    /^oauth_token = "SECRET-new-access"\nexpiration_time = "[^"]+Z"\nrefresh_token = "SECRET-new-refresh"\nscopes = \[ "account:read", "offline_access" \]\n$/);
  assert.equal(fs.statSync(place.login).mode & 0o777, 0o600);

  // A refresh token that was used already logs the user out; the file stays as it is.
  place.logIn(new Date(Date.now() - hour));
  const before = fs.readFileSync(place.login);
  const refused = await place.corral(["whoami"], { env });
  assert.equal(refused.status, 1);
  assert.match(refused.err, /login has expired/);
  assert.match(refused.err, /wrangler login/);
  assert.deepEqual(fs.readFileSync(place.login), before);
}));

test("without a credential nothing is sent", () => inPlace(async (place, server) => {
  const nothing = await place.corral(["whoami"], { env: server.variables });
  assert.equal(nothing.status, 1);
  assert.deepEqual(JSON.parse(nothing.out), { loggedIn: false });
  assert.match(nothing.err, /CLOUDFLARE_API_TOKEN/);
  assert.equal(server.requests.length, 0);
}));

test("a token that is not valid is said to be so, with where to make one", () => inPlace(async (place, server) => {
  const env = { ...server.variables, CLOUDFLARE_API_TOKEN: "wrong" };
  const refused = await place.corral(["whoami"], { env });
  assert.equal(refused.status, 1);
  assert.equal(refused.out, "");
  assert.match(refused.err, /Invalid API Token \(code 1000\)/);
  assert.match(refused.err, /https:\/\/dash\.cloudflare\.com\/profile\/api-tokens/);
}));

test("memberships that are refused leave the accounts to decide", () => inPlace(async (place, server) => {
  const env = { ...server.variables, CLOUDFLARE_API_TOKEN: "SECRET-token" };
  server.fault = { path: "/memberships", name: "status403", left: -1 };
  assert.equal(asJson(await place.corral(["whoami"], { env })).accounts.length, 3);
}));

test("CORRAL_DEBUG=http shows a line a request", () => inPlace(async (place, server) => {
  const env = { ...server.variables, CLOUDFLARE_API_TOKEN: "SECRET-token", CORRAL_DEBUG: "http" };
  const { err, out } = await place.corral(["whoami"], { env });
  assert.ok(JSON.parse(out).loggedIn);
  assert.match(err, /^GET \/user\/tokens\/verify 200 \d+ bytes \d+ ms cf-ray -$/m);
  assert.equal(err.trimEnd().split("\n").length, 4);
}));

/** Faults after which the command can still end well: they strike once and the request is sent again. */
const passing = new Set(["reset", "hangUp", "cutBody", "resetBody", "notHttp", "html", "retryAfter", "status429", "status500", "status503"]);

test("each request meets each fault: a sentence and exit 1, or done when it was sent again", async () => {
  let runs = 0;
  for (const name of FAULT_NAMES) {
    for (const path of ["/user/tokens/verify", "/user", "/accounts", "/memberships", "/oauth2/token"]) {
      const silent = name.startsWith("silen");
      for (const left of silent ? [-1] : [1, -1]) {
        if (left === -1 && !silent && path !== "/accounts" && path !== "/oauth2/token") continue;
        await inPlace(async (place, server) => {
          server.fault = { path, name, left };
          const renews = path === "/oauth2/token";
          const env = { ...server.variables, ...(silent ? { CORRAL_HTTP_TIMEOUT: "0.3" } : {}) };
          if (renews) place.logIn(new Date(Date.now() - hour));
          else env.CLOUDFLARE_API_TOKEN = "SECRET-token";
          const { status, out, err } = await place.corral(["whoami"], { env });
          runs += 1;
          const asked = server.requests.filter((request) => request.path === path);
          const what = `${name} x ${left} at ${path}: ${status} ${err}`;
          const tolerated = !renews && path !== "/accounts" && ["status401", "status403"].includes(name);
          if (tolerated || (!renews && left === 1 && passing.has(name))) {
            assert.equal(status, 0, what);
            if (!tolerated) assert.equal(asked.length, 2, what);
          } else {
            assert.equal(status, 1, what);
            assert.equal(out, "", what);
            assert.match(err, /^corral: .{20,}\n/, what);
            assert.ok(err.split("\n").length >= 3, `no hint: ${what}`);
            // What is renewed may be renewed only once.
            if (renews) assert.equal(asked.length, 1, what);
            else assert.ok(asked.length <= 4, what);
          }
          if (renews) assert.match(fs.readFileSync(place.login, "utf8"), /SECRET-refresh/, what);
        });
      }
    }
  }
  assert.ok(runs > 100, `${runs} runs`);
  console.log(`${runs} runs with faults`);
});

test("a server that is not there", async () => {
  const place = new Place();
  const env = { CLOUDFLARE_API_BASE_URL: "http://127.0.0.1:9/client/v4", CLOUDFLARE_API_TOKEN: "SECRET-token" };
  const refused = await place.corral(["whoami"], { env });
  assert.equal(refused.status, 1);
  assert.match(refused.err, /127\.0\.0\.1:9 cannot be reached: Connection refused/);
  place.remove();
});

test("Ctrl-C ends a wait, and no process shows a secret in its arguments", () => inPlace(async (place, server) => {
  server.fault = { path: "/user/tokens/verify", name: "silence", left: -1 };
  const env = { ...server.variables, CLOUDFLARE_API_TOKEN: "SECRET-token" };
  const started = Date.now();
  const { status } = await place.corral(["whoami"], { env, during: async (child) => {
    while (server.requests.length === 0) await sleep(10);
    if (fs.existsSync(`/proc/${child.pid}/cmdline`))
      place.checkSecrets(fs.readFileSync(`/proc/${child.pid}/cmdline`, "latin1"), "argv");
    child.kill("SIGINT");
  } });
  assert.equal(status, 130);
  assert.ok(Date.now() - started < 10_000);
}));
