#include "cli/config/edit.hpp"

#include <string>

#include <doctest/doctest.h>

#include "backends/error.hpp"
#include "tests/failure.hpp"

using namespace corral;
using namespace corral::config;
using corral::testing::kind_of_failure;

namespace {

const std::vector<BindingField> entry = {{"binding", "KV"}, {"id", "1"}};

std::string jsonc(std::string_view text, std::string_view environment = "") {
  return put_entry(text, "wrangler.jsonc", Format::jsonc, environment, "kv_namespaces", entry).text;
}

std::string toml(std::string_view text, std::string_view environment = "") {
  return put_entry(text, "wrangler.toml", Format::toml, environment, "kv_namespaces", entry).text;
}

}  // namespace

TEST_CASE("JSONC: the array is made when it is missing") {
  CHECK(jsonc("{}") ==
        "{\n  \"kv_namespaces\": [\n    {\n      \"binding\": \"KV\",\n      \"id\": \"1\"\n    }\n  ]\n}");
  CHECK(jsonc("{\n  \"name\": \"w\"\n}\n") ==
        "{\n  \"name\": \"w\",\n  \"kv_namespaces\": [\n    {\n      \"binding\": \"KV\",\n"
        "      \"id\": \"1\"\n    }\n  ]\n}\n");
}

TEST_CASE("JSONC: tabs, Windows line ends, trailing commas and comments stay") {
  CHECK(jsonc("{\r\n\t\"name\": \"w\", // the name\r\n}\r\n") ==
        "{\r\n\t\"name\": \"w\", // the name\r\n\t\"kv_namespaces\": [\r\n\t\t{\r\n\t\t\t\"binding\": \"KV\","
        "\r\n\t\t\t\"id\": \"1\"\r\n\t\t}\r\n\t],\r\n}\r\n");
  CHECK(jsonc("{\n  \"name\": \"w\" // the name\n  /* last */\n}\n") ==
        "{\n  \"name\": \"w\", // the name\n  \"kv_namespaces\": [\n    {\n      \"binding\": \"KV\",\n"
        "      \"id\": \"1\"\n    }\n  ]\n  /* last */\n}\n");
}

TEST_CASE("JSONC: the new entry looks like its neighbours") {
  CHECK(jsonc("{\"kv_namespaces\": [{ \"binding\": \"A\" }]}") ==
        "{\"kv_namespaces\": [{ \"binding\": \"A\" }, { \"binding\": \"KV\", \"id\": \"1\" }]}");
  CHECK(jsonc("{\n  \"kv_namespaces\": [\n    {\"binding\": \"A\"} // first\n  ]\n}") ==
        "{\n  \"kv_namespaces\": [\n    {\"binding\": \"A\"}, // first\n    {\"binding\": \"KV\", "
        "\"id\": \"1\"}\n  ]\n}");
  CHECK(jsonc("{\n  \"kv_namespaces\": [\n    {\n      \"binding\": \"A\"\n    },\n  ],\n}") ==
        "{\n  \"kv_namespaces\": [\n    {\n      \"binding\": \"A\"\n    },\n    {\n      \"binding\": "
        "\"KV\",\n      \"id\": \"1\"\n    },\n  ],\n}");
}

TEST_CASE("JSONC: an empty array keeps a comment that is in it") {
  CHECK(jsonc("{\n  \"kv_namespaces\": []\n}") ==
        "{\n  \"kv_namespaces\": [\n    {\n      \"binding\": \"KV\",\n      \"id\": \"1\"\n    }\n  ]\n}");
  CHECK(jsonc("{\n  \"kv_namespaces\": [\n    // none yet\n  ]\n}") ==
        "{\n  \"kv_namespaces\": [\n    // none yet\n    {\n      \"binding\": \"KV\",\n      \"id\": \"1\"\n"
        "    }\n  ]\n}");
}

TEST_CASE("JSONC: the entry goes to its environment, which must be there") {
  CHECK(jsonc("{\"env\": {\"prod\": {\"kv_namespaces\": [{\"binding\": \"A\"}]}}}", "prod") ==
        "{\"env\": {\"prod\": {\"kv_namespaces\": [{\"binding\": \"A\"}, {\"binding\": \"KV\", \"id\": "
        "\"1\"}]}}}");
  CHECK(kind_of_failure([] { jsonc("{\"env\": {\"prod\": {}}}", "staging"); }) == ErrorKind::invalid_input);
}

