// The real wrangler and corral with the D1 commands, each on a server of its own with the same databases: the same
// changes on the wire, the same data on stdout, the same exit status, the same content afterwards.
import { test } from "node:test";
import assert from "node:assert/strict";
import fs from "node:fs";
import { ApiServer } from "./server.mjs";
import { D1Service } from "./d1.mjs";
import { chosen } from "./many.mjs";
import { Place, runWrangler } from "./program.mjs";

const ID = "0b1c2d3e-aaaa-4bbb-8ccc-1234567890ab";
const LOGS = "1b1c2d3e-aaaa-4bbb-8ccc-1234567890ab";
const FILES = {
  "wrangler.jsonc": JSON.stringify({
    name: "app",
    compatibility_date: "2026-10-01",
    d1_databases: [
      { binding: "DB", database_name: "shop", database_id: ID },
      { binding: "LOGS", database_name: "logs", database_id: LOGS, preview_database_id: "3b1c2d3e-aaaa-4bbb-8ccc-1234567890ab", migrations_dir: "db/logs", migrations_table: "schema versions" },
      { binding: "REPORTS", database_name: "reports" },
      { binding: "AUTO_DB" },
      { binding: "EMPTY", database_name: "empty", database_id: ID, migrations_dir: "nothing" },
    ],
    env: { staging: { d1_databases: [{ binding: "DB", database_name: "logs", database_id: LOGS }] } },
  }),
  "migrations/0001_users.sql": "-- hello\r\nCREATE TABLE a(x);\r\nINSERT INTO a VALUES('it''s; so');\r\n\r\n",
  "migrations/0002_it's.sql": "\ufeffCREATE TABLE b(x); -- end",
  "migrations/0003_empty.sql": "",
  "migrations/0004_comment.sql": "-- nothing",
  "migrations/0005_trigger.sql": "CREATE TRIGGER t AFTER INSERT ON a BEGIN INSERT INTO b VALUES(new.x); END;\n",
  "db/logs/0001_a.sql": "CREATE TABLE good(x);",
  "db/logs/0002_bad.sql": "CREATE TABLE half(x); SELEC 1;",
  "db/logs/0003_never.sql": "CREATE TABLE never(x);",
  "nothing/readme.txt": "",
  "some.sql": "INSERT INTO users(name) VALUES('x');\r\nSELECT * FROM users;\n",
  "bad.sql": "CREATE TABLE half(x); SELEC 1;",
  "none.sql": "",
};

const state = () => {
  const d1 = new D1Service();
  d1.add("acc1", ID, "shop", "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT, score REAL, raw BLOB); INSERT INTO users VALUES(1,'Ann',1.5,x'00ff'),(2,'Bob',NULL,NULL); CREATE INDEX by_name ON users(name)");
  d1.add("acc1", LOGS, "logs");
  d1.add("acc1", "2b1c2d3e-aaaa-4bbb-8ccc-1234567890ab", "reports");
  d1.add("acc1", "3b1c2d3e-aaaa-4bbb-8ccc-1234567890ab", "logs-preview");
  d1.add("acc1", "5b1c2d3e-aaaa-4bbb-8ccc-1234567890ab", "app-auto-db");
  d1.add("acc1", "8b1c2d3e-aaaa-4bbb-8ccc-1234567890ab", "first-days").version = "alpha";
  for (let i = 0; i < 7; i += 1) d1.add("acc1", `6b1c2d3e-aaaa-4bbb-8ccc-12345678900${i}`, `more-${i}`);
  const figures = (n) => ({ queryDurationMs: n, rowsRead: 20 / n, rowsWritten: n * n, rowsReturned: 5 });
  d1.insights = [
    { sum: figures(10), avg: figures(5), count: 2, dimensions: { query: "SELECT 1", databaseId: ID } },
    { sum: figures(3), avg: figures(1), count: 3, dimensions: { query: "SELECT 2", databaseId: LOGS } },
    { sum: figures(1), avg: figures(1), count: 1, dimensions: { query: "", databaseId: ID } },
  ];
  return d1;
};

const isCreation = ({ body }) => body.includes("CREATE TABLE IF NOT EXISTS");
const change = ({ method, path, query, headers, body }) => ({ method, path, query, auth: headers.authorization, body, length: headers["content-length"], type: method === "POST" && body ? headers["content-type"] : undefined });

