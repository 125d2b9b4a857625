#include "commands/sql/json_results.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>

#include <fmt/format.h>

#include "backends/bytes/javascript_number.hpp"
#include "commands/command/data_sink.hpp"
#include "commands/command/output.hpp"
#include "commands/text/json_reader.hpp"
#include "commands/text/json_text.hpp"

namespace corral {

namespace {

/// "0" to "4294967294" without leading zeros.
std::optional<std::uint32_t> array_index(std::string_view name) {
  std::uint32_t index = 0;
  const auto [end, failure] = std::from_chars(name.data(), name.data() + name.size(), index);
  if (name.empty() || failure != std::errc() || end != name.data() + name.size()) return std::nullopt;
  if ((name.size() > 1 && name.front() == '0') || index == UINT32_MAX) return std::nullopt;
  return index;
}

}  // namespace

void append_json_value(std::string& text, const SqlCell& cell, BlobForm form) {
  switch (cell.type) {
    case SqlType::null: text += "null"; break;
    case SqlType::integer: append_javascript_integer(text, cell.integer); break;
    case SqlType::real: text += javascript_number(cell.real); break;
    case SqlType::text: append_json_string(text, cell.bytes); break;
    case SqlType::blob: {
      const bool as_text = form == BlobForm::text;
      text += as_text ? "\"[" : "[";
      for (std::size_t i = 0; i < cell.bytes.size(); ++i) {
        fmt::format_to(std::back_inserter(text), "{}{}",
                       i == 0    ? ""
                       : as_text ? ", "
                                 : ",",
                       static_cast<unsigned>(static_cast<unsigned char>(cell.bytes[i])));
      }
      text += as_text ? "]\"" : "]";
      break;
    }
  }
}

std::vector<RowMember> row_members(const std::vector<std::string>& columns) {
  std::vector<RowMember> members;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto same = std::find_if(members.begin(), members.end(),
                                   [&](const RowMember& member) { return member.name == columns[i]; });
    if (same == members.end()) {
      members.push_back({columns[i], i});
    } else {
      same->column = i;
    }
  }
  std::stable_sort(members.begin(), members.end(), [](const RowMember& a, const RowMember& b) {
    const auto first = array_index(a.name);
    const auto second = array_index(b.name);
    return first && (!second || *first < *second);
  });
  return members;
}

void JsonResults::begin(const sql::ScriptStatement& statement, const std::vector<std::string>& columns) {
  static_cast<void>(statement);
  held_.write(first_statement_ ? "[\n  {\n    \"results\": [" : ",\n  {\n    \"results\": [");
  first_statement_ = false;
  first_row_ = true;
  if (columns == columns_) return;
  columns_ = columns;
  lead_.clear();
  order_.clear();
  for (const RowMember& member : row_members(columns)) {
    lead_.push_back(fmt::format("{}        {}: ", lead_.empty() ? "" : ",\n", json_string(member.name)));
    order_.push_back(member.column);
  }
}

void JsonResults::row(SqlRow row) {
  text_ = first_row_ ? "\n      {\n" : ",\n      {\n";
  first_row_ = false;
  for (std::size_t i = 0; i < order_.size(); ++i) {
    text_ += lead_[i];
    append_json_value(text_, row[order_[i]], BlobForm::text);
  }
  text_ += "\n      }";
  held_.write(text_);
}

void JsonResults::end(const SqlStatementStats& stats) {
  text_ = first_row_ ? "],\n" : "\n    ],\n";
  constexpr double places = 10'000;  // of a millisecond
  text_ += "    \"success\": true,\n    \"meta\": {\n      \"duration\": ";
  text_ += javascript_number(std::round(stats.duration_ms * places) / places);
  if (meta_) {
    text_ += fmt::format(
        ",\n      \"changes\": {},\n      \"last_row_id\": {},\n      \"rows_read\": {},\n      "
        "\"rows_written\": {}",
        stats.changes, stats.last_row_id, stats.rows_read, stats.rows_written);
  }
  text_ += "\n    }\n  }";
  held_.write(text_);
}

bool JsonResults::take_answer(const std::string& json) {
  held_.write(first_statement_ ? "[\n  " : ",\n  ");
  first_statement_ = false;
  held_.write(json_text(parse_json(json, "the answer"), 2, 1));
  return true;
}

void JsonResults::finish() {
  held_.write(first_statement_ ? "[]\n" : "\n]\n");
  DataSink sink(out_);
  held_.release(sink);
}

}  // namespace corral
