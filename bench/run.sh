#!/usr/bin/env bash
# Measures corral beside the real wrangler, the sqlite3 shell, cp and md5sum, Redis, and nginx, on the same files, in one run.
# Prints a markdown table, and keeps it in build/bench/results.md. --quick leaves out wrangler's minute-long bulk put.
set -euo pipefail
: "${CORRAL:?the path of the corral binary}"
quick=${1:-}
bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=$PWD/build/bench
mkdir -p "$out"
folder=$(mktemp -d "${TMPDIR:-/tmp}/corral-bench.XXXXXX")
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export NO_COLOR=1 CI=1 WRANGLER_SEND_METRICS=false

source "$bench/measure.sh"
{
  echo "| | corral | wrangler $(wrangler --version | grep -oE '[0-9]+\.[0-9.]+' | head -n 1) | sqlite3, cp + md5sum, dd, Redis, or nginx |"
  echo '| --- | ---: | ---: | ---: |'
} | tee "$out/results.md"

source "$bench/large_object.sh"

"$CORRAL" kv key put k value --namespace-id n
database=$(echo .wrangler/state/v3/kv/miniflare-KVNamespaceObject/*.sqlite)
select="SELECT blob_id, expiration, metadata FROM _mf_entries WHERE key = 'k'"
upsert="INSERT INTO _mf_entries (key, blob_id) VALUES ('s', hex(randomblob(40))) ON CONFLICT (key) DO UPDATE SET blob_id = excluded.blob_id"

row 'a program that does nothing, `/bin/true`' '' '' "$(mean /bin/true) ms"
row 'start and end (`--version`)' "$(mean "$CORRAL --version") ms" "$(mean 'wrangler --version' --runs 3) ms" "$(mean 'sqlite3 --version') ms"
row '`kv key get`' "$(mean "$CORRAL kv key get k --namespace-id n") ms" \
  "$(mean 'wrangler kv key get k --namespace-id n' --runs 3) ms" "$(mean "sqlite3 $database \"$select\"") ms"
row '`kv key put`' "$(mean "$CORRAL kv key put k value --namespace-id n") ms" \
  "$(mean 'wrangler kv key put k value --namespace-id n' --runs 3) ms" "$(mean "sqlite3 $database \"$upsert\"") ms"
row '`kv key get --backend lmdb`' "$("$CORRAL" kv key put k value --namespace-id n --backend lmdb; mean "$CORRAL kv key get k --namespace-id n --backend lmdb") ms" '' ''
row '`kv key put --backend lmdb`' "$(mean "$CORRAL kv key put k value --namespace-id n --backend lmdb") ms" '' ''

pairs 10000 100 >pairs.json
theirs='(left out)'
if [[ $quick != --quick ]]; then
  say 'wrangler puts 10,000 pairs: about a minute'
  theirs="$(once wrangler kv bulk put pairs.json --namespace-id w) ms"
fi
row '`kv bulk put` of 10,000 pairs' "$(median "$CORRAL" kv bulk put pairs.json --namespace-id b@) ms" "$theirs" ''
row 'the same again: every value replaced' "$(median "$CORRAL" kv bulk put pairs.json --namespace-id b@) ms" '' ''
row '`kv bulk put` of 10,000 pairs, `--backend lmdb`' "$(median "$CORRAL" kv bulk put pairs.json --namespace-id b@ --backend lmdb) ms" '' ''
row '`kv bulk get --all` of 10,000 pairs' "$(median "$CORRAL" kv bulk get --all --namespace-id b@) ms" '' ''
row '`kv key list` of 10,000 keys' "$(mean "$CORRAL kv key list --namespace-id b1" --runs 20) ms" \
  "$(mean 'wrangler kv key list --namespace-id b1' --runs 3) ms" ''

say 'D1: 50,000 INSERTs in 8 MB of SQL'
awk 'BEGIN { srand(1); print "CREATE TABLE big(id INTEGER PRIMARY KEY, name TEXT, email TEXT, score REAL, note TEXT);"
  for (i = 0; i < 50000; ++i) printf "INSERT INTO big VALUES(%d,\x27name %d it\x27\x27s\x27,\x27user%d@example.com\x27,%f,\x27%s\x27);\n", i, i, i, rand() * 100, "lorem ipsum dolor sit amet lorem ipsum dolor sit amet lorem ipsum dolor sit amet " }' >inserts.sql
{ echo 'PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; BEGIN;'; cat inserts.sql; echo 'COMMIT;'; } >inserts-in-one.sql
echo '{"d1_databases":[{"binding":"DB1","database_name":"d1","database_id":"d1"},{"binding":"DB2","database_name":"d2","database_id":"d2"},{"binding":"DB3","database_name":"d3","database_id":"d3"},{"binding":"DBW","database_name":"dw","database_id":"dw"}]}' >wrangler.json
sqlite_load() { sqlite3 "$1" <inserts-in-one.sql; }
theirs='(left out)'
if [[ $quick != --quick ]]; then
  say 'wrangler runs 50,000 INSERTs: about two minutes'
  theirs="$(once wrangler d1 execute dw --local --file inserts.sql) ms"
fi
row '`d1 execute --file` of 50,000 INSERTs, 8 MB' "$(median "$CORRAL" d1 execute d@ --file inserts.sql --format raw) ms" "$theirs" "$(median sqlite_load load@.db) ms"
data=$("$CORRAL" d1 path d1)
dump() { sqlite3 "$data" .dump >dump.sql; }
row '`d1 export` of the same' "$(median "$CORRAL" d1 export d1 --output export@.sql) ms" \
  "$(once wrangler d1 export d1 --local --output theirs.sql) ms" "$(median dump) ms"
row '`d1 execute` of a SELECT of one row' "$(mean "$CORRAL d1 execute d1 --command 'SELECT * FROM big WHERE id = 7'") ms" \
  "$(mean "wrangler d1 execute d1 --local --command 'SELECT * FROM big WHERE id = 7'" --runs 3) ms" "$(mean "sqlite3 $data 'SELECT * FROM big WHERE id = 7'") ms"
row '`d1 execute` of one INSERT, durable' "$(mean "$CORRAL d1 execute d1 --command 'INSERT INTO big(name) VALUES(1)'") ms" \
  "$(mean "wrangler d1 execute d1 --local --command 'INSERT INTO big(name) VALUES(1)'" --runs 3) ms" "$(mean "sqlite3 $data 'INSERT INTO big(name) VALUES(1)'") ms"
many="WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 10000000) SELECT x, 'some text' AS t FROM c"
row '`d1 execute --format csv` of 10,000,000 rows' "$(peak "$CORRAL" d1 execute d1 --command "$many" --format csv)" '' ''
{ echo 'CREATE TABLE g(id INTEGER PRIMARY KEY, t);'; awk 'BEGIN { v = sprintf("%*s", 1000, ""); gsub(/ /, "v", v); for (i = 0; i < 1000000; ++i) printf "INSERT INTO g VALUES(%d,\x27%s\x27);\n", i, v }'; } >gigabyte.sql
row '`d1 execute --file` of 1 GB of SQL, 1,000,000 rows' "$(peak "$CORRAL" d1 execute d2 --file gigabyte.sql --format raw)" '' ''

say '100 migrations of three statements'
for i in $(seq -w 100); do
  mkdir -p migrations
  echo "CREATE TABLE m$i(id INTEGER PRIMARY KEY, name TEXT NOT NULL); CREATE INDEX i$i ON m$i(name); INSERT INTO m$i(name) VALUES('a'), ('b');" >"migrations/0${i}_m.sql"
done
theirs='(left out)'
if [[ $quick != --quick ]]; then theirs="$(once wrangler d1 migrations apply dw --local) ms"; fi
apply_migrations() { for file in migrations/*.sql; do { echo 'BEGIN;'; cat "$file"; echo 'COMMIT;'; } | sqlite3 "$1"; done; }
row '`d1 migrations apply` of 100 files' "$(median "$CORRAL" d1 migrations apply d@ --no-backup) ms" "$theirs" "$(median apply_migrations migrations@.db) ms"
for i in $(seq -w 101 999); do echo "CREATE TABLE m$i(id INTEGER PRIMARY KEY);" >"migrations/0${i}_m.sql"; done
sleep 1 # files of this very moment are read again, since their times do not yet tell whether they changed
"$CORRAL" d1 migrations apply d1 --no-backup >/dev/null 2>&1
row '`d1 migrations status` of 999 files' "$(mean "$CORRAL d1 migrations status d1") ms" "$(mean 'wrangler d1 migrations list dw --local' --runs 3) ms" ''
rm -rf gigabyte.sql wrangler.json migrations .wrangler/state/v3/d1

pairs 1000 10 >small.json
"$CORRAL" kv bulk put small.json --namespace-id thousand 2>/dev/null
say 'a namespace of 1,000,000 keys'
pairs 1000000 10 >large.json
row '`kv bulk put` of 1,000,000 pairs' "$(once "$CORRAL" kv bulk put large.json --namespace-id million) ms" '' ''
for backend in wrangler lmdb; do
  if [[ $backend == lmdb ]]; then
    "$CORRAL" kv bulk put small.json --namespace-id thousand --backend lmdb 2>/dev/null
    "$CORRAL" kv bulk put large.json --namespace-id million --backend lmdb 2>/dev/null
  fi
  for size in thousand million; do
    row "one page of 100 from a $size keys, $backend" \
      "$(mean "$CORRAL kv key list --limit 100 --prefix key00005 --namespace-id $size --backend $backend") ms" '' ''
  done
done
rm -f large.json

say 'a file of 1 GB'
pairs 1000000 1000 >gigabyte.json
for backend in wrangler lmdb; do
  row "\`kv bulk put\` of a 1 GB file of 1,000,000 pairs, $backend" \
    "$(peak "$CORRAL" kv bulk put gigabyte.json --namespace-id g --backend $backend)" '' ''
done
source "$bench/r2.sh"
source "$bench/queues.sh"
source "$bench/durable_objects.sh"
source "$bench/state.sh"
source "$bench/remote.sh"
source "$bench/serve.sh"

row 'the program' "$(($(stat -c %s "$CORRAL") / 1024)) KiB" \
  "$(du -sm "$(dirname "$(dirname "$(command -v wrangler)")")" 2>/dev/null | cut -f1) MB of node_modules" "$(($(stat -Lc %s "$(command -v sqlite3)") / 1024)) KiB and libraries"
