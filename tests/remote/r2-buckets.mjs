// R2's control plane of the test server: buckets with their settings, kept in memory, by the routes of Cloudflare's
// REST API. Objects are not its business; a test says how many a bucket has.
import { succeed, refuse } from "./server.mjs";

const BUCKETS = /^\/accounts\/([^/]+)\/r2\/buckets(?:\/([^/]+)(?:\/(cors|lifecycle|lock|local-uploads|sippy|domains\/managed|domains\/custom(?:\/([^/]+))?))?)?$/;
const NOTIFICATIONS = /^\/accounts\/([^/]+)\/event_notifications\/r2\/([^/]+)\/configuration(?:\/queues\/([^/]+))?$/;
const QUEUES = /^\/accounts\/([^/]+)\/queues$/;

const MOMENT = "2026-09-01T10:00:00.000Z";
/** What every new bucket has. */
const DEFAULT_RULE = { id: "Default Multipart Abort Rule", enabled: true, conditions: { prefix: "" }, abortMultipartUploadsTransition: { condition: { type: "Age", maxAge: 604800 } } };

export class R2BucketService {
  constructor({ pageSize = 20 } = {}) {
    this.pageSize = pageSize;
    this.buckets = new Map(); // "account/jurisdiction/name" → bucket
    this.queues = new Map(); // account → { name: id }
    this.analytics = new Map(); // bucket, or JURISDICTION_BUCKET → the newest row
    this.rules = 0; // notification rules made so far
  }

  /** For tests: a bucket with these settings. */
  add(account, name, { jurisdiction = "default", ...settings } = {}) {
    const bucket = {
      name, creation_date: MOMENT, location: "WEUR", storage_class: "Standard", jurisdiction, objects: 0, hasCatalog: false,
      cors: null, lifecycle: [DEFAULT_RULE], lock: [], domains: [], managed: { bucketId: `b-${name}`, domain: `pub-${name}.r2.dev`, enabled: false },
      localUploads: false, sippy: null, notifications: [], ...settings,
    };
    this.buckets.set(`${account}/${jurisdiction}/${name}`, bucket);
    return bucket;
  }

  /** The buckets of an account, for comparing what two programs left behind. */
  state(account) {
    return [...this.buckets].filter(([place]) => place.startsWith(`${account}/`)).map(([, bucket]) => bucket);
  }

  answer(request, response) {
    if (request.path === "/graphql") return this.usage(JSON.parse(request.bytes), response);
    const queues = QUEUES.exec(request.path);
    if (queues && request.method === "GET") return this.findQueue(queues[1], request.parameters.get("name"), response);
    const route = BUCKETS.exec(request.path) ?? NOTIFICATIONS.exec(request.path);
    if (!route) return false;
    const jurisdiction = request.headers["cf-r2-jurisdiction"] ?? "default";
    const [, account, name, rest, item] = route.map((part) => part && decodeURIComponent(part));
    if (!name) this.account(account, jurisdiction, request, response);
    else this.bucket(account, `${account}/${jurisdiction}/${name}`, { isNotification: request.path.includes("/event_notifications/"), rest, item }, request, response);
    return true;
  }

  describe = ({ name, creation_date, location, storage_class }) => ({ name, creation_date, location, storage_class });

  account(account, jurisdiction, request, response) {
    if (request.method === "POST") {
      const { name, storageClass = "Standard", locationHint } = JSON.parse(request.bytes);
      if (this.buckets.has(`${account}/${jurisdiction}/${name}`)) return refuse(response, 409, 10004, "The bucket you tried to create already exists, and you own it.");
      return succeed(response, this.describe(this.add(account, name, { jurisdiction, storage_class: storageClass, location: (locationHint ?? "weur").toUpperCase() })));
    }
    const start = Number(request.parameters.get("cursor")?.slice(1) ?? 0);
    const all = this.state(account).filter((one) => one.jurisdiction === jurisdiction).sort((a, b) => (a.name < b.name ? -1 : 1));
    const buckets = all.slice(start, start + this.pageSize).map(({ name, creation_date }) => ({ name, creation_date }));
    const more = start + this.pageSize < all.length ? { result_info: { cursor: `c${start + this.pageSize}`, per_page: this.pageSize } } : {};
    succeed(response, { buckets }, more);
  }

  bucket(account, place, { isNotification, rest, item }, request, response) {
    const bucket = this.buckets.get(place);
    if (!bucket) return refuse(response, 404, 10006, "The specified bucket does not exist.");
    const json = () => JSON.parse(request.bytes);
    if (isNotification) return this.notifications(account, bucket, rest, request, response);
    switch (rest) {
      case "cors": return this.cors(bucket, request.method, json, response);
      case "lifecycle":
      case "lock": return this.ruleList(bucket, rest, request, json, response);
      case "local-uploads":
        if (request.method === "PUT") bucket.localUploads = json().enabled;
        return succeed(response, { enabled: bucket.localUploads });
      case "domains/managed":
        if (request.method === "PUT") bucket.managed.enabled = json().enabled;
        return succeed(response, bucket.managed);
      case "sippy": return this.sippy(bucket, request.method, json, response);
      case undefined: return this.whole(place, bucket, request, response);
      default: return this.domains(bucket, item, request.method, json, response);
    }
  }

  whole(place, bucket, request, response) {
    if (request.method === "PATCH") bucket.storage_class = request.headers["cf-r2-storage-class"];
    if (request.method === "DELETE") {
      if (bucket.objects > 0) return refuse(response, 409, 10008, "The bucket you tried to delete is not empty.");
      this.buckets.delete(place);
      return succeed(response, {});
    }
    succeed(response, this.describe(bucket));
  }

