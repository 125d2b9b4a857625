#!/usr/bin/env bash
# From the npm archives, without network: the command is the binary itself, in scripts too and in every layout; without
# install scripts or without the platform's package it says what it does.
source "$(dirname "${BASH_SOURCE[0]}")/checks.sh"

project() { # project NAME [FLAGS OF NPM...]
  mkdir "$work/$1"
  cd "$work/$1"
  cat >package.json <<'END'
{"name": "project", "private": true, "scripts": {"migrate": "corral d1 migrations apply DB", "version?": "corral --version"}}
END
  succeeds "npm install in $1" npm install --offline --no-audit --no-fund "${@:2}" "$DIST"/*.tgz
}
is_binary() { [[ $(head -c 4 "$(realpath node_modules/.bin/corral)") == $'\x7fELF' ]]; }

for strategy in hoisted nested linked; do
  project "$strategy" --install-strategy="$strategy"
  is_binary || complain "$strategy: the command is not the binary"
  expect "npx, $strategy" "$(npx --offline corral --version)" "$version"
done

# With those of other platforms too, which npm leaves out if they are optional.
mkdir "$work/every-platform"
cd "$work/every-platform"
echo '{"private": true}' >package.json
succeeds 'the packages of every platform' npm install --offline --no-audit --no-fund --save-optional "$DIST"/*.tgz "$DIST"/npm/*.tgz
is_binary || complain 'with every platform: the command is not the binary'
expect 'the packages of platforms that npm installs' "$(cd node_modules && echo corral-*)" corral-linux-x64

cd "$work/hoisted"
expect 'an npm script' "$(npm run --silent 'version?')" "$version"
echo '{"d1_databases":[{"binding":"DB","database_name":"db","database_id":"x"}]}' >wrangler.json
mkdir migrations
echo 'CREATE TABLE t(a);' >migrations/0001_t.sql
succeeds 'npm run migrate' npm run migrate
expect 'the table' "$(npx --offline corral d1 execute DB --command "SELECT name FROM sqlite_schema WHERE name = 't'" --format csv | tail -n 1)" t
[[ -z $(find node_modules/corral -name 'corral.[0-9]*') ]] || complain 'the install script left files'

# It costs what the bare binary costs: the command is the same file, and npx starts no second Node.js for it. Of many runs
# the fastest counts, which a busy machine changes least.
binary=$(realpath node_modules/corral-linux-x64/bin/corral)
npx --offline corral kv key put greeting hello --namespace-id n
get=(kv key get greeting --namespace-id n)
strace -f -qq -e trace=execve -o "$work/started" npx --offline corral "${get[@]}" >"$work/value"
expect 'the value by npx' "$(cat "$work/value")" hello
expect 'programs that npx starts' "$(grep ' = 0$' "$work/started" | grep -oE 'execve\("[^"]*' | sed 's,.*/,,' | sort | uniq -c | tr -s ' ')" \
  "$(printf ' 1 %s\n' corral node npx sh)"
hyperfine -N --style none --warmup 10 --runs 200 --export-json "$work/times" "$binary ${get[*]}" "node_modules/.bin/corral ${get[*]}" >/dev/null 2>&1
node -e '
  const [bare, linked] = JSON.parse(require("fs").readFileSync(process.argv[1])).results.map(({ min }) => min * 1000);
  console.error(`bare ${bare.toFixed(2)} ms, linked ${linked.toFixed(2)} ms`);
  process.exit(linked <= 1.2 * bare ? 0 : 1);
' "$work/times" || complain 'the linked command takes more than 1.2 times the bare binary'

project without-scripts --ignore-scripts
if is_binary; then complain 'without install scripts the launcher should stay'; fi
expect 'the launcher' "$(npx --offline corral --version)" "$version"
set +e
npx --offline corral kv key get nothing --namespace-id x >/dev/null 2>&1
expect 'the exit status through the launcher' $? 1
expect 'stdin and stdout through the launcher' \
  "$(echo hello | npx --offline corral kv key put a --path - --namespace-id x 2>/dev/null; npx --offline corral kv key get a --namespace-id x)" hello
node_modules/.bin/corral queues consume nothing --exec 'sleep 60' >/dev/null 2>&1 &
kill -TERM $! && wait $!
[[ $? -ne 0 ]] || complain 'a launcher that was ended by a signal reports success'
set -e

mkdir "$work/other-platform"
cd "$work/other-platform"
echo '{"private": true}' >package.json
succeeds 'the main package alone' npm install --offline --no-audit --no-fund --ignore-scripts "$DIST/corral-$version.tgz"
fails 'a command without a binary' npx --offline corral --version
grep -q 'corral-linux-x64 is missing' "$work/log" || complain "without a binary: $(cat "$work/log")"

# Nothing in the packages reaches for the network.
for archive in "$DIST"/*.tgz "$DIST"/npm/*.tgz; do
  tar -xzOf "$archive" --wildcards 'package/*.js' 2>/dev/null | grep -nE "https?://|node:https?|require\(.https?" &&
    complain "$archive has something of the network in its scripts"
done

cd /
finish
