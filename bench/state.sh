# Snapshots, and time travel. Sourced by run.sh.

say 'state: 10,000 keys, 1,000 objects, a database of 100 MB'
mkdir state && cd state
pairs 10000 100 >pairs.json
"$CORRAL" kv bulk put pairs.json --namespace-id n 2>/dev/null
mkdir tree && for i in $(seq 1000); do echo "object $i" >"tree/o$i"; done
"$CORRAL" r2 sync ./tree r2://bucket 2>/dev/null
"$CORRAL" d1 create big >/dev/null 2>&1
"$CORRAL" d1 execute big --format raw --command "CREATE TABLE t(id INTEGER PRIMARY KEY, v BLOB);
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) INSERT INTO t SELECT i, randomblob(960) FROM n"
row '`state save`' "$(once "$CORRAL" state save first) ms" '' ''
row '`state save` again, nothing changed' "$(once "$CORRAL" state save second) ms" '' ''
"$CORRAL" d1 execute big --format raw --command 'UPDATE t SET v = randomblob(960)' && "$CORRAL" r2 object delete bucket --prefix o --force 2>/dev/null
sed 's/vvvv/wwww/' pairs.json >other.json && "$CORRAL" kv bulk put other.json --namespace-id n 2>/dev/null
row '`state restore`, everything changed' "$(once "$CORRAL" state restore first --force) ms" '' ''
row '`d1 time-travel bookmark`, the first, of 100 MB' "$(once "$CORRAL" d1 time-travel bookmark big) ms" '' ''
"$CORRAL" d1 execute big --format raw --command 'UPDATE t SET v = NULL WHERE id = 7'
row '`d1 time-travel bookmark`, one row changed' "$(once "$CORRAL" d1 time-travel bookmark big) ms" '' ''
cd .. && rm -rf state

mkdir state && cd state
pairs 1000 100 >pairs.json && "$CORRAL" kv bulk put pairs.json --namespace-id n 2>/dev/null
"$CORRAL" d1 create small >/dev/null 2>&1
"$CORRAL" d1 execute small --format raw --command "CREATE TABLE t(id INTEGER PRIMARY KEY, v BLOB);
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO t SELECT i, randomblob(960) FROM n"
"$CORRAL" state save test
row '`state exec` around `true`: 1,000 keys, 5 MB' "$(mean "$CORRAL state exec --snapshot test -- true") ms" '' ''
row 'the same around a command that writes' "$(mean "$CORRAL state exec --snapshot test -- $CORRAL d1 execute small --command 'DELETE FROM t WHERE id < 50'") ms" '' ''
cd .. && rm -rf state
