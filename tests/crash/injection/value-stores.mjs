// The rows of KV and R2 with their blobs: each row as a unit, and whether the bytes are those of the row.
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";

const hash = (algorithm, bytes) => crypto.createHash(algorithm).update(bytes).digest();
const hex = (algorithm, bytes) => hash(algorithm, bytes).toString("hex");

/// The name of the SQLite file of a namespace or bucket.
function objectId(kind, name) {
  const mac = (key, text) => crypto.createHmac("sha256", key).update(text).digest().subarray(0, 16);
  const key = hash("sha256", kind);
  const first = mac(key, name);
  return Buffer.concat([first, mac(key, first)]).toString("hex");
}

/// The blobs of a service: folder -> the ids that no row has named so far.
export class Blobs {
  constructor(root, kind) {
    this.root = root;
    this.folders = new Map();
    this.databases = new Map();
    for (const name of fs.existsSync(root) ? fs.readdirSync(root) : []) {
      const folder = path.join(root, name, "blobs");
      if (name === kind || !fs.existsSync(folder)) continue;
      this.folders.set(name, new Set(fs.readdirSync(folder)));
      this.databases.set(objectId(kind, name), name);
    }
  }

  nameOf(file) {
    return this.databases.get(path.basename(file, ".sqlite")) ?? path.basename(file, ".sqlite");
  }

  /// The bytes of a blob; undefined if it is not where its row says.
  take(file, id) {
    const name = this.nameOf(file);
    const unnamed = this.folders.get(name);
    const blob = path.join(this.root, name, "blobs", id);
    unnamed?.delete(id);
    return fs.existsSync(blob) ? fs.readFileSync(blob) : undefined;
  }

  orphans() {
    return [...this.folders].flatMap(([name, ids]) => [...ids].map((id) => `${name}/blobs/${id}`));
  }
}

export function readKv(file, database, blobs, units, faults) {
  for (const row of database.tables._mf_entries ?? []) {
    const value = blobs.take(file, row.blob_id);
    if (!value) faults.push(`the value of key ${row.key} is missing`);
    units.push([`kv ${blobs.nameOf(file)} ${row.key}`, `${value && hex("md5", value)}, ${value?.length} bytes, expires ${row.expiration}, metadata ${row.metadata}`]);
  }
}

export function readR2(file, database, blobs, units, faults) {
  const bucket = blobs.nameOf(file);
  const parts = (database.tables._mf_multipart_parts ?? []).toSorted((a, b) => Number(a.part_number - b.part_number));
  const bodies = new Map();
  for (const part of parts) {
    const body = blobs.take(file, part.blob_id);
    if (!body) faults.push(`part ${part.part_number} of upload ${part.upload_id} is missing`);
    else if (BigInt(body.length) !== part.size || hex("md5", body) !== part.checksum_md5) faults.push(`part ${part.part_number} of upload ${part.upload_id} is torn`);
    bodies.set(part, body ?? Buffer.alloc(0));
  }
  for (const upload of database.tables._mf_multipart_uploads ?? []) {
    const own = parts.filter((part) => part.upload_id === upload.upload_id && part.object_key === null);
    if (upload.state === 0n) units.push([`upload ${bucket} ${upload.key}`, `${own.length} parts`]);
    else if (own.length > 0) faults.push(`upload ${upload.upload_id} is over and has parts`);
  }
  for (const row of database.tables._mf_objects ?? []) {
    const own = parts.filter((part) => part.object_key === row.key);
    const body = row.blob_id === null ? Buffer.concat(own.map((part) => bodies.get(part))) : blobs.take(file, row.blob_id);
    const etag = row.blob_id === null ? `${hex("md5", Buffer.concat(own.map((part) => hash("md5", bodies.get(part)))))}-${own.length}` : body && hex("md5", body);
    if (!body) faults.push(`the body of object ${row.key} is missing`);
    else if (BigInt(body.length) !== row.size || etag !== row.etag) faults.push(`object ${row.key} is torn`);
    units.push([`r2 ${bucket} ${row.key}`, `${row.etag}, ${row.size} bytes, ${row.checksums}, ${row.http_metadata}, ${row.custom_metadata}`]);
  }
}
