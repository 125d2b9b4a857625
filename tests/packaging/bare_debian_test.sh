#!/usr/bin/env bash
# In a bare Debian 12 without compiler, npm and network: the package, the archive and install.sh each give a corral
# that works and completes live names, and can be removed. The base system is made once, in build/packages.
source "$(dirname "${BASH_SOURCE[0]}")/checks.sh"

base=${BASE:-$root/build/packages/bookworm.tar}
if [[ ! -e $base ]]; then
  mkdir -p "$(dirname "$base")"
  mmdebstrap --quiet --variant=minbase --format=tar bookworm "$base.new" && mv "$base.new" "$base"
fi
# A network of its own, without any way out; as root or as a user.
inside() { # inside SCRIPT: in a fresh copy of the base system, with the packages in /dist
  cat >"$work/script" <<END
set -eu
export HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8
cd /root
ls -1d /usr/bin/corral /usr/local/bin/corral /usr/bin/cc /usr/bin/npm 2>/dev/null && exit 9
works() {
  mkdir -p /tmp/project && cd /tmp/project
  corral kv namespace create CACHE
  corral kv key put greeting 'hello world' --binding CACHE
  [ "\$(corral kv key get greeting --binding CACHE)" = 'hello world' ]
  corral d1 create shop
  corral d1 execute shop --command 'CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT)'
  corral d1 execute shop --command 'INSERT INTO users(name) VALUES(?)' --param Ada
  [ "\$(corral d1 execute shop --command 'SELECT name FROM users' --format csv | tail -n 1)" = Ada ]
  corral licenses | grep -q 'OpenLDAP Public License'
  rm -rf .wrangler/tmp
  cd /root
}
# What bash offers after 'corral kv key get gre' in the project that works() made.
completes() {
  offered=\$(cd /tmp/project && bash --norc -c '. "\$1"; COMP_LINE="corral kv key get --binding CACHE gre"
    COMP_POINT=\${#COMP_LINE}; COMP_WORDS=(corral kv key get --binding CACHE gre); COMP_CWORD=6
    _corral corral; echo "\${COMPREPLY[*]}"' _ "\$1")
  [ "\$offered" = greeting ] || { echo "bash offered: \$offered"; return 1; }
}
everything() { find / -xdev \( -path /proc -o -path /dist -o -path /sys \) -prune -o -type f -name '*corral*' -print | sort; }
$1
END
  local system=$work/system
  rm -rf --one-file-system "$system"
  mkdir "$system"
  local user=(--user --map-root-user --map-auto)
  [[ $(id -u) -ne 0 ]] || user=()
  unshare "${user[@]}" --net --mount --pid --fork bash -eu -c '
    tar -xf "$1" -C "$2" --exclude="./dev/*"
    cp -r "$3" "$2/dist"; cp "$4" "$2/root/script"; touch "$2/dev/null"
    mount --bind /dev/null "$2/dev/null"
    mount -t proc proc "$2/proc"
    ln -s /proc/self/fd "$2/dev/fd"
    chroot "$2" /bin/bash /root/script' _ "$base" "$system" "$DIST" "$work/script"
}

succeeds 'the Debian package' inside "
  dpkg -i /dist/corral_$version-1_amd64.deb
  works
  completes /usr/share/bash-completion/completions/corral
  [ -s /usr/share/doc/corral/copyright ]
  dpkg -L corral | grep -qx /usr/share/man/man1/corral-kv-key-put.1.gz || dpkg -c /dist/corral_$version-1_amd64.deb | grep -q corral-kv-key-put
  dpkg --purge corral
  [ -z \"\$(everything)\" ] || { everything; exit 1; }"

succeeds 'the archive' inside "
  tar -xzf /dist/corral-$version-linux-x64.tar.gz
  PATH=/root/corral-$version-linux-x64/bin:\$PATH
  works
  completes /root/corral-$version-linux-x64/share/bash-completion/completions/corral"

succeeds 'install.sh' inside "
  sh /dist/install.sh --from /dist
  PATH=/root/.local/bin:\$PATH
  works
  completes /root/.local/share/bash-completion/completions/corral
  sh /dist/install.sh --from /dist        # over itself
  sh /dist/install.sh --uninstall
  [ -z \"\$(everything)\" ] || { everything; exit 1; }"

finish
