const APPLIED = ["d1 migrations apply my-db"];

const firstApplied = (name, value) => name.startsWith("d1/") && value.includes("0001_posts") && !value.includes("tags");

export const d1 = {
  "d1 create": ["d1 create fresh", { run: "d1 create fresh --binding FRESH --update-config", steps: "once" }],
  "d1 delete": [{ run: "d1 delete shop -y", steps: "a copy, the file, the name" }, { run: "d1 delete shop -y --no-backup", steps: "the file, the name" }],
  "d1 execute": [
    "d1 execute my-db --command 'INSERT INTO users(name) VALUES(9)'",
    "d1 execute my-db --command 'UPDATE users SET name = name + 1; DELETE FROM users WHERE id = 1' --format csv",
    "d1 execute my-db --file script.sql",
    "d1 execute new-db --command 'CREATE TABLE first(a)'",
  ],
  "d1 export": ["d1 export my-db --output fresh.sql", "d1 export my-db --output existing.out"],
  "d1 import": ["d1 import my-db users.csv --table users", "d1 import my-db users.csv --table people --create"],
  "d1 shell": [{ run: "d1 shell my-db", input: "INSERT INTO users(name) VALUES('shell');\n" }],
  "d1 restore": [{ run: "d1 restore my-db copy.sqlite -y", prepare: ["d1 execute my-db --command 'DELETE FROM users'"], copyDatabase: "copy.sqlite" }],
  "d1 insights": [{ run: "d1 insights my-db", changesNothing: true }],
  "d1 migrations create": ["d1 migrations create my-db 'add more'", { run: "d1 migrations create my-db 'add more' --down", steps: "once" }],
  "d1 migrations list": [{ run: "d1 migrations list my-db", changesNothing: true }],
  "d1 migrations apply": [{ run: "d1 migrations apply my-db", steps: "each file is a transaction", mayBe: firstApplied }, { run: "d1 migrations apply my-db --no-backup --to 1" }],
  "d1 migrations rollback": [{ run: "d1 migrations rollback my-db --yes", prepare: APPLIED }],
  "d1 migrations resolve": [{ run: "d1 migrations resolve my-db --unapplied 2", prepare: APPLIED }, "d1 migrations resolve my-db --applied 1"],
  "d1 migrations baseline": ["d1 migrations baseline my-db --to 2"],
  "d1 migrations squash": [{ run: "d1 migrations squash my-db --to 2", steps: "once" }],
  "d1 migrations seed": ["d1 migrations seed my-db", { run: "d1 migrations seed my-db --reset --yes", prepare: ["d1 migrations seed my-db"] }],
  "d1 time-travel info": [{ run: "d1 time-travel info my-db", compare: ["bookmark"] }],
  "d1 time-travel bookmark": [{ run: "d1 time-travel bookmark my-db", compare: ["bookmark"] }],
  "d1 time-travel restore": [
    {
      run: "d1 time-travel restore my-db --bookmark=ID -y",
      prepare: ["d1 time-travel bookmark my-db > mark.json", "d1 execute my-db --command 'DELETE FROM users WHERE id > 1; CREATE TABLE more(a)'"],
      captured: { file: "mark.json", pattern: /[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{32}/ },
    },
  ],
};
