// D1 in corral and in the real wrangler on one state folder: schemas, rows, errors, exports, corpora.
import { after, before, describe, test } from "node:test";
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { spawn, spawnSync } from "node:child_process";
import { CORRAL, DevServer, TestProject } from "./project.mjs";

const config = {
  name: "interop",
  main: "worker.mjs",
  compatibility_date: "2026-01-01",
  d1_databases: [
    { binding: "DB", database_name: "shop", database_id: "abc123" },
    { binding: "OTHER", database_name: "other", database_id: "def456" },
    { binding: "PRE", database_name: "pre", database_id: "x", preview_database_id: "preview-of-x" },
  ],
};

const schema = `
CREATE TABLE parent(id INTEGER PRIMARY KEY AUTOINCREMENT, t TEXT);
CREATE TABLE child(p REFERENCES parent(id), n);
CREATE TABLE vals(v);
CREATE TABLE "we ird"("col umn" TEXT, "q""uote");
CREATE TABLE wr(a TEXT PRIMARY KEY, b) WITHOUT ROWID;
CREATE TABLE st(a INT, b ANY) STRICT;
CREATE TABLE gen(a INT, b INT GENERATED ALWAYS AS (a * 2) STORED);
CREATE UNIQUE INDEX u ON vals(v);
CREATE VIEW v AS SELECT * FROM vals;
CREATE TRIGGER tr AFTER INSERT ON child BEGIN UPDATE parent SET t = CASE WHEN new.n > 5 THEN 'big; really' ELSE t END WHERE id = new.p; END;
INSERT INTO parent(t) VALUES('plain'), ('quo''te'), ('line' || char(10) || 'break'), ('cr' || char(13) || char(10)), ('日本 é');
INSERT INTO child VALUES(1, 5), (2, 6);
INSERT INTO vals VALUES(x'00ff'), (x''), (2.5), (-1e100), (NULL), (''), (42), ('text');
INSERT INTO "we ird" VALUES('a', 'b');
INSERT INTO wr VALUES('k', 1);
INSERT INTO st VALUES(1, '1'), (2, 1);
INSERT INTO gen(a) VALUES(3);
`;

const queries = [
  "SELECT * FROM parent",
  "SELECT * FROM child",
  "SELECT v, typeof(v) AS t FROM vals",
  'SELECT * FROM "we ird"',
  "SELECT * FROM wr; SELECT * FROM st; SELECT * FROM gen",
  "SELECT 1 AS a, 2 AS b, 3 AS a; SELECT 5, 3; SELECT NULL",
  "SELECT 9007199254740993 AS i, 1e21 AS r, 9e999 AS inf, 0.1 + 0.2 AS f, -0.0 AS z, x'0102' AS b, 1e-7 AS s",
  "SELECT 'é\"\\' || char(10) || char(9) || char(8232) || char(127) || char(1) AS t, cast(x'ff' AS TEXT) AS bad, cast(x'610062' AS TEXT) AS nul",
  "SELECT name, sql FROM sqlite_schema ORDER BY rowid",
  "SELECT 1 WHERE 0",
  "INSERT INTO vals VALUES(7) RETURNING v",
  "SELECT count(*) FROM vals",
  "PRAGMA table_info(parent)",
  "EXPLAIN QUERY PLAN SELECT * FROM vals WHERE v = 1",
  "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 5) SELECT group_concat(x) AS g FROM c",
];

const mistakes = [
  "SELEC 1", "SELECT nope FROM vals", "SELECT * FROM nope", "SELECT 1 +", "SELECT 'abc", "INSERT INTO vals VALUES(42)",
  "INSERT INTO child VALUES(99, 1)", "INSERT INTO st VALUES('x', 1)", "INSERT INTO vals VALUES(1, 2)", "SELECT abs(-9223372036854775808)",
  "SELECT json('{')", "ATTACH 'x' AS y", "VACUUM", "PRAGMA journal_mode", "SELECT sqlite_version()", "CREATE TABLE _cf_x(a)",
  "CREATE TEMP TABLE x(a)", "INSERT INTO sqlite_master VALUES(1, 2, 3, 4, 5)", "CREATE VIRTUAL TABLE x USING fts4(a)",
  "SELECT 'a' LIKE '" + "a".repeat(51) + "'", "SELECT zeroblob(8388643)", "ALTER TABLE wr RENAME TO _cf_wr",
  "CREATE TABLE d(a DEFAULT (unistr('x' || 'y')))", "INSERT INTO vals VALUES(1); INSERT INTO vals VALUES('text')",
];