TEST_CASE("JSONC: values are escaped, booleans are not quoted") {
  CHECK(put_entry("{\"r2_buckets\": [{\"binding\": \"A\"}]}", "f", Format::jsonc, "", "r2_buckets",
                  {{"binding", "a\"b\\c\n"}, {"remote", "true", BindingField::Kind::boolean}})
            .text ==
        "{\"r2_buckets\": [{\"binding\": \"A\"}, {\"binding\": \"a\\\"b\\\\c\\n\", \"remote\": true}]}");
}

TEST_CASE("an array that is none is an error, and so is a config that cannot be read") {
  CHECK(kind_of_failure([] { jsonc("{\"kv_namespaces\": {}}"); }) == ErrorKind::invalid_input);
  CHECK(kind_of_failure([] { jsonc("{\"kv_namespaces\": "); }) == ErrorKind::invalid_input);
  CHECK(kind_of_failure([] { toml("kv_namespaces = 5\n"); }) == ErrorKind::invalid_input);
}

TEST_CASE("TOML: a block goes behind the last of its kind, else to the end") {
  CHECK(toml("") == "[[kv_namespaces]]\nbinding = \"KV\"\nid = \"1\"\n");
  CHECK(toml("name = \"w\"") == "name = \"w\"\n\n[[kv_namespaces]]\nbinding = \"KV\"\nid = \"1\"\n");
  CHECK(toml("[[kv_namespaces]]\nbinding = \"A\" # first\n\n[vars]\nx = 1\n") ==
        "[[kv_namespaces]]\nbinding = \"A\" # first\n\n[[kv_namespaces]]\nbinding = \"KV\"\nid = \"1\"\n\n"
        "[vars]\nx = 1\n");
  CHECK(toml("name = \"w\"\r\n") ==
        "name = \"w\"\r\n\r\n[[kv_namespaces]]\r\nbinding = \"KV\"\r\nid = \"1\"\r\n");
}

TEST_CASE("TOML: inline arrays stay inline") {
  CHECK(toml("kv_namespaces = [ { binding = \"A\" } ]\n") ==
        "kv_namespaces = [ { binding = \"A\" }, { binding = \"KV\", id = \"1\" } ]\n");
  CHECK(
      toml("kv_namespaces = [\n  { binding = \"A\" }, # first\n]\n[vars]\n") ==
      "kv_namespaces = [\n  { binding = \"A\" }, # first\n  { binding = \"KV\", id = \"1\" },\n]\n[vars]\n");
}

TEST_CASE("TOML: the entry goes to its environment, which need not be there") {
  CHECK(toml("[env.prod]\nname = \"p\"\n", "prod") ==
        "[env.prod]\nname = \"p\"\n\n[[env.prod.kv_namespaces]]\nbinding = \"KV\"\nid = \"1\"\n");
  CHECK(toml("name = \"w\"\n", "a b") ==
        "name = \"w\"\n\n[[env.\"a b\".kv_namespaces]]\nbinding = \"KV\"\nid = \"1\"\n");
}

TEST_CASE("JSONC: a binding that exists gets the new values and keeps its other fields") {
  CHECK(jsonc(R"({"kv_namespaces": [{"id": "0", "preview_id": "p", "binding": "KV"}, {"binding": "A"}]})") ==
        R"({"kv_namespaces": [{"id": "1", "preview_id": "p", "binding": "KV"}, {"binding": "A"}]})");
  CHECK(jsonc("{\r\n\t\"kv_namespaces\": [\r\n\t\t{ // first\r\n\t\t\t\"binding\": \"KV\", /* its id */ "
              "\"id\": \"0\", // old\r\n\t\t},\r\n\t],\r\n}") ==
        "{\r\n\t\"kv_namespaces\": [\r\n\t\t{ // first\r\n\t\t\t\"binding\": \"KV\", /* its id */ "
        "\"id\": \"1\", // old\r\n\t\t},\r\n\t],\r\n}");
  const EditedConfig edited = put_entry(R"({"kv_namespaces": [{"binding": "KV", "id": "0"}]})", "f",
                                        Format::jsonc, "", "kv_namespaces", entry);
  REQUIRE(edited.before.size() == 1);
  CHECK(edited.before[0].name == "id");
  CHECK(edited.before[0].value == "0");
}

