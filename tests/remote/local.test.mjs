// A command without --remote makes no connection and reads no credential: the kernel's record of what it calls.
import { test } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { CORRAL, Place } from "./program.mjs";

const LINES = [
  "--version", "help", "kv key put greeting hello --binding CACHE", "kv key get greeting --binding CACHE", "kv key list --binding CACHE",
  "kv namespace list", "kv bulk get --all --binding CACHE", "d1 create other", "d1 list", "d1 info DB", "d1 execute DB --command SELECT\u00a01",
  "d1 migrations apply DB", "d1 migrations status DB", "d1 export DB --output out.sql", "r2 object put files/k --file wrangler.json",
  "r2 object get files/k --pipe", "r2 bucket list", "r2 bucket info files", "queues create jobs", "queues send jobs hello", "queues pull jobs",
  "queues list", "do namespace list", "state info", "which CACHE",
].map((line) => line.split(" ").map((word) => word.replaceAll("\u00a0", " ")));

test("a local command makes no connection and reads no credential", () => {
  const place = new Place();
  place.logIn(new Date(Date.now() + 3_600_000));
  place.write("project/.env", "NAME=value\n"); // is read, for variables that choose an environment

  place.write("project/migrations/0001_a.sql", "CREATE TABLE a(x);");
  place.write("project/wrangler.json", JSON.stringify({
    name: "app", account_id: "acc1", kv_namespaces: [{ binding: "CACHE", id: "c" }], r2_buckets: [{ binding: "FILES", bucket_name: "files" }],
    d1_databases: [{ binding: "DB", database_name: "shop", database_id: "d" }],
  }));
  const trace = `${place.folder}/trace`;
  for (const words of LINES) {
    execFileSync("strace", ["-f", "-qq", "-o", trace, "-e", "trace=%file,%network", CORRAL, ...words], {
      cwd: place.project, env: { PATH: process.env.PATH, HOME: place.home, CLOUDFLARE_API_TOKEN: "SECRET-token" }, stdio: "ignore",
    });
    const calls = fs.readFileSync(trace, "utf8").split("\n");
    assert.ok(calls.some((call) => /\bexecve\(/.test(call)), "strace has recorded nothing");
    const told = calls.filter((call) => /\b(socket|connect|sendto|sendmsg)\(|\.wrangler\/config|resolv\.conf|ssl\/|\.pem/.test(call));
    assert.deepEqual(told, [], words.join(" "));
  }
  place.remove();
});
