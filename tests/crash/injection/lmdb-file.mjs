// Reads an LMDB file (version 0.9, 64 bits) by its format alone: its named databases, and whether its pages are sound.
import fs from "node:fs";

const MAGIC = 0xbeefc0de;
const HEADER = 16;
const NONE = 0xffffffffffffffffn;
const [BRANCH, LEAF, OVERFLOW] = [1, 2, 4];
const [BIG_DATA, SUB_DATABASE] = [1, 2];
const FORMAT = 1; // of environments and records
const CONTENT = ["bodies", "pages", "lists"]; // databases whose values are not records

/// A record without the version that it begins with; an empty one has none.
function withoutVersion(name, key, value) {
  if (value.length === 0 || CONTENT.includes(name)) return value;
  if (value[0] !== FORMAT) throw new Error(`the record ${key.toString("hex")} of ${name} has the version ${value[0]}`);
  return value.subarray(1);
}

class LmdbFile {
  constructor(file) {
    this.bytes = fs.readFileSync(file);
    this.pages = new Set();
    this.pageBytes = 4096;
    const metas = [0, 1].map((page) => this.meta(page)).filter(Boolean);
    if (metas.length < 2) throw new Error("it lacks a meta page");
    this.newest = metas[0].transaction >= metas[1].transaction ? metas[0] : metas[1]; // of equals LMDB takes the first
  }

  meta(page) {
    const at = page * this.pageBytes;
    if (this.bytes.length < at + 152 || this.bytes.readUInt32LE(at + 16) !== MAGIC) return undefined;
    this.pageBytes = this.bytes.readUInt32LE(at + 40);
    return {
      free: this.bytes.readBigUInt64LE(at + 80),
      main: this.bytes.readBigUInt64LE(at + 128),
      lastPage: Number(this.bytes.readBigUInt64LE(at + 136)),
      transaction: this.bytes.readBigUInt64LE(at + 144),
    };
  }

  /// Where a page begins. Each page has one use.
  enter(number, count = 1) {
    const at = number * this.pageBytes;
    for (let page = number; page < number + count; ++page) {
      if (page < 2 || page > this.newest.lastPage) throw new Error(`page ${page} is not one of the file's`);
      if (this.pages.has(page)) throw new Error(`page ${page} is used twice`);
      this.pages.add(page);
    }
    if (at + count * this.pageBytes > this.bytes.length) throw new Error(`page ${number} lies beyond the end of the file`);
    if (Number(this.bytes.readBigUInt64LE(at)) !== number) throw new Error(`page ${number} says that it is another`);
    return at;
  }

  /// The records under a root, in order: [key, value, flags].
  *records(root) {
    if (root === NONE) return;
    const at = this.enter(Number(root));
    const flags = this.bytes.readUInt16LE(at + 10);
    const count = (this.bytes.readUInt16LE(at + 12) - HEADER) / 2;
    for (let i = 0; i < count; ++i) {
      const node = at + this.bytes.readUInt16LE(at + HEADER + 2 * i);
      const [low, high, nodeFlags, keyBytes] = [0, 2, 4, 6].map((offset) => this.bytes.readUInt16LE(node + offset));
      if (flags & BRANCH) {
        yield* this.records(BigInt(low) + BigInt(high) * 0x10000n + BigInt(nodeFlags) * 0x100000000n);
        continue;
      }
      if (!(flags & LEAF)) throw new Error(`page ${root} is neither a branch nor a leaf`);
      const data = node + 8 + keyBytes;
      const length = low + high * 0x10000;
      const key = this.bytes.subarray(node + 8, data);
      yield [key, nodeFlags & BIG_DATA ? this.apart(Number(this.bytes.readBigUInt64LE(data)), length) : this.bytes.subarray(data, data + length), nodeFlags];
    }
  }

  apart(page, length) {
    const first = page * this.pageBytes;
    if (first + HEADER > this.bytes.length || !(this.bytes.readUInt16LE(first + 10) & OVERFLOW)) throw new Error(`page ${page} holds no long value`);
    const at = this.enter(page, this.bytes.readUInt32LE(first + 12));
    return this.bytes.subarray(at + HEADER, at + HEADER + length);
  }

  databases() {
    const all = new Map();
    let version;
    for (const [key, value, flags] of this.records(this.newest.main)) {
      const name = key.toString();
      if (flags === SUB_DATABASE) all.set(name, [...this.records(value.readBigUInt64LE(40))].map(([key, data]) => [key, withoutVersion(name, key, data)]));
      else if (name === "format" && value.length === 1) version = value[0];
      else throw new Error(`${name} is not a database`);
    }
    if (all.size > 0 && version !== FORMAT) throw new Error(`it has the version ${version}`);
    // What is free is not in use.
    for (const [, list] of [...this.records(this.newest.free)]) {
      for (let i = 8n; i <= list.readBigUInt64LE(0) * 8n; i += 8n) this.enterFree(Number(list.readBigUInt64LE(Number(i))));
    }
    return all;
  }

  enterFree(page) {
    if (this.pages.has(page)) throw new Error(`page ${page} is in use, and free`);
    this.pages.add(page);
  }
}

/// The databases of an environment's data.mdb, by name: lists of [key, value], records without their versions. A file
/// shorter than its two meta pages was never begun and has none; throws for one that is damaged.
export function readLmdb(file) {
  if (!fs.existsSync(file) || fs.statSync(file).size < 8192) return new Map();
  return new LmdbFile(file).databases();
}
