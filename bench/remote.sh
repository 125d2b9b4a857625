# `--remote` against a server on the loopback, beside curl, wrangler, and one request at a time. Sourced by run.sh.

server_pid=
serve() { # serve LATENCY_MS
  [[ -z $server_pid ]] || kill "$server_pid"
  rm -f ready
  node "$bench/remote_server.mjs" ready "$1" &
  server_pid=$!
  until [[ -s ready ]]; do sleep 0.05; done
  origin=$(cat ready)
  export CLOUDFLARE_API_BASE_URL=$origin/client/v4 CLOUDFLARE_API_TOKEN=bench CLOUDFLARE_ACCOUNT_ID=acc
}
trap '[[ -z $server_pid ]] || kill "$server_pid"; rm -rf "$folder"' EXIT

say '--remote'
serve 0
row '`kv key get --remote` on the loopback; `curl` of the same request' \
  "$(mean "$CORRAL kv key get k --namespace-id n --remote" --runs 200) ms" \
  "$(mean 'wrangler kv key get k --namespace-id n --remote' --runs 3) ms" \
  "$(mean "curl -s -H 'Authorization: Bearer bench' $CLOUDFLARE_API_BASE_URL/accounts/acc/storage/kv/namespaces/n/values/k" --runs 200) ms (curl)"
pairs 100000 100 >pairs.json
row '`kv bulk put --remote` of 100,000 pairs' "$(once "$CORRAL" kv bulk put pairs.json --namespace-id n --remote) ms" \
  "$(once wrangler kv bulk put pairs.json --namespace-id n --remote) ms" ''
serve 50
row 'the same with 50 ms of latency' "$(once "$CORRAL" kv bulk put pairs.json --namespace-id n --remote) ms" \
  "$(once wrangler kv bulk put pairs.json --namespace-id n --remote) ms" ''
# What corral asks, one request after the other on one connection.
one_by_one() {
  node -e '
    const http = require("node:http");
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const base = process.env.CLOUDFLARE_API_BASE_URL + "/accounts/acc/storage/kv/namespaces/n";
    const ask = (method, path, body) => new Promise((resolve, reject) => {
      const request = http.request(base + path, { method, agent, headers: { authorization: "Bearer bench" } }, (response) => {
        let text = "";
        response.on("data", (bytes) => (text += bytes)).on("end", () => resolve(JSON.parse(text)));
      }).on("error", reject);
      request.end(body);
    });
    (async () => {
      for (let cursor = ""; ;) {
        const page = await ask("GET", "/keys?limit=1000" + (cursor && "&cursor=" + cursor));
        for (let i = 0; i < page.result.length; i += 100)
          await ask("POST", "/bulk/get", JSON.stringify({ keys: page.result.slice(i, i + 100).map(({ name }) => name) }));
        if (!(cursor = page.result_info.cursor)) break;
      }
    })();'
}
theirs='(left out)'
if [[ $quick != --quick ]]; then theirs="$(once one_by_one) ms (one request at a time)"; fi
row '`kv bulk get --all --remote` of 100,000 keys with 50 ms of latency' \
  "$(peak "$CORRAL" kv bulk get --all --namespace-id n --remote)" '' "$theirs"
serve 0
{ echo 'CREATE TABLE g(id INTEGER PRIMARY KEY, t);'; awk 'BEGIN { v = sprintf("%*s", 1000, ""); gsub(/ /, "v", v); for (i = 0; i < 1000000; ++i) printf "INSERT INTO g VALUES(%d,\x27%s\x27);\n", i, v }'; } >gigabyte.sql
echo '{"d1_databases":[{"binding":"DB","database_name":"shop","database_id":"0b1c2d3e-aaaa-4bbb-8ccc-1234567890ab"}]}' >wrangler.json
row '`d1 execute --file --remote` of 1 GB of SQL' "$(peak "$CORRAL" d1 execute DB --file gigabyte.sql --remote -y)" '' ''
rm -f gigabyte.sql pairs.json wrangler.json
kill "$server_pid"
server_pid=
unset CLOUDFLARE_API_BASE_URL CLOUDFLARE_API_TOKEN CLOUDFLARE_ACCOUNT_ID
