-- Examples of SQLite's own documentation (public domain): sqlite.org/lang_with.html, windowfunctions.html,
-- lang_createtrigger.html, json1.html, fts5.html.
CREATE TABLE org(name TEXT PRIMARY KEY, boss TEXT REFERENCES org) WITHOUT ROWID;
INSERT INTO org VALUES('Alice',NULL);
INSERT INTO org VALUES('Bob','Alice');
INSERT INTO org VALUES('Cindy','Alice');
INSERT INTO org VALUES('Dave','Bob');
INSERT INTO org VALUES('Emma','Bob');
INSERT INTO org VALUES('Fred','Cindy');
INSERT INTO org VALUES('Gail','Cindy');
WITH RECURSIVE
  under_alice(name,level) AS (
    VALUES('Alice',0)
    UNION ALL
    SELECT org.name, under_alice.level+1
      FROM org JOIN under_alice ON org.boss=under_alice.name
     ORDER BY 2 DESC
  )
SELECT substr('..........',1,level*3) || name FROM under_alice;
WITH RECURSIVE
  xaxis(x) AS (VALUES(-2.0) UNION ALL SELECT x+0.05 FROM xaxis WHERE x<1.2),
  yaxis(y) AS (VALUES(-1.0) UNION ALL SELECT y+0.1 FROM yaxis WHERE y<1.0),
  m(iter, cx, cy, x, y) AS (
    SELECT 0, x, y, 0.0, 0.0 FROM xaxis, yaxis
    UNION ALL
    SELECT iter+1, cx, cy, x*x-y*y + cx, 2.0*x*y + cy FROM m
     WHERE (x*x + y*y) < 4.0 AND iter<28
  ),
  m2(iter, cx, cy) AS (
    SELECT max(iter), cx, cy FROM m GROUP BY cx, cy
  ),
  a(t) AS (
    SELECT group_concat( substr(' .+*#', 1+min(iter/7,4), 1), '')
    FROM m2 GROUP BY cy
  )
SELECT group_concat(rtrim(t),x'0a') FROM a;
WITH RECURSIVE
  input(sud) AS (
    VALUES('53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79')
  ),
  digits(z, lp) AS (
    VALUES('1', 1)
    UNION ALL SELECT
    CAST(lp+1 AS TEXT), lp+1 FROM digits WHERE lp<9
  ),
  x(s, ind) AS (
    SELECT sud, instr(sud, '.') FROM input
    UNION ALL
    SELECT
      substr(s, 1, ind-1) || z || substr(s, ind+1),
      instr( substr(s, 1, ind-1) || z || substr(s, ind+1), '.' )
     FROM x, digits AS z
    WHERE ind>0
      AND NOT EXISTS (
            SELECT 1
              FROM digits AS lp
             WHERE z.z = substr(s, ((ind-1)/9)*9 + lp, 1)
                OR z.z = substr(s, ((ind-1)%9) + (lp-1)*9 + 1, 1)
                OR z.z = substr(s, (((ind-1)/3) % 3) * 3
                        + ((ind-1)/27) * 27 + lp
                        + ((lp-1) / 3) * 6, 1)
         )
  )
SELECT s FROM x WHERE ind=0;
CREATE TABLE t0(x INTEGER PRIMARY KEY, y TEXT);
INSERT INTO t0 VALUES (1, 'aaa'), (2, 'ccc'), (3, 'bbb');
SELECT x, y, row_number() OVER (ORDER BY y) AS row_number FROM t0 ORDER BY x;
CREATE TABLE t1(a INTEGER PRIMARY KEY, b, c);
INSERT INTO t1 VALUES   (1, 'A', 'one'  ),
                        (2, 'B', 'two'  ),
                        (3, 'C', 'three'),
                        (4, 'D', 'one'  ),
                        (5, 'E', 'two'  ),
                        (6, 'F', 'three'),
                        (7, 'G', 'one'  );
