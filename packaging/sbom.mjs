// node sbom.mjs PLATFORM BINARY GENERATOR: an SPDX 2.3 document of what is linked into BINARY, on stdout. GENERATOR is a
// corral of the same build that runs here; the date is SOURCE_DATE_EPOCH.
import { execFileSync } from "node:child_process";
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const [platform, binary, generator] = process.argv.slice(2);
const here = path.dirname(fileURLToPath(import.meta.url));
const ask = (...words) => JSON.parse(execFileSync(generator, words, { encoding: "utf8", maxBuffer: 1 << 24 }));
const build = ask("--json", "--version");
const { components } = JSON.parse(execFileSync(process.execPath,
  [path.join(here, "licenses.mjs"), platform, generator, "--json"], { maxBuffer: 1 << 24 }));
const hash = crypto.createHash("sha256").update(fs.readFileSync(binary)).digest("hex");
const idOf = (name) => `SPDXRef-${name.replace(/[^A-Za-z0-9.]+/g, "-").replace(/-$/, "")}`;

const own = {
  name: "corral", SPDXID: "SPDXRef-corral", versionInfo: build.version, downloadLocation: "NOASSERTION",
  filesAnalyzed: false, licenseConcluded: "MIT", licenseDeclared: "MIT", copyrightText: "2026 The corral authors",
  checksums: [{ algorithm: "SHA256", checksumValue: hash }],
  ...(build.commit ? { sourceInfo: `git commit ${build.commit}` } : {}),
};
const linked = components.map(({ name, version, license, homepage, debian_package: debian }) => ({
  name, SPDXID: idOf(name), ...(version ? { versionInfo: version } : {}), homepage, downloadLocation: "NOASSERTION",
  filesAnalyzed: false, licenseConcluded: license, licenseDeclared: license, copyrightText: "NOASSERTION",
  ...(debian ? { externalRefs: [{
    referenceCategory: "PACKAGE-MANAGER", referenceType: "purl",
    referenceLocator: `pkg:deb/debian/${debian}@${encodeURIComponent(version ?? "")}` }] } : {}),
}));
const document = {
  spdxVersion: "SPDX-2.3", dataLicense: "CC0-1.0", SPDXID: "SPDXRef-DOCUMENT",
  name: `corral-${build.version}-${platform}`,
  documentNamespace: `urn:sha256:${hash}`,
  creationInfo: {
    created: new Date(Number(process.env.SOURCE_DATE_EPOCH) * 1000).toISOString().replace(".000", ""),
    creators: ["Organization: The corral authors", `Tool: corral-package-${build.version}`],
  },
  packages: [own, ...linked],
  relationships: [
    { spdxElementId: "SPDXRef-DOCUMENT", relationshipType: "DESCRIBES", relatedSpdxElement: "SPDXRef-corral" },
    ...linked.map(({ SPDXID }) => (
      { spdxElementId: "SPDXRef-corral", relationshipType: "STATIC_LINK", relatedSpdxElement: SPDXID })),
  ],
};
process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
