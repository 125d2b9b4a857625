# R2 beside cp and md5sum, and wrangler. Sourced by run.sh.

say 'R2: an object of 1 GiB'
head -c 1G /dev/urandom >large.bin
put_large() { "$CORRAL" r2 object put bench/large --file large.bin; }
put_large_clean() { rm -rf .wrangler/state/v3/r2; }
copy_and_hash() { cp large.bin copied.bin && md5sum copied.bin && sync -f copied.bin; }
copy_and_hash_clean() { rm copied.bin; }
in_turn put_large copy_and_hash
row '`r2 object put` of 1 GiB; `cp` and `md5sum`' "$ours ms" '(takes no more than 300 MiB)' "$theirs ms"
row '`r2 object put` of 1 GiB' "$(peak "$CORRAL" r2 object put bench/large1 --file large.bin)" '' ''
row '`r2 object get` of 1 GiB' "$(peak "$CORRAL" r2 object get bench/large1 --file copied.bin)" '' ''
rm -rf large.bin copied.bin
echo value >small.bin
row '`r2 object put` of a small object, durable' "$(mean "$CORRAL r2 object put bench/small --file small.bin") ms" \
  "$(mean 'wrangler r2 object put bench/small --local --file small.bin' --runs 3) ms" ''
row '`r2 object get` of a small object' "$(mean "$CORRAL r2 object get bench/small --file got.bin") ms" \
  "$(mean 'wrangler r2 object get bench/small --local --file got.bin' --runs 3) ms" ''

say 'R2: a folder of 10,000 small files'
mkdir tree
for i in $(seq 0 99); do
  mkdir "tree/d$i"
  for j in $(seq 0 99); do echo "file $i $j" >"tree/d$i/f$j.txt"; done
done
sync_tree() { "$CORRAL" r2 sync tree "bench-sync$1"; }
sync_tree_clean() { :; }
copy_tree() { cp -r tree "tree$1" && find "tree$1" -type f -exec md5sum {} + && sync -f "tree$1"; }
copy_tree_clean() { :; }
in_turn sync_tree copy_tree
row '`r2 sync` of 10,000 small files; `cp -r` and `md5sum`' "$ours ms" '' "$theirs ms"
row 'the same again, nothing to do' "$(median "$CORRAL" r2 sync tree bench-sync@) ms" '' ''
rm -rf tree tree[123] .wrangler/state/v3/r2

say 'R2: a bucket of 1,000,000 objects'
"$CORRAL" r2 object put million/seed --file small.bin
database=$(echo .wrangler/state/v3/r2/miniflare-R2BucketObject/*.sqlite)
sqlite3 "$database" "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999998)
  INSERT INTO _mf_objects SELECT printf('dir%03d/key%07d', i / 1000, i), blob_id, version, size, etag, uploaded, checksums, http_metadata, custom_metadata
  FROM n, _mf_objects WHERE key = 'seed'"
row 'one page of 1,000 from a bucket of 1,000,000' "$(mean "$CORRAL r2 object list million --limit 1000") ms" '' ''
row '`--delimiter /`: 1,000 prefixes of 1,000,000 objects' "$(mean "$CORRAL r2 object list million --delimiter / --limit 1000") ms" '' ''
rm -rf .wrangler/state/v3/r2
