#!/usr/bin/env bash
# Fails if a migration of one of CORRAL_DATABASES is pending, changed, missing or late.
set -euo pipefail
failed=0
read -r -d '' -a databases <<<"$CORRAL_DATABASES" || true
for database in "${databases[@]}"; do
  status=0
  corral d1 migrations status "$database" --exit-code || status=$?
  case $status in
    0) ;;
    3) echo "::error::the migrations of $database are not those of the state" && failed=1 ;;
    *) echo "::error::the migrations of $database cannot be checked" && failed=1 ;;
  esac
done
exit "$failed"
