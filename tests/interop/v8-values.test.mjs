// 100,000 random values: what V8's serializer of Node writes reads as the same value, and what corral makes of its
// own JSON for it is the same bytes and the same value again.
import { test } from "node:test";
import assert from "node:assert/strict";
import path from "node:path";
import v8 from "node:v8";
import { spawnSync } from "node:child_process";
import { CORRAL } from "./project.mjs";

const LINES = process.env.CORRAL_V8_LINES ?? path.join(path.dirname(CORRAL), "../tests/v8/corral_v8_lines");
const COUNT = Number(process.env.CORRAL_V8_VALUES ?? 100_000);

/// A generator that gives the same numbers for the same seed (mulberry32).
function random(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

class Values {
  constructor(seed) {
    this.next = random(seed);
    this.made = [];
  }
  below(n) {
    return Math.floor(this.next() * n);
  }
  pick(list) {
    return list[this.below(list.length)];
  }
  times(most, make) {
    return Array.from({ length: this.below(most + 1) }, make);
  }
  number() {
    return this.pick([
      () => this.below(100) - 50,
      () => this.pick([0, -0, NaN, Infinity, -Infinity, 2 ** 30, 2 ** 30 - 1, -(2 ** 30), -(2 ** 30) - 1, 2 ** 31 - 1, -(2 ** 31), 2 ** 31, 2 ** 32, 2 ** 53, 1e21, 5e-324, 1.7976931348623157e308]),
      () => (this.next() - 0.5) * 10 ** (this.below(600) - 300),
      () => Math.floor(this.next() * 2 ** 54) - 2 ** 53,
      () => this.next() + this.below(3),
    ])();
  }
  text() {
    const alphabet = this.pick(["abc", "aé\u0000\"\\\n ÿ", "a日😀é", "0123456789", "\ud800\udc00a\udfff", "$"]);
    let text = this.times(12, () => alphabet[this.below(alphabet.length)]).join("");
    if (this.below(20) === 0) text = ("日" + "x".repeat(13 + this.below(200))).slice(1);
    return this.below(200) === 0 ? text.repeat(1 + this.below(300)) : text;
  }
  bigint() {
    let n = 0n;
    for (let i = this.below(6); i > 0; --i) n = (n << 32n) + BigInt(this.below(2 ** 32));
    return this.below(2) ? n : -n;
  }
  name() {
    return this.pick([() => this.text(), () => String(this.below(20)), () => this.pick(["$date", "$id", "$ref", "$foo", "4294967294", "4294967295", "01", "-1", "__proto__x"])])();
  }
  bytes(most = 24) {
    return Uint8Array.from(this.times(most, () => this.below(256)));
  }
  view() {
    const buffer = new ArrayBuffer(8 * this.below(6));
    new Uint8Array(buffer).set(this.bytes(buffer.byteLength).subarray(0, buffer.byteLength));
    const kind = this.pick([Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array, BigInt64Array, BigUint64Array, DataView]);
    if (this.below(2) || buffer.byteLength === 0) return new kind(buffer);
    const view = new kind(buffer, 8, kind === DataView ? buffer.byteLength - 8 : undefined);
    return this.below(2) ? view : [view, buffer, new Uint8Array(buffer)];
  }
  error() {
    const options = this.below(2) ? { cause: this.value(1) } : undefined;
    return new (this.pick([Error, TypeError, RangeError, SyntaxError, EvalError, ReferenceError, URIError]))(this.text(), options);
  }
  remember(object) {
    this.made.push(object);
    return object;
  }
  array(depth) {
    const array = this.remember([]);
    for (let i = this.below(5); i > 0; --i) array.push(this.value(depth));
    if (this.below(8) === 0) array[array.length + 1 + this.below(3)] = this.value(depth);
    if (this.below(200) === 0) array[100_000_000] = 1;
    if (this.below(8) === 0) for (let i = 1 + this.below(2); i > 0; --i) array["p" + this.name()] = this.value(depth);
    return array;
  }
  object(depth) {
    const object = this.remember({});
    for (let i = this.below(6); i > 0; --i) object[this.name()] = this.value(depth);
    return object;
  }
  value(depth) {
    const leaf = [
      () => this.number(), () => this.number(), () => this.text(), () => this.text(),
      () => this.pick([undefined, null, true, false]), () => this.bigint(),
    ];
    const object = [
      () => this.remember(new Date(this.pick([NaN, 0, this.below(2 ** 45), -this.below(2 ** 45), 8.64e15, -8.64e15]))),
      () => this.remember(Object(this.pick([() => this.number(), () => this.text(), () => true, () => false, () => this.bigint()])())),
      () => this.remember(new RegExp(this.pick(["ab+c", "é", "日", "a/b", ""]), this.pick(["", "g", "gi", "imsuy", "dv", "dgimsuy"]))),
      () => this.remember(this.bytes().buffer), () => this.view(), () => this.error(),
      () => (this.made.length > 0 ? this.pick(this.made) : null),
    ];
    const nested = [() => this.array(depth - 1), () => this.object(depth - 1), () => this.map(depth - 1), () => this.set(depth - 1)];
    const kind = this.next();
    if (depth <= 0 || kind < 0.4) return this.pick(leaf)();
    return kind < 0.55 ? this.pick(object)() : this.pick(nested)();
  }
  map(depth) {
    const map = this.remember(new Map());
    for (let i = this.below(4); i > 0; --i) map.set(this.value(depth), this.value(depth));
    return map;
  }
  set(depth) {
    const set = this.remember(new Set());
    for (let i = this.below(4); i > 0; --i) set.add(this.value(depth));
    return set;
  }
}

/// The serializer as workerd uses it: views are V8's own, not host objects of Node.
function serialize(value) {
  const serializer = new v8.Serializer();
  serializer.writeHeader();
  serializer.writeValue(value);
  return serializer.releaseBuffer();
}

function deserialize(bytes) {
  const deserializer = new v8.Deserializer(bytes);
  deserializer.readHeader();
  return deserializer.readValue();
}

test(`${COUNT.toLocaleString("en")} random values read the same and come back as the same bytes`, () => {
  const seed = Number(process.env.CORRAL_V8_SEED ?? Date.now() % 2 ** 31);
  const CHUNK = 20_000;
  for (let done = 0; done < COUNT; done += CHUNK) {
    const written = [];
    for (let i = 0; i < Math.min(CHUNK, COUNT - done); ++i) {
      const value = new Values(seed + done + i).value(4);
      written.push(Buffer.from(serialize(value)));
    }
    const run = spawnSync(LINES, { input: written.map((bytes) => bytes.toString("hex")).join("\n") + "\n", maxBuffer: 1 << 30 });
    assert.equal(run.status, 0, run.stderr?.toString());
    const lines = run.stdout.toString().split("\n");
    written.forEach((bytes, i) => {
      const where = `CORRAL_V8_SEED=${seed + done + i} CORRAL_V8_VALUES=1: ${bytes.toString("hex").slice(0, 400)}`;
      const tab = lines[i].lastIndexOf("\t");
      const json = lines[i].slice(0, tab);
      assert.notEqual(json, "error", `${lines[i]} ${where}`);
      const again = Buffer.from(lines[i].slice(tab + 1), "hex");
      if (!again.equals(bytes)) assert.equal(again.toString("hex"), bytes.toString("hex"), where);
      const ours = fromExtendedJson(JSON.parse(json));
      assert.equal(described(ours), described(deserialize(bytes)), where);
    });
  }
});

/// A value as text that is the same for the same value only: types, order, identity of objects, -0, NaN, gaps.
/// (assert.deepStrictEqual takes invalid dates for different ones.)
function described(value, seen = new Map()) {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value !== "object" || value === null) return Object.is(value, -0) ? "-0" : String(value);
  if (seen.has(value)) return `#${seen.get(value)}`;
  seen.set(value, seen.size);
  const inner = (inside) => described(inside, seen);
  const type = Object.prototype.toString.call(value).slice(8, -1);
  if (value instanceof Map) return `Map(${[...value].map(([k, v]) => `${inner(k)}=>${inner(v)}`)})`;
  if (value instanceof Set) return `Set(${[...value].map(inner)})`;
  if (ArrayBuffer.isView(value)) return `${type}(${value.byteOffset},${value.byteLength},${inner(value.buffer)})`;
  if (value instanceof ArrayBuffer) return `ArrayBuffer(${Buffer.from(value).toString("hex")})`;
  if (value instanceof Date) return `Date(${value.getTime()})`;
  if (value instanceof RegExp) return String(value);
  if (value instanceof Error) {
    const parts = ["message", "stack", "cause"].filter((key) => Object.hasOwn(value, key)).map((key) => `${key}:${inner(value[key])}`);
    return `${value.name}(${parts})`;
  }
  if (["Boolean", "Number", "String", "BigInt"].includes(type)) return `${type}{${inner(value.valueOf())}}`;
  return `${type}${value.length ?? ""}(${Object.keys(value).map((key) => `${JSON.stringify(key)}:${inner(value[key])}`)})`;
}

