// Threads that take jobs in turn.
import os from "node:os";
import { Worker } from "node:worker_threads";

/// Runs the jobs on as many threads as there are processors; the results in the order of the jobs.
export async function runAll(jobs, workshop) {
  const results = new Array(jobs.length);
  let next = 0;
  const work = (number) =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL("worker.mjs", import.meta.url), { workerData: { number, workshop } });
      let current = -1;
      const give = () => {
        if (next === jobs.length) {
          worker.off("message", took);
          worker.on("message", () => resolve(worker.terminate()));
          worker.postMessage({ kind: "stop" });
          return;
        }
        current = next++;
        worker.postMessage(jobs[current]);
      };
      const took = (message) => {
        results[current] = message;
        give();
      };
      worker.on("message", took);
      worker.on("error", reject);
      give();
    });
  await Promise.all(Array.from({ length: Number(process.env.CRASH_JOBS ?? os.availableParallelism()) }, (_, number) => work(number)));
  return results;
}
