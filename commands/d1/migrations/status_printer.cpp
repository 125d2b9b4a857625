#include "commands/d1/migrations/status_printer.hpp"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"
#include "commands/text/table.hpp"

namespace corral::d1 {

namespace {

using migrations::MigrationEntry;
using migrations::MigrationState;

/// "2026-11-25T04:02:09Z" from SQLite's "2026-11-25 04:02:09".
std::string iso_of(std::string time) {
  if (time.size() != std::string_view("2026-11-25 04:02:09").size()) return time;
  std::replace(time.begin(), time.end(), ' ', 'T');
  return time + "Z";
}

/// A JSON number, or a string if a double could not represent it.
Json number_of(const MigrationEntry& entry) {
  constexpr std::size_t safe_digits = 15;
  if (!entry.number) return nullptr;
  const std::string text = entry.number->text();
  if (text.size() > safe_digits) return text;
  return std::stoll(text);
}

std::string remark_on(const MigrationEntry& entry) {
  std::string remark;
  switch (entry.state) {
    case MigrationState::applied:
      if (!entry.sha256) remark = "applied elsewhere; no checksum";
      break;
    case MigrationState::changed: remark = "the file is not what was applied"; break;
    case MigrationState::missing: remark = "there is no such file"; break;
    case MigrationState::out_of_order: remark = "a later one is applied"; break;
    case MigrationState::pending: break;
  }
  if (!entry.same_number.empty()) {
    remark += fmt::format("{}same number as {}", remark.empty() ? "" : "; ", entry.same_number.front());
  }
  return remark;
}

}  // namespace

void print_status(const migrations::MigrationStatus& status, Output& out) {
  if (out.for_person()) {
    Table table({{"number", Table::Align::right}, {"name"}, {"state"}, {"applied at (UTC)"}, {"remark"}});
    for (const MigrationEntry& entry : status.entries) {
      table.add({entry.number ? entry.number->text() : "", entry.name, std::string(name_of(entry.state)),
                 entry.applied_at.value_or(""), remark_on(entry)});
    }
    table.print(out);
    return;
  }
  Json json = Json::array();
  for (const MigrationEntry& entry : status.entries) {
    Json one;
    one["number"] = number_of(entry);
    one["name"] = entry.name;
    one["state"] = name_of(entry.state);
    one["applied_at"] = entry.applied_at ? Json(iso_of(*entry.applied_at)) : Json(nullptr);
    one["sha256"] = entry.sha256 ? Json(*entry.sha256) : Json(nullptr);
    one["same_number"] = entry.same_number;
    json.push_back(std::move(one));
  }
  out.data(json_text(json, 2) + "\n");
}

bool needs_attention(const migrations::MigrationStatus& status) {
  return std::any_of(status.entries.begin(), status.entries.end(), [](const MigrationEntry& entry) {
    return entry.state != MigrationState::applied || !entry.same_number.empty();
  });
}

}  // namespace corral::d1
