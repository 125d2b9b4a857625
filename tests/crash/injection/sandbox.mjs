// A folder with a project, its state, a home and a place for temporary files; and corral in it, with faults.
import fs from "node:fs";
import path from "node:path";
import { FolderImage } from "./folder-image.mjs";
import { runJob } from "./injector.mjs";

export const CORRAL = process.env.CORRAL ?? "corral";

/// Seconds until a command counts as hanging. Nothing here waits for another process.
const PATIENCE = 60;

/// The words of a command line; '…' holds one together.
export function wordsOf(line) {
  return (line.match(/(?:'[^']*'|[^\s'])+/g) ?? []).map((word) => word.replaceAll("'", ""));
}

export class Sandbox {
  constructor(folder) {
    this.folder = folder;
    this.project = path.join(folder, "project");
    this.v3 = path.join(this.project, ".wrangler/state/v3");
  }

  static create(folder) {
    for (const name of ["project", "home", "tmp"]) fs.mkdirSync(path.join(folder, name), { recursive: true });
    fs.writeFileSync(path.join(folder, "home/diary"), "not corral's");
    return new Sandbox(folder);
  }

  /// A copy in a new folder. It is as this one was when first copied.
  copyTo(folder) {
    this.image ??= new FolderImage(this.folder);
    this.image.writeTo(folder);
    return new Sandbox(folder);
  }

  write(files) {
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(this.project, name);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, text);
    }
  }

  async run(args, input, job) {
    const { PATH, ASAN_OPTIONS = "" } = process.env;
    const environment = {
      PATH,
      HOME: path.join(this.folder, "home"),
      TMPDIR: path.join(this.folder, "tmp"),
      LC_ALL: "C.UTF-8",
      // A leak checker traces, too, and only one can.
      ASAN_OPTIONS: `${ASAN_OPTIONS}:detect_leaks=0`,
    };
    const run = await runJob({
      ...job,
      command: [CORRAL, ...args],
      folder: this.project,
      environment: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
      input: input ?? "",
      seconds: PATIENCE,
    });
    return {
      ...run,
      status: run.signal ? null : run.status,
      killed: run.signal === 9 && !run.hangs,
      calls: run.calls.map((call) => ({ ...call, target: call.target.replace(`${this.folder}/`, "") })),
    };
  }

  corral(args, input) {
    return this.run(args, input, { traced: false });
  }

  /// Throws unless it ends with 0.
  async done(line, input) {
    const result = await this.corral(wordsOf(line), input);
    if (result.status !== 0) throw new Error(`corral ${line} ended with ${result.status ?? result.signal}: ${result.words}`);
    return result.out;
  }

  /// Runs corral with `fault` at its `at`th call that changes something; without a fault, it says which there are.
  injected(args, input, fault, at) {
    return this.run(args, input, fault ? { at, fault } : {});
  }

  remove() {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}
