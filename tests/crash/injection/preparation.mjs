// What a test wants in the state before its command runs, beyond the fixture: by corral's commands, or by hand where
// no command makes it.
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { wordsOf } from "./sandbox.mjs";

const blobId = () => `${crypto.randomBytes(32).toString("hex")}000001a0${crypto.randomBytes(4).toString("hex")}`;

/// The database of a service that has a table in which `holds` finds a row.
function change(sandbox, folder, holds, statements) {
  const root = path.join(sandbox.v3, folder);
  for (const name of fs.readdirSync(root).filter((one) => /^[0-9a-f]{64}\.sqlite$/.test(one))) {
    const database = new DatabaseSync(path.join(root, name));
    if (database.prepare(holds).get()) for (const [sql, ...values] of statements) database.prepare(sql).run(...values);
    database.close();
  }
}

const changeKv = (sandbox, ...statements) => change(sandbox, "kv/miniflare-KVNamespaceObject", "SELECT 1 FROM _mf_entries WHERE key = 'user:1'", statements);

const byHand = {
  /// One key has expired.
  expire: (sandbox) => changeKv(sandbox, ["UPDATE _mf_entries SET expiration = 1000 WHERE key = 'greeting'"]),

  /// A key's value is lost.
  damage: (sandbox) => changeKv(sandbox, ["UPDATE _mf_entries SET blob_id = ? WHERE key = 'greeting'", blobId()]),

  /// Values that no row names.
  orphans: (sandbox, count) => {
    for (let i = 0; i < count; ++i) fs.writeFileSync(path.join(sandbox.v3, `kv/c/blobs/${blobId()}`), "lost");
  },

  /// A multipart upload that is under way, with two parts.
  upload: (sandbox) => {
    const parts = ["first", "second"].map((text, i) => {
      const [id, md5] = [blobId(), crypto.createHash("md5").update(text).digest("hex")];
      fs.writeFileSync(path.join(sandbox.v3, "r2/my-bucket/blobs", id), text);
      return ["INSERT INTO _mf_multipart_parts VALUES('u', ?, ?, ?, ?, ?, NULL)", i + 1, id, text.length, md5, md5];
    });
    change(sandbox, "r2/miniflare-R2BucketObject", "SELECT 1 FROM _mf_objects WHERE key = 'logo.png'", [["INSERT INTO _mf_multipart_uploads VALUES('u', 'large', '{}', '{}', 0)"], ...parts]);
  },

  /// A copy of my-db as a file of its own.
  copyDatabase: async (sandbox, name) => {
    const database = new DatabaseSync((await sandbox.done("d1 path my-db")).trim());
    database.exec(`VACUUM INTO '${path.join(sandbox.project, name)}'`);
    database.close();
  },
};

/// "COMMAND > FILE" keeps what it prints; "COMMAND < FILE" reads.
async function runLine(sandbox, line) {
  const [, command, sign, name] = /^(.*?)(?: ([<>]) (\S+))?$/.exec(line);
  const file = name && path.join(sandbox.project, name);
  const out = await sandbox.done(command, sign === "<" ? fs.readFileSync(file, "utf8") : undefined);
  if (sign === ">") fs.writeFileSync(file, out);
}

/// Prepares the sandbox; returns the arguments and the standard input of the test's command.
export async function prepareSandbox(test, sandbox) {
  if (test.copyDatabase) await byHand.copyDatabase(sandbox, test.copyDatabase);
  for (const line of test.prepare ?? []) await runLine(sandbox, line);
  for (const [what, make] of Object.entries(byHand)) if (test[what] && what !== "copyDatabase") make(sandbox, test[what]);
  const text = (name) => fs.readFileSync(path.join(sandbox.project, name), "utf8");
  const id = test.captured ? test.captured.pattern.exec(text(test.captured.file))[0] : "";
  const input = test.input?.startsWith("@") ? text(test.input.slice(1)) : test.input;
  return { args: wordsOf(test.run).map((word) => word.replace(/\bID$/, id)), input };
}
