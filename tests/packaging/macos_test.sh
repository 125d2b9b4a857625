#!/usr/bin/env bash
# The programs for macOS, as far as they can be checked without a Mac: processor, oldest macOS, libraries, signature, and
# that the licenses which are packed with one are those it contains.
source "$(dirname "${BASH_SOURCE[0]}")/checks.sh"

for platform in darwin-arm64 darwin-x64; do
  name=corral-$version-$platform
  if [[ ! -e $DIST/$name.tar.gz ]]; then
    complain "there is no $name.tar.gz"
    continue
  fi
  tar -xzf "$DIST/$name.tar.gz" -C "$work"
  binary=$work/$name/bin/corral
  succeeds "$platform" bash "$root/packaging/macos/check.sh" "$platform" "$binary"
  other=darwin-x64
  [[ $platform == "$other" ]] && other=darwin-arm64
  fails "$platform as $other" bash "$root/packaging/macos/check.sh" "$other" "$binary"

  node -e '
    const fs = require("fs");
    const sbom = JSON.parse(fs.readFileSync(process.argv[1]));
    const binary = fs.readFileSync(process.argv[2]);
    const page = fs.readFileSync(process.argv[3], "utf8");
    const linked = sbom.packages.filter((one) => one.SPDXID !== "SPDXRef-corral");
    const problems = [];
    for (const { name, versionInfo, licenseDeclared } of linked) {
      for (const text of [name, versionInfo, licenseDeclared]) {
        if (!binary.includes(text) || !page.includes(text)) problems.push(`${name}: "${text}" is not everywhere`);
      }
    }
    for (const name of ["OpenSSL", "LLVM libc++, libc++abi"]) {
      if (!linked.some((one) => one.name === name)) problems.push(`${name} is missing`);
    }
    if (linked.some(({ name }) => name === "GNU C library")) problems.push("it has nothing of the GNU C library");
    if (problems.length > 0) { console.error(problems.join("\n")); process.exit(1); }
  ' "$DIST/$name.spdx.json" "$binary" "$work/$name/share/doc/corral/THIRD-PARTY-LICENSES" ||
    complain "the licenses of $platform"
done

finish
