// The REST API of `corral serve` by plain requests: envelope, pages, errors, limits, and what hostile clients send.
import { after, before, describe, test } from "node:test";
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import fs from "node:fs";
import net from "node:net";
import { TestProject } from "../project.mjs";
import { ACCOUNT, RestServer, TOKEN } from "./rest-server.mjs";

const KV = "0123456789abcdef0123456789abcdef";
const config = {
  name: "rest", main: "worker.mjs", compatibility_date: "2026-01-01",
  kv_namespaces: [{ binding: "CACHE", id: KV }],
  d1_databases: [{ binding: "DB", database_name: "shop", database_id: "0b1c2d3e-aaaa-4bbb-8ccc-1234567890ab" }],
  r2_buckets: [{ binding: "FILES", bucket_name: "files" }],
  queues: { producers: [{ binding: "JOBS", queue: "jobs" }] },
};

let project, server;
before(async () => {
  project = new TestProject(config);
  server = await RestServer.start(project);
});
after(async () => {
  await server?.stop();
  project.remove();
});

const codes = ({ errors }) => errors.map(({ code }) => code);
const ok = (answer) => {
  assert.deepEqual([answer.success, answer.errors, answer.messages], [true, [], []], JSON.stringify(answer));
  return answer.result;
};
const refused = (answer, status, code) => {
  assert.deepEqual([answer.status, answer.success, answer.result, codes(answer)], [status, false, null, [code]], JSON.stringify(answer));
  assert.ok(answer.errors[0].message.length > 0);
};

describe("who asks", () => {
  const status = async (path, options) => {
    const response = await server.fetch("GET", path, options);
    return [response.status, codes(await response.json())];
  };

  test("only the token is a credential", async () => {
    assert.deepEqual(await status("/accounts", { token: null }), [400, [9106]]);
    assert.deepEqual(await status("/accounts", { token: null, headers: { "x-auth-key": "k", "x-auth-email": "a@b.c" } }), [403, [9103]]);
    assert.deepEqual(await status("/accounts", { token: null, headers: { authorization: `Basic ${TOKEN}` } }), [400, [6003]]);
    for (const wrong of ["x", TOKEN.slice(0, -1), `${TOKEN}x`, TOKEN.toUpperCase()]) {
      assert.deepEqual(await status("/accounts", { token: wrong }), [403, [10000]]);
      assert.deepEqual(await status("/user/tokens/verify", { token: wrong }), [401, [1000]]);
    }
    assert.deepEqual(await status("/accounts", {}), [200, []]);
  });

  test("the log has no token", () => assert.ok(!server.log.includes(TOKEN)));

  test("one account, for any id", async () => {
    const response = await server.fetch("GET", "/accounts?page=1");
    const { result, result_info: info } = await response.json();
    assert.deepEqual([result.map(({ id }) => id), info.total_count], [[ACCOUNT], 1]);
    assert.equal((await server.fetch("GET", "/accounts/ffff/storage/kv/namespaces")).status, 200);
    const verified = await (await server.fetch("GET", "/user/tokens/verify")).json();
    assert.equal(verified.result.status, "active");
    assert.ok(!JSON.stringify(verified).includes(TOKEN));
  });
});

