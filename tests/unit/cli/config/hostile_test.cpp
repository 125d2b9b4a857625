#include <array>
#include <random>
#include <string>

#include <doctest/doctest.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "cli/config/edit.hpp"
#include "cli/config/jsonc.hpp"
#include "cli/config/project_reader.hpp"
#include "cli/config/toml.hpp"

using namespace corral;
using namespace corral::config;

namespace {

constexpr std::array<const char*, 3> good_json = {
    R"({"name": "w", "kv_namespaces": [{"binding": "KV", "id": "1"}], "vars": {"a": [1, -2.5e3, null]}})",
    "{\n  // comment\n  \"kv_namespaces\": [\n    {\n      \"binding\": \"\\u00e9\\n\",\n    },\n  ],\n}\n",
    R"({"env": {"prod": {"r2_buckets": [], "queues": {"producers": [{"binding": "Q", "queue": "q"}]}}}})"};

constexpr std::array<const char*, 3> good_toml = {
    "name = \"w\"\n[[kv_namespaces]]\nbinding = \"KV\"\nid = '1'\n\n[vars]\na.b = [1, -2.5e3, 1979-05-27]\n",
    "kv_namespaces = [\n  { binding = \"A\" }, # first\n]\ns = \"\"\"x\n\\\"\"\"\"\nt = '''y'''\n",
    "[env.prod]\nname = \"p\"\n[[env.prod.queues.producers]]\nbinding = \"Q\"\nqueue = \"q\"\n"};

constexpr std::string_view structure = "{}[]\",:=.#'/*\n\r\\ \t-+eE0u";

class Mutator {
 public:
  explicit Mutator(unsigned seed) : random_(seed) {}

  std::string mutate(std::string text) {
    for (std::size_t changes = 1 + below(4); changes > 0 && !text.empty(); --changes) {
      const std::size_t at = below(text.size());
      switch (below(5)) {
        case 0: text[at] = static_cast<char>(below(128)); break;
        case 1: text.erase(at, 1 + below(4)); break;
        case 2: text.insert(at, text.substr(below(text.size()), 1 + below(12))); break;
        case 3: text.insert(at, 1, structure[below(structure.size())]); break;
        default: text.resize(at); break;
      }
    }
    return text;
  }

 private:
  std::size_t below(std::size_t limit) { return random_() % limit; }
  std::mt19937 random_;
};

struct Tally {
  int read = 0;
  int refused = 0;
  int edited = 0;
};

/// Reads, interprets and edits a text; whatever is wrong with it must come out as an Error.
void try_all(const std::string& text, Format format, Tally& tally) {
  const bool json = format == Format::jsonc;
  const auto parse = [&](std::string_view what) {
    return json ? parse_jsonc(what, "f") : parse_toml(what, "f");
  };
  if (!is_utf8(text)) return;
  try {
    const Value value = parse(text);
    ++tally.read;
    const Project project = read_project(value, "/p/f", "");
    CHECK(project.kv_namespaces.size() <= 8);
    const std::string edited =
        put_entry(text, "f", format, "", "kv_namespaces", {{"binding", "NEW"}, {"id", "new"}}).text;
    ++tally.edited;
    CHECK(edited.size() > text.size());
    const Value again = parse(edited);
    const Value* array = again.find("kv_namespaces");
    REQUIRE(array != nullptr);
    CHECK(array->items.back().find("id")->text == "new");
    const Value* before = value.find("kv_namespaces");
    CHECK(array->items.size() == (before == nullptr ? 0 : before->items.size()) + 1);
  } catch (const Error& error) {
    ++tally.refused;
    CHECK_FALSE(error.message().empty());
  }
}

}  // namespace

TEST_CASE("mutated configs are read, or refused with an Error, and edits of them add one entry") {
  Mutator mutator(20261124);
  Tally tally;
  for (int round = 0; round < 10000; ++round) {
    for (const char* text : good_json) try_all(mutator.mutate(text), Format::jsonc, tally);
    for (const char* text : good_toml) try_all(mutator.mutate(text), Format::toml, tally);
  }
  MESSAGE(tally.read << " read, " << tally.edited << " edited, " << tally.refused << " refused");
  CHECK(tally.read > 500);
  CHECK(tally.edited > 500);
  CHECK(tally.refused > 500);
}

TEST_CASE("the good configs are good") {
  Tally tally;
  for (const char* text : good_json) try_all(text, Format::jsonc, tally);
  for (const char* text : good_toml) try_all(text, Format::toml, tally);
  CHECK(tally.edited == 6);
}
