#!/usr/bin/env bash
# corral at its main job on real data: the country, subdivision, currency and language codes of Debian's iso-codes.
set -euo pipefail
: "${CORRAL:?the path of the corral binary}"
data=/usr/share/iso-codes/json
folder=$(mktemp -d "${TMPDIR:-/tmp}/corral-demo.XXXXXX")
trap 'rm -rf "$folder"' EXIT
cd "$folder"
corral() { "$CORRAL" "$@"; }

bold=$'\033[1m' plain=$'\033[0m'
[[ -t 1 ]] || bold='' plain=''

# Shows a command, runs it, and says how long it took.
step() { # step WORDS COMMAND
  local start end
  printf '\n%s%s%s\n$ %s\n' "$bold" "$1" "$plain" "$2"
  start=$(date +%s%N)
  eval "$2"
  end=$(date +%s%N)
  printf '%s[%d.%d ms]%s\n' "$bold" $(((end - start) / 1000000)) $(((end - start) / 100000 % 10)) "$plain"
}

printf '%sReal data into Workers KV, on the state of wrangler dev%s\n' "$bold" "$plain"
echo '{ "name": "demo" } // a Worker without bindings yet' >wrangler.jsonc
jq -c '[(.["3166-2"][] | {key: ("region:" + .code), value: .name, metadata: {type}})]' $data/iso_3166-2.json >regions.json
jq -c '.["639-3"][] | {key: ("language:" + .alpha_3), value: (. | tojson)}' $data/iso_639-3.json >languages.ndjson
printf 'from Debian iso-codes: %d regions, %d languages\n' "$(jq length regions.json)" "$(wc -l <languages.ndjson)"

step 'Make a namespace; the binding goes into wrangler.jsonc' 'corral kv namespace create CODES --update-config >/dev/null; cat wrangler.jsonc'
soon=$(($(date +%s) + 61))
step 'Put a key that lives for a minute' 'corral kv key put visitor:1 "here for a minute" --expiration '$soon' --binding CODES'
step 'Put thousands of regions from a JSON file' 'corral kv bulk put regions.json --binding CODES'
step 'Put thousands of languages from JSON lines' 'corral kv bulk put languages.ndjson --binding CODES'
step 'Read one' 'corral kv key get region:IS-1 --text --binding CODES'
step 'Read one with its metadata' 'corral kv key get region:IS-1 --json --binding CODES'
step 'List by prefix' 'corral kv key list --prefix region:IS- --names --binding CODES | head -n 4'
step 'List by glob, with sizes, as JSON lines' "corral kv key list --glob 'language:is?' --long --ndjson --binding CODES"
step 'Count everything' 'corral kv namespace info --binding CODES --biggest 1'
step 'Export, and import into another namespace, byte for byte' \
  'corral kv bulk get --all --binding CODES >all.json; corral kv bulk put all.json --namespace-id copy --skip-expired'
step 'Where it is: the very files of wrangler dev' 'corral which CODES'
step 'The same row, seen with sqlite3' \
  'sqlite3 "$(corral which CODES | jq -r ".[0].file")" "SELECT key, metadata FROM _mf_entries WHERE key = '"'region:IS-1'"'"'
step 'Delete a country' 'corral kv key delete --prefix region:IS- --force --binding CODES'
step 'Gone' 'corral kv key list --prefix region:IS- --binding CODES'

printf '\n%sD1: the same regions as SQL%s\n' "$bold" "$plain"
jq -r '.["3166-2"][] | [.code, .name, .type] | @csv' $data/iso_3166-2.json | { echo code,name,type; cat; } >regions.csv
step 'Make a database, in the same config' 'corral d1 create atlas --binding DB --update-config >/dev/null'
step 'Import thousands of rows from CSV; the table is made to fit' 'corral d1 import atlas regions.csv --table region --create'
step 'Ask, with a value and not with string concatenation' \
  "corral d1 execute DB --command 'SELECT code, name FROM region WHERE type = ? ORDER BY name LIMIT 3' --param 'Capital city' --format csv"
step 'How it was found' "corral d1 explain DB 'SELECT * FROM region WHERE type = ?'"
step 'An index, and then' "corral d1 execute DB --command 'CREATE INDEX by_type ON region(type)' --format raw; corral d1 explain DB 'SELECT * FROM region WHERE type = ?'"
step 'Export as SQL, and load it into a second database' \
  'corral d1 export DB --output atlas.sql; corral d1 create copy >/dev/null; corral d1 execute copy --file atlas.sql --format raw; corral d1 info copy | jq -c .schema'