  cors(bucket, method, json, response) {
    if (method === "PUT") bucket.cors = json();
    else if (!bucket.cors) return refuse(response, 404, 10059, "The CORS configuration does not exist.");
    else if (method === "GET") return succeed(response, bucket.cors);
    else bucket.cors = null;
    succeed(response, {});
  }

  ruleList(bucket, setting, request, json, response) {
    if (request.method === "GET") return succeed(response, { rules: bucket[setting] });
    if (bucket.hasCatalog && request.headers["cf-r2-data-catalog-check"] === "true")
      return refuse(response, 409, 10081, "Data catalog is enabled for this bucket.");
    bucket[setting] = json().rules;
    succeed(response, {});
  }

  sippy(bucket, method, json, response) {
    if (method === "GET" && !bucket.sippy) return refuse(response, 404, 10007, "No Sippy configuration found.");
    if (method === "PUT") bucket.sippy = json();
    if (method === "DELETE") {
      bucket.sippy = null;
      return succeed(response, { enabled: false });
    }
    const { source, destination } = bucket.sippy;
    const seen = ({ provider, bucket: name, region }) => ({ provider, bucket: name, region });
    succeed(response, { enabled: true, source: seen(source), destination: { ...seen(destination), bucket: bucket.name } });
  }

  domains(bucket, item, method, json, response) {
    if (!item) {
      if (method === "GET") return succeed(response, { domains: bucket.domains });
      const wanted = json();
      if (bucket.domains.some(({ domain }) => domain === wanted.domain)) return refuse(response, 409, 10043, "The domain is already in use.");
      bucket.domains.push({ ...wanted, zoneName: "example.com", status: { ownership: "pending", ssl: "initializing" } });
      return succeed(response, wanted);
    }
    const one = bucket.domains.find(({ domain }) => domain === item);
    if (!one) return refuse(response, 404, 10042, "The domain does not exist.");
    if (method === "PUT") Object.assign(one, json());
    if (method === "DELETE") bucket.domains = bucket.domains.filter((other) => other !== one);
    succeed(response, one);
  }

  findQueue(account, name, response) {
    const id = this.queues.get(account)?.[name];
    succeed(response, id ? [{ queue_id: id, queue_name: name }] : [], { result_info: { page: 1, per_page: 100, count: id ? 1 : 0, total_count: id ? 1 : 0 } });
    return true;
  }

  notifications(account, bucket, queueId, request, response) {
    const queueName = Object.entries(this.queues.get(account) ?? {}).find(([, id]) => id === queueId)?.[0];
    let queue = bucket.notifications.find((one) => one.queueId === queueId);
    if (request.method === "GET") {
      if (bucket.notifications.length === 0) return refuse(response, 404, 11015, "No event notification configuration found.");
      return succeed(response, { bucketName: bucket.name, queues: bucket.notifications });
    }
    if (request.method === "PUT") {
      if (!queue) bucket.notifications.push((queue = { queueId, queueName, rules: [] }));
      const ruleId = `rule-${(this.rules += 1)}`;
      for (const rule of JSON.parse(request.bytes).rules) queue.rules.push({ ruleId, createdAt: MOMENT, ...rule });
      return succeed(response, { event_notification_detail_id: ruleId });
    }
    if (!queue) return refuse(response, 404, 11015, "No event notification configuration found.");
    const ids = request.bytes.length > 0 ? JSON.parse(request.bytes).ruleIds : queue.rules.map(({ ruleId }) => ruleId);
    queue.rules = queue.rules.filter(({ ruleId }) => !ids.includes(ruleId));
    if (queue.rules.length === 0) bucket.notifications = bucket.notifications.filter((one) => one !== queue);
    succeed(response, {});
  }

  usage({ variables }, response) {
    const row = this.analytics.get(variables.filter.bucketName);
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ data: { viewer: { accounts: [{ r2StorageAdaptiveGroups: row ? [row] : [] }] } }, errors: null }));
    return true;
  }
}

/** For tests: the buckets of account acc1 that they work on. */
export function filledBuckets(r2) {
  r2.add("acc1", "files", {
    cors: { rules: [{ allowed: { origins: ["*"], methods: ["GET"] } }] },
    lifecycle: [DEFAULT_RULE, { id: "old", enabled: true, conditions: { prefix: "logs/" }, deleteObjectsTransition: { condition: { type: "Age", maxAge: 2592000 } } }],
    lock: [{ id: "keep", enabled: true, prefix: "k/", condition: { type: "Indefinite" } }],
    domains: [{ domain: "a.example.com", enabled: true, zoneId: "z1", minTLS: "1.0", status: { ownership: "active", ssl: "active" }, zoneName: "example.com" }],
    sippy: { source: { provider: "aws", bucket: "old", region: "eu" }, destination: { provider: "r2" } },
    notifications: [{ queueId: "q1", queueName: "jobs", rules: [{ ruleId: "r1", prefix: "", suffix: "", actions: ["PutObject"], createdAt: MOMENT }] }],
  });
  r2.add("acc1", "empty");
  r2.add("acc1", "full", { objects: 3 });
  r2.add("acc1", "tables", { hasCatalog: true });
  r2.add("acc1", "euro", { jurisdiction: "eu" });
  r2.queues.set("acc1", { jobs: "q1", mail: "q2" });
  r2.analytics.set("files", { max: { objectCount: 1234567, payloadSize: 1548000, metadataSize: 2000 }, dimensions: { datetime: MOMENT } });
  r2.analytics.set("eu_euro", { max: { objectCount: 1, payloadSize: 999, metadataSize: 0 }, dimensions: { datetime: MOMENT } });
  return r2;
}
