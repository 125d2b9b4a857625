#!/bin/sh
# static_link.sh LINKER...: links, and drops GNU ld's warnings that dlopen and getaddrinfo in a static program need glibc's
# shared libraries at run time. They do not apply to corral: its host lookup is linked in, and OpenSSL loads no engines.
said=$("$@" 2>&1)
status=$?
[ -z "$said" ] || printf '%s\n' "$said" | awk '
  / in function `/ { held = $0 "\n"; next }
  /in statically linked applications/ { held = ""; next }
  { printf "%s%s\n", held, $0; held = "" }
  END { printf "%s", held }' >&2
exit "$status"