describe("KV", () => {
  const base = "/storage/kv/namespaces";

  test("namespaces: made, listed in pages, renamed, deleted", async () => {
    const made = [];
    for (const title of ["b", "a", "c"]) made.push(ok(await server.ask("POST", base, { title })));
    refused(await server.ask("POST", base, { title: "a" }), 400, 10014);
    refused(await server.ask("POST", base, { title: 7 }), 400, 10001);
    refused(await server.ask("POST", base, { title: "x".repeat(513) }), 400, 10001);
    const first = await server.ask("GET", `${base}?per_page=2&order=title&direction=asc`);
    assert.deepEqual(ok(first).map(({ title }) => title), ["CACHE", "a"]);
    assert.deepEqual(first.result_info, { page: 1, per_page: 2, count: 2, total_count: 4, total_pages: 2 });
    assert.deepEqual(ok(await server.ask("GET", `${base}?per_page=2&page=2&order=title`)).map(({ title }) => title), ["b", "c"]);
    assert.deepEqual(ok(await server.ask("GET", `${base}?per_page=2&page=3`)), []);
    assert.deepEqual(ok(await server.ask("GET", `${base}?order=id&direction=desc`)).map(({ id }) => id), [KV, ...made.map(({ id }) => id)].sort().reverse());
    assert.equal(ok(await server.ask("PUT", `${base}/${made[0].id}`, { title: "z" })).title, "z");
    refused(await server.ask("PUT", `${base}/${made[0].id}`, { title: "a" }), 400, 10014);
    assert.equal(ok(await server.ask("GET", `${base}/${made[0].id}`)).title, "z");
    for (const { id } of made) ok(await server.ask("DELETE", `${base}/${id}`));
    refused(await server.ask("GET", `${base}/${made[0].id}`), 404, 10013);
    refused(await server.ask("GET", `${base}/nope/keys`), 404, 10013);
  });

  const put = (key, body, more = "", headers = {}) => server.fetch("PUT", `/accounts/${ACCOUNT}${base}/${KV}/values/${encodeURIComponent(key)}${more}`, { body, headers });
  const get = (key) => server.fetch("GET", `/accounts/${ACCOUNT}${base}/${KV}/values/${encodeURIComponent(key)}`);

  test("values of any bytes under keys of any text", async () => {
    const bytes = randomBytes(100_000);
    for (const key of ["plain", "a/b", "a//b/", "../../etc/passwd", "100%", "ü 😀", "?#&=+", "\\", "x".repeat(512)]) {
      assert.equal((await put(key, bytes)).status, 200, key);
      const found = await get(key);
      assert.equal(found.status, 200, key);
      assert.deepEqual(Buffer.from(await found.arrayBuffer()), bytes, key);
      assert.deepEqual(project.corral(["kv", "key", "get", "--binding", "CACHE", "--", key]), bytes, key);
      assert.ok(ok(await server.ask("GET", `${base}/${KV}/keys?limit=1000`)).some(({ name }) => name === key), key);
      assert.equal((await server.fetch("DELETE", `/accounts/${ACCOUNT}${base}/${KV}/values/${encodeURIComponent(key)}`)).status, 200);
      const gone = await get(key);
      assert.deepEqual([gone.status, codes(await gone.json())], [404, [10009]]);
    }
    for (const key of [".", ".."]) {
      const answer = await rawRequest("GET", `/accounts/${ACCOUNT}${base}/${KV}/values/${key.replaceAll(".", "%2E")}`);
      assert.match(answer, /^HTTP\/1.1 400 /, key);
    }
    assert.equal((await put("x".repeat(513), "v")).status, 413);
  });

  test("expiration and metadata", async () => {
    const expiration = Math.floor(Date.now() / 1000) + 1000;
    assert.equal((await put("later", "v", `?expiration=${expiration}`)).status, 200);
    assert.equal((await get("later")).headers.get("expiration"), String(expiration));
    for (const wrong of ["?expiration_ttl=59", "?expiration_ttl=x", "?expiration=1", "?expiration=99999999999999"])
      assert.equal((await put("later", "v", wrong)).status, 400, wrong);
    const form = new FormData();
    form.set("value", new Blob([randomBytes(3_000_000)]), "blob");
    form.set("metadata", '{"b": [1.5, "é"], "a": null}');
    assert.equal((await put("form", form, "?expiration_ttl=600")).status, 200);
    const [entry] = ok(await server.ask("GET", `${base}/${KV}/keys?prefix=form`));
    assert.deepEqual(entry.metadata, { b: [1.5, "é"], a: null });
    assert.ok(Math.abs(entry.expiration - Date.now() / 1000 - 600) < 5);
    assert.deepEqual(ok(await server.ask("GET", `${base}/${KV}/metadata/form`)), entry.metadata);
    refused(await server.ask("GET", `${base}/${KV}/metadata/nope`), 404, 10009);
    const bad = new FormData();
    bad.set("metadata", "{}");
    assert.equal((await put("form", bad)).status, 400);
    bad.set("value", "v");
    bad.set("metadata", "{");
    assert.equal((await put("form", bad)).status, 400);
    bad.set("metadata", JSON.stringify("x".repeat(1100)));
    assert.equal((await put("form", bad)).status, 413);
  });

  test("25 MiB are stored, one byte more is not", async () => {
    const largest = randomBytes(26_214_400);
    assert.equal((await put("large", largest)).status, 200);
    assert.equal((await put("large", Buffer.concat([largest, Buffer.of(1)]))).status, 413);
    assert.deepEqual(Buffer.from(await (await get("large")).arrayBuffer()), largest);
  });

  test("bulk", async () => {
    const pairs = Array.from({ length: 2500 }, (_, i) => ({ key: `bulk/${String(i).padStart(4, "0")}`, value: `v${i}`, ...(i % 2 && { metadata: { i } }) }));
    assert.deepEqual(ok(await server.ask("PUT", `${base}/${KV}/bulk`, pairs)), { successful_key_count: 2500, unsuccessful_keys: [] });
    let cursor = "", names = [];
    do {
      const page = await server.ask("GET", `${base}/${KV}/keys?prefix=bulk/&cursor=${cursor}`);
      names.push(...ok(page).map(({ name }) => name));
      ({ cursor } = page.result_info);
    } while (cursor);
    assert.deepEqual(names, pairs.map(({ key }) => key));
    refused(await server.ask("GET", `${base}/${KV}/keys?cursor=%00%01`), 400, 10029);
    refused(await server.ask("GET", `${base}/${KV}/keys?limit=9`), 400, 10029);
    refused(await server.ask("PUT", `${base}/${KV}/bulk`, [{ key: "a", value: "1" }, { key: "b" }]), 400, 10001);
    assert.equal((await get("a")).status, 404, "nothing of a bad request is stored");
    refused(await server.ask("PUT", `${base}/${KV}/bulk`, Array.from({ length: 10_001 }, (_, i) => ({ key: `${i}`, value: "" }))), 400, 10026);
    const { values } = ok(await server.ask("POST", `${base}/${KV}/bulk/get`, { keys: ["bulk/0001", "nope"] }));
    assert.deepEqual(values, { "bulk/0001": "v1", nope: null });
    const whole = ok(await server.ask("POST", `${base}/${KV}/bulk/get`, { keys: ["bulk/0001"], withMetadata: true }));
    assert.deepEqual(whole.values["bulk/0001"], { value: "v1", metadata: { i: 1 } });
    refused(await server.ask("POST", `${base}/${KV}/bulk/get`, { keys: Array.from({ length: 101 }, (_, i) => `${i}`) }), 400, 10175);
    ok(await server.ask("DELETE", `${base}/${KV}/bulk`, names.slice(0, 2000)));
    ok(await server.ask("POST", `${base}/${KV}/bulk/delete`, names.slice(2000)));
    assert.deepEqual(ok(await server.ask("GET", `${base}/${KV}/keys?prefix=bulk/`)), []);
  });
});

