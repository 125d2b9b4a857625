#!/usr/bin/env bash
# Packed again, at another time and in another folder, the same binary gives the same bytes.
source "$(dirname "${BASH_SOURCE[0]}")/checks.sh"

tar -xzf "$DIST/corral-$version-linux-x64.tar.gz" -C "$work"
binary=$work/corral-$version-linux-x64/bin/corral
# The files in the archive carry the time that it was packed with.
SOURCE_DATE_EPOCH=$(stat -c %Y "$binary")
export SOURCE_DATE_EPOCH
cp "$binary" "$work/binary"
(umask 077 && TZ=Asia/Tokyo LC_ALL=C.UTF-8 "$root/packaging/package.sh" "$work/again" "linux-x64=$work/binary")
succeeds 'packed again' diff -r "$DIST" "$work/again"

finish
