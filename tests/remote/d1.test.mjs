// The D1 commands with --remote against the test server: what they print, what they leave there, what they ask before.
import { test } from "node:test";
import assert from "node:assert/strict";
import fs from "node:fs";
import { ApiServer } from "./server.mjs";
import { D1Service } from "./d1.mjs";
import { Place, runWrangler } from "./program.mjs";

const ID = "0b1c2d3e-aaaa-4bbb-8ccc-1234567890ab";
const D = "/accounts/acc1/d1/database";

async function inAccount(body) {
  const place = new Place();
  const server = await ApiServer.start();
  const d1 = new D1Service();
  server.services = [d1];
  d1.add("acc1", ID, "shop", "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT); INSERT INTO users VALUES(1,'Ann'),(2,'Bob')");
  place.write("project/wrangler.jsonc", JSON.stringify({ name: "app", d1_databases: [{ binding: "DB", database_name: "shop", database_id: ID }] }));
  const env = { ...server.variables, CLOUDFLARE_API_TOKEN: "SECRET-token", CLOUDFLARE_ACCOUNT_ID: "acc1" };
  const corral = (line, more = {}) => place.corral([...line, "--remote"], { ...more, env: { ...env, ...more.env } });
  const done = async (line, more) => {
    const ran = await corral(line, more);
    assert.equal(ran.status, 0, `${line.join(" ")}: ${ran.err}`);
    return ran;
  };
  const refused = async (line, pattern, more) => {
    const ran = await corral(line, more);
    assert.equal(ran.status, 1, `${line.join(" ")}: ${ran.out}`);
    assert.match(ran.err, pattern);
    return ran;
  };
  const sent = () => server.requests.splice(0).map(({ method, path, body }) => `${method} ${path.replace(`${D}/${ID}`, "").replace(D, "D")}${path.endsWith("/query") ? ` ${body}` : ""}`);
  try {
    await body({ place, server, d1, env, corral, done, refused, sent, rows: (sql) => d1.rows("acc1", ID, sql) });
  } finally {
    await server.stop();
    d1.remove();
    place.remove();
  }
}

test("execute: parameters, formats, tables for nothing but people", () => inAccount(async ({ place, done, refused, rows, sent }) => {
  const run = ["d1", "execute", "DB", "--command"];
  const named = JSON.parse((await done([...run, "SELECT :n AS n, :n || 'x' AS m, :t AS t", "--param", "n=1", "--param-text", "t=2"])).out);
  assert.deepEqual(sent(), ['POST /query {"sql":"SELECT ?1 AS n, ?1 || \'x\' AS m, ?2 AS t","params":[1,"2"]}']);
  assert.equal(named[0].results[0].t, "2");
  assert.equal((await done([...run, "SELECT id, name FROM users ORDER BY id", "--format", "csv"])).out, "id,name\n1,Ann\n2,Bob\n");
  assert.equal((await done([...run, "SELECT id, name FROM users ORDER BY id", "--format", "ndjson"])).out, '{"id":1,"name":"Ann"}\n{"id":2,"name":"Bob"}\n');
  place.write("project/many.json", JSON.stringify(Array.from({ length: 5 }, (_, i) => [`n${i}`])));
  sent();
  await done([...run, "INSERT INTO users(name) VALUES(?)", "--params-json", "many.json"]);
  assert.equal(sent().length, 1);
  assert.equal(rows("SELECT count(*) AS n FROM users")[0].n, 7);
  await refused([...run, "SELEC"], /near "SELEC": syntax error/);
  await refused([...run, "SELECT 1", "--unrestricted"], /--unrestricted works on local state only/);
  const failed = await refused([...run, "SELECT * FROM nope", "--json"], /^$/);
  assert.match(JSON.parse(failed.out).error.text, /no such table: nope/);
}));