describe("D1", () => {
  const base = "/d1/database";

  test("databases", async () => {
    const made = ok(await server.ask("POST", base, { name: "made" }));
    refused(await server.ask("POST", base, { name: "made" }), 400, 7502);
    assert.deepEqual(ok(await server.ask("GET", `${base}/made?fields=uuid,name`)), { uuid: made.uuid, name: "made" });
    assert.deepEqual(ok(await server.ask("GET", `${base}?per_page=10&page=1`)).map(({ name }) => name), ["shop", "made"]);
    refused(await server.ask("GET", `${base}/nope`), 404, 7404);
    ok(await server.ask("DELETE", `${base}/${made.uuid}`));
    refused(await server.ask("POST", `${base}/${made.uuid}/query`, { sql: "SELECT 1" }), 404, 7404);
  });

  test("queries", async () => {
    const created = ok(await server.ask("POST", `${base}/shop/query`, { sql: "CREATE TABLE t(a INTEGER PRIMARY KEY, b, c); INSERT INTO t(b, c) VALUES (1.5, x'00ff'), ('é', NULL)" }));
    assert.equal(created.length, 2);
    assert.deepEqual([created[1].success, created[1].meta.changes, created[1].meta.last_row_id, created[1].meta.changed_db], [true, 2, 2, true]);
    const [found] = ok(await server.ask("POST", `${base}/shop/query`, { sql: "SELECT * FROM t WHERE a >= ?1 ORDER BY a", params: [1] }));
    assert.deepEqual(found.results, [{ a: 1, b: 1.5, c: [0, 255] }, { a: 2, b: "é", c: null }]);
    assert.ok(found.meta.size_after > 0 && found.meta.rows_read > 0);
    const [raw] = ok(await server.ask("POST", `${base}/shop/raw`, { sql: "SELECT a, b AS a FROM t" }));
    assert.deepEqual(raw.results, { columns: ["a", "a"], rows: [[1, 1.5], [2, "é"]] });
    const batch = ok(await server.ask("POST", `${base}/shop/query`, { batch: [{ sql: "INSERT INTO t(b) VALUES (?)", params: [[1, 2]] }, { sql: "SELECT b FROM t WHERE a = ?", params: [3] }] }));
    assert.deepEqual(batch[1].results, [{ b: [1, 2] }]);
    refused(await server.ask("POST", `${base}/shop/query`, { batch: [{ sql: "DELETE FROM t" }, { sql: "SELECT nope" }] }), 400, 7500);
    assert.deepEqual(ok(await server.ask("POST", `${base}/shop/query`, { sql: "SELECT count(*) AS n FROM t" }))[0].results, [{ n: 3 }], "a batch is all or nothing");
    for (const [body, code] of [[{ sql: "SELEC" }, 7500], [{ sql: "" }, 7400], [{ sql: "-- nothing" }, 7500], [{}, 7400], [{ sql: "SELECT ?", params: [] }, 7500],
      [{ sql: "SELECT 1", params: [1] }, 7500], [{ sql: "SELECT ?", params: [{}] }, 7400], [{ sql: "SELECT ?", params: [[256]] }, 7400], [{ sql: "ATTACH 'x' AS y" }, 7500], ["x", 7400]])
      refused(await server.ask("POST", `${base}/shop/query`, body), 400, code);
    const rows = ok(await server.ask("POST", `${base}/shop/query`, { sql: "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) SELECT i, 'a row of the result ' || i AS t FROM n" }))[0].results;
    assert.deepEqual([rows.length, rows[199_999]], [200_000, { i: 200_000, t: "a row of the result 200000" }]);
  });

  const upload = (url, body) => fetch(url, { method: "PUT", body });
  const poll = async (target, body, first) => {
    let answer = first;
    while (answer.status === "active") answer = ok(await server.ask("POST", target, { ...body, current_bookmark: answer.at_bookmark }));
    return answer;
  };

  test("import and export", async () => {
    const script = Buffer.from(`CREATE TABLE i(a);\n${Array.from({ length: 5000 }, (_, i) => `INSERT INTO i VALUES (${i});`).join("\n")}\n`);
    const etag = createHash("md5").update(script).digest("hex");
    const target = `${base}/shop/import`;
    const init = ok(await server.ask("POST", target, { action: "init", etag }));
    const stored = await upload(init.upload_url, script);
    assert.deepEqual([stored.status, stored.headers.get("etag")], [200, `"${etag}"`]);
    const done = await poll(target, { action: "poll" }, ok(await server.ask("POST", target, { action: "ingest", filename: init.filename, etag })));
    assert.deepEqual([done.status, done.result?.num_queries, done.result?.meta.changes], ["complete", 5001, 5000], JSON.stringify(done));
    assert.equal((await upload(init.upload_url, script)).status, 404, "an address is good for one import");
    assert.equal((await upload(init.upload_url.replace(/.$/, "0").replace(/..$/, "00"), script)).status, 404);
    const again = ok(await server.ask("POST", target, { action: "init", etag }));
    await upload(again.upload_url, "other");
    assert.equal(ok(await server.ask("POST", target, { action: "ingest", filename: again.filename, etag })).success, false);
    const third = ok(await server.ask("POST", target, { action: "init", etag }));
    await upload(third.upload_url, "INSERT INTO i VALUES (1); SELEC");
    const failed = await poll(target, { action: "poll" }, ok(await server.ask("POST", target, { action: "ingest", filename: third.filename })));
    assert.equal(failed.status, "error");
    assert.match(failed.error, /syntax error/);
    assert.equal(ok(await server.ask("POST", `${base}/shop/query`, { sql: "SELECT count(*) AS n FROM i" }))[0].results[0].n, 5000);

    const wanted = { output_format: "polling", dump_options: { no_schema: false, no_data: false, tables: ["i"] } };
    const exported = await poll(`${base}/shop/export`, wanted, ok(await server.ask("POST", `${base}/shop/export`, wanted)));
    assert.equal(exported.status, "complete", JSON.stringify(exported));
    const text = await (await fetch(exported.result.signed_url)).text();
    assert.match(text, /CREATE TABLE i\(a\);/);
    assert.equal(text.match(/INSERT INTO "i"/g).length, 5000);
    const missing = { ...wanted, dump_options: { tables: ["nope"] } };
    const none = await poll(`${base}/shop/export`, missing, ok(await server.ask("POST", `${base}/shop/export`, missing)));
    assert.equal(none.status, "error");
    refused(await server.ask("POST", `${base}/shop/export`, { current_bookmark: "x" }), 400, 7400);
    refused(await server.ask("POST", target, { action: "x" }), 400, 7400);
  });

  test("time travel", async () => {
    ok(await server.ask("POST", `${base}/shop/query`, { sql: "CREATE TABLE travel(a); INSERT INTO travel VALUES (1)" }));
    const { bookmark } = ok(await server.ask("GET", `${base}/shop/time_travel/bookmark`));
    ok(await server.ask("POST", `${base}/shop/query`, { sql: "DROP TABLE travel" }));
    const restored = ok(await server.ask("POST", `${base}/shop/time_travel/restore?bookmark=${bookmark}`));
    assert.equal(restored.bookmark, bookmark);
    assert.deepEqual(ok(await server.ask("POST", `${base}/shop/query`, { sql: "SELECT * FROM travel" }))[0].results, [{ a: 1 }]);
    ok(await server.ask("POST", `${base}/shop/time_travel/restore?bookmark=${restored.previous_bookmark}`));
    refused(await server.ask("POST", `${base}/shop/query`, { sql: "SELECT * FROM travel" }), 400, 7500);
    refused(await server.ask("POST", `${base}/shop/time_travel/restore?bookmark=x`), 400, 7500);
    refused(await server.ask("GET", `${base}/shop/time_travel/bookmark?timestamp=x`), 400, 7400);
  });
});

