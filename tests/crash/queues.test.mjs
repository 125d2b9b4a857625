// Queues under kill -9: what was acknowledged to a sender is delivered at least once, what was acknowledged by
// a consumer never again, and nothing is with two holders of a live lease.
import { test } from "node:test";
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { CORRAL, KILLS } from "./state.mjs";

const MESSAGES = Number(process.env.CRASH_MESSAGES ?? 100_000);
const SENDERS = 4;
const PULLERS = 4;

class Folder {
  constructor() {
    this.path = fs.mkdtempSync(path.join(os.tmpdir(), "corral-crash."));
  }
  corral(args, options = {}) {
    const result = spawnSync(CORRAL, ["queues", ...args], { cwd: this.path, maxBuffer: 256 << 20, timeout: 60_000, ...options });
    assert.equal(result.status, 0, `${args.join(" ")}: ${result.stderr}`);
    return result.stdout.toString();
  }
  info(queue) {
    return JSON.parse(this.corral(["info", queue]));
  }
  remove() {
    fs.rmSync(this.path, { recursive: true, force: true });
  }

  /// Runs corral, killing it after `patience` ms if that is given. Tells what it printed and its status, null if killed.
  run(args, input, patience) {
    const child = spawn(CORRAL, ["queues", ...args], { cwd: this.path, stdio: ["pipe", "pipe", "pipe"] });
    let out = "";
    let words = "";
    child.stdout.on("data", (data) => (out += data));
    child.stderr.on("data", (data) => (words += data));
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    const timer = patience === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), patience);
    return new Promise((resolve) =>
      child.once("close", (status, signal) => {
        clearTimeout(timer);
        resolve({ status: signal ? null : status, out, words });
      }),
    );
  }
}

test(`${SENDERS} senders, ${PULLERS} pullers, ${MESSAGES} messages, killed at random`, async (context) => {
  const folder = new Folder();
  folder.corral(["create", "q"]);
  folder.corral(["consumer", "http", "add", "q", "--message-retries", "100"]);
  const batch = 500;
  const sent = new Set(); // bodies whose sending was confirmed
  const maybe = new Set(); // bodies of senders that were killed
  const delivered = new Map(); // body -> how often
  const acked = new Set(); // ids whose ack has returned
  const leases = new Map(); // id -> the end of the last lease handed out, in this process's time
  let kills = 0;
  let next = 0;
  let sending = SENDERS;

  // Runs corral, and kills this share of the runs at a random moment of the time that such a run takes on this machine.
  const taken = new Map(); // command -> ms of its last run that ended by itself
  const run = async (args, input, share) => {
    const patience = Math.random() < share && taken.has(args[0]) ? Math.random() * taken.get(args[0]) : undefined;
    const started = performance.now();
    const result = await folder.run(args, input, patience);
    if (result.status === null) ++kills;
    else taken.set(args[0], performance.now() - started);
    return result;
  };

  const sender = async () => {
    // Continues past MESSAGES until enough runs have been killed: on a fast machine many end before their kill.
    while (next < MESSAGES || (kills < 10 && next < 10 * MESSAGES)) {
      const first = next;
      next += batch;
      const bodies = Array.from({ length: batch }, (_, i) => String(first + i));
      const result = await run(["send", "q", "--lines"], bodies.join("\n") + "\n", 0.2);
      // Ids are printed when their messages are durable; a batch is one transaction.
      const told = result.out.split("\n").length - 1;
      if (result.status === 0) assert.equal(told, bodies.length);
      else assert.equal(result.status, null, result.words);
      for (const body of bodies) (told === bodies.length ? sent : maybe).add(body);
    }
    --sending;
  };

  const puller = async () => {
    const lease = 2000;
    for (let empty = 0; sending > 0 || empty < 5; ) {
      const started = Date.now();
      const pulled = await run(["pull", "q", "--batch-size", "100", "--visibility-timeout-ms", String(lease)], "", 0.03);
      if (pulled.status === null) continue;
      assert.equal(pulled.status, 0, pulled.words);
      const { messages, message_backlog_count: backlog } = JSON.parse(pulled.out);
      const received = Date.now();
      for (const message of messages) {
        assert.ok(!acked.has(message.id), "delivered after its ack had returned");
        const before = leases.get(message.id);
        assert.ok(before === undefined || before <= received, "two live leases on a message");
        leases.set(message.id, started + lease);
        delivered.set(message.body, (delivered.get(message.body) ?? 0) + 1);
      }
      if (messages.length === 0) {
        empty = backlog === 0 && sending === 0 ? empty + 1 : 0;
        await new Promise((resolve) => setTimeout(resolve, 20));
        continue;
      }
      const result = await run(["ack", "q"], pulled.out, 0.05);
      // A settlement after the lease has expired is refused with a message.
      const refused = result.status === 0 ? {} : (result.out ? JSON.parse(result.out).warnings : null);
      if (result.status === null || !refused) continue;
      for (const message of messages) if (!(message.lease_id in refused)) acked.add(message.id);
    }
  };

  await Promise.all([...Array.from({ length: SENDERS }, sender), ...Array.from({ length: PULLERS }, puller)]);
  let lost = 0;
  for (const body of sent) if (!delivered.has(body)) ++lost;
  assert.equal(lost, 0, "acknowledged sends that were never delivered");
  for (const body of delivered.keys()) assert.ok(sent.has(body) || maybe.has(body), `nobody sent ${body}`);
  const info = folder.info("q");
  assert.equal(info.message_backlog_count, 0);
  assert.equal(info.dropped, 0);
  let again = 0;
  for (const times of delivered.values()) again += times - 1;
  context.diagnostic(`${sent.size} sent for sure, ${delivered.size} delivered, ${again} of them again, ${kills} kills`);
  assert.ok(kills >= 10 && acked.size > 0);
  folder.remove();
});

test(`${KILLS} kills of consume: nothing is lost, nothing acknowledged comes again`, async (context) => {
  const folder = new Folder();
  folder.corral(["create", "q"]);
  const count = 2_000;
  folder.corral(["send", "q", "--lines"], { input: Array.from({ length: count }, (_, i) => `${i}\n`).join("") });
  const consume = ["consume", "q", "--each", "--batch-size", "20", "--max-concurrency", "2", "--visibility-timeout", "1", "--message-retries", "100", "--until-empty", "--exec", "n=$(cat); echo $n >> done"];
  let kills = 0;
  for (let round = 0; kills < Math.min(KILLS, 40) && round < 400; ++round) {
    const result = await folder.run(consume, "", 10 + Math.random() * 60);
    if (result.status !== null) break;
    ++kills;
  }
  const last = await folder.run(consume, "");
  assert.equal(last.status, 0, last.words);
  const done = fs.readFileSync(path.join(folder.path, "done"), "utf8").trim().split("\n");
  assert.equal(new Set(done).size, count);
  const info = folder.info("q");
  assert.equal(info.message_backlog_count, 0);
  assert.equal(info.dropped, 0);
  context.diagnostic(`${kills} kills, ${done.length - count} messages worked on again`);
  // Only what was in work at a kill can have come again.
  assert.ok(done.length - count <= kills * 20);
  folder.remove();
});
