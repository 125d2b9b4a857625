// All command lines that faults are injected into.
//
// A test is a command line, or an object: `run` the command line; `input` its standard input, "@FILE" for that of a
// file; `prepare` the command lines before it; `steps` why it is not one change but several (null: one), "once" if it
// cannot be run again after some of them; `status` how it ends; and what preparation.mjs does.
import { d1 } from "./commands/d1.mjs";
import { durableObjects } from "./commands/durable-objects.mjs";
import { kv } from "./commands/kv.mjs";
import { queues } from "./commands/queues.mjs";
import { r2 } from "./commands/r2.mjs";
import { state } from "./commands/state.mjs";

const table = { ...kv, ...d1, ...r2, ...queues, ...durableObjects, ...state };

export const tests = Object.entries(table).flatMap(([command, lines]) =>
  lines.map((line) => {
    const test = typeof line === "string" ? { run: line } : line;
    if (!test.run.startsWith(command)) throw new Error(`"${test.run}" is not a line of ${command}`);
    return { ...test, command, id: test.run };
  }),
);

export const writingCommands = Object.keys(table);
