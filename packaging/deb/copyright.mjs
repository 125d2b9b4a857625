// node copyright.mjs LICENSES.json LICENSE: the copyright file of the Debian package on stdout. Licences that Debian
// keeps in /usr/share/common-licenses are referred to, as its policy asks.
import fs from "node:fs";

const { components, texts } = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const own = fs.readFileSync(process.argv[3], "utf8");
const shared = new Set(["Apache-2.0", "GPL-3", "LGPL-2.1"]);
const line = "-".repeat(76);

let page = `corral\n\n${own.trimEnd()}\n\nThe binary contains the libraries below.\n`;
for (const { name, version, license, homepage, texts: names } of components) {
  page += `\n${line}\n${name} ${version ?? ""} (${license})\n${homepage}\n${line}\n\n`;
  for (const text of names) {
    page += shared.has(text)
      ? `The full text of the license is in /usr/share/common-licenses/${text}.\n`
      : `${texts[text].trimEnd()}\n\n`;
  }
}
process.stdout.write(page);
