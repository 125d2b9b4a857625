#!/usr/bin/env bash
# package.sh DIST PLATFORM=BINARY...: everything that is published, for the platforms given (linux-x64=path/to/corral).
# The first is this machine's. The same binaries give the same bytes, in whichever order the others are given.
set -euo pipefail
dist=$1
shift
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$here/..
# shellcheck source=release.env
source "$here/release.env"
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct)}
export SOURCE_DATE_EPOCH RELEASE_URL HOMEPAGE MAINTAINER LC_ALL=C TZ=UTC
umask 022

version=$(sed -n 's/^project(corral VERSION \([^ ]*\).*/\1/p' "$root/CMakeLists.txt")
generator=${1#*=}
host=${1%%=*}
mapfile -t pairs < <(printf '%s\n' "$@" | sort)
[[ $("$generator" --version) == "$version" ]] || { echo "package.sh: $generator is not corral $version" >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -rf "$dist"
mkdir -p "$dist"
pack() { # pack PLATFORM BINARY
  local platform=$1 binary=$2 name=corral-$version-$1 architecture
  bash "$here/stage.sh" "$platform" "$binary" "$generator" "$work/$platform"
  bash "$here/archives.sh" "$work/$platform" "$name" "$dist"
  node "$here/sbom.mjs" "$platform" "$binary" "$generator" >"$dist/$name.spdx.json"
  architecture=$(awk -v platform="$platform" '$1 == platform {print $2}' "$here/platforms.txt")
  [[ -n $architecture ]] || { echo "package.sh: packaging/platforms.txt has no line for $platform" >&2; exit 1; }
  if [[ $architecture != - ]]; then
    bash "$here/deb/build.sh" "$work/$platform" "$version" "$architecture" "$generator" "$dist"
  fi
}

platforms=() packing=()
for pair in "${pairs[@]}"; do
  platforms+=("${pair%%=*}")
  pack "${pair%%=*}" "${pair#*=}" &
  packing+=($!)
done
for one in "${packing[@]}"; do wait "$one"; done
node "$here/npm/build.mjs" "$version" "$dist" "$HOMEPAGE" "$work" "$host" "${pairs[@]}"
node "$here/recipes/build.mjs" "$version" "$dist" "${platforms[@]}"
(cd "$dist" && find . -type f ! -name SHA256SUMS -printf '%P\n' | sort | xargs sha256sum >"$work/SHA256SUMS")
mv "$work/SHA256SUMS" "$dist/SHA256SUMS"