test("execute --file: from a pipe, once uploaded, of 20 MB", () => inAccount(async ({ place, done, rows, sent }) => {
  await done(["d1", "execute", "DB", "--file", "-"], { input: "INSERT INTO users(name) VALUES('piped');" });
  assert.deepEqual(sent().map((one) => one.replace(/[0-9a-f]{32}.*/, "")), ["POST /import", "PUT /presigned/upload/", "POST /import", "POST /import"]);
  assert.equal(rows("SELECT count(*) AS n FROM users WHERE name = 'piped'")[0].n, 1);
  place.write("project/big.sql", `CREATE TABLE big(x);\n${`INSERT INTO big VALUES('${"x".repeat(1000)}');\n`.repeat(20_000)}`);
  const made = JSON.parse((await done(["d1", "execute", "DB", "--file", "big.sql", "--json"])).out);
  assert.equal(made[0].results[0]["Total queries executed"], 20_001);
  assert.equal(rows("SELECT count(*) AS n FROM big")[0].n, 20_000);
}));

test("import, explain, shell, schema dump and diff, export", () => inAccount(async ({ place, done, refused, rows, sent }) => {
  place.write("project/people.csv", `name,age\n${Array.from({ length: 300 }, (_, i) => `"p;${i}'",${i}`).join("\n")}\n`);
  const made = JSON.parse((await done(["d1", "import", "DB", "people.csv", "--table", "people", "--create"])).out);
  assert.equal(made.rows, 300);
  assert.deepEqual(rows("SELECT count(*) AS n, sum(age) AS s, typeof(age) AS t FROM people"), [{ n: 300, s: 44850, t: "integer" }]);
  place.write("project/few.csv", "id,name\n7,Gil\n8,it's\n");
  sent();
  await done(["d1", "import", "DB", "few.csv", "--table", "users"]);
  assert.equal(sent().filter((one) => one.includes("INSERT")).length, 1);
  assert.deepEqual(rows("SELECT name FROM users WHERE id > 6"), [{ name: "Gil" }, { name: "it's" }]);
  await refused(["d1", "import", "DB", "few.csv", "--table", "users"], /UNIQUE constraint failed: users.id/);
  assert.match((await done(["d1", "explain", "DB", "SELECT * FROM users WHERE id = ?"])).out, /SEARCH users/);
  assert.match((await done(["d1", "shell", "DB", "--format", "csv"], { input: ".tables\nSELECT count(*) AS n\n FROM users;\n" })).out, /people\n(.*\n)*n\n4\n/);
  const dump = (await done(["d1", "schema", "dump", "DB"])).out;
  assert.match(dump, /CREATE TABLE users/);
  place.write("project/migrations/0001_a.sql", dump);
  assert.equal((await done(["d1", "schema", "diff", "DB", "./migrations", "--exit-code"])).out, "");
  const sql = (await done(["d1", "export", "DB", "--output", "-"])).out;
  assert.match(sql, /INSERT INTO "users"/);
}));

test("databases: create, list, info, delete; what is not there", () => inAccount(async ({ place, done, refused, d1, sent }) => {
  assert.deepEqual(JSON.parse((await done(["d1", "list"])).out).map(({ name }) => name), ["shop"]);
  await done(["d1", "create", "orders", "--update-config"]);
  const made = [...d1.databases("acc1").values()].find(({ name }) => name === "orders");
  assert.ok(fs.readFileSync(`${place.project}/wrangler.jsonc`, "utf8").includes(made.uuid));
  await refused(["d1", "create", "orders"], /has a D1 database "orders" already/);
  const info = JSON.parse((await done(["d1", "info", "orders"])).out);
  assert.deepEqual([info.name, info.database_size, info.read_queries_24h], ["orders", 40960, 3]);
  await refused(["d1", "delete", "orders"], /Delete D1 database "orders" of account acc1 with everything in it\?/);
  await refused(["d1", "info", "gone"], /no D1 database "gone" of account acc1; there are: shop, orders/);
  sent();
  await done(["d1", "delete", "orders", "-y"]);
  assert.deepEqual(sent(), [`DELETE D/${made.uuid}`]);
  for (const words of [["path", "DB"], ["restore", "DB", "x.sqlite"], ["time-travel", "list", "DB"], ["time-travel", "bookmark", "DB"], ["migrations", "squash", "DB", "--to", "1"], ["migrations", "seed", "DB"]])
    await refused(["d1", ...words], /no --remote/);
  assert.deepEqual(sent(), []);
}));

