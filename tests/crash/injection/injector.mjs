// The program that runs commands and makes their calls fail, as a server: starting a process from here costs more
// than what the process does.
import { spawn } from "node:child_process";
import readline from "node:readline";
import { fileURLToPath } from "node:url";

const PROGRAM = process.env.CORRAL_FAULT_INJECTOR ?? fileURLToPath(new URL("../../../build/dev/tests/crash/fault_injector/corral_fault_injector", import.meta.url));

class Injector {
  constructor() {
    this.process = spawn(PROGRAM, ["--serve"], { stdio: ["pipe", "pipe", "inherit"] });
    this.waiting = [];
    readline.createInterface({ input: this.process.stdout }).on("line", (line) => this.waiting.shift().resolve(JSON.parse(line)));
    this.process.on("close", () => this.waiting.forEach(({ reject }) => reject(new Error("the fault injector has ended"))));
    this.process.on("error", (error) => this.waiting.forEach(({ reject }) => reject(error)));
  }

  run(job) {
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.process.stdin.write(`${JSON.stringify(job)}\n`);
    });
  }
}

let injector;

/// Runs a job: see fault_injector/main.cpp.
export async function runJob(job) {
  injector ??= new Injector();
  const answer = await injector.run(job);
  if (answer.error) throw new Error(answer.error);
  return answer;
}

export function stopInjector() {
  injector?.process.stdin.end();
  injector = undefined;
}
