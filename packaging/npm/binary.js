"use strict";
const { optionalDependencies } = require("./package.json");

/** The binary in the optional package of this platform; ends the process if that is not installed. */
exports.binaryPath = () => {
  const name = `corral-${process.platform}-${process.arch}`;
  const file = `${name}/bin/corral${process.platform === "win32" ? ".exe" : ""}`;
  try {
    return require.resolve(file);
  } catch {
    console.error(
      name in optionalDependencies
        ? `corral: the package ${name} is missing; install without --omit=optional (or --no-optional)`
        : `corral: there is no binary for ${process.platform} on ${process.arch}`,
    );
    process.exit(1);
  }
};
