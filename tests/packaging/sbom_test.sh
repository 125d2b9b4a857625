#!/usr/bin/env bash
# The SBOM of each platform by the rules of SPDX 2.3: the fields that its JSON schema asks for and no others, identifiers,
# dates, and license expressions with the identifiers of SPDX's own list.
source "$(dirname "${BASH_SOURCE[0]}")/checks.sh"

parser=$root/build/packages/spdx
if [[ ! -e $parser/done ]]; then
  mkdir -p "$parser"
  npm install --silent --ignore-scripts --no-audit --no-fund --prefix "$parser" spdx-expression-parse@4.0.0 >/dev/null
  touch "$parser/done"
fi
cat >"$work/check.mjs" <<'END'
import fs from "node:fs";
import { createRequire } from "node:module";
const [parser, file, binary] = process.argv.slice(2);
const parse = createRequire(`${parser}/`)("spdx-expression-parse");
const document = JSON.parse(fs.readFileSync(file, "utf8"));
const problems = [];
const check = (fine, what) => fine || problems.push(what);
const id = /^SPDXRef-[A-Za-z0-9.-]+$/;

function fields(what, object, required, optional = []) {
  for (const name of required) check(name in object, `${what}: ${name} is missing`);
  for (const name of Object.keys(object)) check([...required, ...optional].includes(name), `${what}: ${name} is unknown`);
}
function licensed(what, expression) {
  try {
    parse(expression);
  } catch (error) {
    problems.push(`${what}: "${expression}": ${error.message}`);
  }
}

fields("document", document,
  ["spdxVersion", "dataLicense", "SPDXID", "name", "documentNamespace", "creationInfo", "packages", "relationships"]);
check(document.spdxVersion === "SPDX-2.3" && document.dataLicense === "CC0-1.0" && document.SPDXID === "SPDXRef-DOCUMENT", "document");
check(/^[a-z]+:[^#]+$/.test(document.documentNamespace), "documentNamespace");
fields("creationInfo", document.creationInfo, ["created", "creators"]);
check(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(document.creationInfo.created), "created");
for (const creator of document.creationInfo.creators) check(/^(Person|Organization|Tool): ./.test(creator), creator);

for (const one of document.packages) {
  fields(one.name, one, ["SPDXID", "name", "downloadLocation"],
    ["versionInfo", "filesAnalyzed", "licenseConcluded", "licenseDeclared", "copyrightText", "checksums", "homepage", "externalRefs", "sourceInfo"]);
  check(id.test(one.SPDXID), one.SPDXID);
  check(one.filesAnalyzed === false, `${one.name}: files are said to be analyzed`);
  licensed(one.name, one.licenseConcluded);
  licensed(one.name, one.licenseDeclared);
  for (const reference of one.externalRefs ?? []) {
    fields(one.name, reference, ["referenceCategory", "referenceType", "referenceLocator"]);
    check(reference.referenceCategory === "PACKAGE-MANAGER" && reference.referenceType === "purl", one.name);
    check(/^pkg:deb\/debian\/[a-z0-9.+-]+@[A-Za-z0-9.%~+-]+$/.test(reference.referenceLocator), reference.referenceLocator);
  }
  for (const sum of one.checksums ?? []) check(sum.algorithm === "SHA256" && /^[0-9a-f]{64}$/.test(sum.checksumValue), "checksum");
}
const hash = (await import("node:crypto")).createHash("sha256").update(fs.readFileSync(binary)).digest("hex");
check(document.packages[0].checksums[0].checksumValue === hash, "the checksum is not that of the binary");
check(document.packages.length > 10, "hardly any package");

const known = new Set([document.SPDXID, ...document.packages.map(({ SPDXID }) => SPDXID)]);
check(known.size === document.packages.length + 1, "an SPDXID occurs twice");
for (const one of document.relationships) {
  fields("relationship", one, ["spdxElementId", "relationshipType", "relatedSpdxElement"]);
  check(known.has(one.spdxElementId) && known.has(one.relatedSpdxElement), "a relationship leads nowhere");
  check(["DESCRIBES", "STATIC_LINK"].includes(one.relationshipType), one.relationshipType);
}
console.log(problems.join("\n"));
process.exit(problems.length > 0 ? 1 : 0);
END

for archive in "$DIST"/corral-"$version"-*.tar.gz; do
  name=$(basename "$archive" .tar.gz)
  tar -xzf "$archive" -C "$work" "$name/bin/corral"
  succeeds "$name.spdx.json" node "$work/check.mjs" "$parser" "$DIST/$name.spdx.json" "$work/$name/bin/corral"
done
sed 's/"MIT"/"MIT-like"/; s/SPDXRef-OpenSSL/SPDXRef-Open SSL/' "$DIST/$name.spdx.json" >"$work/wrong.json"
fails 'a license that SPDX does not know' node "$work/check.mjs" "$parser" "$work/wrong.json" "$work/$name/bin/corral"
grep -q 'MIT-like' "$work/log" || complain 'the unknown license was not noticed'

finish
