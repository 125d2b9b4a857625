#!/usr/bin/env bash
# build.sh STAGE VERSION ARCHITECTURE GENERATOR DIST: the Debian package of a staged installation, by CPack.
set -euo pipefail
stage=$1 version=$2 architecture=$3 generator=$4 dist=$5
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
: "${SOURCE_DATE_EPOCH:?}" "${MAINTAINER:?}" "${HOMEPAGE:?}"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -a "$stage" "$work/prefix"
prefix=$work/prefix
doc=$prefix/share/doc/corral
rm -f "$doc/LICENSE" "$doc/THIRD-PARTY-LICENSES"
node "$here/copyright.mjs" <("$generator" licenses --json) "$here/../../LICENSE" >"$doc/copyright"
gzip -9 -n "$doc/CHANGELOG.md"
mv "$doc/CHANGELOG.md.gz" "$doc/changelog.gz"
gzip -9 -n <<END >"$doc/changelog.Debian.gz"
corral ($version-1) bookworm; urgency=medium

  * Release $version.

 -- $MAINTAINER  $(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")
END
# zsh and fish of Debian look in folders of vendors.
mkdir -p "$prefix/share/zsh/vendor-completions"
mv "$prefix/share/zsh/site-functions/_corral" "$prefix/share/zsh/vendor-completions/_corral"
rmdir "$prefix/share/zsh/site-functions"
find "$prefix/share/man" -type f -exec gzip -9 -n {} +
install -D -m 644 "$here/lintian-overrides" "$prefix/share/lintian/overrides/corral"
find "$prefix" -type d -exec chmod 755 {} +
find "$prefix" -type f ! -path "$prefix/bin/*" -exec chmod 644 {} +
find "$prefix" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +

(cd "$work" && umask 022 && STAGE=$prefix VERSION=$version ARCHITECTURE=$architecture \
  cpack --config "$here/CPackConfig.cmake" >cpack.log 2>&1) || { cat "$work/cpack.log" >&2; exit 1; }
cp "$work"/*.deb "$dist"
