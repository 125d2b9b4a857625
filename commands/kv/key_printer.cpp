#include "commands/kv/key_printer.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/kv/describe.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"
#include "commands/text/readable.hpp"
#include "commands/text/table.hpp"

namespace corral::kv {

namespace {

void note_cursor(Output& out, const std::optional<std::string>& cursor) {
  if (cursor) out.note(fmt::format("more keys follow: --cursor {}", *cursor));
}

class NamePrinter final : public KeyPrinter {
 public:
  NamePrinter(Output& out, char end) : out_(out), end_(end) {}

  void add(const KvItem& item) override {
    out_.data(end_ == '\n' && out_.data_is_terminal() ? shown(item.key) : item.key);
    out_.data({&end_, 1});
  }
  void finish(const std::optional<std::string>& cursor) override { note_cursor(out_, cursor); }

 private:
  Output& out_;
  char end_;
};

class LinePrinter final : public KeyPrinter {
 public:
  explicit LinePrinter(Output& out) : out_(out) {}

  void add(const KvItem& item) override { out_.data(json_text(entry_as_json(item), 0) + "\n"); }
  void finish(const std::optional<std::string>& cursor) override { note_cursor(out_, cursor); }

 private:
  Output& out_;
};

/// wrangler's array, or with `page` the object that a Worker's list() resolves to.
class JsonPrinter final : public KeyPrinter {
 public:
  JsonPrinter(Output& out, bool page) : out_(out), page_(page), depth_(page ? 2 : 1) {}

  void add(const KvItem& item) override {
    out_.data(first_ ? (page_ ? "{\n  \"keys\": [" : "[") : ",");
    first_ = false;
    out_.data("\n" + std::string(static_cast<std::size_t>(2 * depth_), ' '));
    out_.data(json_text(entry_as_json(item), 2, depth_));
  }

  void finish(const std::optional<std::string>& cursor) override {
    if (page_) {
      out_.data(first_ ? "{\n  \"keys\": []" : "\n  ]");
      out_.data(fmt::format(",\n  \"list_complete\": {}", !cursor));
      if (cursor) out_.data(",\n  \"cursor\": " + json_string(*cursor));
      out_.data("\n}\n");
      return;
    }
    out_.data(first_ ? "[]\n" : "\n]\n");
    note_cursor(out_, cursor);
  }

 private:
  Output& out_;
  bool page_;
  int depth_;
  bool first_ = true;
};

/// Column widths require all cells, so the table is printed a thousand rows at a time.
class TablePrinter final : public KeyPrinter {
 public:
  TablePrinter(Output& out, bool long_form) : out_(out), long_form_(long_form) {}

  void add(const KvItem& item) override {
    rows_.push_back(item);
    ++count_;
    if (rows_.size() >= 1000) print();
  }

  void finish(const std::optional<std::string>& cursor) override {
    print();
    if (count_ == 0) out_.note("no keys");
    note_cursor(out_, cursor);
  }

 private:
  void print() {
    if (rows_.empty()) return;
    // Columns are shown as soon as an entry has a value for them, requested or not.
    const bool expires = long_form_ || std::any_of(rows_.begin(), rows_.end(), [](const KvItem& item) {
                           return item.expiration.has_value();
                         });
    const bool has_metadata = long_form_ || std::any_of(rows_.begin(), rows_.end(), [](const KvItem& item) {
                                return item.metadata.has_value();
                              });
    std::vector<Table::Column> columns = {{"key"}};
    if (long_form_) columns.push_back({"size", Table::Align::right});
    if (expires) columns.push_back({"expires (UTC)"});
    if (has_metadata) columns.push_back({"metadata"});
    Table table(std::move(columns));
    for (const KvItem& item : rows_) {
      std::vector<std::string> row = {item.key};
      if (long_form_) row.push_back(item.size ? readable_size(*item.size) : "");
      if (expires) row.push_back(item.expiration ? readable_time(*item.expiration) : "");
      if (has_metadata) row.push_back(item.metadata.value_or(""));
      table.add(std::move(row));
    }
    table.print(out_);
    rows_.clear();
  }

  Output& out_;
  bool long_form_;
  std::vector<KvItem> rows_;
  std::size_t count_ = 0;
};

}  // namespace

std::unique_ptr<KeyPrinter> KeyPrinter::make(const KeyListStyle& style, Output& out) {
  if (count_given({style.names, style.nul, style.ndjson, style.page}) > 1) {
    throw Error(ErrorKind::usage, "--names, --print0, --ndjson and --page exclude each other");
  }
  if (style.names) return std::make_unique<NamePrinter>(out, '\n');
  if (style.nul) return std::make_unique<NamePrinter>(out, '\0');
  if (style.ndjson) return std::make_unique<LinePrinter>(out);
  if (style.page || !out.for_person()) return std::make_unique<JsonPrinter>(out, style.page);
  return std::make_unique<TablePrinter>(out, style.long_form);
}

}  // namespace corral::kv
