#!/usr/bin/env bash
# Says where the binary goes and under which key it is cached.
set -euo pipefail
[[ $CORRAL_VERSION =~ ^[0-9][0-9A-Za-z.+-]*$ ]] || { echo "::error::\"$CORRAL_VERSION\" is not a version"; exit 1; }
{
  echo "prefix=$RUNNER_TOOL_CACHE/corral/$CORRAL_VERSION/$RUNNER_ARCH"
  # A pinned installer has a key of its own, so that a binary cached without one is not taken for it.
  echo "key=corral-$CORRAL_VERSION-$RUNNER_OS-$RUNNER_ARCH${CORRAL_SHA256:+-$CORRAL_SHA256}"
} >>"$GITHUB_OUTPUT"
