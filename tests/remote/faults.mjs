// A command line against a server that has one fault, and the count of such runs.
import fs from "node:fs";
import { ApiServer } from "./server.mjs";
import { Place } from "./program.mjs";

/** Of these faults the server cannot have done anything: a request that met one is always safe to repeat. */
export const NOT_DONE = new Set(["status429", "retryAfter"]);

/** A silent server is waited for this long, in seconds. */
export const patience = (fault) => (fault.startsWith("silen") ? "2" : "60");

let runs = 0;

/** Counts a run with a fault: `./dev remote` prints how many there were. */
export function countRun() {
  if (runs++ > 0) return;
  process.on("exit", () => process.env.CORRAL_FAULT_RUNS && fs.appendFileSync(process.env.CORRAL_FAULT_RUNS, `${runs}\n`));
}

/**
 * Runs `words --remote` against a server with `services`, in a project with `files` (name: text), while the requests to
 * `path` meet `fault` (the first `left` of them; -1: all). Resolves to what the program did ({ status, out, err }), `sent`,
 * the number of requests with `method` to `path`, `files`, the names in the project afterwards, and `config`, the text of
 * wrangler.jsonc.
 */
export async function runWithFault({ words, method, path, services, files, input }, fault, left) {
  countRun();
  const place = new Place();
  const server = await ApiServer.start();
  server.services = services;
  for (const [name, text] of Object.entries(files)) place.write(`project/${name}`, text);
  server.fault = { path, name: fault, left };
  const ran = await place.corral([...words, "--remote"], {
    input,
    env: { ...server.variables, CLOUDFLARE_API_TOKEN: "SECRET-token", CLOUDFLARE_ACCOUNT_ID: "acc1", CORRAL_HTTP_TIMEOUT: patience(fault) },
  });
  const config = `${place.project}/wrangler.jsonc`;
  const result = {
    ...ran,
    sent: server.requests.filter((one) => one.method === method && one.path === path).length,
    files: fs.readdirSync(place.project, { recursive: true }).sort(),
    config: fs.existsSync(config) ? fs.readFileSync(config, "utf8") : undefined,
  };
  await server.stop();
  place.remove();
  return result;
}
