// The folder of whole-state snapshots: those that are there are whole, by their manifests.
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { readSqlite } from "./sqlite-file.mjs";

const sha256 = (bytes) => crypto.createHash("sha256").update(bytes).digest("hex");

function readValues(folder, manifest, shelf, faults) {
  const lines = fs.readFileSync(path.join(folder, manifest.values.file), "utf8").split("\n").slice(1, -1);
  if (lines.length !== manifest.values.count) faults.push(`it lists ${lines.length} of ${manifest.values.count} values`);
  const digests = [];
  for (const line of lines) {
    const [index, bytes, id] = line.split(" ");
    const file = path.join(shelf, manifest.folders[Number(index)], id);
    if (!fs.existsSync(file) || fs.statSync(file).size !== Number(bytes)) faults.push(`its value ${id} is missing or cut short`);
    else digests.push(sha256(fs.readFileSync(file)));
  }
  return digests.sort().join();
}

/// The unit of one snapshot: what it holds.
function readSnapshot(folder, shelf, faults) {
  const manifest = JSON.parse(fs.readFileSync(path.join(folder, "manifest.json"), "utf8"));
  for (const kept of [...manifest.databases, ...manifest.records, manifest.values]) {
    if (kept.bytes === 0) continue;
    const file = path.join(folder, kept.file);
    if (!fs.existsSync(file) || sha256(fs.readFileSync(file)) !== kept.sha256) faults.push(`its ${kept.file} is missing or damaged`);
  }
  const databases = manifest.databases.map((kept) => {
    if (kept.bytes === 0) return `${kept.path} empty`;
    const { text, faults: found } = readSqlite(path.join(folder, kept.file));
    faults.push(...found.map((fault) => `${kept.path}: ${fault}`));
    return `${kept.path} ${text}`;
  });
  return [...databases.sort(), ...manifest.records.map((kept) => `${kept.environment} ${kept.bytes}`), readValues(folder, manifest, shelf, faults)].join("\n");
}

/// Adds a unit for each snapshot. Names that begin with "." are not snapshots: `litter` gets them.
export function readSnapshots(root, units, faults, litter) {
  const states = path.join(root, "states");
  for (const name of fs.existsSync(states) ? fs.readdirSync(states) : []) {
    if (name.startsWith(".")) {
      litter.push(`snapshots/states/${name}`);
      continue;
    }
    const own = [];
    try {
      units.push([`snapshot ${name}`, readSnapshot(path.join(states, name), path.join(root, "values"), own)]);
    } catch (error) {
      own.push(error.message);
    }
    faults.push(...own.map((fault) => `snapshot ${name}: ${fault}`));
  }
}
