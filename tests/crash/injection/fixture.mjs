// The project that every command is tried on: something of each service, and a snapshot of it all.
import { Sandbox } from "./sandbox.mjs";

const CONFIG = `{
  // a project
  "name": "my-app",
  "kv_namespaces": [{ "binding": "CACHE", "id": "c" }, { "binding": "SESSIONS", "id": "s" }],
  "d1_databases": [{ "binding": "DB", "database_name": "my-db", "database_id": "d" }, { "binding": "NEW", "database_name": "new-db", "database_id": "n" }],
  "r2_buckets": [{ "binding": "FILES", "bucket_name": "my-bucket" }],
  "durable_objects": { "bindings": [{ "name": "COUNTER", "class_name": "Counter" }, { "name": "BACKUP", "class_name": "Backup" }] },
  "queues": { "producers": [{ "binding": "MAILS", "queue": "mails" }, { "binding": "JOBS", "queue": "jobs" }] }
}
`;

const FILES = {
  "wrangler.jsonc": CONFIG,
  "logo.png": "png ".repeat(2000),
  "existing.out": "old contents",
  "pairs.json": JSON.stringify([{ key: "greeting", value: "bulk" }, { key: "a", value: "1", metadata: { n: 1 } }, { key: "b", value: "x".repeat(5000) }]),
  "many.json": JSON.stringify(Array.from({ length: 20 }, (_, i) => ({ key: `many${i}`, value: `value ${i}` }))),
  "keys.json": '["greeting", "logo", "absent"]',
  "users.csv": "id,name\n10,Grace\n11,Lin\n",
  "script.sql": "CREATE TABLE made(a, b);\nINSERT INTO made VALUES(1, 'one'), (2, 'two');\nDELETE FROM users WHERE id = 2;\n",
  "migrations/0001_posts.sql": "CREATE TABLE posts(id INTEGER PRIMARY KEY, title TEXT);\n",
  "migrations/0002_tags.sql": "CREATE TABLE tags(name);\nINSERT INTO tags VALUES('a'), ('b');\n",
  "migrations/down/0001_posts.sql": "DROP TABLE posts;\n",
  "migrations/down/0002_tags.sql": "DROP TABLE tags;\n",
  "seeds/users.sql": "INSERT INTO users VALUES(20, 'Seed');\n",
  "objects.json": '[{"key":"bulk/a","file":"logo.png"},{"key":"site/a.txt","file":"users.csv"}]',
  "public/index.html": "<p>new</p>",
  "public/a.txt": "changed",
  "public/deep/b.txt": "new",
  "lifecycle.json": '{"rules":[{"id":"weekly","enabled":true,"conditions":{"prefix":"w/"},"deleteObjectsTransition":{"condition":{"type":"Age","maxAge":604800}}}]}',
  "lock.json": '{"rules":[{"id":"set","enabled":true,"prefix":"x/","condition":{"type":"Indefinite"}}]}',
  "cors.json": '{"rules":[{"allowed":{"origins":["*"],"methods":["GET"]}}]}',
  "messages.json": '[{"body":"hello"},{"body":{"to":"ada"},"delay_seconds":86400}]',
};

const COMMANDS = [
  "kv key put greeting hello --binding CACHE",
  `kv key put logo --path logo.png --metadata '{"type":"image/png"}' --binding CACHE`,
  "kv key put user:1 Ada --binding CACHE",
  "kv key put user:2 Grace --binding CACHE --expiration 4102444800",
  "kv key put greeting servus --binding SESSIONS",
  "kv key put greeting hello --namespace-id c --backend lmdb",
  "kv key put other there --namespace-id c --backend lmdb",
  "kv namespace create made",
  "kv key put inside yes --namespace made",
  "d1 execute my-db --command 'CREATE TABLE users(id INTEGER PRIMARY KEY, name); INSERT INTO users VALUES(1, 5), (2, 6), (3, 7)'",
  "d1 create shop",
  "d1 execute shop --command 'CREATE TABLE goods(name); INSERT INTO goods VALUES(1), (2)'",
  "r2 object put my-bucket/logo.png --file logo.png --content-type image/png",
  "r2 object put my-bucket/site/a.txt --file keys.json -m author=ada",
  "r2 object put my-bucket/site/old.txt --file users.csv",
  "r2 object put my-bucket/logs/1 --file users.csv",
  "r2 object put my-bucket/logs/2 --file keys.json",
  "r2 bucket create other-bucket",
  "r2 object put other-bucket/kept --file users.csv",
  "r2 bucket lifecycle add my-bucket daily tmp/ --expire-days 1",
  "r2 bucket lock add my-bucket audit audit/ --retention-days 1",
  "r2 bucket notification create my-bucket --event-type object-create --queue events --prefix told/",
  "r2 bucket domain add my-bucket --domain files.example.com --zone-id z",
  "r2 bucket cors set my-bucket --file cors.json --force",
  "queues create made-queue",
  "queues send mails one",
  `queues send mails {"two":2} --content-type json`,
  "queues send made-queue three",
  "queues consumer add jobs worker-of-jobs",
  "queues consumer http add mails",
  "queues subscription create jobs --source kv --events namespace.created",
  "do storage put Counter --name alpha visits 1",
  "do storage put Counter --name alpha list '[1,2]'",
  "do sql Counter --name alpha --command 'CREATE TABLE visits(n); INSERT INTO visits VALUES(1)'",
  "do alarm set Counter --name alpha 2090-01-31T12:00:00Z",
  "do storage put Counter --name beta visits 2",
  "state save base",
];

/// Makes it in a new folder.
export async function makeFixture(folder) {
  const sandbox = Sandbox.create(folder);
  sandbox.write(FILES);
  for (const line of COMMANDS) await sandbox.done(line);
  return sandbox;
}
