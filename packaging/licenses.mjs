// node licenses.mjs PLATFORM GENERATOR [--json]: what `corral licenses` prints of the binary for PLATFORM, on stdout.
// GENERATOR is a corral of the same build that runs here. cmake/Components.cmake says the same to the binary itself.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const [platform, generator, ...flags] = process.argv.slice(2);
const here = path.dirname(fileURLToPath(import.meta.url));
const ask = (...words) => execFileSync(generator, words, { encoding: "utf8", maxBuffer: 1 << 24 });
const read = (name) => fs.readFileSync(path.join(here, name), "utf8");

function ofMacos() {
  const here = JSON.parse(ask("licenses", "--json")).components;
  const sources = new Map(read("macos/sources.txt").split("\n").map((line) => line.split(/ +/).slice(0, 2)));
  const components = JSON.parse(read("licenses/components.json"))
    .filter(({ system }) => (system ?? "Darwin") === "Darwin")
    .map(({ name, license, homepage, package: debian, source, version, texts }) => {
      const built = source ? sources.get(source) : here.find((one) => one.name === name)?.version ?? version;
      return { name, version: built, license, homepage, ...(debian ? { debian_package: source ?? debian } : {}), texts };
    });
  const names = new Set(components.flatMap(({ texts }) => texts));
  return { components, texts: Object.fromEntries([...names].map((name) => [name, read(`licenses/${name}.txt`)])) };
}

function asText({ components, texts }) {
  const line = "-".repeat(78);
  const rows = components.map(({ name, version, license }) =>
    `  ${name.padEnd(22)} ${(version ?? "").padEnd(22)} ${license}\n`);
  const pages = Object.entries(texts).map(([name, text]) => {
    const users = components.filter((one) => one.texts.includes(name)).map((one) => one.name).join(", ");
    return `\n${line}\n${name} (${users})\n${line}\n\n${text}`;
  });
  return `corral is under the MIT license and contains:\n\n${rows.join("")}${pages.join("")}`;
}

const asJson = flags.includes("--json");
if (platform.startsWith("darwin-")) {
  process.stdout.write(asJson ? `${JSON.stringify(ofMacos(), null, 2)}\n` : asText(ofMacos()));
} else {
  process.stdout.write(ask("licenses", ...(asJson ? ["--json"] : [])));
}
