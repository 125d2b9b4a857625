# Nearly the largest object that wrangler takes, beside wrangler and dd. Sourced by run.sh before anything else has
# written much.

head -c 250M /dev/urandom >quarter.bin
put_quarter() { "$CORRAL" r2 object put bench/quarter --file quarter.bin; }
put_quarter_clean() { rm -rf .wrangler/state/v3/r2; }
copy_quarter() { dd if=quarter.bin of=copied.bin bs=1M conv=fsync; }
copy_quarter_clean() { rm copied.bin; }
in_turn put_quarter copy_quarter
wranglers='(left out)'
if [[ $quick != --quick ]]; then wranglers="$(once wrangler r2 object put bench/quarter --local --file quarter.bin) ms"; fi
row '`r2 object put` of 250 MiB; `dd conv=fsync` of it' "$ours ms" "$wranglers" "$theirs ms"
rm -rf quarter.bin .wrangler/state/v3/r2
