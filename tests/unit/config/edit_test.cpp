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
  return add_entry(text, "wrangler.jsonc", Format::jsonc, environment, "kv_namespaces", entry);
}

std::string toml(std::string_view text, std::string_view environment = "") {
  return add_entry(text, "wrangler.toml", Format::toml, environment, "kv_namespaces", entry);
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
  CHECK(add_entry("{\"r2_buckets\": [{\"binding\": \"A\"}]}", "f", Format::jsonc, "", "r2_buckets",
                  {{"binding", "a\"b\\c\n"}, {"remote", "true", BindingField::Kind::boolean}}) ==
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
