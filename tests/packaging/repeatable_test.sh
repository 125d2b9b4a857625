#!/usr/bin/env bash
# Packed again, at another time and in another folder, the same binary gives the same bytes.
source "$(dirname "${BASH_SOURCE[0]}")/checks.sh"

binaries=("linux-x64=$work/corral-$version-linux-x64/bin/corral")
for archive in "$DIST"/corral-"$version"-*.tar.gz; do
  name=$(basename "$archive" .tar.gz)
  tar -xzf "$archive" -C "$work"
  platform=${name#corral-"$version"-}
  [[ $platform == linux-x64 ]] || binaries+=("$platform=$work/$name/bin/corral")
done
# The files in the archives carry the time that they were packed with.
SOURCE_DATE_EPOCH=$(stat -c %Y "${binaries[0]#*=}")
export SOURCE_DATE_EPOCH
(umask 077 && TZ=Asia/Tokyo LC_ALL=C.UTF-8 "$root/packaging/package.sh" "$work/again" "${binaries[@]}")
succeeds 'packed again' diff -r "$DIST" "$work/again"

finish
