# `corral serve` beside nginx on the same bytes, beside the S3 endpoint of `wrangler dev` on the same bucket, and beside
# `r2 object put`. All on the loopback; nginx runs with a configuration of its own. Sourced by run.sh.

say 'corral serve: objects of 4 KiB and 1 GiB'
mkdir serve && cd serve
head -c 4096 /dev/urandom >small
head -c 1G /dev/urandom >large
"$CORRAL" r2 object put bench/small --file small
"$CORRAL" r2 object put bench/large --file large
"$CORRAL" r2 key create --json >key
"$CORRAL" serve --port 0 --ready-file url --log off >/dev/null 2>&1 &
serve_pid=$!
trap 'kill "$serve_pid" "${dev_pid:-$serve_pid}" "$(cat nginx/pid)" 2>/dev/null || true; rm -rf "$folder"' EXIT
until [[ -s url ]]; do sleep 0.05; done
presign() { # presign KEY [METHOD [ENDPOINT]]
  "$CORRAL" r2 object presign "bench/$1" --method "${2:-GET}" --expires 1d --endpoint "${3:-$(cat url)}"
}

mkdir nginx
cat >nginx/nginx.conf <<NGINX
worker_processes auto;
pid $PWD/nginx/pid;
error_log $PWD/nginx/error.log;
events { worker_connections 1024; }
http {
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000;
  client_body_temp_path $PWD/nginx/body; proxy_temp_path $PWD/nginx/proxy; fastcgi_temp_path $PWD/nginx/fastcgi;
  uwsgi_temp_path $PWD/nginx/uwsgi; scgi_temp_path $PWD/nginx/scgi;
  server { listen 127.0.0.1:18790; root $PWD; }
}
NGINX
chmod a+rx . .. ; chmod a+r small large
nginx -c "$PWD/nginx/nginx.conf" -e "$PWD/nginx/error.log"

echo 'export default { fetch: () => new Response("ready") };' >worker.mjs
jq '{name: "bench", main: "worker.mjs", compatibility_date: "2026-01-01", r2_buckets: [{binding: "BENCH", bucket_name: "bench",
  local_dev: {experimental_s3_credentials: {accessKeyId, secretAccessKey}}}]}' key >wrangler.json
wrangler dev --port 18791 --ip 127.0.0.1 --show-interactive-dev-session=false >dev.log 2>&1 &
dev_pid=$!
until curl -sf http://127.0.0.1:18791/ -o /dev/null; do sleep 0.2; done

per_second() { # per_second URL CONNECTIONS: GETs a second
  wrk -t 2 -c "$2" -d "${SERVE_SECONDS:-5}s" "$1" | awk '/Requests\/sec/ { print int($2) } /Non-2xx/ { print "with errors:", $0 }'
}
served() { curl -sf -o /dev/null "$(presign large)"; }
served_clean() { :; }
plain() { curl -sf -o /dev/null http://127.0.0.1:18790/large; }
plain_clean() { :; }
served
plain
in_turn served plain
row '`serve`: GET of 1 GiB; nginx' "$ours ms" '' "$theirs ms"
row '`serve`: GETs of 4 KiB a second, 64 connections; wrangler dev; nginx' "$(per_second "$(presign small)" 64)" \
  "$(per_second "$(presign small GET http://127.0.0.1:18791/cdn-cgi/local/r2/s3)" 64)" "$(per_second http://127.0.0.1:18790/small 64)"
row '`serve`: the same with 256 connections; nginx' "$(per_second "$(presign small)" 256)" '' \
  "$(per_second http://127.0.0.1:18790/small 256)"
uploaded() { curl -sf -o /dev/null -T large "$(presign "put$1" PUT)"; }
uploaded_clean() { "$CORRAL" r2 object delete "bench/put$1" --force; }
stored() { "$CORRAL" r2 object put "bench/put$1" --file large; }
stored_clean() { uploaded_clean "$1"; }
in_turn uploaded stored
row '`serve`: PUT of 1 GiB, durable; `r2 object put` of it' "$ours ms" '' "$theirs ms"
row '`serve`: peak of its memory through all that' \
  "$(awk '/VmHWM/ { printf "%d MiB", $2 / 1024 }' /proc/$serve_pid/status)" '' ''

kill "$serve_pid" "$dev_pid" "$(cat nginx/pid)"
wait "$serve_pid" "$dev_pid" 2>/dev/null || true
trap 'rm -rf "$folder"' EXIT
cd .. && rm -rf serve
