#!/bin/sh
# static_link.sh LINKER...: links without GNU ld's remarks on what glibc could load at run time, which alarm those who build
# corral and concern nothing in it: hosts are looked up by modules that are linked in, and OpenSSL loads no engine.
said=$("$@" 2>&1)
status=$?
[ -z "$said" ] || printf '%s\n' "$said" | awk '
  / in function `/ { held = $0 "\n"; next }
  /in statically linked applications/ { held = ""; next }
  { printf "%s%s\n", held, $0; held = "" }
  END { printf "%s", held }' >&2
exit "$status"
