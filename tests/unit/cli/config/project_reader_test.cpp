#include "cli/config/project_reader.hpp"

#include <chrono>
#include <string>

#include <doctest/doctest.h>

#include "backends/error.hpp"
#include "cli/config/jsonc.hpp"
#include "cli/config/toml.hpp"
#include "tests/failure.hpp"

using namespace corral;
using namespace corral::config;

namespace {

Project from_json(std::string_view text, const std::string& environment = "") {
  return read_project(parse_jsonc(text, "wrangler.jsonc"), "/p/wrangler.jsonc", environment);
}

Project from_toml(std::string_view text, const std::string& environment = "") {
  return read_project(parse_toml(text, "wrangler.toml"), "/p/wrangler.toml", environment);
}

constexpr const char* full_json = R"({
  "name": "w",
  "kv_namespaces": [{"binding": "KV", "id": "k1", "preview_id": "k2", "remote": true}],
  "d1_databases": [{"binding": "DB", "database_name": "n", "database_id": "i", "preview_database_id": "p",
    "migrations_dir": "m", "migrations_table": "t", "migrations_pattern": "m/*.sql"}],
  "r2_buckets": [{"binding": "B", "bucket_name": "b", "preview_bucket_name": "pb", "jurisdiction": "eu"}],
  "queues": {
    "producers": [{"binding": "Q", "queue": "q", "delivery_delay": 5}],
    "consumers": [{"queue": "q", "type": "http_pull", "max_batch_size": 7, "max_retries": 2,
      "dead_letter_queue": "dlq", "visibility_timeout_ms": 1000, "retry_delay": 3}]
  },
  "durable_objects": {"bindings": [{"name": "DO", "class_name": "C", "script_name": "s"}]},
  "migrations": [{"tag": "v1", "new_sqlite_classes": ["C"], "renamed_classes": [{"from": "A", "to": "C"}]}]
})";

constexpr const char* full_toml = R"(
name = "w"
[[kv_namespaces]]
binding = "KV"
id = "k1"
preview_id = "k2"
remote = true
[[d1_databases]]
binding = "DB"
database_name = "n"
database_id = "i"
preview_database_id = "p"
migrations_dir = "m"
migrations_table = "t"
migrations_pattern = "m/*.sql"
[[r2_buckets]]
binding = "B"
bucket_name = "b"
preview_bucket_name = "pb"
jurisdiction = "eu"
[[queues.producers]]
binding = "Q"
queue = "q"
delivery_delay = 5
[[queues.consumers]]
queue = "q"
type = "http_pull"
max_batch_size = 7
max_retries = 2
dead_letter_queue = "dlq"
visibility_timeout_ms = 1000
retry_delay = 3
[[durable_objects.bindings]]
name = "DO"
class_name = "C"
script_name = "s"
[[migrations]]
tag = "v1"
new_sqlite_classes = ["C"]
renamed_classes = [{from = "A", to = "C"}]
)";

}  // namespace

TEST_CASE("JSONC and TOML give the same project") {
  for (const Project& project : {from_json(full_json), from_toml(full_toml)}) {
    CAPTURE(project.config->native());
    CHECK(project.problems.empty());
    CHECK(project.warnings.empty());
    CHECK(project.name == "w");
    REQUIRE(project.kv_namespaces.size() == 1);
    CHECK(project.kv_namespaces[0].binding == "KV");
    CHECK(project.kv_namespaces[0].id == "k1");
    CHECK(project.kv_namespaces[0].preview_id == "k2");
    CHECK(project.kv_namespaces[0].remote);
    REQUIRE(project.d1_databases.size() == 1);
    CHECK(project.d1_databases[0].database_name == "n");
    CHECK(project.d1_databases[0].preview_database_id == "p");
    CHECK(project.d1_databases[0].migrations_pattern == "m/*.sql");
    REQUIRE(project.r2_buckets.size() == 1);
    CHECK(project.r2_buckets[0].preview_bucket_name == "pb");
    REQUIRE(project.queue_producers.size() == 1);
    CHECK(project.queue_producers[0].delivery_delay == 5);
    REQUIRE(project.queue_consumers.size() == 1);
    CHECK(project.queue_consumers[0].max_batch_size == 7);
    CHECK(project.queue_consumers[0].visibility_timeout_ms == 1000);
    CHECK_FALSE(project.queue_consumers[0].max_concurrency.has_value());
    REQUIRE(project.durable_objects.size() == 1);
    CHECK(project.durable_objects[0].script_name == "s");
    REQUIRE(project.durable_object_migrations.size() == 1);
    CHECK(project.durable_object_migrations[0].renamed_classes.at(0).to == "C");
  }
}

