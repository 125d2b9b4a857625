// node build.mjs VERSION DIST HOMEPAGE STAGED HOST PLATFORM=BINARY...: the npm packages in DIST: `corral`, and one for
// each platform (linux-x64=path/to/corral) that holds its binary and the licenses that are staged for it below STAGED.
// Those of platforms other than HOST go into DIST/npm: npm refuses to install a package of another platform, so that
// `npm install DIST/*.tgz` would fail.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const [version, dist, homepage, staged, host, ...binaries] = process.argv.slice(2);
const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.join(here, "..", "..");
const work = fs.mkdtempSync(path.join(os.tmpdir(), "corral-npm-"));
const shared = { version, license: "MIT", homepage };

function pack(destination, name, manifest, files) {
  fs.mkdirSync(destination, { recursive: true });
  const folder = path.join(work, name);
  for (const [target, source, mode = 0o644] of files) {
    const file = path.join(folder, target);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.copyFileSync(source, file);
    fs.chmodSync(file, mode);
  }
  fs.writeFileSync(path.join(folder, "package.json"), `${JSON.stringify({ name, ...shared, ...manifest }, null, 2)}\n`);
  execFileSync("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", path.resolve(destination)],
    { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
}

try {
  const optionalDependencies = {};
  for (const [platform, binary] of binaries.map((pair) => pair.split("="))) {
    const [system, cpu] = platform.split("-");
    const name = `corral-${system}-${cpu}`;
    const file = system === "win32" ? "bin/corral.exe" : "bin/corral";
    const licenses = path.join(staged, platform, "share", "doc", "corral", "THIRD-PARTY-LICENSES");
    optionalDependencies[name] = version;
    pack(platform === host ? dist : path.join(dist, "npm"), name,
      { description: `corral's binary for ${system} on ${cpu}`, os: [system], cpu: [cpu], preferUnplugged: true },
      [[file, binary, 0o755], ["LICENSE", path.join(root, "LICENSE")], ["THIRD-PARTY-LICENSES", licenses]]);
  }
  pack(dist, "corral", {
    description: "wrangler's storage commands, natively, on the state of wrangler dev",
    keywords: ["cloudflare", "workers", "kv", "d1", "r2", "wrangler"],
    bin: { corral: "bin/corral" },
    scripts: { postinstall: "node install.js" },
    engines: { node: ">=18" },
    optionalDependencies,
  }, [
    ["bin/corral", path.join(here, "corral.js"), 0o755], ["binary.js", path.join(here, "binary.js")],
    ["install.js", path.join(here, "install.js")], ["README.md", path.join(here, "README.md")],
    ["LICENSE", path.join(root, "LICENSE")],
  ]);
} finally {
  fs.rmSync(work, { recursive: true });
}