describe("R2", () => {
  const base = "/r2/buckets";
  const object = (method, key, { body, headers } = {}) => server.fetch(method, `/accounts/${ACCOUNT}${base}/files/objects/${key}`, { body, headers });

  test("buckets, in pages", async () => {
    for (let i = 0; i < 25; ++i) ok(await server.ask("POST", base, { name: `bucket-${String(i).padStart(2, "0")}` }));
    refused(await server.ask("POST", base, { name: "bucket-00" }), 409, 10004);
    refused(await server.ask("POST", base, { name: "No" }), 400, 10005);
    const first = await server.ask("GET", `${base}?name_contains=bucket`);
    assert.equal(ok(first).buckets.length, 20);
    const second = await server.ask("GET", `${base}?name_contains=bucket&cursor=${first.result_info.cursor}`);
    assert.deepEqual(ok(second).buckets.map(({ name }) => name), ["bucket-20", "bucket-21", "bucket-22", "bucket-23", "bucket-24"]);
    assert.equal(second.result_info.cursor, undefined);
    for (let i = 0; i < 25; ++i) ok(await server.ask("DELETE", `${base}/bucket-${String(i).padStart(2, "0")}`));
    refused(await server.ask("GET", `${base}/bucket-00`), 404, 10006);
    const changed = ok(await server.ask("PATCH", `${base}/files`, undefined, { "cf-r2-storage-class": "InfrequentAccess" }));
    assert.equal(changed.storage_class, "InfrequentAccess");
  });

  test("objects with their headers, ranges and conditions", async () => {
    const bytes = randomBytes(1_000_000);
    const headers = { "content-type": "image/png", "content-language": "en", "cache-control": "max-age=5", "content-disposition": 'attachment; filename="x"', expires: "Thu, 01 Jan 2032 00:00:00 GMT" };
    const stored = await (await object("PUT", "a/b%20c.png", { body: bytes, headers })).json();
    const md5 = createHash("md5").update(bytes).digest("hex");
    assert.deepEqual([stored.result.key, stored.result.etag, stored.result.size], ["a/b c.png", md5, "1000000"]);
    const found = await object("GET", "a%2Fb%20c.png");
    assert.deepEqual(Buffer.from(await found.arrayBuffer()), bytes);
    for (const [name, value] of Object.entries(headers)) assert.equal(found.headers.get(name), value, name);
    assert.equal(found.headers.get("etag"), `"${md5}"`);
    for (const [range, start, end] of [["bytes=0-9", 0, 10], ["bytes=999990-", 999_990, 1_000_000], ["bytes=-5", 999_995, 1_000_000], ["bytes=5-9999999", 5, 1_000_000]]) {
      const part = await object("GET", "a/b%20c.png", { headers: { range } });
      assert.deepEqual([part.status, part.headers.get("content-range")], [206, `bytes ${start}-${end - 1}/1000000`]);
      assert.deepEqual(Buffer.from(await part.arrayBuffer()), bytes.subarray(start, end));
    }
    assert.equal((await object("GET", "a/b%20c.png", { headers: { range: "bytes=1000000-" } })).status, 416);
    assert.equal((await object("GET", "a/b%20c.png", { headers: { "if-none-match": `"${md5}"` } })).status, 304);
    assert.equal((await object("GET", "a/b%20c.png", { headers: { "if-match": '"x"' } })).status, 412);
    const head = await object("HEAD", "a/b%20c.png");
    assert.deepEqual([head.status, head.headers.get("content-length")], [200, "1000000"]);
    assert.equal((await object("DELETE", "a/b%20c.png")).status, 200);
    const gone = await object("DELETE", "a/b%20c.png");
    assert.deepEqual([gone.status, codes(await gone.json())], [404, [10007]]);
    assert.equal((await object("PUT", "x".repeat(1025), { body: "v" })).status, 400);
  });

  test("lists", async () => {
    for (const key of ["l/1", "l/2", "l/d/3", "l/d/4", "l/é"]) assert.equal((await object("PUT", encodeURIComponent(key), { body: key })).status, 200);
    const page = await server.ask("GET", `${base}/files/objects?prefix=l/&delimiter=/&per_page=2`);
    assert.deepEqual([ok(page).map(({ key }) => key), page.result_info.delimited, page.result_info.is_truncated], [["l/1", "l/2"], [], true]);
    const rest = await server.ask("GET", `${base}/files/objects?prefix=l/&delimiter=/&cursor=${page.result_info.cursor}`);
    assert.deepEqual([ok(rest).map(({ key }) => key), rest.result_info.delimited, rest.result_info.is_truncated], [["l/é"], ["l/d/"], false]);
    assert.deepEqual(ok(await server.ask("GET", `${base}/files/objects?prefix=l/&start_after=l/d/3`)).map(({ key }) => key), ["l/d/4", "l/é"]);
    assert.equal((await server.ask("GET", `${base}/files/objects?cursor=%21`)).status, 400);
    assert.equal((await server.ask("GET", `${base}/files/objects?delimiter=ab`)).status, 400);
  });

  test("settings act: a lock, a notification", async () => {
    ok(await server.ask("PUT", `${base}/files/lock`, { rules: [{ id: "keep", enabled: true, prefix: "kept/", condition: { type: "Indefinite" } }] }));
    assert.equal((await object("PUT", "kept/1", { body: "1" })).status, 200);
    const locked = await object("PUT", "kept/1", { body: "2" });
    assert.deepEqual([locked.status, codes(await locked.json())], [403, [10069]]);
    assert.equal((await object("DELETE", "kept/1")).status, 403);
    const [queue] = ok(await server.ask("GET", "/queues?page=1&name=jobs"));
    const notifications = `/event_notifications/r2/files/configuration`;
    refused(await server.ask("GET", notifications), 404, 11015);
    ok(await server.ask("PUT", `${notifications}/queues/${queue.queue_id}`, { rules: [{ prefix: "n/", suffix: "", actions: ["PutObject"] }] }));
    assert.deepEqual(ok(await server.ask("GET", notifications)).queues.map(({ queueName }) => queueName), ["jobs"]);
    assert.equal((await object("PUT", "n/1", { body: "12345" })).status, 200);
    const { messages } = ok(await server.ask("POST", `/queues/${queue.queue_id}/messages/pull`, {}));
    const event = JSON.parse(Buffer.from(messages[0].body, "base64"));
    assert.deepEqual([event.action, event.object.key, event.object.size], ["PutObject", "n/1", 5]);
    ok(await server.ask("DELETE", `${notifications}/queues/${queue.queue_id}`));
    for (const [setting, body] of [["lock", { rules: [{}] }], ["lifecycle", { rules: [{ id: "x" }] }], ["cors", { rules: [{}] }], ["cors", {}], ["domains/managed", {}], ["sippy", { source: 1 }]])
      assert.equal((await server.ask("PUT", `${base}/files/${setting}`, body)).status, 400, setting);
    ok(await server.ask("PUT", `${base}/files/lock`, { rules: [] }));
  });
});

