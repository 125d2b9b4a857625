#!/usr/bin/env bash
# command_reference.sh CORRAL NODE: docs/reference/commands is fresh, and a stale one would be noticed.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$1" help --json >"$work/help.json"
"$2" "$root/packaging/command_reference.mjs" --check "$work/help.json" "$root/docs/reference/commands"

cp -r "$root/docs/reference/commands" "$work/commands"
echo stale >>"$work/commands/kv-key.md"
touch "$work/commands/removed.md"
if "$2" "$root/packaging/command_reference.mjs" --check "$work/help.json" "$work/commands" 2>"$work/log"; then
  echo 'a stale reference was not noticed' >&2
  exit 1
fi
grep -q 'kv-key.md, removed.md' "$work/log"
