#include "backends/bytes/glob.hpp"

#include <chrono>
#include <string>

#include <doctest/doctest.h>

using namespace corral;

TEST_CASE("globs match as a shell's do, over the whole key") {
  struct Case {
    const char* pattern;
    const char* text;
    bool matches;
  };
  const Case cases[] = {
      {"*", "", true},
      {"*", "a/b:c", true},
      {"user:*", "user:1", true},
      {"user:*", "users", false},
      {"*:name", "u:1:name", true},
      {"a*b*c", "aXbYbc", true},
      {"a*b*c", "aXbY", false},
      {"?", "é", true},
      {"?", "", false},
      {"??", "日本", true},
      {"[a-c]x", "bx", true},
      {"[!a-c]x", "bx", false},
      {"[!a-c]x", "dx", true},
      {"[é-ü]", "ö", true},
      {"[]]", "]", true},
      {"[", "[", true},
      {"[ab", "[ab", true},
      {"\\*", "*", true},
      {"\\*", "a", false},
      {"a\\", "a\\", true},
      {"", "", true},
      {"", "a", false},
      {"[a-]", "-", true},
      {"**", "abc", true},
  };
  for (const Case& one : cases) {
    CAPTURE(one.pattern);
    CAPTURE(one.text);
    CHECK(glob_matches(one.pattern, one.text) == one.matches);
  }
}

TEST_CASE("a hostile pattern takes no exponential time") {
  std::string pattern;
  for (int i = 0; i < 100; ++i) pattern += "a*";
  pattern += "b";
  const auto start = std::chrono::steady_clock::now();
  CHECK_FALSE(glob_matches(pattern, std::string(512, 'a')));
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(1));
}

TEST_CASE("the literal beginning of a glob bounds the list") {
  CHECK(glob_prefix("user:*:name") == "user:");
  CHECK(glob_prefix("a\\*b?") == "a*b");
  CHECK(glob_prefix("[ab]") == "");
  CHECK(glob_prefix("plain") == "plain");
}
