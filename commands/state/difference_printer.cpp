#include "commands/state/difference_printer.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"

namespace corral::state {

namespace {

constexpr std::uint64_t rows_at_once = 500;

}  // namespace

void DifferencePrinter::print(const StateDifference& difference) {
  ++count_;
  if (out_.for_person()) {
    add_row(difference);
  } else {
    out_.data((count_ == 1 ? "[\n  " : ",\n  ") + json_of_difference(difference));
  }
}

std::uint64_t DifferencePrinter::finish() {
  if (!out_.for_person()) {
    out_.data(count_ == 0 ? "[]\n" : "\n]\n");
  } else if (count_ != 0) {
    table_.print_part(out_);
  }
  return count_;
}

void DifferencePrinter::add_row(const StateDifference& difference) {
  const std::string what =
      difference.table.empty() ? difference.what : fmt::format("{} of {}", difference.what, difference.table);
  table_.add({std::string(name_of(difference.change)), std::string(name_of(difference.service)),
              name_of_(difference), what, difference.item,
              fmt::format("{}", fmt::join(difference.fields, ", "))});
  if (count_ % rows_at_once == 0) table_.print_part(out_);
}

std::string DifferencePrinter::json_of_difference(const StateDifference& difference) const {
  Json json;
  json["change"] = name_of(difference.change);
  json["service"] = name_of(difference.service);
  json["resource"] = name_of_(difference);
  json["what"] = difference.what;
  if (!difference.table.empty()) json["table"] = difference.table;
  json["item"] = difference.item;
  if (!difference.fields.empty()) json["fields"] = difference.fields;
  if (difference.place.find('/') != std::string::npos) json["file"] = difference.place;
  return json_text(json, 0);
}

}  // namespace corral::state
