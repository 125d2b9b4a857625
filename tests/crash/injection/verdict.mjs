// What may be there after a fault, and what corral may say of it.
import { describe, differences } from "./likeness.mjs";

const SAYS_MAYBE = /may or may not/;
const SAYS_DONE = /its changes are stored|is restored, but the disk failed to note that/;
const SAYS_HALF = /stopped half way[^]*the next corral command, which finishes it/;
const SAYS_SO_FAR = /the SQL up to here has been run/;
const SAYS_NOT = /nothing (was|has been|is) (changed|stored|half-written|removed|sent)|the rest is not/;

/// The states that a run may leave: "before", "after", or both.
function allowed(test, run) {
  if (run.killed || run.status === test.status || SAYS_HALF.test(run.words)) return ["before", "after"];
  if (test.optional || SAYS_SO_FAR.test(run.words)) return ["before", "after"];
  if (run.status === 0) return ["after"];
  if (SAYS_NOT.test(run.words)) return ["before"];
  if (SAYS_MAYBE.test(run.words)) return ["before", "after"];
  return SAYS_DONE.test(run.words) ? ["after"] : ["before"];
}

/// What is wrong with how it ended and what it said.
function manners(run) {
  const faults = [];
  if (run.hangs) faults.push("it hangs");
  else if (!run.killed && run.status === null) faults.push(`it was ended by signal ${run.signal}`);
  else if (!run.killed && run.status > 1) faults.push(`exit status ${run.status}`);
  if (run.status !== 0 && run.status !== null && !run.killed && !/^corral: .+/m.test(run.words)) faults.push("it fails without a word");
  if (run.isHalfRestored && run.status !== null && !SAYS_HALF.test(run.words)) faults.push("it does not say that the restore is unfinished");
  if (/mistake in corral|not an error|terminate called|Sanitizer/.test(run.words)) faults.push("its words are those of a mistake in corral");
  return faults;
}

/// Takes out what a run may leave for `state gc`, and puts what one that did not end well may have changed on the way as
/// it was.
function leaveOut(test, run, found) {
  for (const [name, value] of found) {
    if (test.mayLeave?.test(name)) found.delete(name);
    if (run.status !== 0 && test.mayBe?.(name, value)) found.set(name, test.likeness.before.get(name));
  }
}

/// What the next save, or gc, or summing up of insights removes, where this one could not.
const isForTheNext = (name) => /^snapshots\/states\/\.unfinished-\d+$|^corral\/insights\/queries\.new$|^corral\/snapshots\/discarded\//.test(name);

/// Judges a reading after a run. {state: "before", "after", "between" or "neither", faults}.
export function judge(test, run, reading) {
  const { likeness } = test;
  const found = likeness.unitsOf(reading);
  leaveOut(test, run, found);
  const faults = [...manners(run), ...reading.faults.filter((fault) => !test.before.faults.includes(fault))];
  const states = ["before", "after"].filter((name) => differences(found, likeness[name]).length === 0);
  const fits = (name, states) => states.some((state) => found.get(name) === likeness[state].get(name));
  const strange = differences(found, likeness.before).filter((name) => !fits(name, ["after"]));
  const may = allowed(test, run);
  if (test.steps && strange.length === 0 && (run.killed || run.status !== 0)) {
    // Each step for itself is as before or as after.
  } else if (!states.some((state) => may.includes(state))) {
    const expected = likeness[may[0]];
    for (const name of differences(found, expected).slice(0, 3)) faults.push(describe(name, found, expected));
  }
  faults.push(...likeness.forgotten(reading).map((unit) => `forgotten: ${unit.slice(0, 200)}`));
  if (!run.killed && !run.isAnother && !run.cannotRemove) {
    faults.push(...reading.unfinished.map((name) => `it leaves ${name}`));
    faults.push(...likeness.litter(reading).filter((name) => !isForTheNext(name)).map((name) => `it leaves ${name}`));
    const orphans = reading.orphans.length - test.before.orphans.length;
    if (orphans > 0 && !test.mayOrphan && !SAYS_MAYBE.test(run.words)) faults.push(`it leaves ${orphans} values that no row names`);
  }
  return { state: states.at(0) ?? (strange.length === 0 ? "between" : "neither"), faults };
}
