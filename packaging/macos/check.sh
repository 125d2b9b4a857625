#!/usr/bin/env bash
# check.sh PLATFORM BINARY: a program for macOS is for that processor, runs on macOS 11, links no library but the system's,
# and is signed if the processor asks for it (macOS on ARM64 starts no unsigned program). Needs llvm-objdump and node.
set -euo pipefail
platform=$1 binary=$2
fail() { echo "check.sh: $binary $*" >&2; exit 1; }
commands=$(llvm-objdump --macho --all-headers "$binary")

case $platform in darwin-arm64) cpu=ARM64 ;; darwin-x64) cpu=X86_64 ;; *) fail "is for no platform of macOS" ;; esac
llvm-objdump --macho --private-header "$binary" | grep -q "$cpu .*EXECUTE" || fail "is no program for $cpu"
grep -A 4 'LC_BUILD_VERSION' <<<"$commands" | grep -qE 'minos 11(\.0)*$' || fail "needs another macOS than 11"
others=$(llvm-objdump --macho --dylibs-used "$binary" | tail -n +2 | sed 's/^[[:space:]]*//; s/ (.*//' |
  grep -vE '^/usr/lib/lib(System\.B|ncurses\.5\.4)\.dylib$' || true)
[[ -z $others ]] || fail "links more than macOS's own libraries: $others"
if [[ $platform == darwin-arm64 ]]; then
  node "$(dirname "${BASH_SOURCE[0]}")/signature.mjs" "$binary"
fi
