// Puts the binary in the place of its launcher, by a hard link where that works. Fetches nothing. If it cannot, the
// launcher stays, which works too.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { binaryPath } = require("./binary.js");

const launcher = path.join(__dirname, "bin", "corral");
const beside = `${launcher}.${process.pid}`;
if (process.platform !== "win32") {
  const binary = binaryPath();
  try {
    try {
      fs.linkSync(binary, beside);
    } catch {
      fs.copyFileSync(binary, beside);
      fs.chmodSync(beside, 0o755);
    }
    fs.renameSync(beside, launcher);
  } catch {
    fs.rmSync(beside, { force: true });
  }
}
