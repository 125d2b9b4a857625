// `state pull`, `state diff --remote` and `state push` for D1 databases.
import { test } from "node:test";
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { ApiServer } from "./server.mjs";
import { D1Service } from "./d1.mjs";
import { Place, runWrangler } from "./program.mjs";

const ID = "0b1c2d3e-aaaa-4bbb-8ccc-1234567890ab";
const RECORD = "CREATE TABLE d1_migrations(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL);INSERT INTO d1_migrations(name) VALUES('0001_a.sql');";

/** One of each kind of table and value. */
const EVERYTHING = `
CREATE TABLE users(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, bio TEXT DEFAULT 'none', n AS (length(name)));
CREATE TABLE posts(slug TEXT PRIMARY KEY, author REFERENCES users(id) ON DELETE CASCADE, body BLOB, score REAL) WITHOUT ROWID;
CREATE TABLE loose(a, "b ""c", 'd''e');
CREATE TABLE keyed(k TEXT COLLATE NOCASE PRIMARY KEY, v);
CREATE INDEX by_author ON posts(author);
CREATE VIEW names AS SELECT name FROM users;
CREATE TRIGGER mark AFTER INSERT ON posts BEGIN UPDATE users SET bio = bio || '!' WHERE id = new.author; END;
CREATE TRIGGER through INSTEAD OF INSERT ON names BEGIN INSERT INTO users(name) VALUES(new.name); END;
INSERT INTO users(id, name, bio) VALUES(1,'Ann','likes ''quotes'';
and lines'),(7,'Bob',NULL),(9007199254740993,'Big','x');
DELETE FROM users WHERE id = 9007199254740993;
INSERT INTO posts VALUES('a',1,X'00ff10',1.0),('b',7,X'',0.1),('c',NULL,NULL,1e300);
INSERT INTO loose VALUES(1,2.0,'x'),(1,2.0,'x'),(9007199254740993,-1e999,''),(NULL,'Grüße 🎉',X'01');
DELETE FROM loose WHERE rowid = 1;
INSERT INTO keyed VALUES('b',1),('A',2),('a2',3);
${RECORD}`;
const SEARCH = `
CREATE VIRTUAL TABLE notes USING fts5(title, body);
INSERT INTO notes(rowid, title, body) VALUES(5,'Hello','quick brown fox'),(9,'World','lazy dog');
INSERT INTO notes(notes, rank) VALUES('rank','bm25(2.0, 1.0)');
CREATE VIRTUAL TABLE by_name USING fts5(name, content='users', content_rowid='id');
INSERT INTO by_name(by_name) VALUES('rebuild');
CREATE VIRTUAL TABLE boxes USING rtree(id, x0, x1, y0, y1, +label);
INSERT INTO boxes VALUES(3, 0.1, 1, 2, 3.3, 'first'),(8, -5, 5, -5, 5, 'second');`;

async function inAccount(sql, body) {
  const place = new Place();
  const server = await ApiServer.start();
  const d1 = new D1Service();
  server.services = [d1];
  const one = d1.add("acc1", ID, "shop", sql);
  place.write("project/wrangler.jsonc", JSON.stringify({ name: "app", main: "worker.js", compatibility_date: "2026-01-01", d1_databases: [{ binding: "DB", database_name: "shop", database_id: ID }] }));
  const env = { ...server.variables, CLOUDFLARE_API_TOKEN: "SECRET-token", CLOUDFLARE_ACCOUNT_ID: "acc1" };
  const corral = async (line, status = 0, more = {}) => {
    const ran = await place.corral(line, { env, ...more });
    assert.equal(ran.status, status, `${line.join(" ")}: ${ran.out}${ran.err}`);
    return ran;
  };
  const json = async (line, status) => JSON.parse((await corral([...line, "--json"], status)).out);
  const local = async (query) => JSON.parse((await corral(["d1", "execute", "DB", "--command", query, "--format", "json"])).out)[0].results;
  const dump = async () => (await corral(["d1", "export", "DB", "--output", "-"])).out;
  const write = (text) => {
    one.sqlite.exec(text);
    d1.remember(one);
  };
  try {
    await body({ place, server, d1, env, corral, json, local, dump, write, rows: (query) => d1.rows("acc1", ID, query) });
  } finally {
    await server.stop();
    d1.remove();
    place.remove();
  }
}