describe("queues", () => {
  test("an HTTP pull consumer", async () => {
    const made = ok(await server.ask("POST", "/queues", { queue_name: "pulled", settings: { delivery_delay: 0 } }));
    refused(await server.ask("POST", "/queues", { queue_name: "pulled" }), 409, 11009);
    const at = `/queues/${made.queue_id}`;
    ok(await server.ask("POST", `${at}/consumers`, { type: "http_pull", settings: { batch_size: 10, max_retries: 1 }, dead_letter_queue: "dead" }));
    refused(await server.ask("POST", `${at}/consumers`, { type: "http_pull", settings: {} }), 409, 11004);
    ok(await server.ask("POST", `${at}/messages`, { body: "text", content_type: "text" }));
    ok(await server.ask("POST", `${at}/messages/batch`, { messages: [{ body: { a: [1, "é"] }, content_type: "json" }, { body: "AAH/", content_type: "bytes" }, { body: "later", delay_seconds: 1000 }] }));
    const { messages, message_backlog_count: backlog } = ok(await server.ask("POST", `${at}/messages/pull`, { visibility_timeout_ms: 60_000 }));
    assert.equal(backlog, 4);
    assert.deepEqual(messages.map(({ body, attempts, metadata }) => [body, attempts, metadata["CF-Content-Type"]]),
      [["text", 1, "text"], [Buffer.from('{"a":[1,"é"]}').toString("base64"), 1, "json"], ["AAH/", 1, "bytes"]]);
    assert.deepEqual(ok(await server.ask("POST", `${at}/messages/pull`, {})).messages, []);
    const settled = ok(await server.ask("POST", `${at}/messages/ack`, { acks: [{ lease_id: messages[0].lease_id }, { lease_id: "gone" }], retries: [{ lease_id: messages[1].lease_id }] }));
    assert.deepEqual([settled.ackCount, settled.retryCount, Object.keys(settled.warnings)], [1, 1, ["gone"]]);
    const second = ok(await server.ask("POST", `${at}/messages/pull`, {})).messages;
    assert.deepEqual(second.map(({ id, attempts }) => [id, attempts]), [[messages[1].id, 2]]);
    ok(await server.ask("POST", `${at}/messages/ack`, { retries: [{ lease_id: second[0].lease_id }] }));
    const [dead] = ok(await server.ask("GET", "/queues?name=dead"));
    const { messages: seen } = ok(await server.ask("POST", `/queues/${dead.queue_id}/messages/preview`, { batch_size: 5 }));
    assert.deepEqual(seen.map(({ id }) => id), [messages[1].id]);
    ok(await server.ask("PATCH", at, { queue_name: "pulled", settings: { delivery_paused: true } }));
    refused(await server.ask("POST", `${at}/messages/pull`, {}), 409, 10217);
    refused(await server.ask("POST", `${at}/messages`, { body: "x".repeat(128_001) }), 413, 10206);
    refused(await server.ask("POST", `${at}/messages/batch`, { messages: Array(101).fill({ body: "x" }) }), 413, 10206);
    refused(await server.ask("POST", `${at}/messages/batch`, { messages: Array(3).fill({ body: "x".repeat(100_000) }) }), 413, 10206);
    for (const body of [{}, { body: 1, content_type: "text" }, { body: "%", content_type: "bytes" }, { body: "", content_type: "x" }, { body: "", delay_seconds: -1 }])
      refused(await server.ask("POST", `${at}/messages`, body), 400, 10100);
    assert.equal(ok(await server.ask("GET", `${at}/metrics`)).backlog_count, 2);
    ok(await server.ask("POST", `${at}/purge`, { delete_messages_permanently: true }));
    assert.equal(ok(await server.ask("GET", `${at}/metrics`)).backlog_count, 0);
    ok(await server.ask("DELETE", at));
    refused(await server.ask("GET", at), 404, 11000);
  });
});

