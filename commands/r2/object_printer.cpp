#include "commands/r2/object_printer.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/r2/describe.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"
#include "commands/text/readable.hpp"
#include "commands/text/table.hpp"

namespace corral::r2 {

namespace {

void note_cursor(Output& out, const std::optional<std::string>& cursor) {
  if (cursor) out.note(fmt::format("more objects follow: --cursor {}", *cursor));
}

Json prefix_as_json(const std::string& prefix) {
  Json json;
  json["prefix"] = prefix;
  return json;
}

class NamePrinter final : public ObjectPrinter {
 public:
  NamePrinter(Output& out, char end) : out_(out), end_(end) {}

  void object(const ObjectInfo& object) override { prefix(object.key); }
  void prefix(const std::string& prefix) override {
    out_.data(end_ == '\n' && out_.data_is_terminal() ? shown(prefix) : prefix);
    out_.data({&end_, 1});
  }
  void finish(const std::optional<std::string>& cursor) override { note_cursor(out_, cursor); }

 private:
  Output& out_;
  char end_;
};

class LinePrinter final : public ObjectPrinter {
 public:
  LinePrinter(Output& out, bool long_form) : out_(out), long_form_(long_form) {}

  void object(const ObjectInfo& object) override {
    out_.data(json_text(object_as_json(object, long_form_), 0) + "\n");
  }
  void prefix(const std::string& prefix) override { out_.data(json_text(prefix_as_json(prefix), 0) + "\n"); }
  void finish(const std::optional<std::string>& cursor) override { note_cursor(out_, cursor); }

 private:
  Output& out_;
  bool long_form_;
};

class JsonPrinter final : public ObjectPrinter {
 public:
  JsonPrinter(Output& out, const ObjectListStyle& style)
      : out_(out), style_(style), depth_(style.page ? 2 : 1) {}

  void object(const ObjectInfo& object) override { element(object_as_json(object, style_.long_form)); }
  void prefix(const std::string& prefix) override {
    if (style_.page) {
      prefixes_.push_back(prefix);
    } else {
      element(prefix_as_json(prefix));
    }
  }

  void finish(const std::optional<std::string>& cursor) override {
    if (!style_.page) {
      out_.data(first_ ? "[]\n" : "\n]\n");
      note_cursor(out_, cursor);
      return;
    }
    out_.data(first_ ? "{\n  \"objects\": []" : "\n  ]");
    out_.data(",\n  \"delimitedPrefixes\": " + json_text(prefixes_, 2, 1));
    out_.data(fmt::format(",\n  \"truncated\": {}", cursor.has_value()));
    if (cursor) out_.data(",\n  \"cursor\": " + json_string(*cursor));
    out_.data("\n}\n");
  }

 private:
  void element(const Json& json) {
    out_.data(first_ ? (style_.page ? "{\n  \"objects\": [" : "[") : ",");
    first_ = false;
    out_.data("\n" + std::string(static_cast<std::size_t>(2 * depth_), ' '));
    out_.data(json_text(json, 2, depth_));
  }

  Output& out_;
  ObjectListStyle style_;
  int depth_;
  bool first_ = true;
  Json prefixes_ = Json::array();
};

/// Column widths require all cells, so the table is printed a thousand rows at a time.
class TablePrinter final : public ObjectPrinter {
 public:
  TablePrinter(Output& out, bool long_form) : out_(out), long_form_(long_form) {}

  void object(const ObjectInfo& object) override {
    add({object.key, readable_size(object.size), readable_time(object.uploaded),
         object.http.content_type.value_or(""), metadata_text(object), long_form_ ? object.etag : ""});
  }
  void prefix(const std::string& prefix) override { add({prefix, "", "", "", "", ""}); }
  void finish(const std::optional<std::string>& cursor) override {
    if (count_ == 0) out_.note("no objects");
    print();
    note_cursor(out_, cursor);
  }

 private:
  using Row = std::array<std::string, 6>;

  static std::string metadata_text(const ObjectInfo& object) {
    if (object.custom.empty()) return {};
    Json json = Json::object();
    for (const auto& [name, value] : object.custom) json[name] = value;
    return json_text(json, 0);
  }

  void add(Row row) {
    constexpr std::size_t rows_a_part = 1000;
    rows_.push_back(std::move(row));
    if (++count_ % rows_a_part == 0) print();
  }

  void print() {
    if (rows_.empty()) return;
    const std::array<Table::Column, 6> all = {
        {{"key"}, {"size", Table::Align::right}, {"uploaded (UTC)"}, {"type"}, {"metadata"}, {"etag"}}};
    // Columns without a value in any object are omitted, except those always shown or requested.
    std::vector<std::size_t> used;
    std::vector<Table::Column> columns;
    for (std::size_t i = 0; i < all.size(); ++i) {
      constexpr std::size_t always = 3;
      if (i >= always && !long_form_ &&
          std::all_of(rows_.begin(), rows_.end(), [=](const Row& row) { return row.at(i).empty(); })) {
        continue;
      }
      used.push_back(i);
      columns.push_back(all.at(i));
    }
    Table table(std::move(columns));
    for (Row& row : rows_) {
      std::vector<std::string> cells;
      cells.reserve(used.size());
      for (const std::size_t i : used) cells.push_back(std::move(row.at(i)));
      table.add(std::move(cells));
    }
    table.print(out_);
    rows_.clear();
  }

  Output& out_;
  bool long_form_;
  std::vector<Row> rows_;
  std::size_t count_ = 0;
};

}  // namespace

std::unique_ptr<ObjectPrinter> ObjectPrinter::make(const ObjectListStyle& style, Output& out) {
  if (count_given({style.names, style.nul, style.ndjson, style.page}) > 1) {
    throw Error(ErrorKind::usage, "--names, --print0, --ndjson and --page exclude each other");
  }
  if (style.names) return std::make_unique<NamePrinter>(out, '\n');
  if (style.nul) return std::make_unique<NamePrinter>(out, '\0');
  if (style.ndjson) return std::make_unique<LinePrinter>(out, style.long_form);
  if (style.page || !out.for_person()) return std::make_unique<JsonPrinter>(out, style);
  return std::make_unique<TablePrinter>(out, style.long_form);
}

}  // namespace corral::r2
