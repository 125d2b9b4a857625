#!/usr/bin/env bash
# archives.sh STAGE NAME DIST: DIST/NAME.tar.gz and .tar.zst of the staged installation, with NAME as their folder.
# The same files give the same bytes.
set -euo pipefail
stage=$1 name=$2 dist=$3
: "${SOURCE_DATE_EPOCH:?}"

pack() {
  tar --create --sort=name --format=gnu --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner \
    --transform="s,^\.,$name," -C "$stage" .
}
pack | gzip -9 -n >"$dist/$name.tar.gz"
pack | zstd -q -19 -T1 -f -o "$dist/$name.tar.zst"
