#!/usr/bin/env bash
# The GitHub Action, its steps run as a runner runs them.
source "$(dirname "${BASH_SOURCE[0]}")/checks.sh"

succeeds 'shellcheck' shellcheck "$root"/packaging/action/*.sh
python3 "$root/tests/packaging/action_test.py" "$root/action.yml" "$DIST" "$version" || complain 'the steps of action.yml'

finish