for (const [kind, sql] of [["exported", EVERYTHING], ["read table by table, with FTS5 and R*Tree", EVERYTHING + SEARCH]]) {
  test(`pull: everything, ${kind}; nothing differs afterwards, and a second pull does nothing`, () =>
    inAccount(sql, async ({ corral, json, local, server, dump, write }) => {
      const [pulled] = await json(["state", "pull"]);
      assert.equal(pulled.added, sql === EVERYTHING ? 5 : 8);
      assert.equal(pulled.undo, null);
      assert.deepEqual(await json(["state", "diff", "--remote", "--deep", "--exit-code"]), []);
      assert.deepEqual(await local("SELECT id, name, bio, n FROM users"), [{ id: 1, name: "Ann", bio: "likes 'quotes';\nand lines!", n: 3 }, { id: 7, name: "Bob", bio: null, n: 3 }]);
      assert.deepEqual(await local("SELECT slug, hex(body) AS body, score, typeof(score) AS t FROM posts"), [
        { slug: "a", body: "00FF10", score: 1, t: "real" }, { slug: "b", body: "", score: 0.1, t: "real" }, { slug: "c", body: "", score: 1e300, t: "real" }]);
      assert.deepEqual(await local("SELECT CAST(a AS TEXT) AS a FROM loose WHERE a > 5"), [{ a: "9007199254740993" }]);
      assert.deepEqual(await local("SELECT seq FROM sqlite_sequence WHERE name = 'users'"), [{ seq: 9007199254740992 }]); // as JavaScript prints it
      assert.deepEqual(await local("SELECT name FROM d1_migrations"), [{ name: "0001_a.sql" }]);
      if (sql !== EVERYTHING) {
        assert.deepEqual(await local("SELECT rowid, title FROM notes WHERE notes MATCH 'fox'"), [{ rowid: 5, title: "Hello" }]);
        assert.deepEqual(await local("SELECT rowid FROM by_name WHERE by_name MATCH 'bob'"), [{ rowid: 7 }]);
        assert.deepEqual(await local("SELECT id, label FROM boxes WHERE x1 > 2"), [{ id: 8, label: "second" }]);
        assert.deepEqual(await local("SELECT v FROM notes_config WHERE k = 'rank'"), [{ v: "bm25(2.0, 1.0)" }]);
      }
      const before = await dump();
      server.requests.length = 0;
      const [again] = await json(["state", "pull"]);
      assert.deepEqual([again.same, again.unread], [pulled.added, pulled.added]);
      assert.deepEqual(server.requests.map(({ path: asked }) => asked.split("/").slice(-2).join("/")), ["time_travel/bookmark"]);
      // What was changed here is put right, and what changed there arrives; the way back works.
      await corral(["d1", "execute", "DB", "--command", "DELETE FROM users WHERE id = 7"]);
      const [mended] = await json(["state", "pull"]);
      assert.match(mended.undo, /^corral d1 time-travel restore 'shop' --bookmark=/);
      assert.equal(await dump(), before);
      write("INSERT INTO users(name) VALUES('New')");
      await json(["state", "pull"]);
      assert.equal((await local("SELECT count(*) AS n FROM users WHERE name = 'New'"))[0].n, 1);
      await corral([...mended.undo.replaceAll("'", "").split(" ").slice(1), "-y"]);
      assert.equal((await local("SELECT count(*) AS n FROM users"))[0].n, 1);
    }));
}

test("pull: --table, --no-data, --where, and a database that no config names", () =>
  inAccount(EVERYTHING, async ({ corral, json, local, d1 }) => {
    await corral(["state", "pull", "--where", "posts: score < 1 -- few", "--where", "users: id IN (1, 7)"]);
    assert.deepEqual(await local("SELECT slug FROM posts"), [{ slug: "b" }]);
    assert.equal((await local("SELECT count(*) AS n FROM loose"))[0].n, 3);
    await corral(["state", "pull", "--table", "users"]);
    assert.deepEqual((await local("SELECT (SELECT count(*) FROM users) AS users, (SELECT count(*) FROM posts) AS posts, (SELECT count(*) FROM d1_migrations) AS m"))[0], { users: 2, posts: 0, m: 1 });
    await corral(["state", "pull", "--no-data"]);
    assert.deepEqual((await local("SELECT (SELECT count(*) FROM users) AS users, (SELECT count(*) FROM d1_migrations) AS m"))[0], { users: 0, m: 1 });
    for (const [line, pattern] of [
      [["--where", "posts: 1; DELETE FROM posts"], /is not a condition/], [["--where", "posts: (score"], /is not a condition/], [["--where", "posts"], /write a table and a condition/],
      [["--where", "nope: 1"], /no table "nope"/], [["--table", "nope"], /no table "nope"/], [["--where", "posts: nope = 1"], /no such column: nope/], [["--keep"], /is replaced as a whole/],
    ]) assert.match((await corral(["state", "pull", ...line], 1)).err, pattern);
    assert.equal(d1.rows("acc1", ID, "SELECT count(*) AS n FROM posts")[0].n, 3);
    d1.add("acc1", "7c1c2d3e-aaaa-4bbb-8ccc-1234567890ab", "other", "CREATE TABLE t(x); INSERT INTO t VALUES(1)");
    const [other] = await json(["state", "pull", "other", "--d1"]);
    assert.equal(other.local_id, "7c1c2d3e-aaaa-4bbb-8ccc-1234567890ab");
    assert.match((await corral(["d1", "execute", "other", "--command", "SELECT x FROM t", "--format", "csv"])).out, /^x\n1\n$/);
    const [plan] = await json(["state", "pull", "--d1", "--dry-run"]);
    assert.deepEqual([plan.changed, plan.bytes], [5, 40960]);
  }));

