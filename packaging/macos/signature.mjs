// node signature.mjs BINARY: whether the signature that a program for macOS carries (ad hoc: of no one) is that of its
// bytes. macOS ends a program on ARM64 at the first page whose hash differs.
import crypto from "node:crypto";
import fs from "node:fs";

const file = fs.readFileSync(process.argv[2]);
const signatureCommand = 0x1d;
const directoryMagic = 0xfade0c02;

function signatureOffset() {
  for (let left = file.readUInt32LE(16), at = 32; left > 0; left -= 1, at += file.readUInt32LE(at + 4)) {
    if (file.readUInt32LE(at) === signatureCommand) return file.readUInt32LE(at + 8);
  }
  throw new Error("it has none");
}

function codeDirectory() {
  const start = signatureOffset();
  for (let i = 0; i < file.readUInt32BE(start + 8); i += 1) {
    const at = start + file.readUInt32BE(start + 16 + 8 * i);
    if (file.readUInt32BE(at) === directoryMagic) return { at, end: start };
  }
  throw new Error("it lists no code");
}

try {
  const { at, end } = codeDirectory();
  const [hashes, pages, limit] = [16, 28, 32].map((field) => file.readUInt32BE(at + field));
  const [hashBytes, hashKind, pageBytes] = [file[at + 36], file[at + 37], 2 ** file[at + 39]];
  if (hashKind !== 2 || hashBytes !== 32) throw new Error("its hashes are not SHA-256");
  if (limit !== end || pages !== Math.ceil(limit / pageBytes)) throw new Error("it leaves something out");
  for (let page = 0; page < pages; page += 1) {
    const bytes = file.subarray(page * pageBytes, Math.min((page + 1) * pageBytes, limit));
    const expected = file.subarray(at + hashes + page * hashBytes, at + hashes + (page + 1) * hashBytes);
    if (!crypto.createHash("sha256").update(bytes).digest().equals(expected)) throw new Error(`page ${page} differs`);
  }
} catch (error) {
  console.error(`signature.mjs: the signature of ${process.argv[2]}: ${error.message}`);
  process.exit(1);
}