TEST_CASE("JSONC: a field that the binding lacks is added to it") {
  CHECK(jsonc(R"({"kv_namespaces": [{"binding": "KV"}]})") ==
        R"({"kv_namespaces": [{"binding": "KV", "id": "1"}]})");
  CHECK(jsonc("{\n  \"kv_namespaces\": [\n    {\n      \"binding\": \"KV\" // mine\n    }\n  ]\n}") ==
        "{\n  \"kv_namespaces\": [\n    {\n      \"binding\": \"KV\", // mine\n      \"id\": \"1\"\n    }\n  "
        "]\n}");
}

TEST_CASE("JSONC: a byte order mark, one line with a comment, and a value of another type") {
  CHECK(jsonc("\xEF\xBB\xBF{\"kv_namespaces\": [{\"binding\": \"KV\", \"id\": \"0\"}]}") ==
        "\xEF\xBB\xBF{\"kv_namespaces\": [{\"binding\": \"KV\", \"id\": \"1\"}]}");
  CHECK(jsonc("{\"kv_namespaces\": [{\"binding\": \"A\"} // no newline follows the brace\n]}") ==
        "{\"kv_namespaces\": [{\"binding\": \"A\"}, // no newline follows the brace\n{\"binding\": \"KV\", "
        "\"id\": \"1\"}\n]}");
  CHECK(jsonc(R"({"kv_namespaces": [{"binding": "KV", "id": null}]})") ==
        R"({"kv_namespaces": [{"binding": "KV", "id": "1"}]})");
}

TEST_CASE("TOML: a binding that exists gets the new values and keeps its other fields") {
  CHECK(toml("[[kv_namespaces]]\r\nid = '0' # old\r\nbinding = \"KV\"\r\npreview_id = \"p\"\r\n[vars]\r\n") ==
        "[[kv_namespaces]]\r\nid = \"1\" # old\r\nbinding = \"KV\"\r\npreview_id = \"p\"\r\n[vars]\r\n");
  CHECK(toml("  [[kv_namespaces]]\n  binding = \"KV\" # mine\n  preview_id = \"p\"") ==
        "  [[kv_namespaces]]\n  binding = \"KV\" # mine\n  id = \"1\"\n  preview_id = \"p\"");
  CHECK(toml("kv_namespaces = [ { binding = \"KV\", id = \"0\" }, { binding = \"A\" } ]") ==
        "kv_namespaces = [ { binding = \"KV\", id = \"1\" }, { binding = \"A\" } ]");
  CHECK(toml("kv_namespaces = [{binding=\"KV\"}]") == "kv_namespaces = [{binding=\"KV\", id = \"1\"}]");
  CHECK(toml("\xEF\xBB\xBFkv_namespaces = [{binding=\"KV\", id=\"0\"}]") ==
        "\xEF\xBB\xBFkv_namespaces = [{binding=\"KV\", id=\"1\"}]");
  CHECK(toml("env.prod.kv_namespaces = [{id=\"0\", binding=\"KV\"}]", "prod") ==
        "env.prod.kv_namespaces = [{id=\"1\", binding=\"KV\"}]");
  CHECK(toml("[env.prod]\n[[env.prod.kv_namespaces]]\nbinding=\"KV\"\nid=\"0\"\n", "prod") ==
        "[env.prod]\n[[env.prod.kv_namespaces]]\nbinding=\"KV\"\nid=\"1\"\n");
}

TEST_CASE("TOML: an array that is missing goes into an inline table that must hold it") {
  CHECK(toml("env = { prod = { name = \"p\" } }\n", "prod") ==
        "env = { prod = { name = \"p\", kv_namespaces = [ { binding = \"KV\", id = \"1\" } ] } }\n");
  CHECK(toml("[env]\nprod = {}\n", "prod") ==
        "[env]\nprod = { kv_namespaces = [ { binding = \"KV\", id = \"1\" } ] }\n");
}