step 'A migration, with its way back' "corral d1 migrations create atlas 'add visits' --down
echo 'CREATE TABLE visit(code TEXT, at TEXT);' >>migrations/0001_add_visits.sql; echo 'DROP TABLE visit;' >>migrations/down/0001_add_visits.sql"
step 'Apply it; a bookmark is taken before' 'corral d1 migrations apply atlas | jq -c .applied'
step 'Where it stands' 'corral d1 migrations status atlas | jq -c ".[] | {number, state, applied_at}"'
step 'And back' 'corral d1 migrations rollback atlas --yes | jq -c .rolled_back'

printf '\n%sR2: the files that the data came in%s\n' "$bold" "$plain"
mkdir codes && cp $data/iso_*.json codes/
step 'A bucket, and the whole folder into it' 'corral r2 bucket create atlas-files >/dev/null; corral r2 sync ./codes atlas-files/iso'
step 'Again: by size and MD5 there is nothing to do' 'corral r2 sync ./codes atlas-files/iso'
step 'What is there' 'corral r2 object list atlas-files/iso/ --glob "*iso_3166*" --names; corral r2 usage atlas-files | jq -c ".[0] | {objects, bytes}"'
step 'The first bytes of one' 'corral r2 object get atlas-files/iso/iso_4217.json --pipe --range 0-39; echo'

printf '\n%sQueues: every currency is a job%s\n' "$bold" "$plain"
jq -r '.["4217"][].alpha_3' $data/iso_4217.json >currencies
step 'Two queues, and a message a line' 'corral queues create jobs >/dev/null; corral queues create poison >/dev/null; corral queues send jobs --lines <currencies | wc -l'
step 'A shell command works on them, two at once; the one that fails every time ends in the dead letter queue' \
  "corral queues consume jobs --each --until-empty --batch-size 100 --max-concurrency 2 --message-retries 1 --dead-letter-queue poison --exec 'read -r job; test \$job != XXX && echo \$job >>done' 2>&1 | tail -n 1; wc -l <done; corral queues peek poison | jq -c '.messages[] | {body, attempts}'"

printf '\n%sDurable Objects: what a Worker would find in its storage%s\n' "$bold" "$plain"
cat >durable.jsonc <<'CONFIG'
{ "name": "demo", "durable_objects": { "bindings": [{ "name": "ROOMS", "class_name": "Room" }] } }
CONFIG
step 'Put a value with a Date in it, as V8 stores it' \
  "corral do storage put Room --name lobby topic '{\"title\":\"Codes\",\"since\":{\"\$date\":\"2026-01-31T12:00:00Z\"}}' -c durable.jsonc"
step 'And read it' 'corral do storage get Room --name lobby topic -c durable.jsonc'

printf '\n%sThe whole state%s\n' "$bold" "$plain"
step 'Keep it' 'corral state save before'
step 'Break it' 'corral kv key put region:IS gone --binding CODES; corral r2 object delete atlas-files --prefix iso/ --force; corral d1 execute atlas --command "DROP TABLE region" --format raw; corral queues purge poison --force'
step 'What is different' 'corral state diff before | jq -r "group_by(.service) | .[] | \"\(.[0].service): \(length)\""'
step 'Back' 'corral state restore before -y; corral state diff before'

wait=$((soon - $(date +%s) + 1))
printf '\n%sThe key that lives for a minute%s: ' "$bold" "$plain"
while ((wait > 0)); do
  printf '%d s ... ' "$wait"
  sleep $((wait < 10 ? wait : 10))
  wait=$((soon - $(date +%s) + 1))
done
echo
step 'It has expired' 'corral kv key get visitor:1 --binding CODES || echo "exit status $?"'
step 'Delete the namespace' 'corral kv namespace delete --binding CODES -y'
step 'What SQL ran here has cost' 'corral d1 insights atlas --sort-by reads --limit 2 | jq -c ".[] | {query, totalRowsRead, totalDurationMs}"'
printf '\n%sDone.%s The binary: %s\n' "$bold" "$plain" "$CORRAL"
