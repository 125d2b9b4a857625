#include "backends/snapshots/shelved_values.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/wrangler/service_tables.hpp"
#include "backends/wrangler/state_tree.hpp"

namespace corral::snapshots {

void ShelvedValues::take_all(const std::vector<StateService>& services) {
  folders_ = wrangler::list_value_folders(live_.v3, services);
  for (const std::string& folder : folders_) {
    live_.check_interrupt();
    shelf_.take_all(folder);
  }
}

bool ShelvedValues::take(const wrangler::NamedValue& value) {
  if (!wrangler::is_blob_name(value.id)) return false;
  if (shelf_.folder_of(value.id)) return true;
  return std::any_of(folders_.begin(), folders_.end(),
                     [&](const std::string& folder) { return shelf_.take(folder, value.id); });
}

bool ShelvedValues::take_rows(const DatabaseMoment& database, Rows& rows) {
  rows.values = wrangler::named_values(database.connection());
  rows.complete = true;
  std::set<std::string> missing;
  for (const wrangler::NamedValue& value : rows.values) {
    if (take(value)) continue;
    if (!rows.missing.contains(value.id)) rows.complete = false;
    missing.insert(value.id);
  }
  rows.missing = std::move(missing);
  return rows.complete;
}

bool ShelvedValues::complete(const StateMoment& moment) {
  bool all = true;
  std::erase_if(rows_, [&](const auto& known) { return !moment.databases.contains(known.first); });
  for (const auto& [path, database] : moment.databases) {
    const auto service = wrangler::service_of_path(path);
    if (service != StateService::kv && service != StateService::r2) continue;
    const std::string signature = database->signature();
    Rows& rows = rows_[path];
    if (rows.complete && !signature.empty() && rows.signature == signature) continue;
    rows.signature = signature;
    if (!take_rows(*database, rows)) all = false;
  }
  if (!all) folders_ = wrangler::list_value_folders(live_.v3, {StateService::kv, StateService::r2});
  return all;
}

std::vector<KeptValues> ShelvedValues::list() const {
  std::map<std::string, KeptValues> folders;
  for (const auto& [path, rows] : rows_) {
    for (const wrangler::NamedValue& value : rows.values) {
      if (rows.missing.contains(value.id)) continue;
      const std::string folder = *shelf_.folder_of(value.id);
      const auto bytes = shelf_.size(folder, value.id);
      if (!bytes || (value.bytes && *bytes != *value.bytes)) {
        throw Error(ErrorKind::corrupt,
                    fmt::format("the value of \"{}\" in {} is {} bytes long, and its row says {}",
                                shown(value.key), shown(folder), bytes.value_or(0), value.bytes.value_or(0)),
                    "nothing was kept; write that key again, or delete it");
      }
      KeptValues& kept = folders[folder];
      kept.folder = folder;
      kept.values.emplace_back(value.id, *bytes);
    }
  }
  std::vector<KeptValues> list;
  for (auto& [folder, kept] : folders) {
    std::sort(kept.values.begin(), kept.values.end());
    kept.values.erase(std::unique(kept.values.begin(), kept.values.end()), kept.values.end());
    list.push_back(std::move(kept));
  }
  return list;
}

}  // namespace corral::snapshots
