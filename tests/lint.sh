#!/usr/bin/env bash
# The rules of the house: format, clang-tidy, arrows between layers, sizes, names. Run by ./dev lint.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

failed=0
complain() {
  printf '%s\n' "$@" >&2
  failed=1
}
sources() { git ls-files -- "$@"; }

mapfile -t all < <(sources '*.cpp' '*.hpp')
clang-format --dry-run -Werror "${all[@]}" || complain "clang-format: run clang-format -i on these"

upward=$(git grep -nE '#include "(migrations|commands|cli)/' -- backends || true
  git grep -nE '#include "(commands|cli)/' -- migrations || true
  git grep -nE '#include "cli/' -- commands || true
  git grep -nE '#include "\.\./' -- backends commands cli || true)
[[ -z $upward ]] || complain "includes that point upward or sideways:" "$upward"

long=$(wc -l "${all[@]}" | awk '$2 != "total" && $1 > 400 {print "  " $2 ": " $1 " lines"}')
[[ -z $long ]] || complain "files of more than 400 lines:" "$long"

vague=$(git ls-files | grep -Ei '(^|/)(utils?|helpers?|common|misc)(\.|/|_)' || true)
[[ -z $vague ]] || complain "names that say nothing:" "$vague"

# clang-tidy cannot read what gcc has precompiled.
mkdir -p build/lint
sed -E 's/-Winvalid-pch //; s/-include [^ ]+cmake_pch\.hxx//' build/dev/compile_commands.json >build/lint/compile_commands.json

# A file is checked again only when it, a header of the project or the rules have changed.
cache=build/lint
shared=$(cat .clang-tidy $(sources '*.hpp') | sha256sum)
export cache shared
check() {
  local key
  key=$(cat <(echo "$shared") "$1" | sha256sum | cut -d' ' -f1)
  [[ -e $cache/$key ]] && return 0
  if clang-tidy --quiet -p "$cache" "$1" >"$cache/log.$$" 2>/dev/null; then
    touch "$cache/$key"
    rm "$cache/log.$$"
  else
    cat "$cache/log.$$" >&2
    rm "$cache/log.$$"
    return 1
  fi
}
export -f check
sources 'backends/*.cpp' 'migrations/*.cpp' 'commands/*.cpp' 'cli/*.cpp' |
  xargs -P "$(nproc)" -I{} bash -c 'check "$1"' _ {} || complain "clang-tidy has complaints"

[[ $failed -eq 0 ]] && echo "lint: clean" >&2
exit "$failed"
