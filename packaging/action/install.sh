#!/usr/bin/env bash
# Installs the release into CORRAL_PREFIX, unless the cache brought it, and puts it on the PATH of later steps.
set -euo pipefail

if [[ ! -x $CORRAL_PREFIX/bin/corral ]]; then
  if [[ -z $CORRAL_FROM && -z $CORRAL_REPOSITORY ]]; then
    echo '::error::this action is no repository of GitHub (uses: ./...): give the input "from"'
    exit 1
  fi
  from=${CORRAL_FROM:-$GITHUB_SERVER_URL/$CORRAL_REPOSITORY/releases/download/v$CORRAL_VERSION}
  installer=$(mktemp)
  trap 'rm -f "$installer"' EXIT
  case $from in
    http://* | https://*) curl --fail --silent --show-error --location --retry 3 --output "$installer" "$from/install.sh" ;;
    *) cp "$from/install.sh" "$installer" ;;
  esac
  if [[ -n $CORRAL_SHA256 ]]; then
    if command -v sha256sum >/dev/null; then actual=$(sha256sum "$installer"); else actual=$(shasum -a 256 "$installer"); fi
    [[ ${actual%% *} == "$CORRAL_SHA256" ]] || {
      echo "::error::install.sh does not verify: its SHA-256 is ${actual%% *}, expected $CORRAL_SHA256"
      exit 1
    }
  fi
  sh "$installer" --prefix "$CORRAL_PREFIX" --from "$from"
fi

version=$("$CORRAL_PREFIX/bin/corral" --version)
[[ $version == "$CORRAL_VERSION" ]] || {
  echo "::error::corral $version was installed, expected $CORRAL_VERSION"
  exit 1
}
echo "version=$version" >>"$GITHUB_OUTPUT"
echo "$CORRAL_PREFIX/bin" >>"$GITHUB_PATH"