test("pull: the real wrangler reads it", () =>
  inAccount(EVERYTHING + SEARCH, async ({ corral, place, env }) => {
    await corral(["state", "pull"]);
    const ran = await runWrangler(place, ["d1", "execute", "DB", "--local", "--json", "--command", "SELECT (SELECT count(*) FROM users) AS users, (SELECT title FROM notes WHERE notes MATCH 'fox') AS title, (SELECT label FROM boxes WHERE id = 8) AS label"], env);
    assert.equal(ran.status, 0, ran.err);
    assert.deepEqual(JSON.parse(ran.out)[0].results, [{ users: 2, title: "Hello", label: "second" }]);
    // What wrangler does to the file is no change of the content.
    const report = JSON.parse((await corral(["state", "pull", "--json"])).out)[0];
    assert.equal(report.unread, 8);
  }));

test("diff: schemas, and rows with --deep, by key", () =>
  inAccount(EVERYTHING, async ({ corral, json, write }) => {
    await corral(["state", "pull"]);
    await corral(["d1", "execute", "DB", "--command", "CREATE TABLE mine(x); UPDATE posts SET score = 2 WHERE slug = 'a'; INSERT INTO keyed VALUES('c',4); INSERT INTO loose VALUES(1,2.0,'x')"]);
    write("CREATE INDEX theirs ON users(name); DELETE FROM posts WHERE slug = 'c'; INSERT INTO keyed VALUES('B2',9)");
    const short = (list) => list.map(({ change, what, table, item, fields }) => [change, what, table ?? "", item, ...(fields ?? [])].join(" "));
    const schema = ["added schema  table mine", "removed schema  index theirs"];
    assert.deepEqual(short(await json(["state", "diff", "--remote"])), schema);
    assert.deepEqual(short(await json(["state", "diff", "--remote", "--deep", "--exit-code"], 3)), [...schema,
      "changed row posts a score", "added row posts c", "added row loose 1, 2, x", "removed row keyed B2", "added row keyed c"]);
    assert.deepEqual(short(await json(["state", "diff", "--remote", "--deep", "--table", "keyed"])), ["removed row keyed B2", "added row keyed c"]);
  }));

test("push: everything into an empty database; else migrations, and rows that --data names", () =>
  inAccount("", async ({ corral, json, place, rows }) => {
    place.write("setup.sql", EVERYTHING + SEARCH);
    place.write("project/migrations/0001_a.sql", "CREATE TABLE unused(x);");
    await corral(["d1", "execute", "DB", "--file", "../setup.sql"]);
    const push = ["state", "push", "--yes-production"];
    assert.match((await corral(["state", "push"], 1)).err, /--yes-production/);
    assert.match((await corral(push, 1)).err, /--force/);
    assert.equal(rows("SELECT count(*) AS n FROM sqlite_schema")[0].n, 0);
    const [pushed] = await json([...push, "--force"]);
    assert.equal(pushed.added, 12);
    assert.deepEqual(await json(["state", "diff", "--remote", "--deep"]), []);
    place.write("project/migrations/0002_b.sql", "ALTER TABLE keyed ADD COLUMN w;");
    await corral(["d1", "execute", "DB", "--command", "UPDATE posts SET body = X'42' WHERE slug = 'b'; DELETE FROM posts WHERE slug = 'c'; INSERT INTO posts VALUES('d',1,NULL,5); INSERT INTO loose VALUES(3,3,3)"]);
    const plain = await corral([...push, "--dry-run", "--json"]);
    assert.equal(JSON.parse(plain.out)[0].added, 1); // the migration
    await corral([...push, "--force", "--data", "posts", "--data", "loose"]);
    assert.deepEqual(rows("SELECT slug FROM posts ORDER BY slug"), [{ slug: "a" }, { slug: "b" }, { slug: "c" }, { slug: "d" }]);
    assert.deepEqual(rows("SELECT name FROM d1_migrations ORDER BY id").map(({ name }) => name), ["0001_a.sql", "0002_b.sql"]);
    assert.equal(rows("SELECT count(*) AS n FROM pragma_table_info('keyed') WHERE name = 'w'")[0].n, 1);
    await corral([...push, "--force", "--data", "posts", "--delete"]);
    await corral(["d1", "migrations", "apply", "DB"]);
    assert.deepEqual(await json(["state", "diff", "--remote", "--deep", "--table", "posts", "--table", "loose", "--table", "keyed"]), []);
    assert.match((await corral([...push, "--force", "--data", "nope"], 1)).err, /no table "nope"/);
    await corral(["d1", "execute", "DB", "--command", "CREATE TABLE stray(x)"]);
    assert.match((await corral([...push, "--force"])).err, /differs and is left so/);
  }));
