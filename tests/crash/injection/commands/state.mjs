const CHANGED = [
  "kv key put greeting changed --binding CACHE",
  "kv key delete logo --binding CACHE",
  "r2 object delete my-bucket/logo.png",
  "d1 execute my-db --command 'DELETE FROM users'",
  "queues send mails more",
  "do storage put Counter --name alpha visits 7",
];

export const state = {
  "state save": ["state save fresh", { run: "state save base --force", prepare: CHANGED }],
  "state restore": [{ run: "state restore base -y", prepare: CHANGED, mayOrphan: true }],
  "state delete": ["state delete base -y"],
  "state exec": [{ run: "state exec -- touch made", steps: "the command runs, then the state is put back", mayLeave: /^snapshot ~?exec-/ }],
  "state export": [
    { run: "state export fresh.tar.zst", mayLeave: /^snapshot ~export-/ },
    { run: "state export existing.out --only kv", mayLeave: /^snapshot ~export-/ },
  ],
  "state import": [{ run: "state import exported.tar.zst -y", prepare: ["state export exported.tar.zst --snapshot base", ...CHANGED], mayOrphan: true, mayLeave: /^snapshot ~import-/ }],
  "state repair": [{ run: "state repair -y", damage: true, steps: "each database" }],
  "state gc": [{ run: "state gc --older-than 0", expire: true, orphans: 3, steps: "each value" }],
  "state reset": [{ run: "state reset --force", steps: "each resource" }, { run: "state reset my-db -y", steps: "emptied, then removed" }],
  "state copy": [{ run: "state copy --from wrangler --to lmdb --force", steps: "each namespace" }, { run: "state copy --from lmdb --to wrangler -y", steps: "each namespace" }],
  serve: ["serve token"],
};
