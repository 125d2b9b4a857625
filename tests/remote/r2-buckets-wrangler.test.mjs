// The real wrangler and corral with the commands on R2 buckets, each on a server of its own with the same state: the
// same changes on the wire, the same data on stdout, the same exit status.
import { test } from "node:test";
import assert from "node:assert/strict";
import { ApiServer } from "./server.mjs";
import { R2BucketService, filledBuckets } from "./r2-buckets.mjs";
import { chosen } from "./many.mjs";
import { Place, runWrangler } from "./program.mjs";

const LIFECYCLE = { id: "a", enabled: true, conditions: {}, deleteObjectsTransition: { condition: { type: "Age", maxAge: 86400 } }, comment: "kept as it is" };
const FILES = {
  "wrangler.jsonc": JSON.stringify({ name: "app", compatibility_date: "2026-10-01", r2_buckets: [{ binding: "FILES", bucket_name: "files" }] }),
  "cors.json": JSON.stringify({ rules: [{ allowed: { origins: ["*"], methods: ["GET"] }, maxAgeSeconds: 60, id: "any" }], comment: "not sent" }),
  "no-rules.json": "{}",
  "lifecycle.json": JSON.stringify({ rules: [LIFECYCLE] }),
  "none.json": '{"rules":[]}',
  "lock.json": JSON.stringify({ rules: [{ id: "a", prefix: "p", enabled: true, condition: { type: "Indefinite" } }] }),
  "account.json": JSON.stringify({ client_email: "a@b", private_key: "-----BEGIN\nKEY\n" }),
};

/** Headers that say something about the change. */
const MEANT = ["cf-r2-jurisdiction", "cf-r2-storage-class", "cf-r2-data-catalog-check"];

/** A change, in a form in which two programs can be compared. */
const change = ({ method, path, query, headers, bytes }) => ({
  method, path, query, auth: headers.authorization, length: headers["content-length"] ?? null,
  headers: Object.fromEntries(MEANT.filter((name) => name in headers).map((name) => [name, headers[name]])),
  json: bytes.length > 0 ? JSON.parse(bytes) : null,
});
const changes = (server) => server.requests.filter(({ method, path }) => method !== "GET" && path !== "/graphql").map(change);

async function run(program, words) {
  const place = new Place();
  for (const [name, text] of Object.entries(FILES)) place.write(`project/${name}`, text);
  const server = await ApiServer.start();
  const r2 = filledBuckets(new R2BucketService());
  server.services = [r2];
  const env = { ...server.variables, CLOUDFLARE_API_TOKEN: "SECRET-token", CLOUDFLARE_ACCOUNT_ID: "acc1" };
  const ran = program === "corral" ? await place.corral([...words, "--remote"], { env }) : await runWrangler(place, words, env);
  const graphql = server.requests.filter(({ path }) => path === "/graphql").map(({ body }) => {
    const { query, variables: { accountTag, filter: { bucketName } }, operationName } = JSON.parse(body);
    return { query: query.replace(/\s+/g, " ").trim(), accountTag, bucketName, operationName };
  });
  const result = { status: ran.status, out: ran.out, err: ran.err, changes: changes(server), graphql, state: r2.state("acc1") };
  await server.stop();
  place.remove();
  return result;
}