test("migrations: look, try, apply, undo, correct", () => inAccount(async ({ place, done, refused, corral, rows, sent }) => {
  const verb = (name, ...more) => ["d1", "migrations", name, "DB", ...more];
  place.write("project/migrations/0001_a.sql", "CREATE TABLE a(x)");
  place.write("project/migrations/0002_b.sql", "CREATE TABLE b(x);\n");
  place.write("project/migrations/down/0002_b.sql", "DROP TABLE b");
  const tables = () => rows("SELECT name FROM sqlite_schema WHERE name IN ('a', 'b', 'c', 'd1_migrations') ORDER BY name").map(({ name }) => name).join();
  assert.deepEqual(JSON.parse((await done(verb("list"))).out), [{ name: "0001_a.sql" }, { name: "0002_b.sql" }]);
  assert.equal((await corral(verb("status", "--exit-code"))).status, 3);
  await done(verb("lint"));
  sent();
  const tried = await done(verb("apply", "--dry-run"));
  assert.match(tried.err, /tried 2 migrations on a copy of the schema of "shop", without its rows: no error/);
  assert.ok(sent().every((one) => /GET|SELECT/.test(one)));
  assert.equal(tables(), "");
  const applied = await done(verb("apply"));
  const { bookmark } = JSON.parse(applied.out);
  assert.match(applied.err, new RegExp(`corral d1 time-travel restore 'shop' --bookmark=${bookmark} --remote`));
  assert.equal(tables(), "a,b,d1_migrations");
  assert.equal((await corral(verb("status", "--exit-code"))).status, 0);
  await refused(verb("rollback"), /Roll back 1 migration of "shop" of account acc1\?/);
  await done(verb("rollback", "--yes"));
  assert.equal(tables(), "a,d1_migrations");
  await done(verb("resolve", "--applied", "0002_b.sql"));
  assert.equal((await corral(verb("status", "--exit-code"))).status, 0);
  await done(verb("resolve", "--unapplied", "2"));
  await done(verb("baseline", "--to", "2"));
  assert.deepEqual(rows("SELECT name FROM d1_migrations ORDER BY id"), [{ name: "0001_a.sql" }, { name: "0002_b.sql" }]);
  place.write("project/migrations/0003_c.sql", "CREATE TABLE c(x); SELEC 1;");
  await refused(verb("apply"), /0003_c.sql[^]*near "SELEC"/);
  await refused(verb("apply", "--dry-run"), /near "SELEC"/);
  assert.equal(tables(), "a,d1_migrations");
  await done(["d1", "time-travel", "restore", "DB", `--bookmark=${bookmark}`, "-y"]);
  assert.equal(tables(), "d1_migrations");
  sent();
  place.write("project/migrations/0003_c.sql", "CREATE TABLE c(x);");
  await done(["d1", "migrations", "create", "DB", "more"]);
  assert.deepEqual(sent(), []);
}));

test("time travel: info and restore, with the question", () => inAccount(async ({ done, refused, rows }) => {
  const { bookmark } = JSON.parse((await done(["d1", "time-travel", "info", "DB"])).out);
  await done(["d1", "execute", "DB", "--command", "DELETE FROM users"]);
  await refused(["d1", "time-travel", "restore", "DB", "--bookmark", bookmark], /Replace everything in D1 database "shop" of account acc1/);
  const back = JSON.parse((await done(["d1", "time-travel", "restore", "DB", "--bookmark", bookmark, "-y"])).out);
  assert.equal(back.message, "restored");
  assert.equal(rows("SELECT count(*) AS n FROM users")[0].n, 2);
  await refused(["d1", "time-travel", "info", "DB", "--timestamp", "2001-01-01T00:00:00Z"], /too long ago/);
  await refused(["d1", "time-travel", "info", "DB", "--timestamp", "2999-01-01T00:00:00Z"], /in the future/);
}));

const steps = Array.from({ length: 6 }, (_, i) => [`migrations/000${i + 1}_step.sql`, `CREATE TABLE s${i}(x);\nINSERT INTO s${i} VALUES(1);\n`]);