TEST_CASE("every mistake is noted with its field and line, and only its entry is left out") {
  const Project project = from_json(R"({
  "kv_namespaces": [
    {"binding": "GOOD", "id": "1"},
    {"id": "2"},
    {"binding": 3},
    "text",
    {"binding": "GOOD", "id": "4"}
  ],
  "d1_databases": {},
  "queues": {"producers": [{"binding": "Q"}]},
  "r2_buckets": [{"binding": "B", "bucket_name": true}]
})");
  REQUIRE(project.kv_namespaces.size() == 1);
  CHECK(project.kv_namespaces[0].binding == "GOOD");
  std::string all;
  for (const ConfigProblem& problem : project.problems) {
    all += std::to_string(problem.at.line) + " " + problem.field + " " + problem.message + "\n";
  }
  CHECK(all.find("4 kv_namespaces[1].binding") != std::string::npos);
  CHECK(all.find("5 kv_namespaces[2].binding must be a string, but is a number") != std::string::npos);
  CHECK(all.find("6 kv_namespaces[3] must be an object, but is a string") != std::string::npos);
  CHECK(all.find("7 kv_namespaces[4].binding \"GOOD\" is taken by the entry in line 3") != std::string::npos);
  CHECK(all.find("9 d1_databases must be an array, but is an object") != std::string::npos);
  CHECK(all.find("10 queues.producers[0].queue") != std::string::npos);
  CHECK(all.find("11 r2_buckets[0].bucket_name must be a string, but is a boolean") != std::string::npos);
  CHECK(project.problems.size() == 7);
  CHECK(project.problems.front().section == ConfigSection::kv_namespaces);
}

TEST_CASE("a config that is no object is a problem, not a crash") {
  for (const char* text : {"[]", "1", "null", "\"x\""}) CHECK(from_json(text).problems.size() == 1);
}

TEST_CASE("an unknown field is a warning with its place") {
  const Project project = from_json("{\n  \"kv_namespacs\": []\n}");
  REQUIRE(project.warnings.size() == 1);
  CHECK(project.warnings[0] == "/p/wrangler.jsonc:2:19: unknown field \"kv_namespacs\"");
}

TEST_CASE("an environment has its own bindings and inherits none; the name gets its suffix") {
  constexpr const char* text = R"({"name": "w",
    "kv_namespaces": [{"binding": "KV", "id": "top"}],
    "migrations": [{"tag": "v1", "new_classes": ["C"]}],
    "env": {"prod": {"kv_namespaces": [{"binding": "KV", "id": "prod"}]}, "bare": {}, "named": {"name": "n"}}})";
  CHECK(from_json(text).kv_namespaces.at(0).id == "top");
  const Project prod = from_json(text, "prod");
  CHECK(prod.kv_namespaces.at(0).id == "prod");
  CHECK(prod.name == "w-prod");
  CHECK(prod.durable_object_migrations.size() == 1);
  CHECK(prod.warnings.empty());
  const Project bare = from_json(text, "bare");
  CHECK(bare.kv_namespaces.empty());
  REQUIRE(bare.warnings.size() == 1);
  CHECK(bare.warnings[0].find("\"kv_namespaces\" stands at the top level but not in \"env.bare\"") == 0);
  CHECK(from_json(text, "named").name == "n");
}

TEST_CASE("an unknown environment is an error that names the others, or a warning if there is none") {
  try {
    from_json(R"({"env": {"prod": {}, "staging": {}}})", "prd");
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.message() == "no environment \"prd\" in wrangler.jsonc; it has: prod, staging");
  }
  const Project project = from_json(R"({"kv_namespaces": [{"binding": "KV"}]})", "prod");
  CHECK(project.kv_namespaces.size() == 1);
  CHECK(project.warnings.size() == 1);
}

TEST_CASE("an ordinary config is read in less than a millisecond") {
  constexpr int runs = 200;
  const auto average_ms = [](auto&& read) {
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < runs; ++i) read();
    const std::chrono::duration<double, std::milli> spent = std::chrono::steady_clock::now() - start;
    return spent.count() / runs;
  };
  const double json = average_ms([] { from_json(full_json); });
  const double toml = average_ms([] { from_toml(full_toml); });
  MESSAGE("JSONC " << json << " ms, TOML " << toml << " ms");
  CHECK(json < 1);
#ifndef __SANITIZE_ADDRESS__
  CHECK(toml < 1);
#endif
}
