// What `corral serve` has acknowledged is there, whatever happens to it: clients that put, overwrite and read, and a
// server that is killed in between. Snapshots are taken of the same state meanwhile.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import crypto from "node:crypto";
import { S3Server } from "./s3-server.mjs";

const kills = Number(process.env.CORRAL_SERVE_KILLS ?? 10);
const clients = 8;

let server;
before(async () => (server = await new S3Server().start()));
after(async () => {
  await server.stop();
  server.remove();
});

test(`acknowledged writes survive ${kills} kills`, async () => {
  const aws = server.aws4();
  let goes_on = true;
  /// By key: what was last acknowledged, and what was sent since without an answer.
  const written = new Map();
  const work = async (client) => {
    for (let i = 0; goes_on; ++i) {
      const key = `${client}/${i % 5}`;
      const body = crypto.randomBytes(i % 7 === 0 ? 200_000 : 500);
      const known = written.get(key) ?? { possible: [] };
      written.set(key, known);
      known.possible.push(body);
      try {
        const answer = await aws.fetch(`${server.url}/media/${key}`, { method: "PUT", body, aws: { allHeaders: false }, retries: 0 });
        await answer.text();
        if (answer.status === 200) Object.assign(known, { possible: [body], acknowledged: true });
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  };
  aws.retries = 0;
  const all = [...Array(clients).keys()].map(work);
  for (let i = 0; i < kills; ++i) {
    await new Promise((resolve) => setTimeout(resolve, 100 + Math.random() * 200));
    if (i % 3 === 0) server.corral(["state", "save", `s${i}`]);
    await server.stop("SIGKILL");
    await server.start();
  }
  goes_on = false;
  await Promise.all(all);
  assert.ok(written.size > clients);
  for (const [key, { possible, acknowledged }] of written) {
    const answer = await aws.fetch(`${server.url}/media/${key}`);
    // Before its first acknowledgement, a key need not exist.
    if (answer.status === 404 && !acknowledged) continue;
    assert.equal(answer.status, 200, key);
    const body = Buffer.from(await answer.arrayBuffer());
    assert.equal(answer.headers.get("etag"), `"${crypto.createHash("md5").update(body).digest("hex")}"`);
    assert.ok(possible.some((one) => one.equals(body)), `${key} is neither what was acknowledged nor what came after`);
  }
  server.corral(["state", "check"]);
});