/** What must always hold: every recorded migration is there as a whole, and nothing else is. */
function checkWhole(rows) {
  const known = rows("SELECT 1 FROM sqlite_schema WHERE name = 'd1_migrations'").length === 1;
  const recorded = known ? rows("SELECT name FROM d1_migrations ORDER BY id").map(({ name }) => name) : [];
  const made = rows("SELECT name FROM sqlite_schema WHERE name GLOB 's[0-9]' ORDER BY name").map(({ name }) => name);
  assert.deepEqual(recorded, steps.slice(0, made.length).map(([name]) => name.slice("migrations/".length)));
  for (const name of made) assert.equal(rows(`SELECT count(*) AS n FROM ${name}`)[0].n, 1);
  return made.length;
}

test("migrations apply, killed or cut off at each request: whole migrations, a true record, the next run goes on", () => inAccount(async ({ place, server, corral, done, rows, d1 }) => {
  for (const [name, text] of steps) place.write(`project/${name}`, text);
  const start = d1.databases("acc1").get(ID);
  const fresh = start.history[0].id;
  const goBack = () => d1.travel(start, { method: "POST", parameters: new URLSearchParams({ bookmark: fresh }) }, { setHeader() {}, end() {} });
  const reached = new Set();
  for (const how of ["reset", "kill", "cutBody", "status503"]) {
    for (const moment of ["before", "after"]) {
      for (let at = 0; at < 9; at += 1) {
        goBack();
        server.requests.length = 0;
        const answer = server.answer.bind(server);
        let child;
        const strike = (response) => (how === "kill" ? (child.kill("SIGKILL"), response.socket.destroy()) : how === "reset" ? response.socket.resetAndDestroy() : how === "cutBody" ? (response.writeHead(200, { "content-length": 500 }), response.write("{", () => response.socket.destroy())) : (response.statusCode = 503, response.end()));
        server.answer = (request, response, path, parameters, bytes) => {
          if (server.requests.length !== at + 1 || !path.endsWith("/query")) return answer(request, response, path, parameters, bytes);
          if (moment === "after") answer(request, { req: request, setHeader() {}, end() {} }, path, parameters, bytes);
          strike(response);
        };
        const ran = await corral(["d1", "migrations", "apply", "DB"], { during: (one) => (child = one) });
        server.answer = answer;
        if (ran.status !== 0 && how !== "kill") assert.match(ran.err, /^corral: /m);
        reached.add(checkWhole(rows));
        await done(["d1", "migrations", "apply", "DB"]);
        assert.equal(checkWhole(rows), steps.length, `${how} ${moment} ${at}`);
      }
    }
  }
  assert.deepEqual([...reached].sort(), [0, 1, 2, 3, 4, 5, 6]);
}));

test("the real wrangler goes on where corral stopped, and the other way round", () => inAccount(async ({ place, server, env, done, rows }) => {
  for (const [name, text] of steps) place.write(`project/${name}`, text);
  await done(["d1", "migrations", "apply", "DB", "--steps", "2"]);
  assert.equal(checkWhole(rows), 2);
  // wrangler is cut off at its third migration.
  const answer = server.answer.bind(server);
  let queries = 0;
  server.answer = (request, response, path, ...rest) => {
    if (path.endsWith("/query") && (queries += 1) === 5) return response.socket.destroy();
    answer(request, response, path, ...rest);
  };
  const cut = await runWrangler(place, ["d1", "migrations", "apply", "DB", "--remote"], env);
  server.answer = answer;
  assert.equal(cut.status, 1, cut.out);
  assert.equal(checkWhole(rows), 4);
  await done(["d1", "migrations", "apply", "DB", "--steps", "1"]);
  const last = await runWrangler(place, ["d1", "migrations", "apply", "DB", "--remote"], env);
  assert.equal(last.status, 0, last.err);
  assert.equal(checkWhole(rows), 6);
  const listed = await runWrangler(place, ["d1", "migrations", "list", "DB", "--remote"], env);
  assert.match(listed.out, /No migrations to apply/);
}));
