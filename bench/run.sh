#!/usr/bin/env bash
# Measures corral beside the real wrangler and the sqlite3 shell, on the same files, in one run.
# Prints a markdown table, and keeps it in build/bench/results.md. --quick leaves out wrangler's minute-long bulk put.
set -euo pipefail
: "${CORRAL:?the path of the corral binary}"
quick=${1:-}
out=$PWD/build/bench
mkdir -p "$out"
folder=$(mktemp -d "${TMPDIR:-/tmp}/corral-bench.XXXXXX")
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export NO_COLOR=1 CI=1 WRANGLER_SEND_METRICS=false

say() { printf '%s\n' "$*" >&2; }

# The mean of a command in milliseconds; more words are passed to hyperfine.
mean() { # mean COMMAND [HYPERFINE FLAGS]
  local command=$1
  shift
  hyperfine -N --warmup 5 --export-json "$out/last.json" "$@" "$command" >/dev/null 2>&1
  jq -r '.results[0].mean * 1000 * 100 | round / 100' "$out/last.json"
}
once() { # once COMMAND...: the milliseconds of a single run, on a disk that has nothing else to write
  local start
  sync
  start=$(date +%s%N)
  "$@" >/dev/null 2>&1
  echo $((($(date +%s%N) - start) / 1000000))
}
median() { # median COMMAND...: of three runs; @ stands for the number of the run
  for run in 1 2 3; do once "${@//@/$run}"; done | sort -n | sed -n 2p
}
pairs() { # pairs COUNT VALUE_BYTES
  awk -v count="$1" -v size="$2" 'BEGIN {
    value = sprintf("%*s", size, ""); gsub(/ /, "v", value); printf "["
    for (i = 0; i < count; ++i) printf "%s{\"key\":\"key%07d\",\"value\":\"%s\"}", i ? "," : "", i, value
    print "]" }'
}

row() { printf '| %s | %s | %s | %s |\n' "$@" | tee -a "$out/results.md"; }
{
  echo '| | corral | wrangler 4.164.0 | sqlite3 shell |'
  echo '| --- | ---: | ---: | ---: |'
} | tee "$out/results.md"

"$CORRAL" kv key put k value --namespace-id n
database=$(echo .wrangler/state/v3/kv/miniflare-KVNamespaceObject/*.sqlite)
select="SELECT blob_id, expiration, metadata FROM _mf_entries WHERE key = 'k'"
upsert="INSERT INTO _mf_entries (key, blob_id) VALUES ('s', hex(randomblob(40))) ON CONFLICT (key) DO UPDATE SET blob_id = excluded.blob_id"

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
  sync
  /usr/bin/time -f '%e %M' -o "$out/time" "$CORRAL" kv bulk put gigabyte.json --namespace-id g --backend $backend 2>/dev/null
  read -r seconds kib <"$out/time"
  row "\`kv bulk put\` of a 1 GB file of 1,000,000 pairs, $backend" "$seconds s, $((kib / 1024)) MiB of memory" '' ''
done
row 'the program' "$(($(stat -c %s "$CORRAL") / 1024)) KiB" \
  "$(du -sm "$(dirname "$(dirname "$(command -v wrangler)")")" 2>/dev/null | cut -f1) MB of node_modules" "$(($(stat -Lc %s "$(command -v sqlite3)") / 1024)) KiB and libraries"
