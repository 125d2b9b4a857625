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

upward=$(git grep -nE '#include "(migrations|commands|completions|cli)/' -- backends || true
  git grep -nE '#include "(commands|completions|cli)/' -- migrations || true
  git grep -nE '#include "(completions|cli)/' -- commands serve || true
  git grep -nE '#include "serve/' -- backends migrations commands cli/line || true
  git grep -nE '#include "backends/cloudflare/' -- commands completions migrations serve/http serve/s3 || true
  git grep -nE '#include "cli/' -- completions | grep -v '#include "cli/line/' || true
  git grep -nE '#include "(completions/|cli/)' -- cli/line | grep -v '#include "cli/line/' || true
  git grep -nE '#include <toml' -- '*.[ch]pp' ':!backends/toml/library.hpp' || true
  git grep -nE '#include .*(boost|openssl)/' -- '*.hpp' ':!backends/http/tls.hpp' || true
  git grep -nE '#include "\.\./' -- backends migrations commands completions cli serve || true)
[[ -z $upward ]] || complain "includes that point upward or sideways:" "$upward"

# The root of backends/ holds the interfaces, the errors and what is part of their declarations.
strangers=$(git ls-files 'backends/*.hpp' | grep -E '^backends/[^/]+$' | while read -r header; do
  grep -q 'virtual' "$header" ||
    case $header in
      backends/error.hpp | backends/sql_error.hpp | backends/unknown_outcome.hpp | backends/object_info.hpp | backends/corral_layout.hpp) ;;
      *) echo "  $header" ;;
    esac
done)
[[ -z $strangers ]] || complain "headers in backends/ that are not interfaces:" "$strangers"

# What only one system has is called through backends/platform.
systems=$(git grep -nE '__APPLE__|__linux__|__GLIBC__|<linux/|<sys/(prctl|syscall|vfs|random|event|epoll|sendfile)\.h>|\b(O_PATH|O_TMPFILE|RENAME_EXCHANGE|st_[mc]tim|SOCK_CLOEXEC|SOCK_NONBLOCK|MSG_NOSIGNAL)\b|::(fsync|fdatasync|syncfs|pipe2|memfd_create|getrandom)\(' \
  -- 'backends/*.[ch]pp' 'migrations/*.[ch]pp' 'commands/*.[ch]pp' 'completions/*.[ch]pp' 'cli/*.[ch]pp' 'serve/*.[ch]pp' |
  grep -v '^backends/platform/' | grep -vE '^[^:]+:[0-9]+: *///' || true)
[[ -z $systems ]] || complain "what differs between systems, outside backends/platform:" "$systems"

# Where corral keeps its own files is said in one place.
spelled=$(git grep -nE '/ "corral"|"v3/corral|/ "(time-travel|insights|locks|snapshots)"' -- 'backends/*.[ch]pp' 'migrations/*.[ch]pp' \
  'commands/*.[ch]pp' 'completions/*.[ch]pp' 'cli/*.[ch]pp' | grep -vE '^(backends/corral_layout\.|cli/line_editor\.cpp)' || true)
[[ -z $spelled ]] || complain "paths of corral's own layout outside backends/corral_layout:" "$spelled"

# `corral help environment` names every variable that is read; some are set for the commands that corral starts.
unnamed=$(git grep -hoE '"(CORRAL|CLOUDFLARE|WRANGLER|XDG|SSL|NODE|NO|FORCE|HTTPS?)_[A-Z_0-9]+"' \
  -- 'backends/*.cpp' 'commands/*.cpp' 'cli/*.cpp' ':!cli/line/help_topics.cpp' | tr -d '"' | sort -u |
  while read -r name; do
    [[ ! $name =~ ^CORRAL_(KEY|METADATA|RESOURCE|QUEUE|MESSAGE_.*)$ ]] || continue
    grep -qE "\"([A-Z_]+, )?$name[\",]" cli/line/help_topics.cpp || echo "  $name"
  done)
[[ -z $unnamed ]] || complain "variables that 'corral help environment' does not name:" "$unnamed"

verbs=$(diff <(sed -n 's/^verb_\([a-z-]*\)().*/\1/p' dev | grep -vx help | sort) \
  <(./dev help | sed -n 's/^  \([a-z][a-z-]*\)  .*/\1/p' | sort) || true)
