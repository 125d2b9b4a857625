// SQL for the test server's D1: splits scripts into statements and runs them as D1 does, all or nothing, on SQLite.
import { performance } from "node:perf_hooks";

const TOKEN = /--[^\n]*|\/\*[^]*?(?:\*\/|$)|'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|`(?:[^`]|``)*(?:`|$)|\[[^\]]*(?:\]|$)|[A-Za-z_]\w*|\s+|[^]/g;

/** The statements of a script, without their ';'. */
export function splitSql(text) {
  const statements = [];
  let statement = "";
  let words = [];
  const end = () => {
    if (words.length > 0) statements.push(statement.trim());
    statement = "";
    words = [];
  };
  for (const [token] of text.matchAll(TOKEN)) {
    if (/^(--|\/\*|\s)/.test(token)) {
      statement += token;
      continue;
    }
    const head = words.slice(0, 3).join(" ");
    const inTrigger = /^CREATE (TEMP(ORARY)? )?TRIGGER/.test(head);
    if (token === ";" && !(inTrigger && words.at(-1) !== "END")) {
      end();
      continue;
    }
    statement += token;
    words.push(token.toUpperCase());
  }
  end();
  return statements;
}

/** A value as the API's JSON has it. */
const jsonValue = (value) => (value instanceof Uint8Array ? [...value] : typeof value === "bigint" ? Number(value) : value);

export class SqlFailure extends Error {}

const stats = (database) => Number(database.prepare("SELECT total_changes() AS n").get().n);

/** Runs [{ sql, params }] as one transaction; the results in the form of D1's answers. Throws SqlFailure. */
export function runSql(database, queries, sizeOf) {
  const results = [];
  try {
    database.exec("PRAGMA foreign_keys=ON; PRAGMA defer_foreign_keys=OFF; BEGIN");
    for (const { sql, params = [] } of queries) {
      for (const text of splitSql(sql)) {
        if (/^(BEGIN|COMMIT|END|ROLLBACK|SAVEPOINT|RELEASE)\b/i.test(text))
          throw new Error("To execute a transaction, please use the state.storage.transaction() or state.storage.transactionSync() APIs");
        const start = performance.now();
        const before = stats(database);
        const statement = database.prepare(text);
        statement.setReadBigInts(true);
        let rows = [];
        if (statement.columns().length > 0) rows = statement.all(...params);
        else statement.run(...params);
        const changes = stats(database) - before;
        const duration = Math.round((performance.now() - start) * 1e4) / 1e4;
        results.push({
          results: rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, jsonValue(value)]))),
          success: true,
          meta: {
            served_by: "v3-test", served_by_region: "WEUR", served_by_primary: true, timings: { sql_duration_ms: duration }, duration, changes,
            last_row_id: Number(database.prepare("SELECT CAST(last_insert_rowid() AS REAL) AS id").get().id), changed_db: changes > 0, size_after: 4096,
            rows_read: rows.length, rows_written: changes, total_attempts: 1,
          },
        });
      }
    }
    database.exec("COMMIT");
  } catch (error) {
    if (database.isTransaction ?? true) try { database.exec("ROLLBACK"); } catch { /* there was none */ }
    throw new SqlFailure(`${error.message}: SQLITE_ERROR`);
  }
  for (const one of results) one.meta.size_after = sizeOf();
  return results;
}

const name = (text) => `"${text.replaceAll('"', '""')}"`;
const literal = (value) =>
  value === null ? "NULL" : value instanceof Uint8Array ? `X'${Buffer.from(value).toString("hex").toUpperCase()}'`
    : typeof value === "string" ? `'${value.replaceAll("'", "''")}'` : String(value).replace("Infinity", "9e999");

/** SQL that makes the database again. */
export function dumpSql(database, { no_schema: noSchema, no_data: noData, tables = [] }) {
  let text = "PRAGMA defer_foreign_keys=TRUE;\n";
  const wanted = (table) => tables.length === 0 || tables.includes(table);
  const items = database.prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid").all();
  for (const item of items.filter(({ type, name: table }) => type === "table" && wanted(table))) {
    if (!noSchema) text += `${item.sql};\n`;
    if (noData) continue;
    const stored = database.prepare("SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0").all(item.name).map((column) => name(column.name));
    const rows = database.prepare(`SELECT ${stored.join(",")} FROM ${name(item.name)}`);
    rows.setReadBigInts(true);
    for (const row of rows.all())
      text += `INSERT INTO ${name(item.name)} (${Object.keys(row).map(name).join(",")}) VALUES(${Object.values(row).map(literal).join(",")});\n`;
  }
  if (!noSchema) for (const item of items.filter(({ type, tbl_name: table }) => type !== "table" && wanted(table))) text += `${item.sql};\n`;
  return text;
}
