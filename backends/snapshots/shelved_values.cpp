#include "backends/snapshots/shelved_values.hpp"

#include <algorithm>
#include <list>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/wrangler/state_tree.hpp"

namespace corral::snapshots {

namespace {

bool has_values(std::string_view path) {
  const auto service = wrangler::service_of_path(path);
  return service == StateService::kv || service == StateService::r2;
}

}  // namespace

/// The values that a database of the snapshot references, in the order of their ids.
class ShelvedValues::SortedRows {
 public:
  SortedRows(const std::filesystem::path& file, const Rows& rows)
      : rows_(&rows),
        connection_(sqlite::Connection::open_unchanging(file)),
        values_(connection_, wrangler::NamedValues::Order::by_id),
        current_(values_.next()) {}
  SortedRows(const SortedRows&) = delete;
  SortedRows& operator=(const SortedRows&) = delete;
  ~SortedRows() = default;

  [[nodiscard]] const wrangler::NamedValue* current() const { return current_; }
  [[nodiscard]] const Rows& rows() const { return *rows_; }
  void advance() { current_ = values_.next(); }

 private:
  const Rows* rows_;
  sqlite::Connection connection_;
  wrangler::NamedValues values_;
  const wrangler::NamedValue* current_;
};

void ShelvedValues::take_all(const std::vector<StateService>& services) {
  folders_ = wrangler::list_value_folders(live_.v3, services);
  for (const std::string& path : wrangler::list_databases(live_.v3, services)) {
    if (!has_values(path)) continue;
    live_.check_interrupt();
    try {
      DatabaseMoment database(live_.v3 / path);
      database.begin();
      Rows& rows = rows_[path];
      rows.signature = database.signature();
      take_rows(database, rows);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::not_found) throw;  // deleted meanwhile
    }
  }
}

bool ShelvedValues::take(std::string_view id, Rows& rows) {
  if (!wrangler::is_blob_name(id)) return false;
  const std::string name(id);
  const auto takes = [&](const std::string& folder) { return shelf_.take(folder, name); };
  if (std::any_of(rows.folders.begin(), rows.folders.end(), takes)) return true;
  const auto found = std::find_if(folders_.begin(), folders_.end(), takes);
  if (found == folders_.end()) return false;
  rows.folders.push_back(*found);
  return true;
}

bool ShelvedValues::take_rows(const DatabaseMoment& database, Rows& rows) {
  rows.complete = true;
  std::set<std::string, std::less<>> missing;
  wrangler::NamedValues values(database.connection());
  while (const wrangler::NamedValue* const value = values.next()) {
    if (take(value->id, rows)) continue;
    if (!rows.missing.contains(value->id)) rows.complete = false;
    missing.emplace(value->id);
  }
  rows.missing = std::move(missing);
  return rows.complete;
}

bool ShelvedValues::complete(const StateMoment& moment) {
  bool all = true;
  std::erase_if(rows_, [&](const auto& known) { return !moment.databases.contains(known.first); });
  for (const auto& [path, database] : moment.databases) {
    if (!has_values(path)) continue;
    const std::string signature = database->signature();
    Rows& rows = rows_[path];
    if (rows.complete && !signature.empty() && rows.signature == signature) continue;
    rows.signature = signature;
    if (!take_rows(*database, rows)) all = false;
  }
  if (!all) folders_ = wrangler::list_value_folders(live_.v3, {StateService::kv, StateService::r2});
  return all;
}

void ShelvedValues::write_list(const std::filesystem::path& snapshot, Manifest& manifest) const {
  std::map<std::string, std::vector<const KeptDatabase*>> databases;  // by the folder of their values
  for (const KeptDatabase& database : manifest.databases) {
    const auto rows = rows_.find(database.path);
    if (rows == rows_.end() || database.file.bytes == 0) continue;
    for (const std::string& folder : rows->second.folders) databases[folder].push_back(&database);
  }
  ValueListWriter list(snapshot, manifest);
  for (const auto& [folder, those] : databases) {
    std::list<SortedRows> sorted;
    for (const KeptDatabase* const one : those)
      sorted.emplace_back(snapshot / one->file.file, rows_.at(one->path));
    list.begin_folder(folder);
    list_folder(folder, sorted, list);
  }
  list.finish();
}

/// Merges what the databases name.
void ShelvedValues::list_folder(const std::string& folder, std::list<SortedRows>& databases,
                                ValueListWriter& list) const {
  std::string last;
  while (true) {
    SortedRows* next = nullptr;
    for (SortedRows& one : databases) {
      if (one.current() == nullptr) continue;
      if (next == nullptr || one.current()->id < next->current()->id) next = &one;
    }
    if (next == nullptr) return;
    const wrangler::NamedValue& value = *next->current();
    const Rows& rows = next->rows();
    if (value.id != last && !rows.missing.contains(value.id)) {
      last = value.id;
      const auto bytes = shelf_.size(folder, last);
      const bool is_elsewhere = !bytes && rows.folders.size() > 1;
      if (!is_elsewhere && (!bytes || (value.bytes && *bytes != *value.bytes))) {
        throw Error(ErrorKind::corrupt,
                    fmt::format("the value of \"{}\" in {} is {} bytes long, and its row says {}",
                                shown(value.key), shown(folder), bytes.value_or(0), value.bytes.value_or(0)),
                    "nothing was kept; write that key again, or delete it");
      }
      if (bytes) list.add(last, *bytes);
    }
    next->advance();
  }
}

}  // namespace corral::snapshots
