// Writes cmake/link_order.ld: the functions that short commands run, which the linker then puts side by side.
// A command touches about 1.3 MB of code; spread over the whole program that costs it a hundred page faults,
// and side by side a third of them.
//
//   node cmake/link_order.mjs BUILD_FOLDER >cmake/link_order.ld
//
// BUILD_FOLDER is a release build with ninja and GNU ld. Valgrind records each instruction that is run.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const build = resolve(process.argv[2] ?? "build/release");
const folder = mkdtempSync(join(tmpdir(), "corral-link-order."));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const commands = [
  ["--version"],
  ["kv", "key", "put", "k", "v", "--binding", "CACHE"],
  ["kv", "key", "put", "k", "w", "--binding", "CACHE"],
  ["kv", "key", "get", "k", "--binding", "CACHE"],
  ["kv", "key", "list", "--binding", "CACHE"],
  ["kv", "key", "delete", "k", "--binding", "CACHE"],
  ["kv", "key", "put", "k", "v", "--binding", "CACHE", "--backend", "lmdb"],
  ["kv", "key", "get", "k", "--binding", "CACHE", "--backend", "lmdb"],
  ["r2", "object", "put", "files/a", "--file", "value"],
  ["r2", "object", "get", "files/a", "--file", "copy"],
  ["d1", "execute", "db", "--command", "CREATE TABLE t(a); INSERT INTO t VALUES(1)"],
  ["d1", "execute", "db", "--command", "SELECT * FROM t", "--json"],
  ["queues", "send", "jobs", "hello"],
  ["queues", "pull", "jobs"],
];

/** The program linked as the build links it, with its symbols and a map of its sections. */
function linkWithMap() {
  const lines = execFileSync("ninja", ["-C", build, "-t", "commands", "cli/corral"], { encoding: "utf8", maxBuffer: 1 << 28 });
  const link = lines.trimEnd().split("\n").at(-1)
    .replace(/ -Wl,-T,\S*link_order\.ld/, "")
    .replace(/ -s /, " ")
    .replace(/ -o cli\/corral /, ` -o ${folder}/corral -Wl,-Map,${folder}/map `);
  execFileSync("sh", ["-c", link], { cwd: build, stdio: ["ignore", "ignore", "ignore"] });
}

/** The input sections of code, by address. */
function sections() {
  const map = readFileSync(join(folder, "map"), "utf8");
  const found = [...map.slice(map.indexOf("Linker script and memory map"))
    .matchAll(/^ (\.text\S*)\s+0x([0-9a-f]+)\s+0x([0-9a-f]+)\s+(\S+)$/gm)]
    .map(([, name, start, size, file]) => ({ name, start: parseInt(start, 16), size: parseInt(size, 16), file }))
    .filter(({ start, size }) => start !== 0 && size !== 0);
  return found.sort((a, b) => a.start - b.start);
}

function sectionAt(all, address) {
  let low = 0;
  let high = all.length;
  while (low + 1 < high) {
    const middle = (low + high) >> 1;
    if (all[middle].start <= address) low = middle;
    else high = middle;
  }
  return address < all[low].start + all[low].size ? all[low] : undefined;
}

function record() {
  writeFileSync(join(folder, "value"), "a value\n");
  writeFileSync(join(folder, "wrangler.json"), JSON.stringify({
    kv_namespaces: [{ binding: "CACHE", id: "c" }],
    r2_buckets: [{ binding: "FILES", bucket_name: "files" }],
    d1_databases: [{ binding: "DB", database_name: "db", database_id: "d" }],
    queues: { producers: [{ binding: "JOBS", queue: "jobs" }] },
  }));
  commands.forEach((words, i) => {
    execFileSync("valgrind", ["-q", "--tool=callgrind", "--dump-instr=yes", "--compress-pos=no",
      `--callgrind-out-file=${folder}/run.${i}`, join(folder, "corral"), ...words], { cwd: folder, stdio: ["ignore", "ignore", "ignore"] });
  });
}

/** How a linker script names a section: that of a function by its name, the others by their file. */
function pattern({ name, file }) {
  if (/^\.text\.(?!(startup|unlikely|hot|exit)$)./.test(name)) return `*(${name})`;
  const member = /([^/]+\.a)\((.+)\)$/.exec(file);
  return member ? `*${member[1]}:${member[2]}(${name})` : `*${file.split("/").at(-1)}(${name})`;
}

linkWithMap();
record();
const all = sections();
const run = new Set();
for (const name of readdirSync(folder).filter((name) => name.startsWith("run."))) {
  for (const [, address] of readFileSync(join(folder, name), "utf8").matchAll(/^0x([0-9a-f]+) /gm)) {
    run.add(sectionAt(all, parseInt(address, 16)));
  }
}
run.delete(undefined);
const patterns = [...new Set([...run].sort((a, b) => a.start - b.start).map(pattern))];
process.stdout.write(`/* Written by ./dev link-order: the functions that short commands run, side by side. What is no longer there does no harm. */
SECTIONS
{
  .text.first :
  {
${patterns.map((line) => `    ${line}`).join("\n")}
  }
}
INSERT BEFORE .text;
`);