TEST_CASE("a queue's binding lies in an object of its own") {
  const std::vector<BindingField> queue = {{"binding", "Q"}, {"queue", "q"}};
  const auto put = [&](std::string_view text, Format format) {
    return put_entry(text, "f", format, "", "queues.producers", queue).text;
  };
  CHECK(put("{}", Format::jsonc) ==
        "{\n  \"queues\": {\n    \"producers\": [\n      {\n        \"binding\": \"Q\",\n        \"queue\": "
        "\"q\"\n      }\n    ]\n  }\n}");
  CHECK(put(R"({"queues": {"producers": [{"binding": "Q", "queue": "old", "delivery_delay": 5}]}})",
            Format::jsonc) ==
        R"({"queues": {"producers": [{"binding": "Q", "queue": "q", "delivery_delay": 5}]}})");
  CHECK(put("[queues]\nconsumers = []\n", Format::toml) ==
        "[queues]\nconsumers = []\n\n[[queues.producers]]\nbinding = \"Q\"\nqueue = \"q\"\n");
  CHECK(put("queues = { consumers = [] }\n", Format::toml) ==
        "queues = { consumers = [], producers = [ { binding = \"Q\", queue = \"q\" } ] }\n");
  CHECK(put("queues = {}\n", Format::toml) ==
        "queues = { producers = [ { binding = \"Q\", queue = \"q\" } ] }\n");
  CHECK(kind_of_failure([&] { put("{\"queues\": []}", Format::jsonc); }) == ErrorKind::invalid_input);
}

TEST_CASE("a name that a binding of another kind has, or two entries, is refused") {
  for (const char* other :
       {R"("kv_namespaces":[{"binding":"KV"},{"binding":"KV"}])", R"("d1_databases":[{"binding":"KV"}])",
        R"("vars":{"KV":"x"})", R"("durable_objects":{"bindings":[{"name":"KV","class_name":"C"}]})",
        R"("queues":{"producers":[{"binding":"KV","queue":"q"}]})", R"("ai":{"binding":"KV"})",
        R"("assets":{"directory":"x","binding":"KV"})", R"("services":[{"binding":"KV","service":"s"}])"}) {
    CAPTURE(other);
    CHECK(kind_of_failure([&] { jsonc(std::string("{") + other + "}"); }) == ErrorKind::conflict);
    // A name in another environment is not a conflict.
    CHECK_NOTHROW(jsonc(std::string("{\"env\":{\"prod\":{") + other + "}}}"));
  }
  CHECK(kind_of_failure([] { toml("kv_namespaces = []\n[vars]\nKV = 1\n"); }) == ErrorKind::conflict);
  CHECK_NOTHROW(
      jsonc(R"({"vars":{"a":{"binding":"KV"}},"durable_objects":{"bindings":[{"class_name":"KV"}]}})"));
}

TEST_CASE("an edit never leaves a config that reads otherwise") {
  // Names that are written with escapes, twice, or with tables below an entry.
  CHECK(jsonc(R"({"kv_namespaces": [{"b\u0069nding": "KV", "id": "0"}]})") ==
        R"({"kv_namespaces": [{"b\u0069nding": "KV", "id": "1"}]})");
  CHECK(jsonc(R"({"kv_namespaces": [], "kv_namespaces": [{"binding": "KV", "id": "x", "id": "0"}]})") ==
        R"({"kv_namespaces": [], "kv_namespaces": [{"binding": "KV", "id": "x", "id": "1"}]})");
  CHECK(toml("[[kv_namespaces]]\nbinding = \"KV\"\n[kv_namespaces.more]\nx = 1\n") ==
        "[[kv_namespaces]]\nbinding = \"KV\"\nid = \"1\"\n[kv_namespaces.more]\nx = 1\n");
  CHECK(toml("[[kv_namespaces]]\nbinding = \"\"\"\nKV\"\"\" # c\nid = \"\"\"\n0\"\"\"\n") ==
        "[[kv_namespaces]]\nbinding = \"\"\"\nKV\"\"\" # c\nid = \"1\"\n");
}
