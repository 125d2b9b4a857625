#!/usr/bin/env bash
# install.sh refuses what does not verify and leaves the prefix alone; it works with curl, and over an older version.
source "$(dirname "${BASH_SOURCE[0]}")/checks.sh"

archive=corral-$version-linux-x64.tar.gz
prefix=$work/prefix
succeeds 'shellcheck' shellcheck "$DIST/install.sh"

cp -r "$DIST" "$work/changed"
printf 'x' >>"$work/changed/$archive"
fails 'a changed archive' sh "$DIST/install.sh" --from "$work/changed" --prefix "$prefix"
grep -q 'does not verify' "$work/log" || complain "a changed archive: $(cat "$work/log")"
fails 'a missing archive' sh "$DIST/install.sh" --from "$work/nowhere" --prefix "$prefix"
[[ ! -e $prefix ]] || complain 'a refused archive left files in the prefix'

mkdir "$work/bin"
printf '#!/bin/sh\n[ "$1" = -m ] && echo riscv64 || echo Linux\n' >"$work/bin/uname"
chmod +x "$work/bin/uname"
fails 'another processor' env PATH="$work/bin:$PATH" sh "$DIST/install.sh" --from "$DIST" --prefix "$prefix"
grep -q 'no binary for riscv64' "$work/log" || complain "another processor: $(cat "$work/log")"
head -c "$(($(stat -c %s "$DIST/install.sh") - 20))" "$DIST/install.sh" >"$work/cut.sh"
sh "$work/cut.sh" --from "$DIST" --prefix "$prefix" >/dev/null 2>&1 || true
[[ ! -e $prefix ]] || complain 'an incomplete install.sh installed something'

# Over HTTP, as a release comes.
node -e '
  const fs = require("fs"), path = require("path");
  const server = require("http").createServer((request, response) => {
    const file = path.join(process.argv[1], path.basename(request.url));
    if (!fs.existsSync(file)) return response.writeHead(404).end();
    fs.createReadStream(file).pipe(response);
  }).listen(0, "127.0.0.1", () => fs.writeFileSync(process.argv[2], String(server.address().port)));
' "$DIST" "$work/port" &
server=$!
until [[ -s $work/port ]]; do sleep 0.05; done
succeeds 'with curl' sh "$DIST/install.sh" --from "http://127.0.0.1:$(cat "$work/port")" --prefix "$prefix"
fails 'an archive that is not there' sh "$DIST/install.sh" --from "http://127.0.0.1:$(cat "$work/port")/x" \
  --prefix /dev/null/x
kill "$server"
expect 'the installed version' "$("$prefix/bin/corral" --version)" "$version"

# A running corral keeps its file.
before=$(stat -c %i "$prefix/bin/corral")
succeeds 'over itself' sh "$DIST/install.sh" --from "$DIST" --prefix "$prefix"
[[ $(stat -c %i "$prefix/bin/corral") != "$before" ]] || complain 'the binary was overwritten in place'
touch "$prefix/share/doc/of-another"
succeeds 'removal' sh "$DIST/install.sh" --uninstall --prefix "$prefix"
expect 'what is left' "$(cd "$prefix" && find . -type f)" ./share/doc/of-another
fails 'a second removal' sh "$DIST/install.sh" --uninstall --prefix "$prefix"

finish
