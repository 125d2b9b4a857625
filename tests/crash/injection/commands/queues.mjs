const LEASED = ["queues pull mails --visibility-timeout 40000 > batch.json"];
const SUBSCRIPTION = { prepare: ["queues subscription list jobs > list.json"], captured: { file: "list.json", pattern: /[0-9a-f]{32}/ } };
const DEAD = [
  "queues create dead",
  "queues consumer http remove mails",
  "queues consumer http add mails --message-retries 0 --dead-letter-queue dead",
  "queues pull mails --visibility-timeout 40000 > batch.json",
  "queues retry mails < batch.json",
];

/// What stands under two names.
const twice = (first, second, tests) => ({ [first]: tests, [second]: tests.map((test) => renamed(test, first, second)) });
const renamed = (test, first, second) => (typeof test === "string" ? test.replace(first, second) : { ...test, run: test.run.replace(first, second) });

/// A message that a consumer was given may be with it still, or be given again.
const delivered = (name, value) => (name.startsWith("message mails") && /attempts [01], (leased|ready|delayed)/.test(value)) || (name === "queue mails" && /^count [012], dead 0, dropped 0/.test(value));

export const queues = {
  "queues create": ["queues create fresh", "queues create slow --delivery-delay-secs 10"],
  "queues update": ["queues update made-queue --delivery-delay-secs 5"],
  "queues delete": [{ run: "queues delete made-queue -y", steps: "the messages, then the name" }],
  "queues purge": ["queues purge mails --force"],
  "queues pause-delivery": ["queues pause-delivery mails"],
  "queues resume-delivery": [{ run: "queues resume-delivery mails", prepare: ["queues pause-delivery mails"] }],
  ...twice("queues consumer add", "queues consumer worker add", ["queues consumer add made-queue mailer --batch-size 5 --message-retries 2"]),
  ...twice("queues consumer remove", "queues consumer worker remove", ["queues consumer remove jobs worker-of-jobs"]),
  "queues consumer http add": ["queues consumer http add made-queue --visibility-timeout-secs 60"],
  "queues consumer http remove": ["queues consumer http remove mails"],
  "queues subscription create": ["queues subscription create mails --source kv --events namespace.created"],
  "queues subscription update": [{ run: "queues subscription update jobs --id ID --enabled false", ...SUBSCRIPTION }],
  "queues subscription delete": [{ run: "queues subscription delete jobs --id ID -y", ...SUBSCRIPTION }],
  ...twice("queues send", "queues messages push", [
    "queues send mails hello",
    { run: "queues send mails", input: "m".repeat(60_000) },
    { run: "queues send jobs first --delay-seconds 86400" },
  ]),
  "queues messages bulk-push": ["queues messages bulk-push mails messages.json"],
  ...twice("queues pull", "queues messages pull", ["queues pull mails --visibility-timeout-ms 40000000"]),
  ...twice("queues ack", "queues messages ack", [{ run: "queues ack mails", prepare: LEASED, input: "@batch.json" }]),
  ...twice("queues retry", "queues messages retry", [
    { run: "queues retry mails", prepare: LEASED, input: "@batch.json" },
    { run: "queues retry mails --delay-seconds 80000", prepare: LEASED, input: "@batch.json" },
  ]),
  ...twice("queues extend-leases", "queues messages extend-leases", [{ run: "queues extend-leases mails --visibility-timeout-ms 43000000", prepare: LEASED, input: "@batch.json", changesNothing: true }]),
  "queues messages purge": ["queues messages purge mails --force"],
  ...twice("queues move", "queues messages move", ["queues move mails jobs"]),
  ...twice("queues redrive", "queues messages redrive", [{ run: "queues redrive dead --to mails", prepare: DEAD }]),
  "queues consume": [{ run: "queues consume mails --each --exec true --until-empty", steps: "each delivery", mayBe: delivered }],
};
