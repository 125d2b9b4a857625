// `corral --remote` against `corral serve`: what a command does by the API, the same command sees in the state folder.
import { after, before, describe, test } from "node:test";
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import fs from "node:fs";
import { TestProject } from "../project.mjs";
import { RestServer } from "./rest-server.mjs";

const config = {
  name: "rest", main: "worker.mjs", compatibility_date: "2026-01-01",
  kv_namespaces: [{ binding: "CACHE", id: "0123456789abcdef0123456789abcdef" }],
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

const remote = (line, options) => server.corral(line.split(" "), options).toString();
const local = (line) => project.corral(line.split(" ")).toString();
/** Runs a command there and here; both must print the same JSON, but for what is left out. */
function same(line, without = (json) => json) {
  const [there, here] = [remote(`${line} --json`), local(`${line} --json`)].map((text) => without(JSON.parse(text)));
  assert.deepEqual(there, here, line);
  return there;
}

test("whoami", () => {
  const { account } = JSON.parse(server.run(process.env.CORRAL ?? "corral", ["whoami", "--json"]));
  assert.equal(account.id, "10ca1000000000000000000000000000");
});

describe("KV", () => {
  test("keys", () => {
    project.write("bytes", randomBytes(1_000_000));
    remote("kv key put a/b --path bytes --ttl 3600 --binding CACHE");
    assert.deepEqual(server.corral(["kv", "key", "get", "a/b", "--binding", "CACHE"]), project.corral(["kv", "key", "get", "a/b", "--binding", "CACHE"]));
    project.write("pairs.json", JSON.stringify(Array.from({ length: 3000 }, (_, i) => ({ key: `k/${i}`, value: `${i}`, metadata: { i } }))));
    remote("kv bulk put pairs.json --binding CACHE");
    assert.equal(same("kv key list --binding CACHE").length, 3001);
    remote("kv key rename k/1 k/one --binding CACHE");
    assert.equal(local("kv key get k/one --binding CACHE"), "1");
    project.write("names.json", JSON.stringify(["k/one", "k/2"]));
    remote("kv bulk delete names.json --force --binding CACHE");
    assert.equal(same("kv key list --binding CACHE").length, 2999);
  });

  test("namespaces", () => {
    remote("kv namespace create made");
    assert.deepEqual(JSON.parse(remote("kv namespace list --json")).map(({ title }) => title).sort(), ["CACHE", "made"]);
    remote("kv namespace rename made --new-name renamed");
    remote("kv namespace delete renamed -y");
    assert.deepEqual(JSON.parse(remote("kv namespace list --json")).map(({ title }) => title), ["CACHE"]);
    remote("kv key get x --namespace-id nope", { expect: 1 });
  });
});

describe("D1", () => {
  test("SQL, files, exports, migrations, time travel", () => {
    server.corral(["d1", "execute", "DB", "--command", "CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT, c BLOB)"]);
    server.corral(["d1", "execute", "DB", "--command", "INSERT INTO t VALUES (?, ?, ?)", "--param", "1", "--param-text", "é", "--param", "null"]);
    project.write("rows.sql", Array.from({ length: 2000 }, (_, i) => `INSERT INTO t(b) VALUES ('r${i}');`).join("\n"));
    remote("d1 execute DB --file rows.sql");
    const rows = (json) => json.map(({ results }) => results);
    for (const program of [server, project]) assert.deepEqual(rows(JSON.parse(program.corral(["d1", "execute", "DB", "--json", "--command", "SELECT count(*) AS n, max(a) AS m FROM t"]))), [[{ n: 2001, m: 2001 }]]);
    assert.equal(remote("d1 export DB --output -"), local("d1 export DB --output -"));
    remote("d1 execute DB --file nope.sql", { expect: 1 });
    project.write("bad.sql", "INSERT INTO t(b) VALUES ('x'); SELEC");
    remote("d1 execute DB --file bad.sql", { expect: 1 });
    project.write("migrations/0001_m.sql", "CREATE TABLE m(a);");
    remote("d1 migrations apply DB");
    assert.deepEqual(JSON.parse(local("d1 migrations list DB --json")), []);
    const { bookmark } = JSON.parse(remote("d1 time-travel info DB --json"));
    local("d1 execute DB --file rows.sql");
    remote(`d1 time-travel restore DB --bookmark ${bookmark} -y`);
    assert.deepEqual(rows(JSON.parse(project.corral(["d1", "execute", "DB", "--json", "--command", "SELECT count(*) AS n FROM t"]))), [[{ n: 2001 }]]);
    assert.ok(JSON.parse(remote("d1 insights DB --json")).length > 0);
  });

  test("databases", () => {
    remote("d1 create made");
    assert.deepEqual(JSON.parse(remote("d1 list --json")).map(({ name }) => name), ["shop", "made"]);
    assert.equal(JSON.parse(remote("d1 info made --json")).num_tables, 0);
    remote("d1 create made", { expect: 1 });
    remote("d1 delete made -y");
    remote("d1 info made", { expect: 1 });
  });
});

describe("R2", () => {
  test("objects", () => {
    const bytes = randomBytes(2_000_000);
    project.write("in", bytes);
    remote("r2 object put files/a/b.png --file in --content-type image/png --cache-control no-store");
    assert.deepEqual(server.corral(["r2", "object", "get", "files/a/b.png", "--pipe"]), bytes);
    assert.equal(JSON.parse(local("r2 object head files/a/b.png --json")).httpMetadata.cacheControl, "no-store");
    for (let i = 0; i < 30; ++i) project.write(`folder/${i}.txt`, `${i}`);
    remote("r2 sync folder files/synced --delete");
    const known = (json) => json.map(({ key, size, etag }) => [key, size, etag]);
    assert.equal(same("r2 object list files", known).length, 31);
    assert.match(remote("r2 sync folder files/synced --delete --dry-run --json"), /"unchanged": *30|\[\]/);
    remote("r2 object delete files/a/b.png");
    assert.equal(same("r2 object list files", known).length, 30);
    remote("r2 object get files/nope --pipe", { expect: 1 });
    remote("r2 object get no-bucket/nope --pipe", { expect: 1 });
  });

  test("an object that is too large for the API goes by the S3 endpoint, with the token's key", () => {
    const file = project.write("large", "");
    const handle = fs.openSync(file, "w");
    const hash = createHash("md5");
    for (let i = 0; i < 305; ++i) {
      const piece = randomBytes(1 << 20);
      hash.update(piece);
      fs.writeSync(handle, piece);
    }
    fs.closeSync(handle);
    Object.defineProperty(server, "variables", { value: { ...server.variables, AWS_ENDPOINT_URL_S3: server.url }, configurable: true });
    remote("r2 object put files/large --file large");
    remote("r2 object get files/large --file back");
    delete server.variables;
    assert.equal(createHash("md5").update(fs.readFileSync(`${project.folder}/back`)).digest("hex"), hash.digest("hex"));
    assert.equal(JSON.parse(local("r2 object head files/large --json")).size, 305 << 20);
  });

  test("buckets and their settings", () => {
    remote("r2 bucket create made --location weur --storage-class InfrequentAccess");
    assert.deepEqual(JSON.parse(remote("r2 bucket list --json")).map(({ name }) => name), ["files", "made"]);
    assert.equal(JSON.parse(remote("r2 bucket info made --json")).default_storage_class, "InfrequentAccess");
    remote("r2 bucket create made", { expect: 1 });
    project.write("cors.json", JSON.stringify({ rules: [{ allowed: { origins: ["https://a.example"], methods: ["GET"] } }] }));
    remote("r2 bucket cors set made --file cors.json --force");
    same("r2 bucket cors list made");
    remote("r2 bucket lifecycle add made old logs/ --expire-days 3 --force");
    assert.equal(same("r2 bucket lifecycle list made").rules.length, 1);
    remote("r2 bucket lock add made keep kept/ --retention-indefinite --force");
    assert.equal(same("r2 bucket lock list made").rules.length, 1);
    remote("r2 bucket lock remove made --name keep");
    remote("r2 bucket domain add made --domain a.example.com --zone-id z");
    same("r2 bucket domain list made", ({ domains }) => domains.map(({ status, ...rest }) => rest));
    remote("r2 bucket domain remove made --domain a.example.com --force");
    remote("r2 bucket dev-url enable made --force");
    assert.equal(JSON.parse(local("r2 bucket dev-url get made --json")).enabled, true);
    remote("r2 bucket local-uploads enable made --force");
    same("r2 bucket local-uploads get made");
    remote("r2 bucket notification create made --event-type object-create --queue jobs");
    assert.equal(same("r2 bucket notification list made", (json) => json.queues.map(({ queueName, rules }) => [queueName, rules])).length, 1);
    remote("r2 bucket notification delete made --queue jobs");
    remote("r2 object put made/x --file cors.json");
    remote("r2 bucket delete made", { expect: 1 });
    remote("r2 bucket delete made --force");
    assert.ok(!local("r2 bucket list --json").includes("made"));
  });
});

describe("queues", () => {
  test("their settings, consumers and messages", () => {
    remote("queues create mails --delivery-delay-secs 0");
    remote("queues update mails --message-retention-period-secs 600");
    assert.equal(JSON.parse(local("queues info mails --json")).settings.message_retention_period, 600);
    remote("queues consumer http add mails --batch-size 5 --message-retries 1 --dead-letter-queue dead");
    remote("queues consumer http add mails", { expect: 1 });
    project.write("lines", Array.from({ length: 250 }, (_, i) => `line ${i}`).join("\n"));
    remote("queues send mails --file lines --lines");
    const [{ lease_id: lease, body }] = JSON.parse(remote("queues pull mails --batch-size 1 --json")).messages;
    assert.equal(body, "line 0");
    remote(`queues ack mails ${lease}`);
    remote(`queues ack mails ${lease}`, { expect: 1 });
    assert.equal(JSON.parse(local("queues info mails --json")).message_backlog_count, 249);
    assert.equal(remote("queues consume mails --each --exec cat --until-empty").match(/line/g).length, 249);
    assert.equal(JSON.parse(local("queues info mails --json")).message_backlog_count, 0);
    remote("queues pause-delivery mails");
    remote("queues pull mails", { expect: 1 });
    remote("queues resume-delivery mails");
    remote("queues consumer http remove mails");
    remote("queues delete mails --force");
    remote("queues info mails", { expect: 1 });
  });
});

test("Durable Objects", () => {
  for (const name of ["one", "two", "six"]) project.corral(["do", "storage", "put", "Room", "k", "1", "--name", name, "--script", "rest"]);
  assert.equal(JSON.parse(remote("do namespace list --json")).length, 1);
  assert.deepEqual(JSON.parse(remote("do list Room --json")).map(({ id }) => id).sort(), JSON.parse(local("do list Room --script rest --json")).map(({ id }) => id).sort());
});
