#!/usr/bin/env node
// Starts the binary of this machine. Where install scripts run and the system is POSIX, install.js has put the binary
// itself in the place of this file, and Node.js does not start at all.
"use strict";
const { spawnSync } = require("node:child_process");
const { constants } = require("node:os");
const { binaryPath } = require("../binary.js");

const { status, signal, error } = spawnSync(binaryPath(), process.argv.slice(2), { stdio: "inherit" });
if (error) {
  console.error(`corral: cannot start the binary: ${error.message}`);
  process.exit(1);
}
if (signal) process.exit(128 + constants.signals[signal]);
process.exit(status);
