#!/usr/bin/env bash
# The completions for PowerShell, which Debian lacks: they are not run, but parsed, by tree-sitter's grammar of PowerShell.
source "$(dirname "${BASH_SOURCE[0]}")/checks.sh"

parser=$root/build/packages/powershell
packages=(web-tree-sitter@0.27.2 tree-sitter-powershell@0.26.4)
if [[ ! -e $parser/done ]]; then
  mkdir -p "$parser"
  npm install --silent --ignore-scripts --no-audit --no-fund --prefix "$parser" "${packages[@]}" >/dev/null
  touch "$parser/done"
fi
tar -xzf "$DIST/corral-$version-linux-x64.tar.gz" -C "$work" --strip-components=1
script=$work/share/corral/corral.ps1
echo 'foreach ($word in @(1, 2) { $word }' >"$work/broken.ps1"
cat >"$work/parse.mjs" <<'END'
import fs from "node:fs";
import { createRequire } from "node:module";
const require = createRequire(process.argv[2] + "/");
const { Parser, Language } = require("web-tree-sitter");
await Parser.init();
const parser = new Parser();
parser.setLanguage(await Language.load(require.resolve("tree-sitter-powershell/tree-sitter-powershell.wasm")));
const { rootNode } = parser.parse(fs.readFileSync(process.argv[3], "utf8"));
for (const { startPosition: { row, column } } of rootNode.descendantsOfType("ERROR")) {
  console.error(`line ${row + 1}, column ${column + 1}`);
}
process.exit(rootNode.hasError ? 1 : 0);
END
succeeds 'the script for PowerShell' node "$work/parse.mjs" "$parser" "$script"
fails 'a script without a parenthesis' node "$work/parse.mjs" "$parser" "$work/broken.ps1"
grep -q '^Register-ArgumentCompleter -Native -CommandName corral' "$script" || complain 'the script registers nothing'

finish
