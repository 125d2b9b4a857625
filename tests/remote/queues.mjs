// Queues of the test server, kept in memory, by the routes of Cloudflare's REST API: queues, consumers, event
// subscriptions and messages with their leases.
import { createHash, randomBytes } from "node:crypto";
import { succeed, refuse } from "./server.mjs";

const QUEUES = /^\/accounts\/([^/]+)\/queues(?:\/([^/]+)(?:\/(consumers|purge|messages\/(?:batch|pull|ack|preview)|messages)(?:\/([^/]+))?)?)?$/;
const SUBSCRIPTIONS = /^\/accounts\/([^/]+)\/event_subscriptions\/subscriptions(?:\/([^/]+))?$/;
const SERVICES = /^\/accounts\/[^/]+\/workers\/services\/([^/]+)$/;

const hex = (text) => createHash("md5").update(text).digest("hex");
const TIMES = { created_on: "2026-09-01T10:00:00.000Z", modified_on: "2026-10-01T10:00:00.000Z" };
const BATCH = { messages: 100, bytes: 256_000, message: 128_000 };

/** A body as a pull gives it: JSON and bytes as base64, text as it is. */
const encoded = ({ body, content_type: type }) =>
  type === "json" ? Buffer.from(JSON.stringify(body)).toString("base64") : body;

export class QueueService {
  /** `makesQueues`: a queue comes into being when it is looked up; for tests that bring their own names. */
  constructor({ makesQueues = false, pageSize = 100 } = {}) {
    this.makesQueues = makesQueues;
    this.pageSize = pageSize;
    this.queues = new Map(); // account/name → queue
    this.subscriptions = new Map(); // id → subscription
    this.environments = {}; // Worker → its default environment
  }

  /** For tests: a queue with these messages, as they are sent. */
  add(account, name, { messages = [], ...more } = {}) {
    const queue = {
      account, messages: [],
      shown: { queue_id: hex(`${account}/${name}`), queue_name: name, ...TIMES, producers: [], consumers: [], settings: { delivery_delay: 0, message_retention_period: 345600 }, ...more },
    };
    this.queues.set(`${account}/${name}`, queue);
    for (const message of messages) this.push(queue, message);
    return queue;
  }

  /** For tests: the bodies of all messages, in the order of their arrival. */
  bodies = (account, name) => (this.queues.get(`${account}/${name}`)?.messages ?? []).map(({ body }) => body);

  of(account) {
    return [...this.queues.values()].filter((queue) => queue.account === account).sort((a, b) => (a.shown.queue_name < b.shown.queue_name ? -1 : 1));
  }

  describe = ({ shown }) => ({ ...shown, producers_total_count: shown.producers.length, consumers_total_count: shown.consumers.length });

  answer(request, response) {
    const service = SERVICES.exec(request.path);
    if (service) return succeed(response, { id: service[1], default_environment: { environment: this.environments[service[1]] ?? "production" } }), true;
    const subscription = SUBSCRIPTIONS.exec(request.path);
    if (subscription) return this.subscription(subscription[1], subscription[2], request, response), true;
    const route = QUEUES.exec(request.path);
    if (!route) return false;
    const [, account, id, part, rest] = route;
    if (!id) {
      if (request.method === "POST") this.create(account, JSON.parse(request.bytes), response);
      else this.list(account, request.parameters, response);
      return true;
    }
    const queue = this.of(account).find(({ shown }) => shown.queue_id === id);
    if (!queue) refuse(response, 404, 11000, "queue not found");
    else if (!part) this.queue(queue, request, response);
    else if (part === "consumers") this.consumer(queue, rest, request, response);
    else if (part === "purge") {
      queue.messages = [];
      succeed(response, this.describe(queue));
    } else this.message(queue, part, JSON.parse(request.bytes), response);
    return true;
  }

  create(account, { queue_name: name, settings, ...more }, response) {
    if (this.queues.has(`${account}/${name}`)) return refuse(response, 409, 11009, `Queue name '${name}' is already taken.`);
    const made = this.add(account, name, more);
    Object.assign(made.shown.settings, settings);
    succeed(response, this.describe(made));
  }

  list(account, parameters, response) {
    const name = parameters.get("name");
    if (name && this.makesQueues && !this.queues.has(`${account}/${name}`)) this.add(account, name);
    const all = this.of(account).filter(({ shown }) => !name || shown.queue_name === name).map(this.describe);
    const page = Number(parameters.get("page") ?? 1);
    const result = all.slice((page - 1) * this.pageSize, page * this.pageSize);
    succeed(response, result, { result_info: { page, per_page: this.pageSize, count: result.length, total_count: all.length } });
  }