[[ -z $verbs ]] || complain "verbs of ./dev that its help does not name, or the other way round:" "$verbs"

# Debian 12 has Node.js 18.
newer=$(git grep -nE 'import\.meta\.(dirname|filename)' -- packaging || true)
[[ -z $newer ]] || complain "what Node.js 18 lacks:" "$newer"

# Each source has its test where its path says, or tests/mirrors.txt says which test covers it.
untested=$(sources 'backends/*.cpp' 'migrations/*.cpp' 'commands/*.cpp' 'completions/*.cpp' 'cli/*.cpp' 'serve/*.cpp' | while read -r source; do
  [[ -e tests/unit/${source%.cpp}_test.cpp ]] && continue
  covered=
  while read -r pattern test _; do
    [[ -z $pattern || $pattern == '#' ]] && continue
    # shellcheck disable=SC2053  # the pattern is one
    [[ $source == $pattern ]] || continue
    compgen -G "$test" >/dev/null && covered=yes
    break
  done <tests/mirrors.txt
  [[ -n $covered ]] || echo "  $source"
done)
[[ -z $untested ]] || complain "sources without a test of their path, and without a line in tests/mirrors.txt:" "$untested"

# JSON of a library that is slow to compile: commands have their own (commands/text/json.hpp).
slow=$(git grep -nE '#include <nlohmann/' -- 'migrations/*.[ch]pp' 'commands/*.[ch]pp' 'completions/*.[ch]pp' 'cli/*.[ch]pp' 'serve/*.[ch]pp' |
  grep -v '^commands/text/json_text.cpp' || true)
[[ -z $slow ]] || complain "JSON by another way than commands/text/json.hpp:" "$slow"

# Words that a native writer would not have used, in help and errors.
foreign=$(git grep -nE '"[^"]*\b(nobody|somebody|whoever|anew|in vain|so long|so many|is none|is told|are told)\b[^"]*"' -- 'backends/*.cpp' \
  'migrations/*.cpp' 'commands/*.cpp' 'completions/*.cpp' 'cli/*.cpp' 'serve/*.cpp' || true)
[[ -z $foreign ]] || complain "words that help and errors do without:" "$foreign"

long=$(wc -l "${all[@]}" | awk '$2 != "total" && $1 > 400 {print "  " $2 ": " $1 " lines"}')
[[ -z $long ]] || complain "files of more than 400 lines:" "$long"

vague=$(git ls-files | grep -Ei '(^|/)(utils?|helpers?|common|misc)(\.|/|_)' || true)
[[ -z $vague ]] || complain "names that say nothing:" "$vague"

# Each file by itself, and without what gcc has precompiled, which clang-tidy cannot read.
mkdir -p build/lint/checked
if ! cmake --preset dev -B build/lint -DCORRAL_TOGETHER=OFF -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON >build/lint/configure.log 2>&1; then
  complain "build/lint cannot be configured:" "$(cat build/lint/configure.log)"
  exit 1
fi

# A file is checked again only when it, a header of the project or the rules have changed.
cache=build/lint/checked
shared=$(cat .clang-tidy $(sources '*.hpp') | sha256sum)
export cache shared
check() {
  local key
  key=$(cat <(echo "$shared") "$1" | sha256sum | cut -d' ' -f1)
  [[ -e $cache/$key ]] && return 0
  if clang-tidy --quiet -p build/lint "$1" >"$cache/log.$$" 2>/dev/null; then
    touch "$cache/$key"
    rm "$cache/log.$$"
  else
    cat "$cache/log.$$" >&2
    rm "$cache/log.$$"
    return 1
  fi
}
export -f check
sources 'backends/*.cpp' 'migrations/*.cpp' 'commands/*.cpp' 'completions/*.cpp' 'cli/*.cpp' 'serve/*.cpp' |
  grep -v '_macos\.cpp$' | # compiled for another system only
  xargs -P "$(nproc)" -I{} bash -c 'check "$1"' _ {} || complain "clang-tidy has complaints"

[[ $failed -eq 0 ]] && echo "lint: clean" >&2
exit "$failed"
