// `d1 schema diff DB --remote` and `d1 migrations check --remote`: what they find, and that they only read.
import { test } from "node:test";
import assert from "node:assert/strict";
import { ApiServer } from "./server.mjs";
import { D1Service } from "./d1.mjs";
import { Place } from "./program.mjs";

const ID = "0b1c2d3e-aaaa-4bbb-8ccc-1234567890ab";
const RECORD = "CREATE TABLE d1_migrations(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL);";
const applied = (...names) => names.map((name) => `INSERT INTO d1_migrations(name) VALUES('${name}');`).join("");

async function inAccount(sql, body) {
  const place = new Place();
  const server = await ApiServer.start();
  const d1 = new D1Service();
  server.services = [d1];
  const database = d1.add("acc1", ID, "shop", sql);
  place.write("project/wrangler.jsonc", JSON.stringify({ name: "app", d1_databases: [{ binding: "DB", database_name: "shop", database_id: ID }] }));
  const env = { ...server.variables, CLOUDFLARE_API_TOKEN: "SECRET-token", CLOUDFLARE_ACCOUNT_ID: "acc1" };
  const corral = (line, status = 0) => place.corral(line, { env }).then((ran) => {
    assert.equal(ran.status, status, `${line.join(" ")}: ${ran.out}${ran.err}`);
    return ran;
  });
  /** Nothing but SELECTs went out, and the database is what it was. */
  const onlyRead = () => {
    for (const { method, path, body: sent } of server.requests.splice(0)) {
      if (method === "GET") continue;
      assert.match(path, /\/query$/);
      for (const query of JSON.parse(sent).batch ?? [JSON.parse(sent)]) assert.match(query.sql, /^SELECT\b[^;]*;?$/);
    }
    assert.equal(database.history.length, 1);
  };
  try {
    await body({ place, server, d1, corral, onlyRead, file: (name, text) => place.write(`project/migrations/${name}`, text) });
  } finally {
    await server.stop();
    d1.remove();
    place.remove();
  }
}

test("schema diff: drift from the applied migrations and from the local database, and the SQL that mends it", () =>
  inAccount(`CREATE TABLE a(x); CREATE TABLE extra(y); CREATE INDEX i ON a(x); ${RECORD} ${applied("0001_a.sql")}`, async ({ corral, onlyRead, file, d1 }) => {
    file("0001_a.sql", "CREATE TABLE a(x);");
    file("0002_later.sql", "CREATE TABLE later(z);");
    const diff = ["d1", "schema", "diff", "shop"];
    const alone = await corral([...diff, "--remote"]);
    assert.match(alone.err, /not compared with the local database: there is no local database "shop"/);
    assert.match(alone.out, /^-- the applied migrations differ:\nDROP INDEX "i";\nDROP TABLE "extra";\n$/);
    await corral(["d1", "execute", "shop", "--command", "CREATE TABLE a(x); CREATE TABLE mine(z)"]);
    const both = await corral([...diff, "--remote", "--exit-code"], 3);
    assert.match(both.out, /^-- the local database differs:\n[^]*CREATE TABLE mine\(z\);\n[^]*-- the applied migrations differ:\n/);
    const json = JSON.parse((await corral([...diff, "--remote", "--json"])).out);
    assert.deepEqual(json.comparisons.map(({ against, compared, proved }) => [against, compared, proved]), [["local", true, true], ["migrations", true, true]]);
    assert.deepEqual(json.comparisons[1].statements, ['DROP INDEX "i"', 'DROP TABLE "extra"']);
    // What the files lack: the next migration.
    assert.equal((await corral([...diff, "--remote", "--against", "migrations", "--reverse"])).out, "CREATE TABLE extra(y);\nCREATE INDEX i ON a(x);\n");
    onlyRead();
    const mend = (await corral([...diff, "--remote", "--against", "migrations"])).out;
    d1.databases("acc1").get(ID).sqlite.exec(mend);
    assert.equal((await corral([...diff, "--remote", "--against", "migrations", "--exit-code"])).out, "");
    assert.match((await corral([...diff, "--against", "local"], 1)).err, /add --remote/);
    assert.match((await corral([...diff, "shop", "--against", "local"], 1)).err, /--against is for one schema/);
  }));

test("schema diff: an applied migration without its file, one that was squashed, and nothing to compare with", () =>
  inAccount(`CREATE TABLE a(x); CREATE TABLE b(x); ${RECORD} ${applied("0001_a.sql", "0002_b.sql")}`, async ({ place, corral, file }) => {
    assert.match((await corral(["d1", "schema", "diff", "shop", "--remote"], 1)).err, /there is nothing to compare "shop" with/);
    file("0002_b.sql", "CREATE TABLE a(x); CREATE TABLE b(x);");
    const missing = await corral(["d1", "schema", "diff", "shop", "--remote", "--exit-code"]);
    assert.match(missing.err, /0001_a\.sql is applied, but there is no such file/);
    place.write("project/migrations/squashed/0001_a.sql", "CREATE TABLE a(x);");
    assert.doesNotMatch((await corral(["d1", "schema", "diff", "shop", "--remote", "--exit-code"])).err, /no such file/);
    assert.match((await corral(["d1", "migrations", "check", "shop", "--remote"])).out, /record +ok +2 applied, 1 of them squashed/);
  }));