/// An independent reader of the extended JSON, following its description.
function fromExtendedJson(json) {
  const labels = new Map();
  const bytesOf = (text) => Uint8Array.from(Buffer.from(text, "base64")).buffer;
  const numbers = { NaN: NaN, Infinity: Infinity, "-Infinity": -Infinity, "-0": -0 };
  const read = (json, label) => {
    const made = (object) => {
      if (label !== undefined) labels.set(label, object);
      return object;
    };
    if (json === null || typeof json !== "object") return json;
    if (Array.isArray(json)) {
      const array = made([]);
      array.length = json.length;
      json.forEach((element, i) => {
        if (!(element && element.$hole === true)) array[i] = read(element);
      });
      return array;
    }
    const [name] = Object.keys(json);
    const content = json[name];
    switch (name) {
      case "$undefined": return undefined;
      case "$number": return content in numbers ? numbers[content] : NaN;
      case "$int32": case "$uint32": case "$twoByte": return content;
      case "$bigint": return content.startsWith("-0x") ? -BigInt(content.slice(1)) : BigInt(content);
      case "$utf16": return String.fromCharCode(...content.match(/.{4}/g).map((unit) => parseInt(unit, 16)));
      case "$date": return made(new Date(content === null ? NaN : content));
      case "$regexp": return made(new RegExp(read(content[0]), content[1]));
      case "$boxed": return made(Object(read(content)));
      case "$ref": return labels.get(content);
      case "$id": return read(json.$value, content);
      case "$ArrayBuffer": return made(bytesOf(content));
      case "$map": {
        const map = made(new Map());
        for (const [key, value] of content) map.set(read(key), read(value));
        return map;
      }
      case "$set": {
        const set = made(new Set());
        for (const value of content) set.add(read(value));
        return set;
      }
      case "$error": {
        const types = { TypeError, RangeError, SyntaxError, EvalError, ReferenceError, URIError };
        const error = made(Object.create((types[content.type] ?? Error).prototype));
        const shell = new (types[content.type] ?? Error)();
        const hidden = (key, value) => Object.defineProperty(shell, key, { value, writable: true, configurable: true, enumerable: false });
        if (label !== undefined) labels.set(label, shell);
        if ("message" in content) hidden("message", read(content.message));
        hidden("stack", content.stack === undefined ? undefined : read(content.stack));
        if ("cause" in content) hidden("cause", read(content.cause));
        return error && shell;
      }
      case "$object": {
        const object = made({});
        for (const [key, value] of content) object[read(key)] = read(value);
        return object;
      }
      case "$array": case "$sparse": {
        const array = made([]);
        if (name === "$array") content.forEach((element) => array.push(read(element)));
        else array.length = content;
        for (const [key, value] of json.$properties) array[read(key)] = read(value);
        return array;
      }
    }
    if (name?.startsWith("$") && (/Array$/.test(name) || name === "$DataView") && globalThis[name.slice(1)]) {
      const kind = globalThis[name.slice(1)];
      if (typeof content === "string") return made(new kind(bytesOf(content)));
      if (Array.isArray(content)) {
        const big = name.startsWith("$Big");
        return made(kind.from(content, (element) => (big ? BigInt(element) : read(element))));
      }
      const buffer = read(content.buffer);
      return made(new kind(buffer, content.offset, content.length / (kind.BYTES_PER_ELEMENT ?? 1)));
    }
    const object = made({});
    for (const [key, value] of Object.entries(json)) object[key] = read(value);
    return object;
  };
  return read(json);
}
