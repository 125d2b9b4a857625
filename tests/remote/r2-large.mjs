// A bucket of an account with R2's S3 endpoint, for tests of large objects.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { ApiServer } from "./server.mjs";
import { R2ObjectService } from "./r2-objects.mjs";
import { S3Server } from "./s3.mjs";
import { Place } from "./program.mjs";

export const MIB = 1 << 20;

/** Bytes that differ in every 4 KiB, from a seed. */
export function pattern(size, seed = 1) {
  const bytes = Buffer.alloc(size, createHash("sha512").update(`${seed}`).digest());
  for (let at = 0; at + 4 <= size; at += 4096) bytes.writeUInt32LE(at / 4096 + seed, at);
  return bytes;
}

export const md5 = (bytes) => createHash("md5").update(bytes).digest("hex");

/** Runs `body` in a place of its own. `env` goes to each run; the keys are R2's own unless `keys` is false. */
export async function withLargeObjects(body, { env = {}, keys = true, s3: options } = {}) {
  const place = new Place();
  const api = await ApiServer.start();
  const service = new R2ObjectService();
  api.services = [service];
  const bucket = service.add("acc1", "files");
  const s3 = await S3Server.start(service, options);
  const variables = { ...api.variables, ...s3.variables, CLOUDFLARE_API_TOKEN: "SECRET-token", CLOUDFLARE_ACCOUNT_ID: "acc1", ...env };
  if (!keys) delete variables.R2_ACCESS_KEY_ID, delete variables.R2_SECRET_ACCESS_KEY;
  const corral = (line, more = {}) => place.corral([...line, "--remote"], { ...more, env: { ...variables, ...more.env } });
  const done = async (line, more) => {
    const ran = await corral(line, more);
    assert.equal(ran.status, 0, `${line.join(" ")}: ${ran.err}`);
    return ran;
  };
  const refused = async (line, expected, more) => {
    const ran = await corral(line, more);
    assert.equal(ran.status, 1, `${line.join(" ")}: ${ran.out}`);
    assert.match(ran.err, expected);
    return ran;
  };
  const file = (name, bytes) => fs.writeFileSync(path.join(place.project, name), bytes);
  try {
    await body({ place, api, service, bucket, s3, corral, done, refused, file });
  } finally {
    await api.stop();
    await s3.stop();
    place.remove();
  }
}

/** Looks at how much memory a process holds; `peak()` is the most, in MiB. */
export function watchMemory(child) {
  let peak = 0;
  const look = () => {
    try {
      peak = Math.max(peak, Number(/^VmHWM:\s+(\d+) kB/m.exec(fs.readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1] ?? 0));
    } catch {} // it has ended
  };
  const timer = setInterval(look, 10);
  child.on("close", () => clearInterval(timer));
  return { peak: () => peak / 1024 };
}
