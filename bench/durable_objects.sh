# Durable Objects. Sourced by run.sh.

say 'a class of 10,000 Durable Objects'
mkdir objects && cd objects
echo '{"name":"bench","durable_objects":{"bindings":[{"name":"ROOMS","class_name":"Room"}]}}' >wrangler.json
"$CORRAL" do storage put Room --name first topic '"hello"'
file=$("$CORRAL" do path Room --name first)
for i in $(seq 9999); do cp "$file" "$(dirname "$file")/$(printf '%064x' "$i").sqlite"; done
row '`do storage get` of one key' "$(mean "$CORRAL do storage get Room --name first topic") ms" '' ''
row '`do storage put` of one key, durable' "$(mean "$CORRAL do storage put Room --name first topic 2") ms" '' ''
row '`do list` of 10,000 objects' "$(median "$CORRAL" do list Room) ms" '' ''
cd .. && rm -rf objects