const durationless = (text) => text.toString().replace(/"duration": [0-9.]+/g, '"duration": 0');

/// The JSON that wrangler prints, without what is around it.
const printed = (text) => text.toString().slice(text.toString().search(/^[[{]/m));

describe("at rest", () => {
  let project;
  before(() => {
    project = new TestProject(config);
    project.write("schema.sql", schema);
  });
  after(() => project.remove());

  const both = (database, sql) => [
    project.corral(["d1", "execute", database, "--json", `--command=${sql}`]),
    project.wrangler(["d1", "execute", database, "--local", "--json", `--command=${sql}`]),
  ];

  test("rows that wrangler wrote print the same bytes", () => {
    project.wrangler(["d1", "execute", "shop", "--local", "--file", "schema.sql"]);
    for (const sql of queries) {
      if (sql.startsWith("INSERT")) continue;
      const [ours, theirs] = both("DB", sql);
      assert.equal(durationless(ours), durationless(printed(theirs)), sql);
    }
  });

  test("rows that corral wrote print the same bytes", () => {
    project.corral(["d1", "execute", "other", "--file", "schema.sql"]);
    for (const sql of queries) {
      if (sql.startsWith("INSERT")) continue;
      const [ours, theirs] = both("other", sql);
      assert.equal(durationless(ours), durationless(printed(theirs)), sql);
    }
  });

  test("statements that write print the same bytes", () => {
    const sql = "INSERT INTO wr VALUES('n', 2) RETURNING a, b; UPDATE wr SET b = 3 WHERE a = 'n'; DELETE FROM wr WHERE a = 'n'";
    const [ours, theirs] = both("other", sql);
    assert.equal(durationless(ours), durationless(printed(theirs)));
  });

  test("mistakes are named in the same words, exit 1, and leave nothing in either", () => {
    const before = project.corral(["d1", "export", "shop", "--output", "-"]).toString();
    for (const sql of mistakes) {
      const ours = JSON.parse(project.corral(["d1", "execute", "shop", "--json", `--command=${sql}`], { expect: 1 }));
      const theirs = JSON.parse(printed(project.wrangler(["d1", "execute", "shop", "--local", "--json", `--command=${sql}`], { expect: 1 })));
      assert.equal(ours.error.text, theirs.error.text, sql);
    }
    assert.equal(project.corral(["d1", "export", "shop", "--output", "-"]).toString(), before);
  });

  test("a batch that fails half way leaves nothing in either", () => {
    project.write("half.sql", "CREATE TABLE half(a);\nINSERT INTO half VALUES(1);\nINSERT INTO nowhere VALUES(1);\n");
    project.corral(["d1", "execute", "shop", "--file", "half.sql"], { expect: 1 });
    project.wrangler(["d1", "execute", "shop", "--local", "--file", "half.sql"], { expect: 1 });
    assert.equal(project.corralJson(["d1", "execute", "shop", "--command", "SELECT name FROM sqlite_schema WHERE name = 'half'"])[0].results.length, 0);
  });

  test("exports are the same bytes, whole and in parts, and load in the other", () => {
    // wrangler writes 1.0 as 1, integers beyond 2^53 rounded: what is compared has none.
    for (const flags of [[], ["--no-data"], ["--no-schema"], ["--table", "parent"], ["--table", "vals", "--table", "wr", "--no-schema"]]) {
      project.wrangler(["d1", "export", "shop", "--local", "--output", "theirs.sql", ...flags]);
      project.corral(["d1", "export", "shop", "--output", "ours.sql", ...flags]);
      const read = (name) => fs.readFileSync(path.join(project.folder, name), "utf8");
      assert.equal(read("ours.sql"), read("theirs.sql"), flags.join(" "));
    }
    project.corral(["d1", "export", "shop", "--output", "whole.sql"]);
    const copy = new TestProject(config);
    fs.copyFileSync(path.join(project.folder, "whole.sql"), path.join(copy.folder, "whole.sql"));
    copy.wrangler(["d1", "execute", "shop", "--local", "--file", "whole.sql"]);
    copy.corral(["d1", "execute", "other", "--file", "whole.sql"]);
    const whole = fs.readFileSync(path.join(project.folder, "whole.sql"), "utf8");
    for (const name of ["shop", "other"]) assert.equal(copy.corral(["d1", "export", name, "--output", "-"]).toString(), whole, name);
    copy.remove();
  });

  test("a preview_database_id names the same file for both", () => {
    project.wrangler(["d1", "execute", "pre", "--local", "--command", "CREATE TABLE seen(a)"]);
    project.corral(["d1", "execute", "PRE", "--command", "INSERT INTO seen VALUES(1)"]);
    assert.equal(project.wranglerJson(["d1", "execute", "pre", "--local", "--json", "--command", "SELECT * FROM seen"])[0].results.length, 1);
  });

  test("SQLite's own examples: triggers, CTEs, windows, JSON, FTS5 give the same results", () => {
    const file = path.join(import.meta.dirname, "sqlite-examples.sql");
    const fresh = new TestProject(config);
    const ours = fresh.corral(["d1", "execute", "shop", "--json", "--file", file]).toString();
    const theirs = printed(fresh.wrangler(["d1", "execute", "other", "--local", "--json", "--file", file]));
    assert.equal(durationless(ours), durationless(theirs));
    assert.match(ours, /534678912672195348198342567859761423426853791713924856961537284287419635345286179/);
    fresh.remove();
  });
});

describe("a corpus", () => {
  const dictionary = process.env.CORRAL_CORPUS;

  test("12,000 rows of WordNet, as sqlite3 dumps them, load and read the same in both", { skip: !dictionary && "no corpus" }, () => {
    const project = new TestProject(config);
    const dump = spawnSync("sqlite3", [dictionary, ".dump"], { maxBuffer: 256 << 20 }).stdout.toString().split("\n");
    const rows = dump.filter((line) => line.startsWith("INSERT")).slice(0, 12_000);
    const rest = dump.filter((line) => !line.startsWith("INSERT"));
    const at = rest.findIndex((line) => line.startsWith("CREATE TABLE")) + 1;
    project.write("wordnet.sql", [...rest.slice(0, at), ...rows, ...rest.slice(at)].join("\n"));
    project.corral(["d1", "execute", "shop", "--file", "wordnet.sql"]);
    project.wrangler(["d1", "execute", "other", "--local", "--file", "wordnet.sql"]);
    for (const sql of [
      "SELECT count(*) AS n, count(DISTINCT word) AS words, sum(length(definition)) AS letters FROM words",
      "SELECT type, count(*) AS n FROM words GROUP BY type",
      "SELECT * FROM words WHERE word LIKE 'un%' ORDER BY word, definition LIMIT 200",
      "SELECT word, definition FROM words WHERE definition LIKE '%''%' LIMIT 100",
    ]) {
      const ours = project.corral(["d1", "execute", "shop", "--json", "--command", sql]);
      const theirs = project.wrangler(["d1", "execute", "other", "--local", "--json", "--command", sql]);
      assert.equal(durationless(ours), durationless(printed(theirs)), sql);
    }
    const ours = project.corral(["d1", "export", "shop", "--output", "-"]).toString();
    assert.equal(ours, project.corral(["d1", "export", "other", "--output", "-"]).toString());
    project.remove();
  });

  test("all 206,797 rows load, and read back as sqlite3 reads them", { skip: !dictionary && "no corpus" }, () => {
    const project = new TestProject(config);
    const dump = spawnSync("sqlite3", [dictionary, ".dump"], { maxBuffer: 256 << 20 }).stdout;
    project.corral(["d1", "execute", "shop", "--file", "-", "--format", "raw"], { input: dump });
    const sql = "SELECT * FROM words ORDER BY rowid";
    const ours = project.corral(["d1", "execute", "shop", "--command", sql, "--format", "raw"]);
    const theirs = spawnSync("sqlite3", ["-separator", "\t", dictionary, sql], { maxBuffer: 256 << 20 }).stdout;
    assert.ok(theirs.length > 10_000_000);
    assert.ok(ours.equals(theirs));
    project.remove();
  });
});

describe("with wrangler dev running", () => {
  let project;
  let server;
  before(async () => {
    project = new TestProject(config);
    server = await DevServer.start(project);
  });
  after(async () => {
    await server?.stop();
    project.remove();
  });

  const worker = (sql, params = []) => server.call({ op: "sql", sql, params });

  test("a Worker sees what corral wrote at once, and corral what the Worker wrote", async () => {
    await worker("CREATE TABLE t(a, b)");
    project.corral(["d1", "execute", "shop", "--command", "INSERT INTO t VALUES(?, ?)", "--param", "1", "--param", "from corral"]);
    assert.deepEqual((await worker("SELECT * FROM t")).results, [{ a: 1, b: "from corral" }]);
    await worker("INSERT INTO t VALUES(?, ?)", [2, "from the Worker"]);
    assert.deepEqual(project.corralJson(["d1", "execute", "shop", "--command", "SELECT * FROM t"])[0].results, [
      { a: 1, b: "from corral" },
      { a: 2, b: "from the Worker" },
    ]);
    project.corral(["d1", "execute", "shop", "--command", "ALTER TABLE t ADD COLUMN c DEFAULT 'new'"]);
    assert.equal((await worker("SELECT c FROM t LIMIT 1")).results[0].c, "new");
  });

  // workerd does not wait for locks: a concurrent writer, another wrangler included, gets SQLITE_BUSY at
  // once.
  test("a Worker that writes while corral imports 50,000 rows loses nothing, and at worst is asked to try again", async () => {
    await worker("CREATE TABLE mine(n INTEGER PRIMARY KEY)");
    const lines = ["CREATE TABLE bulk(id INTEGER PRIMARY KEY, t TEXT);"];
    for (let i = 0; i < 50_000; ++i) lines.push(`INSERT INTO bulk VALUES(${i}, 'row ${i} of many ${"x".repeat(120)}');`);
    const file = project.write("bulk.sql", lines.join("\n"));
    const child = spawn(CORRAL, ["d1", "execute", "shop", "--file", file, "--format", "raw"], { cwd: project.folder, stdio: "ignore" });
    let running = true;
    const done = new Promise((resolve) => child.once("exit", (status) => ((running = false), resolve(status))));
    let written = 0;
    let during = 0;
    while (running || written < 100) {
      if (running) ++during;
      try {
        await worker("INSERT INTO mine VALUES(?)", [written]);
        ++written;
      } catch (error) {
        assert.match(error.message, /SQLITE_BUSY/);
      }
    }
    assert.equal(await done, 0);
    assert.ok(during > 0, "the Worker had no time to write meanwhile");
    assert.deepEqual((await worker("SELECT (SELECT count(*) FROM bulk) AS bulk, (SELECT count(*) FROM mine) AS mine")).results, [
      { bulk: 50_000, mine: written },
    ]);
  });

  test("rows read and written are counted as D1 counts them", async () => {
    const setup = `CREATE TABLE n(a, b); INSERT INTO n SELECT value, value * 2 FROM json_each('[1,2,3,4,5,6,7,8,9,10]');
      CREATE TABLE au(id INTEGER PRIMARY KEY AUTOINCREMENT, b); CREATE TABLE lg(x); CREATE TABLE e(a);
      CREATE TABLE w(a PRIMARY KEY, b) WITHOUT ROWID; CREATE VIRTUAL TABLE f USING fts5(a)`;
    // Two databases that hold nothing else: DROP TABLE reads the whole schema.
    const fresh = (sql) => server.call({ op: "sql", sql, binding: "OTHER" });
    for (const statement of setup.split(";")) await fresh(statement);
    project.corral(["d1", "execute", "pre", "--command", setup]);
    const statements = [
      "SELECT * FROM n", "SELECT * FROM n LIMIT 1", "SELECT count(*) FROM n", "SELECT * FROM n WHERE rowid = 3", "SELECT * FROM n WHERE rowid = 300",
      "SELECT * FROM n WHERE a = 3", "CREATE INDEX na ON n(a)", "SELECT * FROM n WHERE a = 3", "SELECT a FROM n WHERE a = 3", "SELECT * FROM n WHERE a = 300",
      "SELECT * FROM n WHERE a >= 3 AND a < 5", "SELECT * FROM n ORDER BY b", "SELECT * FROM n ORDER BY b LIMIT 1", "SELECT * FROM n ORDER BY a DESC LIMIT 2",
      "SELECT max(a) FROM n", "SELECT min(b) FROM n", "SELECT * FROM n x JOIN n y ON x.a = y.b", "SELECT * FROM n WHERE a IN (1, 2, 3)",
      "SELECT * FROM n WHERE a IN (SELECT b FROM n)", "INSERT INTO n VALUES(11, 22)", "INSERT INTO n VALUES(12, 22), (13, 3)",
      "UPDATE n SET b = 1 WHERE a = 11", "UPDATE n SET a = 100 WHERE a = 11", "UPDATE n SET b = b", "DELETE FROM n WHERE a = 100", "DELETE FROM n WHERE rowid = 5",
      "CREATE UNIQUE INDEX nb ON n(b) WHERE b > 1000", "INSERT INTO n VALUES(20, 5)", "INSERT INTO n VALUES(21, 5000)", "INSERT OR REPLACE INTO n VALUES(22, 5000)",
      "INSERT INTO w VALUES(1, 2)", "INSERT INTO w VALUES(1, 3) ON CONFLICT DO UPDATE SET b = excluded.b", "SELECT * FROM w WHERE a = 1", "DELETE FROM w",
      "INSERT INTO au(b) VALUES(1)", "INSERT INTO au(b) VALUES(2)", "CREATE TRIGGER tr AFTER INSERT ON au BEGIN INSERT INTO lg VALUES(new.id); END",
      "INSERT INTO au(b) VALUES(3)", "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 100) SELECT count(*) FROM c",
      "SELECT DISTINCT b FROM au", "SELECT b, count(*) FROM au GROUP BY b", "INSERT INTO au(b) SELECT b FROM au", "SELECT exists(SELECT 1 FROM au)",
      "SELECT * FROM e", "SELECT * FROM e ORDER BY a", "SELECT count(*) FROM e", "INSERT INTO e SELECT * FROM e", "INSERT INTO f VALUES('q'), ('r')",
      "SELECT * FROM f WHERE f MATCH 'q'", "SELECT * FROM f WHERE f MATCH 'zzz'", "DELETE FROM f WHERE rowid = 1", "SELECT value FROM json_each('[3,1,2]') ORDER BY 1",
      "SELECT row_number() OVER (ORDER BY a) FROM n", "SELECT * FROM n a LEFT JOIN n b ON a.a = b.a + 1", "DELETE FROM n", "DROP TABLE e",
    ];
    for (const sql of statements) {
      const theirs = (await fresh(sql)).meta;
      const ours = project.corralJson(["d1", "execute", "pre", "--meta", "--command", sql])[0].meta;
      const counts = (meta) => `read ${meta.rows_read}, written ${meta.rows_written}, changed ${meta.changes}`;
      assert.equal(counts(ours), counts(theirs), sql);
    }
  });

  test("of all functions and pragmas, both allow the same", async () => {
    const list = (sql) => project.corralJson(["d1", "execute", "shop", "--unrestricted", "--command", sql])[0].results;
    const calls = list("SELECT DISTINCT name, narg, type FROM pragma_function_list WHERE name NOT IN ('->', '->>', 'load_extension')").map(
      ({ name, narg, type }) => `SELECT ${name}(${Array(narg === -1 ? 1 : narg < 0 ? 3 : narg).fill("NULL").join(", ")})${type === "w" ? " OVER ()" : ""} FROM (SELECT 1)`,
    );
    const pragmas = list("SELECT name FROM pragma_pragma_list").flatMap(({ name }) => [`PRAGMA ${name}`, `PRAGMA ${name} = 1`, `PRAGMA ${name} = x`]);
    const allowed = (words) => !/not authorized/.test(words);
    let refused = 0;
    for (const sql of [...calls, ...pragmas]) {
      // Settings of a Worker's connection would persist for all later statements.
      if (/^PRAGMA (ignore_check_constraints|legacy_alter_table|case_sensitive_like|reverse_unordered_selects|recursive_triggers|foreign_keys) = 1/.test(sql)) continue;
      const theirs = await worker(sql).then(() => "", (error) => error.message);
      const result = spawnSync(CORRAL, ["d1", "execute", "other", "--json", "--command", sql], { cwd: project.folder });
      const ours = result.status === 0 ? "" : JSON.parse(result.stdout).error.text;
      assert.equal(allowed(ours), allowed(theirs), `${sql}\n${ours}\n${theirs}`);
      if (!allowed(ours)) ++refused;
    }
    assert.ok(calls.length > 150 && refused > 100, `${calls.length} functions, ${refused} refused`);
  });

  test("statements of 50,000 operations run in both", async () => {
    const columns = Array(80).fill(`coalesce(${Array(126).fill("abs(a)").join(",")})`).join(",");
    const sql = `EXPLAIN SELECT ${columns} FROM t`;
    const theirs = (await worker(sql)).results.length;
    const ours = project.corral(["d1", "execute", "shop", "--command", sql, "--format", "raw"]).toString().trimEnd().split("\n").length;
    assert.ok(ours > 25_000 && theirs > 25_000, `${ours}, ${theirs}`);
  });

  test("restore replaces a database under a live Worker", async () => {
    await worker("CREATE TABLE kept(a)");
    await worker("INSERT INTO kept VALUES(1)");
    const copy = path.join(project.folder, "copy.sqlite");
    const file = project.corral(["d1", "path", "shop"]).toString().trim();
    spawnSync("sqlite3", [file, `.backup '${copy}'`]);
    await worker("DROP TABLE kept");
    project.corral(["d1", "restore", "shop", copy, "-y"]);
    assert.deepEqual((await worker("SELECT * FROM kept")).results, [{ a: 1 }]);
  });
});
