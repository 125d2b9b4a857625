// Keys, values and metadata that stores get wrong.
import crypto from "node:crypto";

const bytes = (...list) => Buffer.from(list);
const all = Buffer.from(Array.from({ length: 256 }, (_, i) => i));

/// [key, value, metadata]; at least 30 that differ in kind.
export const entries = [
  ["plain", Buffer.from("value"), undefined],
  ["empty", Buffer.alloc(0), undefined],
  ["one-byte", bytes(0), undefined],
  ["all-bytes", all, undefined],
  ["invalid-utf8", bytes(0xff, 0xfe, 0xc0, 0x80), undefined],
  ["bom", Buffer.from("\ufefftext"), undefined],
  ["crlf", Buffer.from("a\r\nb\n"), undefined],
  ["json", Buffer.from('{"a": [1, 2.5, null]}'), { type: "json" }],
  ["unicode-value", Buffer.from("日本語 😀 é"), undefined],
  ["ключ", Buffer.from("cyrillic"), undefined],
  ["日本", Buffer.from("cjk"), undefined],
  ["😀", Buffer.from("astral"), undefined],
  ["e\u0301", Buffer.from("combining"), undefined],
  ["with space", Buffer.from("x"), undefined],
  [" leading", Buffer.from("x"), undefined],
  ["trailing ", Buffer.from("x"), undefined],
  ["tab\tin", Buffer.from("x"), undefined],
  ["line\nbreak", Buffer.from("x"), undefined],
  ["escape\u001b[31m", Buffer.from("x"), undefined],
  ["delete\u007f", Buffer.from("x"), undefined],
  ["c1\u0085", Buffer.from("x"), undefined],
  ["a/b/c", Buffer.from("x"), undefined],
  ["a/../b", Buffer.from("x"), undefined],
  ["...", Buffer.from("x"), undefined],
  ["/leading", Buffer.from("x"), undefined],
  ["-dash", Buffer.from("x"), undefined],
  ["--flag=1", Buffer.from("x"), undefined],
  ["per%cent%2F", Buffer.from("x"), undefined],
  ["qu\"o'te`s", Buffer.from("x"), undefined],
  ["back\\slash", Buffer.from("x"), undefined],
  ["a:b;c&d=e?f#g", Buffer.from("x"), undefined],
  ["*?[glob]", Buffer.from("x"), undefined],
  ["k".repeat(512), Buffer.from("longest"), undefined],
  ["é".repeat(256), Buffer.from("longest, two bytes each"), undefined],
  ["meta-number", Buffer.from("x"), { n: 1.5, big: 1e21, small: 1e-7, whole: 100 }],
  ["meta-nested", Buffer.from("x"), { a: { b: [1, [2, { c: null }], "é😀"] }, t: true, e: {} }],
  ["meta-longest", Buffer.from("x"), { m: "m".repeat(1016) }],
  ["large", crypto.randomBytes(300_000), { size: "large" }],
];

export const sha256 = (data) => crypto.createHash("sha256").update(data).digest("hex");

/// The entries as `kv bulk put` takes them.
export const asBulk = (list) =>
  JSON.stringify(
    list.map(([key, value, metadata]) => ({
      key,
      value: value.toString("base64"),
      base64: true,
      ...(metadata === undefined ? {} : { metadata }),
    })),
  );

/// Names in the order of their UTF-8 bytes.
export const sortedNames = (list) =>
  list.map(([key]) => key).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