  queue(queue, request, response) {
    if (request.method === "DELETE") {
      this.queues.delete(`${queue.account}/${queue.shown.queue_name}`);
      return succeed(response, null);
    }
    if (request.method === "PATCH") Object.assign(queue.shown.settings, JSON.parse(request.bytes).settings);
    succeed(response, this.describe(queue));
  }

  consumer(queue, id, request, response) {
    const { consumers } = queue.shown;
    if (request.method === "DELETE") {
      const place = consumers.findIndex((one) => one.consumer_id === id);
      if (place < 0) return refuse(response, 404, 11008, "consumer not found");
      consumers.splice(place, 1);
      return succeed(response, null);
    }
    if (consumers.length) return refuse(response, 409, 11004, "Queue already has a consumer");
    const { script_name: script, environment_name: environment, ...more } = JSON.parse(request.bytes);
    const made = { consumer_id: hex(`consumer of ${queue.shown.queue_name}`), ...more, ...(script && { script, environment }) };
    consumers.push(made);
    succeed(response, made);
  }

  subscription(account, id, request, response) {
    const times = { created_at: TIMES.created_on, modified_at: TIMES.modified_on };
    if (!id && request.method === "POST") {
      const made = { ...times, ...JSON.parse(request.bytes) };
      made.id = hex(made.name);
      this.subscriptions.set(made.id, made);
      return succeed(response, made);
    }
    if (!id) {
      const [page, size] = [Number(request.parameters.get("page")), Number(request.parameters.get("per_page"))];
      const all = [...this.subscriptions.values()].filter(({ destination }) => destination.queue_id === request.parameters.get("queue_id"));
      return succeed(response, all.slice((page - 1) * size, page * size), { result_info: { page, per_page: size, total_count: all.length } });
    }
    const found = this.subscriptions.get(id);
    if (!found) return refuse(response, 404, 12000, "subscription not found");
    if (request.method === "DELETE") this.subscriptions.delete(id);
    if (request.method === "PATCH") Object.assign(found, JSON.parse(request.bytes));
    succeed(response, found);
  }

  push(queue, { body, content_type: type = "json", delay_seconds: delay }) {
    const wait = (delay ?? queue.shown.settings.delivery_delay ?? 0) * 1000;
    queue.messages.push({ id: randomBytes(16).toString("hex"), body, content_type: type, sent: Date.now(), visible: Date.now() + wait, attempts: 0, lease: null });
  }

  message(queue, part, wanted, response) {
    const now = Date.now();
    const visible = queue.messages.filter((one) => one.visible <= now);
    const shown = (one) => ({ id: one.id, body: encoded(one), timestamp_ms: one.sent, attempts: one.attempts, metadata: { "CF-sourceMessageSource": "api", "CF-Content-Type": one.content_type }, lease_id: one.lease ?? `ref-${one.id}` });
    const metadata = { metrics: { backlog_count: queue.messages.length, backlog_bytes: 0, oldest_message_timestamp_ms: 0 } };
    if (part === "messages" || part === "messages/batch") {
      const messages = part === "messages" ? [wanted] : wanted.messages;
      const sizes = messages.map(({ body }) => Buffer.byteLength(typeof body === "string" ? body : JSON.stringify(body)));
      if (messages.length > BATCH.messages || sizes.some((size) => size > BATCH.message) || sizes.reduce((a, b) => a + b, 0) > BATCH.bytes)
        return refuse(response, 413, 10206, "batch is too large");
      for (const message of messages) this.push(queue, message);
      return succeed(response, { metadata });
    }
    if (part === "messages/preview") return succeed(response, { messages: visible.slice(0, wanted.batch_size ?? 5).map(shown) });
    if (part === "messages/pull") {
      if (queue.shown.settings.delivery_paused) return refuse(response, 409, 10217, "delivery of the queue is paused");
      const pulled = visible.slice(0, wanted.batch_size ?? 5);
      for (const one of pulled) {
        one.attempts += 1;
        one.lease = `lease-${one.id}-${one.attempts}`;
        one.visible = now + (wanted.visibility_timeout_ms ?? 30_000);
      }
      return succeed(response, { message_backlog_count: queue.messages.length, messages: pulled.map(shown), metadata });
    }
    const warnings = {};
    const leased = ({ lease_id: lease }) => {
      const found = queue.messages.find((one) => one.lease === lease && one.visible > now);
      if (!found) warnings[lease] = "lease has expired";
      return found;
    };
    const acks = (wanted.acks ?? []).map(leased).filter(Boolean);
    queue.messages = queue.messages.filter((one) => !acks.includes(one));
    let retryCount = 0;
    for (const retry of wanted.retries ?? []) {
      const found = leased(retry);
      if (!found) continue;
      retryCount += 1;
      found.lease = null;
      found.visible = now + (retry.delay_seconds ?? 0) * 1000;
    }
    succeed(response, { ackCount: acks.length, retryCount, warnings });
  }
}