test("check: all is well, something pending, drift, errors", () =>
  inAccount(`CREATE TABLE a(x); ${RECORD} ${applied("0001_a.sql")} INSERT INTO a VALUES(1),(1)`, async ({ corral, onlyRead, file, d1 }) => {
    file("0001_a.sql", "CREATE TABLE a(x);");
    const check = ["d1", "migrations", "check", "shop", "--remote"];
    assert.match((await corral(check)).out, /^migrations of "shop" of account acc1: all is well\n/);
    file("0002_b.sql", "CREATE TABLE b(y);\nINSERT INTO b VALUES(1);");
    const pending = await corral([...check, "--json"], 3);
    const report = JSON.parse(pending.out);
    assert.equal(report.result, "attention");
    assert.equal(report.exit_status, 3);
    assert.deepEqual(report.pending, ["0002_b.sql"]);
    assert.deepEqual(report.steps.map(({ check: name, outcome }) => `${name} ${outcome}`),
      ["files ok", "record ok", "pending attention", "lint ok", "drift ok", "trial ok"]);
    assert.match(report.steps.at(-1).detail, /^2 statements in 1 file ran on a copy of the schema; what depends on rows was not tried$/);
    assert.equal(JSON.parse((await corral([...check, "--allow-pending", "--json"])).out).result, "ok");
    file("0003_bad.sql", "ALTER TABLE nope ADD COLUMN z;");
    const bad = JSON.parse((await corral([...check, "--allow-pending", "--json"], 1)).out);
    assert.deepEqual(bad.findings.map(({ file: name, rule, line }) => [name, rule, line]), [["0003_bad.sql", "refused", 1]]);
    assert.deepEqual([bad.steps.at(-1).outcome, bad.steps.at(-1).done], ["error", false]);
    file("0003_bad.sql", "COMMIT;");
    assert.equal(JSON.parse((await corral([...check, "--json"], 1)).out).findings[0].rule, "malformed");
    onlyRead();
    file("0003_bad.sql", "SELECT 1;");
    d1.databases("acc1").get(ID).sqlite.exec("CREATE TABLE stray(z)");
    const text = (await corral([...check, "--allow-pending"], 3)).out;
    assert.match(text, /drift +attention .*1 statement would mend it\n/);
    assert.match(text, /DROP TABLE "stray";\n$/);
    const markdown = (await corral([...check, "--format", "markdown"], 3)).out;
    assert.match(markdown, /^### ⚠️ Migrations of `shop` of account acc1: something to look at\n/);
    assert.match(markdown, /\n- `0002_b\.sql`\n/);
    assert.match(markdown, /```sql\nDROP TABLE "stray";\n```\n/);
  }));

test("check --with-data: what only the rows refuse, also in a database that D1 does not export", () =>
  inAccount(`CREATE TABLE a(x); CREATE VIRTUAL TABLE f USING fts5(t); ${RECORD} ${applied("0001_a.sql")} INSERT INTO a VALUES(1),(1); INSERT INTO f VALUES('words')`, async ({ corral, onlyRead, file }) => {
    file("0001_a.sql", "CREATE TABLE a(x); CREATE VIRTUAL TABLE f USING fts5(t);");
    file("0002_unique.sql", "CREATE UNIQUE INDEX u ON a(x);");
    const check = ["d1", "migrations", "check", "shop", "--remote", "--allow-pending"];
    assert.match((await corral(check)).out, /what depends on rows was not tried/);
    const report = JSON.parse((await corral([...check, "--with-data", "--json"], 1)).out);
    assert.deepEqual(report.findings.map(({ rule, file: name, line }) => [rule, name, line]), [["trial", "0002_unique.sql", 1]]);
    assert.match(report.findings[0].message, /UNIQUE constraint failed: a\.x/);
    file("0002_unique.sql", "CREATE INDEX u ON a(x); UPDATE f SET t = 'others';");
    assert.match((await corral([...check, "--with-data"])).out, /ran on a copy with all rows/);
    onlyRead();
  }));

test("check: a file that is missing, one that was overtaken, references that a migration would leave broken", () =>
  inAccount(`CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE c(p REFERENCES p(id)); ${RECORD} ${applied("0002_p.sql", "0009_gone.sql")}`, async ({ corral, onlyRead, file }) => {
    file("0001_early.sql", "CREATE TABLE e(x);");
    file("0002_p.sql", "CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE c(p REFERENCES p(id));");
    file("0010_broken.sql", "PRAGMA defer_foreign_keys = on; INSERT INTO c VALUES(7);");
    const check = ["d1", "migrations", "check", "shop", "--remote", "--json"];
    const report = JSON.parse((await corral(check, 1)).out);
    assert.deepEqual(report.findings.map(({ rule, file: name, severity }) => `${rule} ${name} ${severity}`),
      ["out-of-order 0001_early.sql error", "missing 0009_gone.sql error", "trial  error"]);
    assert.match(report.findings.at(-1).message, /^0010_broken\.sql was undone: it leaves 1 row in "c"/);
    assert.deepEqual(report.drift.missing, ["0009_gone.sql"]);
    const allowed = JSON.parse((await corral([...check, "--allow-out-of-order"], 1)).out);
    assert.equal(allowed.findings[0].severity, "warning");
    onlyRead();
  }));
