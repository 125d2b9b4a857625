// The queues' LMDB environment: messages and counts as units, and whether its databases agree.

function decodeState(value) {
  const [count, deadLettered, dropped, expired] = [12, 20, 28, 36].map((at) => value.readBigUInt64LE(at));
  return { number: value.readUInt32LE(0), count, deadLettered, dropped, expired, paused: value[44] !== 0 };
}

function decodeMessage(value) {
  const sourceBytes = value.readUInt16LE(54);
  return {
    id: value.toString("hex", 0, 16),
    timestamp: value.readBigInt64LE(16),
    expires: value.readBigInt64LE(24),
    visible: value.readBigInt64LE(32),
    attempts: value.readUInt32LE(40),
    contentType: value[44],
    leased: (value[45] & 1) !== 0,
    lastLease: (value[45] & 2) !== 0,
    bodyApart: (value[45] & 4) !== 0,
    source: value.toString("utf8", 56, 56 + sourceBytes),
    body: value.toString("latin1", 56 + sourceBytes),
  };
}

/// Adds [name, value] pairs to `units` and sentences to `faults`.
export function readQueues(databases, units, faults) {
  const records = (name) => databases.get(name) ?? [];
  const byKey = (name) => new Map(records(name).map(([key, value]) => [key.toString("hex"), value]));
  const names = new Map();
  const counts = new Map();
  for (const [key, value] of records("queues")) {
    if (key[0] === 0) continue; // the number of the next queue
    const state = decodeState(value);
    names.set(state.number, key.toString());
    counts.set(state.number, state.count);
    units.push([`queue ${key}`, `count ${state.count}, dead ${state.deadLettered}, dropped ${state.dropped}, expired ${state.expired}${state.paused ? ", paused" : ""}`]);
  }
  const bodies = byKey("bodies");
  const due = new Set(records("due").map(([key]) => key.toString("hex")));
  const final = new Set(records("final").map(([key]) => key.toString("hex")));
  const found = new Map();
  for (const [key, value] of records("messages")) {
    const queue = key.readUInt32BE(0);
    const message = decodeMessage(value);
    found.set(queue, (found.get(queue) ?? 0n) + 1n);
    const time = message.visible.toString(16).padStart(16, "0");
    const [number, place] = [key.toString("hex", 0, 4), key.toString("hex", 4)];
    if (!(message.lastLease ? final.delete(time + number + place) : due.delete(number + time + place))) faults.push(`message ${message.id} is in no index`);
    if (message.bodyApart && !bodies.has(key.toString("hex"))) faults.push(`message ${message.id} has no body`);
    bodies.delete(message.bodyApart ? key.toString("hex") : "");
    const body = message.bodyApart ? "long" : message.body;
    const waits = message.visible > BigInt(Date.now()) ? (message.leased ? "leased" : "delayed") : "ready";
    units.push([`message ${names.get(queue)} ${message.id}`, `${body}, type ${message.contentType}, attempts ${message.attempts}, ${waits}, from ${message.source}`]);
  }
  if (due.size + final.size > 0) faults.push("an index of the queues names messages that are not there");
  if (bodies.size > 0) faults.push("there is a body without its message");
  for (const [queue, count] of counts) {
    if ((found.get(queue) ?? 0n) !== count) faults.push(`queue ${names.get(queue)} counts ${count} messages and has ${found.get(queue) ?? 0}`);
  }
}