const b = (...words) => ["r2", "bucket", ...words];
const CASES = [
  b("create", "assets"), b("create", "new-one", "--location", "eeur", "-s", "InfrequentAccess"), b("create", "new-one", "-s", "Standard"),
  b("create", "euro-two", "-J", "eu"), b("create", "new-one", "-J", "eu", "--location", "eeur"), b("create", "New"), b("create", "files"),
  b("list"), b("list", "-J", "eu"),
  b("info", "files", "--json"), b("info", "empty", "--json"), b("info", "euro", "-J", "eu", "--json"), b("info", "nope", "--json"),
  b("delete", "empty"), b("delete", "full"), b("delete", "nope"), b("delete", "euro", "-J", "eu"),
  b("update", "storage-class", "files", "-s", "InfrequentAccess"), b("update", "storage-class", "euro", "-J", "eu", "--storage-class", "Standard"),
  b("cors", "list", "files"), b("cors", "set", "files", "--file", "cors.json", "-y"), b("cors", "set", "empty", "--file", "cors.json"),
  b("cors", "set", "files", "--file", "no-rules.json", "-y"), b("cors", "set", "files", "--file", "none.json", "--force"),
  b("cors", "delete", "files", "-y"), b("cors", "delete", "empty", "-y"), b("cors", "set", "euro", "-J", "eu", "--file", "cors.json", "-y"),
  b("lifecycle", "list", "files"), b("lifecycle", "add", "files", "tmp", "tmp/", "--expire-days", "7"),
  b("lifecycle", "add", "files", "--name", "n1", "--expire-date", "2031-01-02", "--ia-transition-days", "3", "--abort-multipart-days", "2", "-y"),
  b("lifecycle", "add", "files", "n2", "p/", "--ia-transition-date", "2031-01-02"), b("lifecycle", "add", "files", "n1"),
  b("lifecycle", "add", "files", "--expire-days", "7"), b("lifecycle", "add", "files", "n3", "--expire-date", "2031-01-02T10:00:00Z"),
  b("lock", "add", "files", "--retention-days", "7"), b("lock", "add", "files", "n3", "--retention-date", "2031-01-02T10:00:00Z"),
  b("lifecycle", "add", "tables", "tmp", "tmp/", "--expire-days", "7", "-y"), b("lifecycle", "add", "nope", "tmp", "tmp/", "--expire-days", "7"),
  b("lifecycle", "add", "euro", "tmp", "tmp/", "--expire-days", "7", "-J", "eu"),
  b("lifecycle", "remove", "files", "--name", "old"), b("lifecycle", "remove", "files", "--id", "nope"), b("lifecycle", "remove", "tables", "--name", "Default Multipart Abort Rule"),
  b("lifecycle", "set", "files", "--file", "lifecycle.json", "-y"), b("lifecycle", "set", "tables", "--file", "lifecycle.json", "--force"), b("lifecycle", "set", "files", "--file", "none.json", "-y"),
  b("lock", "list", "files"), b("lock", "add", "files", "n", "p/", "--retention-days", "3"), b("lock", "add", "files", "n", "--retention-date", "2031-01-02", "-y"),
  b("lock", "add", "files", "n", "--retention-indefinite", "--force"), b("lock", "remove", "files", "--name", "keep"), b("lock", "remove", "files", "--name", "nope"),
  b("lock", "set", "files", "--file", "lock.json", "-y"), b("lock", "set", "empty", "--file", "lock.json"), b("lock", "add", "euro", "n", "p/", "--retention-days", "1", "-J", "eu"),
  b("domain", "list", "files"), b("domain", "get", "files", "--domain", "a.example.com"), b("domain", "get", "files", "--domain", "nope.example.com"),
  b("domain", "add", "files", "--domain", "img.example.com", "--zone-id", "z9", "-y"), b("domain", "add", "files", "--domain", "img.example.com", "--zone-id", "z9", "--min-tls", "1.2", "-y"),
  b("domain", "update", "files", "--domain", "a.example.com", "--min-tls", "1.3"), b("domain", "update", "files", "--domain", "a.example.com"),
  b("domain", "remove", "files", "--domain", "a.example.com", "-y"), b("domain", "add", "euro", "--domain", "e.example.com", "--zone-id", "z9", "-y", "-J", "eu"),
  b("dev-url", "get", "files"), b("dev-url", "enable", "files", "-y"), b("dev-url", "enable", "files"), b("dev-url", "disable", "files", "-y"), b("dev-url", "enable", "euro", "-y", "-J", "eu"),
  b("local-uploads", "get", "files"), b("local-uploads", "enable", "files"), b("local-uploads", "disable", "files", "-y"),
  b("sippy", "get", "files"), b("sippy", "get", "empty"), b("sippy", "disable", "files"),
  b("sippy", "enable", "empty", "--provider", "AWS", "--bucket", "old", "--region", "eu-west-1", "--access-key-id", "a", "--secret-access-key", "b", "--r2-access-key-id", "c", "--r2-secret-access-key", "d"),
  b("sippy", "enable", "empty", "--provider", "GCS", "--bucket", "g", "--client-email", "a@b", "--private-key", "x\\ny", "--r2-access-key-id", "i", "--r2-secret-access-key", "s"),
  b("sippy", "enable", "empty", "--provider", "GCS", "--bucket", "g", "--service-account-key-file", "account.json", "--r2-access-key-id", "i", "--r2-secret-access-key", "s"),
  b("sippy", "enable", "euro", "-J", "eu", "--provider", "GCS", "--bucket", "g", "--client-email", "a@b", "--private-key", "k", "--r2-access-key-id", "i", "--r2-secret-access-key", "s"),
  b("notification", "list", "files"), b("notification", "get", "files"), b("notification", "list", "empty"),
  b("notification", "create", "files", "--event-type", "object-create", "--queue", "jobs"), b("notification", "create", "files", "--event-types", "object-delete", "--queue", "nope"),
  b("notification", "create", "files", "--event-types", "object-delete", "object-create", "--queue", "mail", "--prefix", "p", "--suffix", "s", "--description", "d"),
  b("notification", "delete", "files", "--queue", "jobs"), b("notification", "delete", "files", "--queue", "jobs", "--rule", "r1"), b("notification", "delete", "files", "--queue", "mail"),
  b("notification", "create", "euro", "--event-type", "object-create", "--queue", "jobs", "-J", "eu"),
];

for (const words of chosen(CASES, (words) => words)) {
  test(`the same as wrangler: ${words.join(" ")}`, async () => {
    const theirs = await run("wrangler", words);
    const ours = await run("corral", words);
    assert.equal(ours.status, theirs.status, `${ours.err}\n${theirs.err}${theirs.out}`);
    assert.deepEqual(ours.changes, theirs.changes);
    assert.deepEqual(ours.graphql, theirs.graphql);
    assert.deepEqual(ours.state, theirs.state);
    if (theirs.status === 0 && words.includes("--json")) assert.deepEqual(JSON.parse(ours.out), JSON.parse(theirs.out));
  });
}
