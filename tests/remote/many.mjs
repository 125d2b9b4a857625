// Many runs in little time.
import { describe, it } from "node:test";

/** Runs jobs, eight at once. */
export async function all(jobs) {
  const rest = [...jobs];
  await Promise.all(Array.from({ length: 8 }, async () => {
    while (rest.length > 0) await rest.shift()();
  }));
}

/** A suite of `tests`, [name, function] each, that run side by side: of tests that wait, not of tests that work. */
export function sideBySide(name, tests) {
  describe(name, { concurrency: 3 }, () => {
    for (const [title, run] of tests) it(title, run);
  });
}

const step = Number(process.env.CORRAL_EVERY ?? 1);

/** Of command lines for the real wrangler, which takes two seconds each: all, or with CORRAL_EVERY=N every N-th and the
 * first of each command. `wordsOf` gives the words of a case. */
export function chosen(cases, wordsOf = ([words]) => words) {
  const commands = new Set();
  return cases.filter((one, index) => {
    const words = wordsOf(one);
    const command = (typeof words === "string" ? words.split(" ") : words).slice(0, 3).join(" ");
    const first = !commands.has(command);
    commands.add(command);
    return first || index % step === 0;
  });
}
