/// An object being deleted: without its alarm, or empty until its file is removed.
const going = (name, value) => /^do\/my-app-Counter\/[0-9a-f]{64}/.test(name) && (value.includes("_cf_METADATA: 1|null") || !value.includes("_cf_KV:"));

export const durableObjects = {
  "do storage put": ["do storage put Counter --name alpha visits 42", "do storage put Counter --name fresh visits 1", "do storage put Backup --name fresh visits 1"],
  "do storage delete": ["do storage delete Counter --name alpha visits", "do storage delete Counter --name alpha --prefix l --force"],
  "do sql": ["do sql Counter --name alpha --command 'INSERT INTO visits VALUES(2)'"],
  "do export": ["do export Counter --name alpha --output existing.out", "do export Counter --name alpha --format sql --output fresh.sql"],
  // --force: an empty object that a kill leaves counts as stored, and a copy would ask.
  "do copy": [
    { run: "do copy Counter --name beta --to-name gamma --force" },
    { run: "do copy Counter --name alpha --to-name gamma --force" },
    { run: "do copy Counter --name beta --to-name beta --to-class Backup --force" },
  ],
  "do delete": [
    { run: "do delete Counter --name alpha --force", steps: "the alarm, the content, the file", mayBe: going },
    { run: "do delete Counter --name beta --force", steps: "the content, the file", mayBe: going },
  ],
  "do alarm set": [{ run: "do alarm set Counter --name beta 2091-01-31T12:00:00Z", steps: "two databases" }, { run: "do alarm set Counter --name alpha 2091-01-31T12:00:00Z", steps: "two databases" }],
  "do alarm delete": [{ run: "do alarm delete Counter --name alpha", steps: "two databases" }],
};
