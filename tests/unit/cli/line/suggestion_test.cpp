#include "cli/line/suggestion.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

namespace corral {

TEST_CASE("edit distance counts inserts, deletes, replacements and swaps") {
  CHECK(edit_distance("get", "get") == 0);
  CHECK(edit_distance("", "get") == 3);
  CHECK(edit_distance("gte", "get") == 1);
  CHECK(edit_distance("gett", "get") == 1);
  CHECK(edit_distance("kitten", "sitting") == 3);
}

TEST_CASE("nearest finds what was meant and nothing else") {
  const std::vector<std::string> words{"get", "put", "list", "delete", "namespace"};
  CHECK(nearest("gte", words) == "get");
  CHECK(nearest("namespce", words) == "namespace");
  CHECK(nearest("dlete", words) == "delete");
  CHECK(nearest("name", words) == "namespace");
  CHECK(nearest("x", words).empty());
  CHECK(nearest("frobnicate", words).empty());
  CHECK(nearest("", words).empty());
  CHECK(nearest(std::string(10'000, 'a'), words).empty());
}

}  // namespace corral
