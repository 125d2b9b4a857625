#include <algorithm>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/d1/row_source.hpp"
#include "commands/sql/json_value.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_reader.hpp"

namespace corral::d1 {

namespace {

constexpr std::size_t max_element_bytes = 64U << 20U;

/// Reads the objects of a JSON array or of JSON Lines, one at a time.
class JsonObjects {
 public:
  JsonObjects(ByteSource& source, const std::string& name)
      : name_(shown(name)), reader_(source, name_, {.value_bytes = max_element_bytes}) {}

  /// False at the end.
  bool next(Json& object) {
    if (!reader_.next_item()) return false;
    object = reader_.read_document();
    if (!object.is_object()) fail("it is not an object");
    return true;
  }

  /// Reports an error in the last object.
  [[noreturn]] void fail(std::string_view why) const {
    throw Error(ErrorKind::invalid_input, fmt::format("{}, {}: {}", name_, reader_.item_place(), why),
                "give a JSON array of objects, or one object a line");
  }

 private:
  std::string name_;
  JsonReader reader_;
};

SqlValue value_of(const Json& json) {
  const auto is_byte = [](const Json& element) {
    return element.is_natural() && element.get<std::uint64_t>() <= 255;
  };
  if (json.is_array() && !json.empty() && std::all_of(json.begin(), json.end(), is_byte)) {
    std::string bytes;
    for (const Json& element : json) bytes += static_cast<char>(element.get<std::uint64_t>());
    return SqlValue::of_blob(std::move(bytes));
  }
  return sql_value_of_json(json);
}

class JsonRows final : public RowSource {
 public:
  JsonRows(ByteSource& source, const std::string& name, std::vector<std::string> columns)
      : objects_(source, name), columns_(std::move(columns)) {}

  [[nodiscard]] const std::vector<std::string>& columns() const override { return columns_; }

  bool next(std::vector<SqlValue>& row) override {
    Json object;
    if (!objects_.next(object)) return false;
    row.clear();
    for (const std::string& column : columns_) {
      const auto* const member = object.find(column);
      row.push_back(member == object.end() ? SqlValue{} : value_of(*member));
    }
    return true;
  }

 private:
  JsonObjects objects_;
  std::vector<std::string> columns_;
};

}  // namespace

std::unique_ptr<RowSource> read_json(ByteSource& source, const std::string& name,
                                     std::vector<std::string> columns) {
  return std::make_unique<JsonRows>(source, name, std::move(columns));
}

std::vector<std::string> json_columns(ByteSource& source, const std::string& name) {
  JsonObjects objects(source, name);
  std::vector<std::string> columns;
  std::unordered_map<std::string, std::string> known;  // keyed by the name as SQLite compares it
  Json object;
  while (objects.next(object)) {
    for (const auto& [member, value] : object.items()) {
      if (member.empty()) objects.fail("a member has no name");
      const auto [column, is_new] = known.emplace(ascii_lower(member), member);
      if (is_new) columns.push_back(member);
      if (column->second != member) {
        objects.fail(fmt::format("\"{}\" and \"{}\" are one column", shown(column->second), shown(member)));
      }
    }
  }
  return columns;
}

}  // namespace corral::d1
