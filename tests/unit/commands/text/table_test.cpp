#include "commands/text/table.hpp"

#include <doctest/doctest.h>

namespace corral {

TEST_CASE("display width counts columns") {
  CHECK(display_width("abc") == 3);
  CHECK(display_width("ключ") == 4);
  CHECK(display_width("日本") == 4);
  CHECK(display_width("e\xCC\x81") == 1);
  CHECK(display_width("🎉") == 2);
  CHECK(display_width("\xff") == 1);
}

TEST_CASE("text is cut to a width, at whole characters") {
  CHECK(cut_to_width("hello", 5) == "hello");
  CHECK(cut_to_width("hello", 4) == "hel…");
  CHECK(cut_to_width("hello", 1) == "…");
  CHECK(cut_to_width("hello", 0).empty());
  CHECK(cut_to_width("日本語", 4) == "日…");
  CHECK(cut_to_width("日本語", 5) == "日本…");
}

TEST_CASE("columns are aligned and control characters made visible") {
  Table table({{"NAME", Table::Align::left}, {"SIZE", Table::Align::right}, {"NOTE", Table::Align::left}});
  CHECK(table.empty());
  table.add({"a", "5", "x\ny"});
  table.add({"日本", "1,234"});
  CHECK(table.text(0, false) ==
        "NAME   SIZE  NOTE\n"
        "a         5  x\\ny\n"
        "日本  1,234\n");
  CHECK(table.text(0, true).starts_with("\x1b[1mNAME   SIZE  NOTE\x1b[0m\n"));
}

TEST_CASE("a table that is too wide loses from its widest columns") {
  Table table({{"KEY"}, {"VALUE"}, {"SIZE", Table::Align::right}});
  table.add({std::string(30, 'k'), std::string(50, 'v'), "12"});
  const std::string text = table.text(60, false);
  CHECK(text.find(std::string(25, 'k')) != std::string::npos);
  std::size_t start = 0;
  for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', start)) {
    CHECK(display_width(text.substr(start, end - start)) <= 60);
    start = end + 1;
  }
  CHECK(table.text(10, false).find("…") != std::string::npos);
}

}  // namespace corral
