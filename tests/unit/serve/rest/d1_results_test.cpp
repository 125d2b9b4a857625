#include "serve/rest/d1_results.hpp"

#include <doctest/doctest.h>

#include "commands/text/json_reader.hpp"
#include "commands/text/json_text.hpp"

namespace corral::serve::rest {

namespace {

/// The results of the rows, without their meta.
std::string results_of(RowForm form, const std::vector<std::string>& columns,
                       const std::vector<std::vector<SqlCell>>& rows) {
  ApiResults results(form);
  results.begin({}, columns);
  for (const auto& row : rows) results.row(row);
  results.end({});
  const auto source = results.take(0);
  const auto length = source->remaining();
  const std::string text = read_all(*source, 1'000'000, "the results");
  CHECK(length == text.size());
  return json_text(parse_json(text, "the results")[0].at("results"), 0);
}

const SqlCell null{};
const SqlCell seven{.type = SqlType::integer, .integer = 7};
const SqlCell half{.type = SqlType::real, .real = 0.5};
const SqlCell text{.type = SqlType::text, .bytes = "é\"\n"};
const SqlCell blob{.type = SqlType::blob, .bytes = std::string_view("\0\xff", 2)};

}  // namespace

TEST_CASE("rows as objects, and as arrays with their columns") {
  CHECK(results_of(RowForm::objects, {"a", "b", "c", "d", "e"}, {{null, seven, half, text, blob}}) ==
        R"([{"a":null,"b":7,"c":0.5,"d":"é\"\n","e":[0,255]}])");
  CHECK(results_of(RowForm::arrays, {"a", "a"}, {{seven, null}, {half, text}}) ==
        R"({"columns":["a","a"],"rows":[[7,null],[0.5,"é\"\n"]]})");
  CHECK(results_of(RowForm::objects, {"a", "a"}, {{seven, half}}) == R"([{"a":0.5}])");
  CHECK(results_of(RowForm::objects, {}, {}) == "[]");
  CHECK(results_of(RowForm::arrays, {}, {}) == R"({"columns":[],"rows":[]})");
}

TEST_CASE("every statement has its meta, with the size of the database after all") {
  ApiResults results(RowForm::objects);
  const std::string large(3'000'000, 'x');
  for (int i = 0; i < 3; ++i) {
    results.begin({}, {"n"});
    const SqlCell cell{.type = SqlType::text, .bytes = large};
    results.row(std::span(&cell, 1));
    results.end({.duration_ms = 1.23456, .changes = i, .last_row_id = 5, .rows_read = 2, .rows_written = 0});
  }
  CHECK(results.totals().statements == 3);
  CHECK(results.totals().changes == 3);
  const auto source = results.take(8192);
  const auto length = source->remaining();
  const std::string all = read_all(*source, 100'000'000, "the results");
  CHECK(length == all.size());
  const Json json = parse_json(all, "the results");
  REQUIRE(json.size() == 3);
  for (int i = 0; i < 3; ++i) {
    const Json& meta = json[i].at("meta");
    CHECK(json[i].at("results")[0].at("n").text()->size() == large.size());
    CHECK(meta.at("changes").get<std::int64_t>() == i);
    CHECK(meta.at("size_after").get<std::int64_t>() == 8192);
    CHECK(meta.at("duration").get<double>() == 1.2346);
    CHECK(meta.at("changed_db").get<bool>() == (i > 0));
  }
}

TEST_CASE("a batch without results is an empty array") {
  ApiResults results(RowForm::objects);
  CHECK(read_all(*results.take(0), 10, "the results") == "[]");
}

}  // namespace corral::serve::rest