/** Everything in the databases but times. */
const contents = (d1) => [...d1.databases("acc1").values()].map((one) => [one.name, one.more,
  one.sqlite.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name").all().map((item) => [item.name, item.sql, /^CREATE TABLE/.test(item.sql)
    ? one.sqlite.prepare(`SELECT * FROM "${item.name}"`).all().map((row) => ({ ...row, applied_at: undefined })) : []])]);

async function run(program, words) {
  const place = new Place();
  for (const [name, text] of Object.entries(FILES)) place.write(`project/${name}`, text);
  const server = await ApiServer.start();
  const d1 = state();
  server.services = [d1];
  const env = { ...server.variables, CLOUDFLARE_API_TOKEN: "SECRET-token", CLOUDFLARE_ACCOUNT_ID: "acc1" };
  const ran = program === "corral" ? await place.corral(words, { env }) : await runWrangler(place, words, env);
  const output = `${place.project}/out.sql`;
  const result = {
    status: ran.status, out: ran.out, err: ran.err,
    changes: server.requests.filter(({ method, path }) => method !== "GET" && path !== "/graphql").map(change),
    downloads: server.requests.filter(({ path }) => path.startsWith("/presigned/download/")).length,
    state: contents(d1),
    file: fs.existsSync(output) ? fs.readFileSync(output, "utf8") : null,
  };
  await server.stop();
  d1.remove();
  place.remove();
  return result;
}

