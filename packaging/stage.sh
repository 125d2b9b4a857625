#!/usr/bin/env bash
# stage.sh PLATFORM BINARY GENERATOR FOLDER: what an installation of corral consists of, below FOLDER as a prefix (bin, share).
# GENERATOR is a corral that runs here and prints completions, help and licenses; BINARY is the one to be packaged.
set -euo pipefail
platform=$1 binary=$2 generator=$3 folder=$4
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
: "${SOURCE_DATE_EPOCH:?}"

rm -rf "$folder"
mkdir -p "$folder"
install -D -m 755 "$binary" "$folder/bin/corral"

install -d "$folder"/share/{bash-completion/completions,zsh/site-functions,fish/vendor_completions.d,corral}
"$generator" completions bash >"$folder/share/bash-completion/completions/corral"
"$generator" completions zsh >"$folder/share/zsh/site-functions/_corral"
"$generator" completions fish >"$folder/share/fish/vendor_completions.d/corral.fish"
"$generator" completions powershell >"$folder/share/corral/corral.ps1"

tree=$(mktemp)
trap 'rm -f "$tree"' EXIT
"$generator" help --json >"$tree"
node "$here/man_pages.mjs" "$tree" "$folder/share/man" "$SOURCE_DATE_EPOCH"

doc=$folder/share/doc/corral
install -d "$doc"
install -m 644 "$here/../LICENSE" "$here/../README.md" "$here/../CHANGELOG.md" "$doc"
node "$here/licenses.mjs" "$platform" "$generator" >"$doc/THIRD-PARTY-LICENSES"

find "$folder" -type d -exec chmod 755 {} +
find "$folder" -type f ! -path "$folder/bin/*" -exec chmod 644 {} +
find "$folder" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