describe("many at once", () => {
  test("clients of all services, and corral beside them, lose nothing", async () => {
    const clients = 24, rounds = 20;
    ok(await server.ask("POST", "/d1/database/shop/query", { sql: "CREATE TABLE counter(n); INSERT INTO counter VALUES (0)" }));
    const { queue_id: queue } = ok(await server.ask("POST", "/queues", { queue_name: "crowd" }));
    const pulled = new Set();
    const client = async (number) => {
      for (let round = 0; round < rounds; ++round) {
        const name = `crowd/${number}/${round}`;
        ok(await server.ask("POST", "/d1/database/shop/query", { sql: "UPDATE counter SET n = n + 1" }));
        ok(await server.ask("PUT", `/storage/kv/namespaces/${KV}/bulk`, [{ key: name, value: name }]));
        const stored = await server.fetch("PUT", `/accounts/${ACCOUNT}/r2/buckets/files/objects/${name}`, { body: name });
        assert.equal(stored.status, 200);
        await stored.text();
        ok(await server.ask("POST", `/queues/${queue}/messages`, { body: name }));
        const { messages } = ok(await server.ask("POST", `/queues/${queue}/messages/pull`, { batch_size: 3 }));
        for (const { body } of messages) {
          assert.ok(!pulled.has(body), `${body} was delivered twice`);
          pulled.add(body);
        }
        ok(await server.ask("POST", `/queues/${queue}/messages/ack`, { acks: messages.map(({ lease_id: lease }) => ({ lease_id: lease })) }));
      }
    };
    const beside = async () => {
      for (let round = 0; round < 10; ++round) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        project.corral(["d1", "execute", "DB", "--command", "UPDATE counter SET n = n + 1"]);
        project.corral(["kv", "key", "put", `crowd/beside/${round}`, "v", "--binding", "CACHE"]);
      }
    };
    await Promise.all([beside(), ...Array.from({ length: clients }, (_, number) => client(number))]);
    const total = clients * rounds;
    assert.deepEqual(ok(await server.ask("POST", "/d1/database/shop/query", { sql: "SELECT n FROM counter" }))[0].results, [{ n: total + 10 }]);
    assert.equal(project.corralJson(["kv", "key", "list", "--prefix", "crowd/", "--binding", "CACHE", "--json"]).length, total + 10);
    assert.equal(project.corralJson(["r2", "object", "list", "files/crowd/", "--json"]).length, total);
    assert.equal(pulled.size + ok(await server.ask("GET", `/queues/${queue}/metrics`)).backlog_count, total);
    project.assertNoOrphans();
  });
});

