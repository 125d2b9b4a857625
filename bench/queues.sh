# Queues beside Redis streams with appendfsync always. Sourced by run.sh.

say 'queues beside Redis'
mkdir redis
redis-server --port 0 --unixsocket "$folder/redis/socket" --dir "$folder/redis" --appendonly yes --appendfsync always --save '' --daemonize yes \
  --logfile "$folder/redis/log" --pidfile "$folder/redis/pid" >/dev/null
redis() { redis-cli -s "$folder/redis/socket" "$@"; }
for _ in $(seq 50); do redis ping >/dev/null 2>&1 && break || sleep 0.1; done
redis xgroup create s g '$' mkstream >/dev/null
"$CORRAL" queues create one >/dev/null 2>&1
row 'send one message, durable' "$(mean "$CORRAL queues send one hello") ms" '' "$(mean "redis-cli -s $folder/redis/socket xadd s * body hello") ms"

messages=100000
seq $messages | sed 's/.*/{"body":"message &"}/' >messages.ndjson
seq $messages | sed 's/.*/XADD s@ * body "message &"/' >xadd.txt
send_all() { "$CORRAL" queues create "$1" && "$CORRAL" queues send "$1" --batch messages.ndjson; }
redis_all() { sed "s/@/$1/" xadd.txt | redis --pipe; }
row "send $messages messages as a batch" "$(median send_all q@) ms" '' "$(median redis_all @) ms"

pull_all() { for ((i = 0; i < messages / 100; ++i)); do "$CORRAL" queues pull "$1" --batch-size 100 --json | "$CORRAL" queues ack "$1"; done; }
redis_pull_all() {
  redis xgroup create "$1" g 0
  for ((i = 0; i < messages / 100; ++i)); do
    redis --json xreadgroup group g c count 100 streams "$1" '>' | grep -oE '"[0-9]+-[0-9]+"' | tr -d '"' | xargs redis-cli -s "$folder/redis/socket" xack "$1" g
  done
}
row "pull and acknowledge $messages in batches of 100, from a shell" "$(once pull_all q1) ms" '' "$(once redis_pull_all s1) ms"

for size in 1000 1000000; do
  "$CORRAL" queues create "b$size" >/dev/null 2>&1
  seq $size | "$CORRAL" queues send "b$size" --lines >/dev/null 2>&1
  row "peek with $size waiting" "$(mean "$CORRAL queues peek b$size") ms" '' ''
  row "pull of 10 with $size waiting" "$(mean "$CORRAL queues pull b$size --batch-size 10" --runs 20) ms" '' ''
done
redis shutdown nosave || true
