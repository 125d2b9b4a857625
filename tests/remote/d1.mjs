// D1 of the test server: databases on real SQLite files with their history, by the routes of Cloudflare's REST API.
// Needs node 22's node:sqlite.
import { createHash, randomUUID } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { succeed, refuse } from "./server.mjs";
import { dumpSql, runSql, SqlFailure } from "./sql.mjs";

const ROUTE = /^\/accounts\/([^/]+)\/d1\/database(?:\/([^/]+)(?:\/(query|raw|import|export|time_travel\/bookmark|time_travel\/restore))?)?$/;
const PRESIGNED = /^\/presigned\/(upload|download)\/(.+)$/;

const hex = (number) => number.toString(16).padStart(8, "0");

export class D1Service {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "corral-d1."));
  accounts = new Map(); // id → Map of uuid → database
  uploads = new Map(); // name → bytes
  downloads = new Map();
  insights = []; // rows of d1QueriesAdaptiveGroups
  analytics = [{ sum: { readQueries: 3, writeQueries: 1, rowsRead: 30, rowsWritten: 2 }, dimensions: { datetimeHour: "2026-11-28T10:00:00Z" } }];
  polls = 1; // how often an import or export is said to be active

  /** `makesDatabases`: a database comes into being when it is first asked for; for tests that bring their own ids. */
  constructor({ makesDatabases = false } = {}) {
    this.makesDatabases = makesDatabases;
  }

  remove() {
    for (const databases of this.accounts.values()) for (const one of databases.values()) one.sqlite.close();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  databases(account) {
    if (!this.accounts.has(account)) this.accounts.set(account, new Map());
    return this.accounts.get(account);
  }

  /** For tests: a database that `sql` has made. */
  add(account, uuid, name, sql = "", more = {}) {
    const file = path.join(this.folder, `${randomUUID()}.sqlite`);
    const one = { uuid, name, version: "production", created_at: "2026-09-01T10:00:00.000Z", file, sqlite: new DatabaseSync(file), history: [], jobs: new Map(), more };
    one.sqlite.exec(sql);
    this.databases(account).set(uuid, one);
    this.remember(one, Date.parse("2026-09-01T10:00:00Z"));
    return one;
  }

  /** For tests: the rows of a query. */
  rows(account, uuid, sql) {
    return this.databases(account).get(uuid).sqlite.prepare(sql).all().map((row) => ({ ...row }));
  }

  bookmark = (one) => one.history.at(-1).id;

  remember(one, time = Date.now()) {
    const content = fs.readFileSync(one.file);
    const digest = createHash("md5").update(content).digest("hex");
    one.history.push({ id: `${hex(one.history.length)}-00000000-00004c6d-${digest}`, time, content });
  }

  sizeOf = (one) => Math.max(4096, fs.statSync(one.file).size);

  run(one, queries) {
    const results = runSql(one.sqlite, queries, () => this.sizeOf(one));
    if (results.some(({ meta }) => meta.changed_db) || queries.some(({ sql }) => /\b(CREATE|DROP|ALTER)\b/i.test(sql))) this.remember(one);
    return results;
  }

  /** Answers what comes without credentials: uploads and downloads. */
  answerPresigned(request, response) {
    const route = PRESIGNED.exec(request.path);
    if (!route) return false;
    if (request.headers.authorization || request.headers["x-auth-key"]) refuse(response, 400, 1, "credentials with a presigned URL");
    else if (request.parameters.get("X-Signature") !== "SECRET-signature") refuse(response, 403, 1, "no signature");
    else if (route[1] === "upload") {
      this.uploads.set(route[2], request.bytes);
      response.setHeader("etag", `"${createHash("md5").update(request.bytes).digest("hex")}"`);
      response.end();
    } else response.end(this.downloads.get(route[2]));
    return true;
  }

  presigned = (response, kind, name) => `${response.req.headers["x-forwarded-proto"] ?? "http"}://${response.req.headers.host}/presigned/${kind}/${name}?X-Signature=SECRET-signature`;

  answer(request, response) {
    if (request.path === "/graphql") return this.graphql(JSON.parse(request.bytes), response);
    const route = ROUTE.exec(request.path);
    if (!route) return false;
    const [, account, encodedId, rest] = route;
    const databases = this.databases(account);
    if (!encodedId) {
      if (request.method === "POST") this.create(databases, account, JSON.parse(request.bytes), response);
      else this.list(databases, request.parameters, response);
      return true;
    }
    const id = decodeURIComponent(encodedId);
    if (this.makesDatabases && !databases.has(id)) this.add(account, id, id);
    const one = databases.get(id) ?? [...databases.values()].find(({ name }) => name === id && !rest && request.method === "GET");
    if (!one) refuse(response, 404, 7404, `The database ${id} could not be found`);
    else if (!rest) this.database(databases, one, request, response);
    else if (rest === "query") this.query(one, JSON.parse(request.bytes), response);
    else if (rest === "import") this.import(one, JSON.parse(request.bytes), response);
    else if (rest === "export") this.export(one, JSON.parse(request.bytes), response);
    else if (rest.startsWith("time_travel/")) this.travel(one, request, response);
    else refuse(response, 404, 7003, "Could not route to the path");
    return true;
  }

  describe = (one) => ({ uuid: one.uuid, name: one.name, version: one.version, created_at: one.created_at, num_tables: 2, file_size: 40960 });

  create(databases, account, { name, primary_location_hint: hint, jurisdiction }, response) {
    if ([...databases.values()].some((one) => one.name === name)) return refuse(response, 400, 7502, "database with that name already exists");
    const made = this.add(account, `4b1c2d3e-aaaa-4bbb-8ccc-${createHash("md5").update(name).digest("hex").slice(0, 12)}`, name, "", { hint, jurisdiction });
    succeed(response, { ...this.describe(made), running_in_region: "WEUR", created_in_region: "WEUR", jurisdiction: jurisdiction ?? null });
  }

  list(databases, parameters, response) {
    const size = Number(parameters.get("per_page") ?? 20);
    const page = Number(parameters.get("page") ?? 1);
    const all = [...databases.values()].map(this.describe);
    const result = all.slice((page - 1) * size, page * size);
    succeed(response, result, { result_info: { page, per_page: size, count: result.length, total_count: all.length } });
  }

  database(databases, one, request, response) {
    if (request.method === "DELETE") {
      one.sqlite.close();
      databases.delete(one.uuid);
      return succeed(response, null);
    }
    const all = { ...this.describe(one), running_in_region: "WEUR", read_replication: { mode: "disabled" } };
    const fields = request.parameters.get("fields")?.split(",");
    succeed(response, fields ? Object.fromEntries(Object.entries(all).filter(([field]) => fields.includes(field))) : all);
  }

  query(one, body, response) {
    try {
      succeed(response, this.run(one, body.batch ?? [body]));
    } catch (error) {
      if (!(error instanceof SqlFailure)) throw error;
      refuse(response, 400, 7500, error.message);
    }
  }

  import(one, { action, etag, filename, current_bookmark: at }, response) {
    const job = (name) => {
      let results;
      try {
        results = this.run(one, [{ sql: this.uploads.get(name).toString() }]);
      } catch (error) {
        return { success: true, type: "import", status: "error", messages: [], errors: [error.message], error: error.message, at_bookmark: "e" };
      }
      const sum = (field) => results.reduce((total, { meta }) => total + meta[field], 0);
      const meta = { duration: 1.5, rows_read: sum("rows_read"), rows_written: sum("rows_written"), size_after: this.sizeOf(one), changes: sum("changes"), changed_db: true, last_row_id: 0, served_by: "v3-test" };
      return { success: true, type: "import", status: "complete", messages: ["Ingestion complete"], at_bookmark: "done", result: { num_queries: results.length, final_bookmark: this.bookmark(one), meta } };
    };
    if (action === "init") {
      const name = `${etag}.sql`;
      if (!this.uploads.has(name)) return succeed(response, { success: true, filename: name, upload_url: this.presigned(response, "upload", name) });
      return this.begin(one, job(name), response);
    }
    if (action === "ingest") {
      if (!this.uploads.has(filename)) return succeed(response, { success: false, error: "no such upload" });
      return this.begin(one, job(filename), response);
    }
    this.poll(one, at, response);
  }

  /** Answers that a job is active, as often as `polls` says, before it tells how the job ended. */
  begin(one, result, response) {
    const id = `${hex(one.jobs.size)}-00000000-00004c6d-${"0".repeat(32)}`;
    one.jobs.set(id, { left: this.polls, result, id });
    this.poll(one, id, response);
  }

  poll(one, id, response) {
    const job = one.jobs.get(id);
    if (!job) return refuse(response, 400, 7400, `not polling from ${id}`);
    if (job.left-- > 0) return succeed(response, { success: true, type: "job", status: "active", messages: ["Processed a part"], at_bookmark: id });
    succeed(response, job.result);
  }

  export(one, { dump_options: options, current_bookmark: at }, response) {
    if (at) return this.poll(one, at, response);
    const missing = (options.tables ?? []).find((table) => one.sqlite.prepare("SELECT 1 FROM sqlite_schema WHERE name = ?").all(table).length === 0);
    if (missing) return succeed(response, { success: true, type: "export", status: "error", error: `no such table: ${missing}`, messages: [], at_bookmark: "e" });
    if (options.compatibility !== "sqlite3_cli_only" && one.sqlite.prepare("SELECT 1 FROM sqlite_schema WHERE sql LIKE 'CREATE VIRTUAL TABLE%'").all().length > 0)
      return refuse(response, 400, 7500, "D1 Export error: cannot export databases with Virtual Tables (fts5)");
    this.downloads.set(`${one.uuid}.sql`, dumpSql(one.sqlite, options));
    this.begin(one, { success: true, type: "export", status: "complete", messages: ["Done"], at_bookmark: this.bookmark(one), result: { filename: `${one.uuid}.sql`, signed_url: this.presigned(response, "download", `${one.uuid}.sql`) } }, response);
  }

  travel(one, request, response) {
    if (request.method === "GET") {
      const at = request.parameters.get("timestamp");
      const known = at ? one.history.filter(({ time }) => time <= Date.parse(at)) : one.history;
      if (known.length === 0) return refuse(response, 400, 7500, "before the database was created");
      return succeed(response, { bookmark: known.at(-1).id });
    }
    const wanted = one.history.find(({ id }) => id === request.parameters.get("bookmark"));
    if (!wanted) return refuse(response, 400, 7500, "Invalid bookmark");
    const previous = this.bookmark(one);
    one.sqlite.close();
    fs.writeFileSync(one.file, wanted.content);
    one.sqlite = new DatabaseSync(one.file);
    this.remember(one);
    succeed(response, { message: "restored", bookmark: this.bookmark(one), previous_bookmark: previous });
  }

  graphql({ query, variables }, response) {
    const group = /d1AnalyticsAdaptiveGroups|d1QueriesAdaptiveGroups/.exec(query)?.[0];
    if (!group) return false;
    let rows = this.analytics;
    if (group === "d1QueriesAdaptiveGroups") {
      const limit = Number(/limit: *(\d+)/.exec(query)[1]);
      const [, by, direction] = /orderBy: *\[(\w+)_(ASC|DESC)\]/.exec(query);
      const [kind, field] = by.split("_");
      const value = (row) => (field ? row[kind][field] : row.count);
      const id = variables.filter.AND[0].databaseId;
      rows = this.insights.filter((row) => !id || row.dimensions.databaseId === id)
        .sort((a, b) => (direction === "ASC" ? 1 : -1) * (value(a) - value(b))).slice(0, limit);
    }
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ data: { viewer: { accounts: [{ [group]: rows }] } }, errors: null }));
    return true;
  }
}

