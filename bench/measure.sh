# What the benchmarks measure with. Sourced by run.sh, which sets $out to the folder that keeps the results.

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
# The medians of two commands, in $ours and $theirs: three runs of each, in turn, so that both meet the same disk. The
# disks of virtual machines take a gigabyte or two at full speed and then a fifth of it.
in_turn() { # in_turn OURS THEIRS: functions of this shell, given the number of the run; OURS_clean, THEIRS_clean
  local run
  : >"$out/ours"
  : >"$out/theirs"
  for run in 1 2 3; do
    once "$1" $run >>"$out/ours"
    "$1_clean" $run
    once "$2" $run >>"$out/theirs"
    "$2_clean" $run
  done
  ours=$(sort -n "$out/ours" | sed -n 2p)
  theirs=$(sort -n "$out/theirs" | sed -n 2p)
}
pairs() { # pairs COUNT VALUE_BYTES
  awk -v count="$1" -v size="$2" 'BEGIN {
    value = sprintf("%*s", size, ""); gsub(/ /, "v", value); printf "["
    for (i = 0; i < count; ++i) printf "%s{\"key\":\"key%07d\",\"value\":\"%s\"}", i ? "," : "", i, value
    print "]" }'
}

row() { printf '| %s | %s | %s | %s |\n' "$@" | tee -a "$out/results.md"; }
peak() { # peak COMMAND...: "1.23 s, 5 MiB of memory" of a single run
  local seconds kib
  sync
  /usr/bin/time -f '%e %M' -o "$out/time" "$@" >/dev/null 2>&1
  read -r seconds kib <"$out/time"
  echo "$seconds s, $((kib / 1024)) MiB of memory"
}
