// corral and the real wrangler take turns with the migrations of one database.
import { after, test } from "node:test";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { TestProject } from "./project.mjs";

const corpora = process.env.CORRAL_CORPORA;

function project(databases) {
  const made = new TestProject({ name: "migrations", main: "worker.mjs", compatibility_date: "2026-01-01", d1_databases: databases });
  after(() => made.remove());
  return made;
}

const rows = (of, database, sql) => of.corralJson(["d1", "execute", database, "--json", "--command", sql])[0].results;

test("wrangler and corral take turns on one database, migration by migration", () => {
  const one = project([{ binding: "DB", database_name: "shop", database_id: "turns" }]);
  const names = [];
  for (let i = 1; i <= 12; ++i) {
    const made = i % 2 === 1 ? "corral" : "wrangler";
    if (made === "corral") {
      one.corral(["d1", "migrations", "create", "shop", `step ${i}`]);
    } else {
      one.wrangler(["d1", "migrations", "create", "shop", `step ${i}`]);
    }
    const name = `${String(i).padStart(4, "0")}_step_${i}.sql`;
    names.push(name);
    fs.appendFileSync(
      path.join(one.folder, "migrations", name),
      i === 1
        ? "CREATE TABLE log(step INTEGER PRIMARY KEY, who TEXT);\nINSERT INTO log VALUES(1, 'it''s');\n"
        : `INSERT INTO log VALUES(${i}, 'x');\nCREATE TABLE t${i}(a);\n`,
    );
    // Each sees what the other made and did.
    assert.deepEqual(one.corralJson(["d1", "migrations", "list", "shop"]), [{ name }]);
    if (i % 4 < 2) {
      one.corral(["d1", "migrations", "apply", "shop", "--no-backup"]);
    } else {
      one.wrangler(["d1", "migrations", "apply", "shop", "--local"]);
    }
  }
  assert.match(one.wrangler(["d1", "migrations", "list", "shop", "--local"]).toString(), /No migrations to apply/);
  assert.deepEqual(rows(one, "shop", "SELECT id, name FROM d1_migrations"), names.map((name, i) => ({ id: i + 1, name })));
  assert.equal(rows(one, "shop", "SELECT count(*) AS n FROM log")[0].n, 12);
  const status = one.corralJson(["d1", "migrations", "status", "shop"]);
  assert.deepEqual(new Set(status.map((entry) => entry.state)), new Set(["applied"]));
  assert.equal(status.filter((entry) => entry.sha256 !== null).length, 6);
  one.corral(["d1", "migrations", "status", "shop", "--exit-code"]);
});

/// Applies the same migrations with both and compares what comes out.
function compare(databases, name, fill, count) {
  const ours = project(databases);
  const theirs = project(databases);
  for (const one of [ours, theirs]) fill(one);
  theirs.wrangler(["d1", "migrations", "apply", name, "--local"]);
  assert.equal(ours.corralJson(["d1", "migrations", "apply", name]).applied.length, count);
  const schema = (of) => of.corralJson(["d1", "schema", "dump", name, "--json"]);
  assert.deepEqual(schema(ours), schema(theirs));
  const names = (of) => rows(of, name, "SELECT id, name FROM d1_migrations");
  assert.deepEqual(names(ours), names(theirs));
  for (const table of schema(ours)) {
    if (table.type !== "table") continue;
    const counted = (of) => rows(of, name, `SELECT count(*) AS n FROM "${table.name}"`)[0].n;
    assert.equal(counted(ours), counted(theirs), table.name);
  }
  return schema(ours).filter((item) => item.type === "table").length;
}

test("SonicJS: 32 migrations of a D1 project", { skip: !corpora }, () => {
  const from = path.join(corpora, "_sonicjs-cms_core_2.11.0/package/migrations");
  const tables = compare(
    [{ binding: "DB", database_name: "sonic", database_id: "sonic" }],
    "sonic",
    (one) => fs.cpSync(from, path.join(one.folder, "migrations"), { recursive: true }),
    32,
  );
  assert.ok(tables > 20, `${tables} tables`);
});

test("Actual: 20 migrations, laid out as drizzle does, one folder each", { skip: !corpora }, () => {
  const package_ = path.join(corpora, "_actual-app_api_26.9.0/package/dist");
  const files = fs.readdirSync(path.join(package_, "migrations")).filter((file) => file.endsWith(".sql")).sort();
  const write = (one, folder, sql) => one.write(`drizzle/${folder}/migration.sql`, sql);
  const tables = compare(
    [{ binding: "DB", database_name: "actual", database_id: "actual", migrations_dir: "drizzle", migrations_pattern: "drizzle/*/migration.sql" }],
    "actual",
    (one) => {
      // The database that its migrations start from is shipped as a file.
      const base = spawnSync("sqlite3", [path.join(package_, "default-db.sqlite"), ".dump"]);
      assert.equal(base.status, 0, String(base.stderr));
      write(one, "0_base", base.stdout);
      for (const file of files.slice(0, 19)) {
        const sql = fs.readFileSync(path.join(package_, "migrations", file), "utf8");
        // D1 has no temporary tables; these are dropped again in the same file.
        write(one, file.slice(0, -".sql".length), sql.replaceAll("CREATE TEMPORARY TABLE", "CREATE TABLE"));
      }
    },
    20,
  );
  assert.ok(tables > 10, `${tables} tables`);
});

test("order, links, hidden files and odd names are wrangler's", () => {
  const one = project([
    { binding: "DB", database_name: "flat", database_id: "flat" },
    { binding: "DEEP", database_name: "deep", database_id: "deep", migrations_dir: "deep", migrations_pattern: "deep/**/*.sql" },
  ]);
  for (const name of ["0002_b", "10_j", "2_x", "0002_a", "1_z", "00001_q", "abc", "Abc", "12abc", "_u", "1.5_f", "1 space", "it's", "-5_n", " 3_s", "+4_p", ".hidden"]) {
    one.write(`migrations/${name}.sql`, "select 1;");
  }
  one.write("migrations/7_upper.SQL", "select 1;");
  fs.symlinkSync("0002_b.sql", path.join(one.folder, "migrations/8_link.sql"));
  fs.mkdirSync(path.join(one.folder, "migrations/9_folder.sql"));
  for (const name of ["1_a/x.sql", "1_a/down.sql", "1_a.sql", "10_b/x.sql", "9_c/1/2.sql", "9_c/10.sql", "z/x.sql", ".dot/x.sql"]) {
    one.write(`deep/${name}`, "select 1;");
  }
  for (const database of ["flat", "deep"]) {
    const text = one.wrangler(["d1", "migrations", "list", database, "--local"]).toString();
    const theirs = [...text.matchAll(/^│ (.*?) *│$/gm)].map((match) => match[1]).filter((name) => name !== "Name");
    const ours = one.corralJson(["d1", "migrations", "list", database]).map((entry) => entry.name);
    assert.deepEqual(ours, theirs);
    assert.ok(ours.length > 6);
  }
});
