# Sourced by the tests of packages: DIST has what ./dev package made; each check says what it found wrong.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
DIST=$(realpath "${DIST:-$root/dist}")
version=$(sed -n 's/^project(corral VERSION \([^ ]*\).*/\1/p' "$root/CMakeLists.txt")
work=$(mktemp -d)
failures=0

complain() {
  printf 'FAILED: %s\n' "$*" >&2
  failures=$((failures + 1))
}

# expect WHAT ACTUAL EXPECTED
expect() {
  [[ $2 == "$3" ]] || complain "$1: got \"$2\", expected \"$3\""
}

# succeeds WHAT COMMAND...; fails WHAT COMMAND...: with what was printed if it is otherwise.
succeeds() {
  "${@:2}" >"$work/log" 2>&1 || { complain "$1: exit status $?"; cat "$work/log" >&2; }
}
fails() {
  if "${@:2}" >"$work/log" 2>&1; then complain "$1: succeeded"; fi
}

finish() {
  rm -rf "$work"
  [[ $failures -eq 0 ]]
}
