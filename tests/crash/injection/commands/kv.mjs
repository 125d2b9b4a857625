// Where a command is done in steps, each of which may be done and the next not, `steps` says why.
export const kv = {
  "kv namespace create": ["kv namespace create fresh", { run: "kv namespace create FRESH --update-config", steps: "once" }],
  "kv namespace delete": [{ run: "kv namespace delete made -y", steps: "the entries, then the name" }],
  "kv namespace rename": ["kv namespace rename made --new-name better"],
  "kv key put": [
    "kv key put greeting bye --binding CACHE",
    "kv key put fresh new --namespace-id first-key",
    { run: "kv key put logo --path - --binding CACHE", input: "x".repeat(200_000) },
    "kv key put greeting bye --namespace-id c --backend lmdb",
    { run: "kv key put long --path - --namespace-id c --backend lmdb", input: "y".repeat(100_000) },
    { run: "kv key put big --path - --binding CACHE", input: "z".repeat(9 << 20), thin: true },
  ],
  // Reading reclaims an expired entry and is silent about it: a failed flush of that may leave the value.
  "kv key get": [{ run: "kv key get greeting --binding CACHE", expire: true, status: 1, mayOrphan: true }],
  "kv key list": [{ run: "kv key list --binding CACHE", expire: true, optional: true, mayOrphan: true }],
  "kv key delete": [
    "kv key delete greeting --binding CACHE",
    "kv key delete --prefix user: --force --binding CACHE",
    "kv key delete greeting --namespace-id c --backend lmdb",
  ],
  "kv key copy": ["kv key copy greeting copy --binding CACHE", { run: "kv key copy logo logo --binding CACHE --to-binding SESSIONS" }],
  "kv key rename": [
    "kv key rename greeting welcome --binding CACHE",
    { run: "kv key rename logo logo --binding CACHE --to-binding SESSIONS", steps: "two databases" },
    "kv key rename greeting other --namespace-id c --backend lmdb",
  ],
  "kv bulk put": ["kv bulk put pairs.json --binding CACHE", "kv bulk put many.json --binding CACHE", "kv bulk put pairs.json --namespace-id c --backend lmdb"],
  "kv bulk delete": ["kv bulk delete keys.json --force --binding CACHE", "kv bulk delete keys.json --force --namespace-id c --backend lmdb"],
};
