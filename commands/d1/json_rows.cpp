#include <algorithm>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "backends/error.hpp"
#include "backends/text.hpp"
#include "commands/d1/row_source.hpp"
#include "commands/sql/json_value.hpp"

namespace corral::d1 {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t max_element_bytes = 64U << 20U;

/// Cuts the objects out of a JSON array of them, or of JSON lines, one at a time. What is between is left to
/// the JSON parser to refuse.
class JsonObjects {
 public:
  JsonObjects(ByteSource& source, std::string name) : source_(source), name_(std::move(name)) {}

  /// The text of the next object; false: there is none left.
  bool next(Json& object) {
    skip_between();
    if (at_end()) {
      if (in_array_) fail("the ] at the end is missing");
      return false;
    }
    if (peek() == ']' && in_array_) return false;
    if (peek() != '{') fail("an object was expected");
    const std::string text = cut_object();
    ++count_;
    object = Json::parse(text, nullptr, false);
    if (object.is_discarded()) fail("not valid JSON");
    return true;
  }

  [[noreturn]] void fail(std::string_view why) const {
    throw Error(ErrorKind::invalid_input,
                fmt::format("{}, line {} (element {}): {}", shown(name_), line_, count_, why),
                "give a JSON array of objects, or one object a line");
  }

 private:
  bool refill() {
    if (at_ < buffer_.size()) return true;
    buffer_.resize(65'536);
    at_ = 0;
    buffer_.resize(source_.read(buffer_));
    return !buffer_.empty();
  }
  bool at_end() { return !refill(); }
  char peek() { return buffer_[at_]; }
  char take() {
    const char c = buffer_[at_++];
    if (c == '\n') ++line_;
    return c;
  }

  void skip_between() {
    while (!at_end()) {
      const char c = peek();
      if (c == '[' && !in_array_ && count_ == 0) {
        in_array_ = true;
      } else if (c == ',' ? !in_array_ : (c != ' ' && c != '\n' && c != '\r' && c != '\t')) {
        return;
      }
      take();
    }
  }

  std::string cut_object() {
    std::string text;
    int depth = 0;
    bool in_string = false;
    do {
      if (at_end()) fail("an object has no end");
      const char c = take();
      text += c;
      if (in_string) {
        if (c == '\\' && !at_end()) text += take();
        if (c == '"') in_string = false;
      } else if (c == '"') {
        in_string = true;
      } else if (c == '{' || c == '[') {
        ++depth;
      } else if (c == '}' || c == ']') {
        --depth;
      }
      if (text.size() > max_element_bytes) fail("an object is larger than 64 MiB");
    } while (depth > 0);
    return text;
  }

  ByteSource& source_;
  std::string name_;
  std::string buffer_;
  std::size_t at_ = 0;
  std::uint64_t line_ = 1;
  std::uint64_t count_ = 0;
  bool in_array_ = false;
};

SqlValue value_of(const Json& json) {
  const auto is_byte = [](const Json& element) {
    return element.is_number_unsigned() && element.get<std::uint64_t>() <= 255;
  };
  if (json.is_array() && !json.empty() && std::all_of(json.begin(), json.end(), is_byte)) {
    std::string bytes;
    for (const Json& element : json) bytes += static_cast<char>(element.get<unsigned>());
    return SqlValue::of_blob(std::move(bytes));
  }
  return sql_value_of_json(json);
}

class JsonRows final : public RowSource {
 public:
  JsonRows(ByteSource& source, std::string name, std::vector<std::string> columns)
      : objects_(source, std::move(name)), columns_(std::move(columns)) {}

  [[nodiscard]] const std::vector<std::string>& columns() const override { return columns_; }

  bool next(std::vector<SqlValue>& row) override {
    Json object;
    if (!objects_.next(object)) return false;
    row.clear();
    for (const std::string& column : columns_) {
      const auto member = object.find(column);
      row.push_back(member == object.end() ? SqlValue{} : value_of(*member));
    }
    return true;
  }

 private:
  JsonObjects objects_;
  std::vector<std::string> columns_;
};

}  // namespace

std::unique_ptr<RowSource> read_json(ByteSource& source, std::string name, std::vector<std::string> columns) {
  return std::make_unique<JsonRows>(source, std::move(name), std::move(columns));
}

std::vector<std::string> json_columns(ByteSource& source, const std::string& name) {
  JsonObjects objects(source, name);
  std::vector<std::string> columns;
  std::unordered_map<std::string, std::string> known;  // as SQLite compares them
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
