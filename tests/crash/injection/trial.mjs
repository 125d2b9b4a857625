// One command of the tables: its result without faults, and the remaining state after a fault.
import path from "node:path";
import { differences, Likeness } from "./likeness.mjs";
import { prepareSandbox } from "./preparation.mjs";
import { Reading } from "./reading.mjs";
import { CORRAL, Sandbox } from "./sandbox.mjs";
import { judge } from "./verdict.mjs";

const ERRORS = ["EIO", "ENOSPC", "EACCES"];

/// The faults that can happen at a call.
function faultsAt(call, isLast) {
  const onDisk = call.target.includes("/") && !call.target.startsWith("/memfd:");
  const faults = ["kill", ...ERRORS];
  if (isLast) faults.push("kill-after");
  if (call.kind === "write" && call.count > 1) faults.push("short");
  if (call.kind === "flush") faults.push("EIO-after");
  if (onDisk) faults.push("EIO-from-here");
  if (onDisk && ["write", "size", "name"].includes(call.kind) && !/^(unlink|rmdir)/.test(call.name)) faults.push("ENOSPC-from-here");
  return faults;
}

/// Of many writes to one file, the first, one in the middle and the last, and all other calls.
function thinned(calls) {
  const kept = new Set();
  for (let start = 0, i = 1; i <= calls.length; ++i) {
    if (i < calls.length && calls[i - 1].target === calls[i].target && calls[i - 1].name === calls[i].name) continue;
    for (const at of [start, (start + i - 1) >> 1, i - 1]) kept.add(at);
    start = i;
  }
  return kept;
}

/// Copies the fixture, prepares the copy, and runs the command twice without a fault. What comes back can be sent to
/// another thread; `trialOf` makes a trial of it there.
export async function prepare(test, fixture, workshop) {
  const folder = path.join(workshop, test.id.replace(/[^a-z0-9]+/gi, "-").slice(0, 100));
  const sandbox = fixture.copyTo(folder);
  const { args, input } = await prepareSandbox(test, sandbox);
  const before = new Reading(sandbox.folder);
  const run = async (name, start) => {
    const copy = sandbox.copyTo(`${folder}.${name}`);
    const result = await start(copy);
    if (result.status !== (test.status ?? 0)) throw new Error(`it ended with ${result.status ?? result.signal} without a fault: ${result.words}`);
    const reading = new Reading(copy.folder);
    copy.remove();
    return { result, reading };
  };
  const first = await run("first", (copy) => copy.injected(args, input));
  const second = await run("second", (copy) => copy.corral(args, input));
  const { calls } = first.result;
  const kept = test.thin ? thinned(calls) : undefined;
  const points = calls.flatMap((call, i) => (kept?.has(i) === false ? [] : faultsAt(call, i + 1 === calls.length).map((fault) => ({ at: i + 1, fault }))));
  return { folder, args, input, before, after: first.reading, again: second.reading, points };
}

export function trialOf(test, prepared) {
  const { before, after, again } = prepared;
  const likeness = new Likeness(before, after, again, test.compare);
  const same = differences(likeness.before, likeness.after).length === 0;
  if (same !== (test.changesNothing === true)) throw new Error(same ? "it changes nothing" : "it changes something");
  return new Trial(test, prepared, likeness);
}

class Trial {
  constructor(test, { folder, args, input, before }, likeness) {
    Object.assign(this, { ...test, args, input, before, likeness, sandbox: new Sandbox(folder) });
    this.usable = new Map();
  }

  /// Makes one fault happen in a new copy and judges what is left; {faults, call, missed}.
  async attempt({ at, fault }, folder) {
    const copy = this.sandbox.copyTo(folder);
    const run = await copy.injected(this.args, this.input, fault, at);
    const call = run.calls[at - 1];
    // Threads take turns as they like: the call may not have come, or be another.
    if (!run.injected && !run.hangs) {
      copy.remove();
      return { faults: [], missed: true };
    }
    run.cannotRemove = /^(unlink|rmdir)/.test(call?.name) || fault === "EIO-from-here";
    const faults = await this.judged(copy, run);
    if (faults.length === 0 || !process.env.CRASH_KEEP) copy.remove();
    return { faults, call, words: run.words, folder };
  }

  async judged(copy, run) {
    let reading = new Reading(copy.folder);
    // Any command that opens the state finishes a restore that was cut short.
    run.isHalfRestored = reading.halfRestored;
    if (reading.halfRestored) {
      const next = await copy.corral(["kv", "key", "list", "--namespace-id", "c"]);
      if (next.status !== 0) return [`the next command ends with ${next.status}: ${next.words}`];
      reading = new Reading(copy.folder);
      if (reading.halfRestored) return ["the next command does not finish the restore"];
    }
    const { state, faults } = judge(this, run, reading);
    if (faults.length > 0) return faults;
    const key = this.likeness.masked(JSON.stringify([state, reading.units, reading.files]));
    if (!this.usable.has(key)) this.usable.set(key, await this.usableAfterwards(copy, state));
    return this.usable.get(key);
  }

  /// The state can be used: the same command works, `state check` finds nothing, and `state gc` removes what is left.
  async usableAfterwards(copy, state) {
    const faults = [];
    const again = await copy.corral(this.args, this.input);
    const reading = new Reading(copy.folder);
    if (again.status !== 0 && again.status !== 1) faults.push(`another run ends with ${again.status ?? again.signal}: ${again.words}`);
    if (/mistake in corral/.test(again.words)) faults.push(`another run: ${again.words}`);
    if (state === "before" || (state === "between" && this.steps !== "once")) {
      const verdict = judge(this, { ...again, killed: false, isAnother: true }, reading);
      faults.push(...verdict.faults.map((fault) => `after another run: ${fault}`));
      if (again.status !== (this.status ?? 0)) faults.push(`another run ends with ${again.status}: ${again.words}`);
    } else {
      faults.push(...reading.faults.map((fault) => `after another run: ${fault}`));
    }
    const check = await copy.corral(["state", "check"]);
    if (check.status !== 0) faults.push(`state check: ${check.out}${check.words}`);
    const gc = await copy.corral(["state", "gc", "--older-than", "0"]);
    if (gc.status !== 0) faults.push(`state gc: ${gc.words}`);
    const clean = new Reading(copy.folder);
    faults.push(...clean.faults.map((fault) => `after gc: ${fault}`));
    faults.push(...clean.units.filter(([name]) => name.startsWith("snapshot ~")).map(([name]) => `gc leaves ${name}`));
    if (clean.orphans.length > 0) faults.push(`gc leaves ${clean.orphans.length} values that no row names`);
    faults.push(...this.likeness.litter(clean).filter((name) => name !== "corral/insights/queries.new").map((name) => `gc leaves ${name}`));
    faults.push(...this.removedByGc(reading, clean).map((name) => `gc removes ${name}`));
    return faults;
  }

  /// The units that a gc has taken and must not: what has expired and what killed commands kept for themselves may go.
  removedByGc(reading, clean) {
    const left = new Set(clean.units.map(([name]) => name));
    const mayGo = (name, value) => name.startsWith("snapshot ~") || value.includes("expires 1000,");
    return reading.units.filter(([name, value]) => !left.has(name) && !mayGo(name, value)).map(([name]) => name);
  }

  /// How to do it by hand in a copy of `sandbox.folder`.
  line({ at, fault }) {
    return `corral_fault_injector --at ${at} --fault ${fault} -- ${path.basename(CORRAL)} ${this.run}`;
  }
}
