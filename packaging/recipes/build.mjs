// node build.mjs VERSION DIST PLATFORM...: install.sh, corral.rb and PKGBUILD in DIST, with the SHA-256 of the archives
// that are there. RELEASE_URL, HOMEPAGE and MAINTAINER come from the environment (packaging/release.env).
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const [version, dist, ...platforms] = process.argv.slice(2);
const { RELEASE_URL, HOMEPAGE, MAINTAINER } = process.env;
const here = path.dirname(fileURLToPath(import.meta.url));

const archives = platforms.map((platform) => {
  const [system, cpu] = platform.split("-");
  const file = `corral-${version}-${platform}.tar.gz`;
  const hash = crypto.createHash("sha256").update(fs.readFileSync(path.join(dist, file))).digest("hex");
  return { platform, system, cpu, file, hash, url: `${RELEASE_URL}/v${version}/${file}` };
});

function formulaPlatforms() {
  const blocks = { darwin: "on_macos", linux: "on_linux" };
  const cpus = { arm64: "on_arm", x64: "on_intel" };
  return Object.keys(blocks).flatMap((system) => {
    const own = archives.filter((archive) => archive.system === system);
    if (own.length === 0) return [];
    const inner = own.map(({ cpu, url, hash }) =>
      `    ${cpus[cpu]} do\n      url "${url}"\n      sha256 "${hash}"\n    end\n`);
    return [`  ${blocks[system]} do\n${inner.join("")}  end\n`];
  }).join("\n");
}

const architectures = { x64: "x86_64", arm64: "aarch64" };
const forArch = archives.filter((archive) => archive.system === "linux");
// The folder in the archive is named by npm's word for the processor.
const archPlatform = `linux-$(case $CARCH in aarch64) echo arm64 ;; *) echo x64 ;; esac)`;
const values = {
  VERSION: version, RELEASE_URL, HOMEPAGE, MAINTAINER,
  HASHES: archives.map(({ platform, hash }) => `    ${platform}) echo ${hash} ;;`).join("\n"),
  FORMULA_PLATFORMS: formulaPlatforms(),
  RECIPE_ARCHITECTURES: forArch.map(({ cpu }) => `'${architectures[cpu]}'`).join(" "),
  RECIPE_SOURCES: forArch.map(({ cpu, url, hash }) =>
    `source_${architectures[cpu]}=('${url}')\nsha256sums_${architectures[cpu]}=('${hash}')`).join("\n"),
  RECIPE_PLATFORM: archPlatform,
};

for (const [template, target, mode] of [
  ["../install.sh.in", "install.sh", 0o755], ["corral.rb.in", "corral.rb", 0o644], ["PKGBUILD.in", "PKGBUILD", 0o644]]) {
  const text = fs.readFileSync(path.join(here, template), "utf8").replace(/@([A-Z_]+)@/g, (_, name) => {
    if (!(name in values)) throw new Error(`${template}: there is no value for ${name}`);
    return values[name];
  });
  fs.writeFileSync(path.join(dist, target), text);
  fs.chmodSync(path.join(dist, target), mode);
}