/** JSON on stdout, without what no two runs share. */
const json = (out) => JSON.parse(out.slice(Math.max(0, out.search(/^[[{]/m))), (name, value) => (name === "duration" || name === "timings" ? undefined : value));

const R = "--remote";
const CASES = [
  // words, what stdout holds, what corral needs besides
  [["d1", "create", "orders"], null, [R]],
  [["d1", "create", "shop"], null, [R]],
  [["d1", "create", "near", "--location", "weur"], null, [R]],
  [["d1", "create", "eu", "--jurisdiction", "eu"], null, [R]],
  [["d1", "list", "--json"], "json", [R]],
  [["d1", "info", "DB", "--json"], "json", [R]],
  [["d1", "info", "reports", "--json"], "json", [R]],
  [["d1", "info", "nope", "--json"], "json", [R]],
  [["d1", "delete", "shop", "-y"], null, [R]],
  [["d1", "delete", "REPORTS", "-y"], null, [R]],
  [["d1", "delete", "nope", "-y"], null, [R]],
  [["d1", "delete", "more-1", "-y"], null, [R]],
  [["d1", "insights", "shop", "--json"], "json", [R]],
  [["d1", "insights", "--json"], "json", [R]],
  [["d1", "insights", "--json", "--time-period", "2h", "--sort-by", "reads", "--sort-type", "avg", "--sort-direction", "ASC", "--limit", "3"], "json", [R]],
  [["d1", "insights", "--json", "--sort-by", "count", "--limit", "1"], "json", [R]],
  [["d1", "insights", "shop", "--json", "--sort-by", "writes", "--time-period", "32d"], "json", [R]],
  [["d1", "execute", "DB", R, "--json", "--command", "SELECT id, name, score, raw FROM users ORDER BY id"], "json"],
  [["d1", "execute", "DB", R, "--json", "--command", "SELECT 1 AS a;\r\nSELECT 2 AS b"], "json"],
  [["d1", "execute", "DB", R, "--command", "INSERT INTO users(name) VALUES('ü;x') RETURNING id;"], "json"],
  [["d1", "execute", "DB", R, "--json", "--command", "SELECT * FROM nope"]],
  [["d1", "execute", "DB", R, "--json", "--command", "CREATE TABLE half(x); SELEC 1"]],
  [["d1", "execute", "DB", R, "--json", "--command", "BEGIN; SELECT 1; COMMIT;"]],
  [["d1", "execute", "shop", R, "--json", "--command", "UPDATE users SET score = 9007199254740993, name = 'a\\b'"], "json"],
  [["d1", "execute", "reports", R, "--json", "--command", "SELECT 1"], "json"],
  [["d1", "execute", "AUTO_DB", R, "--json", "--command", "CREATE TABLE t(x)"], "json"],
  [["d1", "execute", "more-3", R, "--json", "--command", "CREATE TABLE t(x)"], "json"],
  [["d1", "execute", "6b1c2d3e-aaaa-4bbb-8ccc-123456789003", R, "--json", "--command", "CREATE TABLE t(x)"], "json"],
  [["d1", "execute", "LOGS", R, "--preview", "--json", "--command", "CREATE TABLE t(x)"], "json"],
  [["d1", "execute", "DB", R, "--preview", "--json", "--command", "CREATE TABLE t(x)"]],
  [["d1", "execute", "DB", R, "--env", "staging", "--json", "--command", "CREATE TABLE t(x)"], "json"],
  [["d1", "execute", "nope", R, "--json", "--command", "SELECT 1"]],
  [["d1", "execute", "DB", R, "--local", "--command", "SELECT 1"]],
  [["d1", "execute", "DB", R, "--json", "--file", "some.sql"], "json"],
  [["d1", "execute", "DB", R, "--file", "some.sql", "-y"], "json"],
  [["d1", "execute", "DB", R, "--json", "--file", "bad.sql"]],
  [["d1", "execute", "DB", R, "--json", "--file", "none.sql"], "json"],
  [["d1", "execute", "DB", R, "--json", "--file", "missing.sql"]],
  [["d1", "export", "DB", R, "--output", "out.sql"]],
  [["d1", "export", "DB", R, "--output", "out.sql", "--table", "users", "--no-schema"]],
  [["d1", "export", "DB", R, "--output", "out.sql", "--table", "users", "--no-data", "-y"]],
  [["d1", "export", "DB", R, "--output", "out.sql", "--table", "nope"]],
  [["d1", "export", "shop", R, "--output", "out.sql", "--compatibility", "sqlite3_cli_only"]],
  [["d1", "export", "DB", R, "--output", "out.sql", "--no-schema", "--no-data"]],
  [["d1", "migrations", "apply", "DB", R]],
  [["d1", "migrations", "apply", "AUTO_DB", R]],
  [["d1", "migrations", "apply", "LOGS", R]],
  [["d1", "migrations", "apply", "LOGS", R, "--preview"]],
  [["d1", "migrations", "apply", "more-3", R]],
  [["d1", "migrations", "apply", "EMPTY", R]],
  [["d1", "migrations", "list", "DB", R], "listed"],
  [["d1", "migrations", "list", "LOGS", R, "--preview"], "listed"],
  [["d1", "migrations", "list", "more-3", R], "listed"],
  [["d1", "time-travel", "info", "DB", "--json"], "json", [R]],
  [["d1", "time-travel", "info", "reports", "--json", "--timestamp", "1795000000"], "json", [R]],
  [["d1", "time-travel", "info", "DB", "--json", "--timestamp", "2001-11-20T10:00:00Z"], "json", [R]],
  [["d1", "time-travel", "restore", "DB", "--json", "--timestamp", "2026-11-20T10:00:00+01:00"], "json", [R]],
  [["d1", "time-travel", "restore", "DB", "--json", "--bookmark", "nope"], "json", [R]],
  [["d1", "time-travel", "restore", "DB", "--json"], "json", [R]],
  [["d1", "time-travel", "info", "first-days", "--json"], "json", [R]],
  [["d1", "time-travel", "restore", "first-days", "--json", "--timestamp", "1795000000"], "json", [R]],
];

for (const [words, kind, more = []] of chosen(CASES)) {
  test(`the same as wrangler: ${words.join(" ").replaceAll(/\s/g, " ")}`, async () => {
    const theirs = await run("wrangler", words);
    const ours = await run("corral", [...words, ...more]);
    assert.equal(ours.status, theirs.status, `${ours.err}\n${theirs.err}${theirs.out}`);
    if (kind === "listed") {
      // Here wrangler makes the migrations table, and corral only looks.
      assert.deepEqual(ours.changes, theirs.changes.filter((one) => !isCreation(one)));
      return;
    }
    assert.deepEqual(ours.changes, theirs.changes);
    assert.deepEqual(ours.state, theirs.state);
    assert.equal(ours.downloads, theirs.downloads);
    assert.equal(ours.file, theirs.file);
    if (theirs.status === 0 && kind === "json") assert.deepEqual(json(ours.out), json(theirs.out));
  });
}
