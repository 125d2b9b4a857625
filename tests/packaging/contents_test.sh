#!/usr/bin/env bash
# What is in dist/: hashes, the formula and the recipe, the SBOM and the licenses, lintian, the manual pages.
source "$(dirname "${BASH_SOURCE[0]}")/checks.sh"

cd "$DIST"
succeeds 'SHA256SUMS' sha256sum --check --strict SHA256SUMS
expect 'the files that SHA256SUMS names' "$(cut -c67- SHA256SUMS | sort)" \
  "$(find . -type f ! -name SHA256SUMS -printf '%P\n' | sort)"

# The two archives hold the same.
archive=corral-$version-linux-x64
mkdir "$work/gz" "$work/zst"
tar -xzf "$archive.tar.gz" -C "$work/gz"
tar -xf "$archive.tar.zst" -C "$work/zst"
succeeds 'tar.gz and tar.zst' diff -r "$work/gz" "$work/zst"
corral=$work/gz/$archive/bin/corral
man=$work/gz/$archive/share/man

# Every library on the binary's link line is among the licenses and in the SBOM.
ninja=$root/build/release/build.ninja
if [[ -e $ninja ]]; then
  declare -A package=([csv]=libcsv-dev [lmdb]=liblmdb-dev [zstd]=libzstd-dev [crypto]=libssl-dev [ssl]=libssl-dev [expat]=libexpat1-dev [edit]=libedit-dev
    [tinfo]=libncurses-dev [bsd]=libbsd-dev [md]=libmd-dev)
  for library in $(sed -n '/^build cli\/corral:/,/^$/s/.*LINK_LIBRARIES = //p' "$ninja" | grep -oE '/lib[a-z]+\.a' | grep -v corral); do
    name=${library#/lib}
    name=${name%.a}
    grep -q "pkg:deb/debian/${package[$name]:-?$name}@" "$archive.spdx.json" || complain "the SBOM lacks $name"
  done
fi
node -e '
  const { execFileSync } = require("child_process");
  const sbom = JSON.parse(require("fs").readFileSync(process.argv[1]));
  const ask = (...words) => JSON.parse(execFileSync(process.argv[2], words, { maxBuffer: 1 << 24 }));
  const problems = [];
  const { components, texts } = ask("licenses", "--json");
  for (const { name, license, texts: names } of components) {
    const found = sbom.packages.find((one) => one.name === name);
    if (!found || !found.versionInfo || found.licenseDeclared !== license) problems.push(`${name} is not right in the SBOM`);
    if (names.length === 0 || names.some((one) => !(texts[one]?.length > 100))) problems.push(`${name} has no text`);
  }
  const build = ask("--version", "--json");
  const of = (name) => sbom.packages.find((one) => one.name === name).versionInfo;
  if (of("SQLite") !== build.sqlite) problems.push(`SQLite: ${of("SQLite")}, linked: ${build.sqlite}`);
  if (!of("LMDB").startsWith(build.lmdb)) problems.push(`LMDB: ${of("LMDB")}, linked: ${build.lmdb}`);
  if (!of("OpenSSL").startsWith(build.openssl)) problems.push(`OpenSSL: ${of("OpenSSL")}, linked: ${build.openssl}`);
  if (!build.commit || !build.tested_with.wrangler[0]) problems.push("--version --json lacks something");
  if (problems.length > 0) { console.error(problems.join("\n")); process.exit(1); }
' "$archive.spdx.json" "$corral" || complain 'the SBOM'

# Each recipe has the hashes of the archives that it installs, and no others.
for recipe in corral.rb PKGBUILD install.sh; do
  archives=("corral-$version"-*.tar.gz)
  [[ $recipe != PKGBUILD ]] || archives=("corral-$version"-linux-*.tar.gz)
  expect "the hashes in $recipe" "$(grep -oE '\b[0-9a-f]{64}\b' "$recipe" | sort)" \
    "$(sha256sum "${archives[@]}" | cut -d' ' -f1 | sort)"
  if grep -nE '@[A-Z_]+@' "$recipe"; then complain "$recipe has places that are not filled in"; fi
done
# The formula, as far as Ruby alone can read it: which archive each platform gets.
cat >"$work/formula.rb" <<'END'
system_name, processor, file = ARGV
Formula = Class.new
Formula.singleton_class.class_eval do
  define_method(:on_macos) { |&block| block.call if system_name == "darwin" }
  define_method(:on_linux) { |&block| block.call if system_name == "linux" }
  define_method(:on_arm) { |&block| block.call if processor == "arm64" }
  define_method(:on_intel) { |&block| block.call if processor == "x64" }
  define_method(:url) { |text| print File.basename(text), " " }
  define_method(:sha256) { |text| puts text }
  %i[desc homepage version license test].each { |name| define_method(name) { |*| nil } }
end
load file
END
for file in "corral-$version"-*.tar.gz; do
  platform=${file#"corral-$version-"}
  platform=${platform%.tar.gz}
  expect "the formula on $platform" "$(ruby "$work/formula.rb" "${platform%-*}" "${platform#*-}" "$DIST/corral.rb")" \
    "$file $(sha256sum "$file" | cut -d' ' -f1)"
  expect "lines of $platform's binary that say where it was built" \
    "$(tar -xzOf "$file" "${file%.tar.gz}/bin/corral" | grep -acF "$root/" || true)" 0
done
# The recipe as makepkg runs it.
(
  cd "$work/gz"
  CARCH=x86_64 pkgdir=$work/pkg
  # shellcheck source=/dev/null
  source "$DIST/PKGBUILD"
  package
) || complain 'package() of PKGBUILD failed'
expect 'the binary of the recipe' "$("$work/pkg/usr/bin/corral" --version)" "$version"

lintian --allow-root --fail-on error corral_*.deb >"$work/log" 2>&1 || { complain lintian; cat "$work/log" >&2; }
if grep -vE 'initial-upload-closes-no-bugs' "$work/log" | grep -E '^[EW]:'; then complain 'lintian has warnings'; fi

# A page for every command; clean; and what they refer to exists.
for command in $("$corral" help --json | grep -o '"command": "[^"]*"' | cut -d'"' -f4 | tr ' ' -); do
  [[ -s $man/man1/$command.1 ]] || complain "there is no manual page $command(1)"
done
# mandoc looks for the other pages among the system's, so that is checked below.
mandoc -T lint "$man"/man?/* 2>&1 | grep -v 'referenced manual not found' >"$work/log" || true
[[ ! -s $work/log ]] || { complain 'mandoc -T lint'; head -n 20 "$work/log" >&2; }
grep -hoE '^\.(It )?Xr [^ ]+ [17]' "$man"/man?/* | sed 's/.*Xr //' | sort -u | while read -r name section; do
  [[ -e $man/man$section/$name.$section ]] || echo "$name($section)"
done >"$work/log"
[[ ! -s $work/log ]] || complain "manual pages that are referred to and missing: $(tr '\n' ' ' <"$work/log")"
man -M "$man" corral-kv-key-put 2>&1 | grep -q -e --metadata || complain 'man corral-kv-key-put'

cd /
finish
