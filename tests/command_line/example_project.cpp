#include "tests/command_line/example_project.hpp"

#include <string>

#include <doctest/doctest.h>

namespace corral::testing {

namespace {

/// Twelve migrations with their down parts, none applied, and a seed.
void write_migrations(const Shell& shell) {
  for (int i = 1; i <= 12; ++i) {
    const std::string number = (i < 10 ? "000" : "00") + std::to_string(i);
    const std::string name = i == 3 ? "posts" : i == 4 ? "countries" : "t" + std::to_string(i);
    shell.write("migrations/" + number + "_" + name + ".sql", "CREATE TABLE " + name + "(a);");
    shell.write("migrations/down/" + number + "_" + name + ".sql", "DROP TABLE " + name + ";");
  }
  shell.write("seeds/users.sql", "INSERT INTO users VALUES(7, 'x');");
}

}  // namespace

void make_example_project(Shell& shell) {
  shell.write(
      "wrangler.jsonc",
      R"({"kv_namespaces":[{"binding":"CACHE","id":"c"},{"binding":"SESSIONS","id":"s"},{"binding":"COPY","id":"p"}],
          "d1_databases":[{"binding":"DB","database_name":"my-db","database_id":"d"}],
          "r2_buckets":[{"binding":"FILES","bucket_name":"my-bucket"}],
          "name":"my-app","durable_objects":{"bindings":[{"name":"COUNTER","class_name":"Counter"},
            {"name":"BACKUP","class_name":"Backup"}]},
          "queues":{"producers":[{"binding":"MAILS","queue":"mails"},{"binding":"JOBS","queue":"jobs"},
            {"binding":"LOST","queue":"lost-mails"},{"binding":"PULLED","queue":"pulled"},
            {"binding":"SUBSCRIBED","queue":"subscribed"}]}})");
  shell.write("messages.json", R"([{"body":"hello"},{"body":{"to":"ada"},"delay_seconds":1}])");
  shell.write("logo.png", "png");
  shell.write(".wrangler/state/v3/corral/access.json", R"({"version":1,"token":"","keys":[
    {"id":"0123456789abcdef0123456789abcdef","secret":"s","name":"","created":0,"readOnly":false,"buckets":[]},
    {"id":"a","secret":"s","name":"","created":0,"readOnly":false,"buckets":[]}]})");
  shell.write("pairs.json", R"([{"key":"a","value":"1"}])");
  shell.write("keys.json", R"(["a"])");
  shell.write("users.csv", "id,name\n2,Grace\n");
  shell.write("schema.sql", "CREATE TABLE made(a);");
  write_migrations(shell);
  shell.write("objects.json", R"([{"key":"logo","file":"logo.png"}])");
  shell.write("public/index.html", "<p>");
  shell.write("lifecycle.json",
              R"({"rules":[{"id":"a","deleteObjectsTransition":{"condition":{"type":"Age","maxAge":60}}}]})");
  shell.write("lock.json", R"({"rules":[{"id":"a","prefix":"x/","condition":{"type":"Indefinite"}}]})");
  shell.write("cors.json", R"({"rules":[{"allowed":{"origins":["*"],"methods":["GET"]}}]})");
  REQUIRE(
      shell
          .script("corral r2 object put my-bucket/logo.png --file logo.png;"
                  "corral r2 bucket lifecycle add my-bucket daily tmp/ --expire-days 1;"
                  "corral r2 bucket lock add my-bucket audit audit/ --retention-days 1;"
                  "corral r2 bucket notification create my-bucket --event-type object-delete --queue events;"
                  "corral r2 bucket domain add my-bucket --domain files.example.com --zone-id z")
          .status == 0);
  const ProcessResult ready = shell.script(
      "corral kv key put greeting hello --binding CACHE; corral kv key put logo x --binding CACHE;"
      "corral queues send mails ready; corral queues consumer add jobs worker-of-jobs;"
      "corral queues consumer http add pulled;"
      "corral queues subscription create subscribed --source kv --events namespace.created;"
      "corral d1 execute my-db --command 'CREATE TABLE users(id INTEGER PRIMARY KEY, name); INSERT INTO "
      "users VALUES(1, 5)';"
      "sqlite3 old.sqlite 'CREATE TABLE old(a); INSERT INTO old VALUES(1)'; cp old.sqlite "
      "copy.sqlite");
  REQUIRE(ready.status == 0);
  shell.write("rows.sql", "INSERT INTO visits VALUES(2);");
  const ProcessResult more = shell.script(
      "corral do storage put Counter --name alpha visits 1;"
      "corral do sql Counter --name alpha --command 'CREATE TABLE visits(n)';"
      "corral state save base; corral state save later; corral state export exported.tar.zst --snapshot "
      "base");
  REQUIRE(more.status == 0);
}

}  // namespace corral::testing