/** Sends a request as it is, and returns the whole answer as text. */
function rawRequest(method, target, { headers = [], body = "" } = {}) {
  return new Promise((resolve) => {
    const { hostname, port, host } = new URL(server.url);
    const socket = net.connect(Number(port), hostname);
    let answer = "";
    socket.on("data", (bytes) => (answer += bytes.toString("latin1")));
    socket.on("error", () => {});
    socket.on("close", () => resolve(answer));
    socket.write([`${method} /client/v4${target} HTTP/1.1`, `host: ${host}`, `authorization: Bearer ${TOKEN}`, "connection: close", ...headers, "", ""].join("\r\n"));
    socket.end(body);
  });
}

describe("hostile requests", () => {
  /// The most memory that the server has had, in KiB.
  const rss = () => Number(/VmHWM:\s*(\d+)/.exec(fs.readFileSync(`/proc/${server.child.pid}/status`, "utf8"))[1]);

  test("paths that are none", async () => {
    for (const path of ["/", "", "/accounts/", "/accounts//storage/kv/namespaces", "/accounts/a/b/c", "/../../etc/passwd", "/accounts/a/storage/kv/namespaces/../../../..", "/%2e%2e/%2e%2e/etc/passwd",
      "/accounts/a/storage/kv/namespaces/%2e%2e/keys", "/accounts/a/r2/buckets/..%2f..%2fetc/objects/x", "/accounts/a/r2/buckets/%00/objects/x", "/accounts/a/d1/database/..%2f..%2fx/query",
      `/accounts/a/${"a".repeat(3000)}`, "/transfers/", "/transfers/..%2f..%2fetc%2fpasswd", "/transfers/x", "/accounts/a/queues/%ff%fe", "/accounts/%/queues/%"]) {
      const answer = await rawRequest("GET", path);
      assert.match(answer, /^HTTP\/1.1 (400|404|405) /, path);
      assert.ok(!answer.includes("root:"), path);
    }
    assert.match(await rawRequest("BREW", "/accounts"), /^HTTP\/1.1 405 /);
    assert.match(await rawRequest("DELETE", "/accounts"), /^HTTP\/1.1 405 /);
  });

  test("bodies that are none", async () => {
    const targets = [["POST", "/storage/kv/namespaces"], ["PUT", `/storage/kv/namespaces/${KV}/bulk`], ["DELETE", `/storage/kv/namespaces/${KV}/bulk`], ["POST", `/storage/kv/namespaces/${KV}/bulk/get`],
      ["POST", "/d1/database"], ["POST", "/d1/database/shop/query"], ["POST", "/d1/database/shop/import"], ["POST", "/r2/buckets"], ["PUT", "/r2/buckets/files/cors"], ["PUT", "/r2/buckets/files/lock"],
      ["PUT", "/r2/buckets/files/lifecycle"], ["POST", "/r2/buckets/files/domains/custom"], ["PUT", "/r2/buckets/files/sippy"], ["POST", "/queues"], ["POST", "/event_subscriptions/subscriptions"]];
    const bodies = ["", "{", "[", "nul", "null", "7", '"x"', "[[]]", "{}", '{"a":1}x', "\xff\xfe", '"\xc3\x28"', `${"[".repeat(10_000)}${"]".repeat(10_000)}`, `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`,
      '{"sql":1,"title":[],"name":{},"queue_name":null,"keys":7,"rules":"x","source":[]}', `"${"x".repeat(100_000)}"`];
    for (const [method, target] of targets) {
      for (const body of bodies) {
        const response = await server.fetch(method, `/accounts/${ACCOUNT}${target}`, { body: Buffer.from(body, "latin1"), headers: { "content-type": "application/json" } });
        const text = await response.text();
        // An empty list of rules or keys is a list.
        assert.ok([400, 413].includes(response.status), `${method} ${target} ${body.slice(0, 40)}: ${response.status} ${text}`);
        assert.equal(JSON.parse(text).success, false);
      }
    }
  });

  test("forms that are none", async () => {
    const target = `/accounts/${ACCOUNT}/storage/kv/namespaces/${KV}/values/form`;
    for (const [type, body] of [["multipart/form-data; boundary=b", ""], ["multipart/form-data; boundary=b", "--b"], ["multipart/form-data; boundary=b", "--b\r\n\r\nx"], ["multipart/form-data; boundary=b", "--b\r\ncontent-disposition: form-data; name=\"value\"\r\n\r\nx"],
      ["multipart/form-data; boundary=b", "--bxx\r\ncontent-disposition: form-data; name=\"value\"\r\n\r\nx\r\n--b--"], ["multipart/form-data; boundary=b", `--b\r\n${"a: b\r\n".repeat(100)}\r\n\r\n--b--`],
      ["multipart/form-data; boundary=b", `--b\r\nx: ${"y".repeat(100_000)}\r\n\r\n--b--`], ["multipart/form-data; boundary=b", "--b--"]]) {
      const response = await server.fetch("PUT", target, { body, headers: { "content-type": type } });
      assert.equal(response.status, 400, body.slice(0, 60));
    }
    for (const type of ["multipart/form-data", "multipart/form-data; boundary=", `multipart/form-data; boundary=${"b".repeat(71)}`])
      assert.equal((await server.fetch("PUT", target, { body: "x", headers: { "content-type": type } })).status, 200, "no form: the bytes are the value");
  });

  test("more than the API takes is refused without being kept in memory", async () => {
    const before = rss();
    const many = async function* () {
      for (let i = 0; i < 200; ++i) yield Buffer.alloc(1 << 20, 32);
    };
    assert.ok([413, "cut"].includes(await sendStream("POST", "/d1/database/shop/query", many)));
    assert.ok([413, "cut"].includes(await sendStream("PUT", `/storage/kv/namespaces/${KV}/values/big`, many)));
    assert.ok(rss() - before < 48 << 10, `${rss() - before} KiB`);
    assert.equal((await server.fetch("GET", "/accounts")).status, 200);
  });

  test("an object of 200 MiB passes in both directions without being kept in memory", async () => {
    const before = rss();
    const hash = createHash("md5"), piece = randomBytes(1 << 20);
    const many = async function* () {
      for (let i = 0; i < 200; ++i) {
        hash.update(piece);
        yield piece;
      }
    };
    assert.equal(await sendStream("PUT", "/r2/buckets/files/objects/stream", many), 200);
    const etag = hash.digest("hex");
    const found = await server.fetch("GET", `/accounts/${ACCOUNT}/r2/buckets/files/objects/stream`);
    const read = createHash("md5");
    for await (const bytes of found.body) read.update(bytes);
    assert.deepEqual([found.headers.get("etag"), read.digest("hex")], [`"${etag}"`, etag]);
    assert.ok(rss() - before < 32 << 10, `${rss() - before} KiB`);
  });

  async function sendStream(method, target, many) {
    try {
      const response = await fetch(`${server.base}/accounts/${ACCOUNT}${target}`, { method, body: ReadableStream.from(many()), duplex: "half", headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" } });
      return response.status;
    } catch {
      return "cut";
    }
  }
});