SELECT a, b, group_concat(b, '.') OVER (
  ORDER BY a ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING
) AS group_concat FROM t1;
SELECT c, a, b, group_concat(b, '.') FILTER (WHERE c!='two') OVER (
  ORDER BY a
) AS group_concat FROM t1 ORDER BY a;
SELECT a, b, group_concat(b, '.') OVER (
  ORDER BY c, a GROUPS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE TIES
) AS group_concat, ntile(3) OVER win AS ntile, lag(b, 1, '-') OVER win AS lag, cume_dist() OVER win AS cume
FROM t1 WINDOW win AS (ORDER BY a);
CREATE TABLE customers(name, address);
CREATE TABLE orders(id, customer_name, address);
INSERT INTO customers VALUES('Jack Jones', '1 Old St.');
INSERT INTO orders VALUES(1, 'Jack Jones', '1 Old St.'), (2, 'Someone; else', 'x');
CREATE TRIGGER update_customer_address UPDATE OF address ON customers
  BEGIN
    UPDATE orders SET address = new.address WHERE customer_name = old.name;
    SELECT CASE WHEN 1 THEN 'a;b' ELSE 'c' END;
  END;
UPDATE customers SET address = '1 Main St.' WHERE name = 'Jack Jones';
SELECT * FROM orders;
CREATE TABLE customer(cust_id INTEGER PRIMARY KEY, cust_name TEXT, cust_addr TEXT);
CREATE VIEW customer_address AS SELECT cust_id, cust_addr FROM customer;
CREATE TRIGGER cust_addr_chng
INSTEAD OF UPDATE OF cust_addr ON customer_address
BEGIN
  UPDATE customer SET cust_addr=NEW.cust_addr
   WHERE cust_id=NEW.cust_id;
END;
INSERT INTO customer VALUES(1, 'A', 'old');
UPDATE customer_address SET cust_addr='new' WHERE cust_id=1;
SELECT * FROM customer;
SELECT json(' { "this" : "is", "a": [ "test" ] } ') AS minified,
  json_array(1,2,'3',4) AS list, json_array('[1,2]', json('[1,2]')) AS nested,
  json_array_length('{"one":[1,2,3]}', '$.one') AS length,
  json_extract('{"a":2,"c":[4,5,{"f":7}]}', '$.c[2].f') AS extracted,
  '{"a":2,"c":[4,5,{"f":7}]}' -> '$.c' AS arrow, '{"a":"xyz"}' ->> '$.a' AS arrows,
  json_insert('{"a":2,"c":4}', '$.e', 99) AS inserted, json_object('a',2,'c',4) AS object,
  json_patch('{"a":1,"b":2}','{"c":3,"d":4}') AS patched, json_remove('[0,1,2,3,4]','$[#-1]','$[0]') AS removed,
  json_type('{"a":[2,3.5,true,false,null,"x"]}','$.a[1]') AS type, json_quote(3.14159) AS quoted,
  json_valid('{"x":35') AS valid, hex(jsonb('[1,"a"]')) AS binary;
CREATE TABLE user(name, phone);
INSERT INTO user VALUES('A', '["704-555-0100","212-555-0101"]'), ('B', '["212-555-0102"]');
SELECT DISTINCT user.name FROM user, json_each(user.phone) WHERE json_each.value LIKE '704-%';
SELECT json_tree.fullkey, json_tree.type, json_tree.atom FROM json_tree('{"a":[1,{"b":null}]}');
SELECT json_group_array(name) AS names, json_group_object(name, json(phone)) AS phones FROM user;
CREATE VIRTUAL TABLE email USING fts5(sender, title, body, tokenize = 'porter ascii');
INSERT INTO email(sender, title, body) VALUES
  ('ann@example.com', 'Running late', 'the train ran; it''s running again'),
  ('bob@example.com', 'fts5', 'SQLite has full text search'),
  ('cy@example.com', 'Re: fts5', 'fts5 is fast, and fts5 is small');
SELECT title FROM email WHERE email MATCH 'fts5' ORDER BY rank;
SELECT title FROM email WHERE email MATCH 'title : fts5 NOT body : sqlite';
SELECT highlight(email, 2, '<b>', '</b>') AS marked, snippet(email, 2, '[', ']', '...', 3) AS part FROM email('run*');
SELECT round(bm25(email, 10.0, 5.0), 6) AS score, rowid FROM email WHERE email MATCH 'fts5' ORDER BY 1;
SELECT * FROM email('"full text"');
UPDATE email SET body = 'changed' WHERE rowid = 2;
DELETE FROM email WHERE rowid = 3;
INSERT INTO email(email) VALUES('optimize');
SELECT count(*) AS left FROM email WHERE email MATCH 'fts5 OR changed';
