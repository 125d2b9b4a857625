// A thread that prepares commands and makes faults happen, as the test asks for.
import path from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { stopInjector } from "./injector.mjs";
import { Sandbox } from "./sandbox.mjs";
import { tests } from "./tests.mjs";
import { prepare, trialOf } from "./trial.mjs";

const { number, workshop } = workerData;
const fixture = new Sandbox(path.join(workshop, "fixture"));
const byId = new Map(tests.map((test) => [test.id, test]));
let current = {};
let attempts = 0;

const work = {
  prepare: async ({ id }) => {
    const prepared = await prepare(byId.get(id), fixture, workshop);
    trialOf(byId.get(id), prepared);
    return prepared;
  },
  attempt: async ({ id, prepared, points }) => {
    if (current.id !== id) current = { id, trial: trialOf(byId.get(id), prepared) };
    const results = [];
    for (const point of points) {
      const folder = path.join(workshop, `attempt-${number}-${++attempts}`);
      results.push({ point, line: current.trial.line(point), ...(await current.trial.attempt(point, folder)) });
    }
    return results;
  },
  stop: () => stopInjector(),
};

parentPort.on("message", async (job) => {
  try {
    parentPort.postMessage({ result: await work[job.kind](job) });
  } catch (error) {
    parentPort.postMessage({ error: `${job.id}: ${error.stack}` });
  }
});
