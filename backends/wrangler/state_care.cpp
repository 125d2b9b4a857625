#include "backends/wrangler/state_care.hpp"

#include <algorithm>
#include <string>
#include <unistd.h>
#include <vector>

#include "backends/sqlite/connection.hpp"
#include "backends/sqlite/file_database.hpp"
#include "backends/wrangler/state_check.hpp"
#include "backends/wrangler/state_files.hpp"
#include "backends/wrangler/state_garbage.hpp"

namespace corral::wrangler {

namespace {

bool are_missing(const sqlite::Connection& connection, const char* query, std::string_view key,
                 const ValueFinder& values) {
  sqlite::Statement rows = connection.prepare(query);
  rows.bind(1, key);
  while (rows.step()) {
    if (!values.find(rows.text(0))) return true;
  }
  return false;
}

/// Rechecked within a write transaction: the key may have been stored again.
bool remove_entry(const sqlite::Connection& connection, std::string_view key, const ValueFinder& values) {
  if (!are_missing(connection, "SELECT blob_id FROM _mf_entries WHERE key = ?1", key, values)) return false;
  connection.prepare("DELETE FROM _mf_entries WHERE key = ?1").bind(1, key).run();
  return true;
}

bool remove_object(const sqlite::Connection& connection, std::string_view key, const ValueFinder& values) {
  const char* const bodies =
      "SELECT blob_id FROM _mf_objects WHERE key = ?1 AND blob_id IS NOT NULL UNION ALL "
      "SELECT blob_id FROM _mf_multipart_parts WHERE object_key = ?1";
  if (!are_missing(connection, bodies, key, values)) return false;
  // Any remaining blobs of its parts are orphans then; `clean` removes them.
  connection.prepare("DELETE FROM _mf_multipart_parts WHERE object_key = ?1").bind(1, key).run();
  connection.prepare("DELETE FROM _mf_objects WHERE key = ?1").bind(1, key).run();
  return true;
}

}  // namespace

std::vector<StateFile> WranglerStateCare::files() {
  return state_files(state_root_);
}

void WranglerStateCare::check(bool deep, const std::function<void()>& pulse,
                              const std::function<void(const StateProblem&)>& report) {
  for (const StateFile& file : files()) check_state_file(file, state_root_, deep, pulse, report);
}

Garbage WranglerStateCare::clean(const GarbageOptions& options) {
  return clean_state(files(), state_root_, options);
}

bool WranglerStateCare::mend(const StateProblem& problem) {
  using Kind = StateProblem::Kind;
  if (problem.kind != Kind::index && problem.kind != Kind::missing) return false;
  const auto connection = sqlite::Connection::open_existing(problem.file);
  if (!connection) return false;
  if (problem.kind == Kind::index) {
    sqlite::WriteTransaction transaction(*connection);
    connection->execute("REINDEX");
    transaction.commit();
    return true;
  }
  const std::vector<StateFile> all = files();
  const auto file =
      std::find_if(all.begin(), all.end(), [&](const StateFile& one) { return one.file == problem.file; });
  if (file == all.end()) return false;
  const ValueFinder values(*file, state_root_);
  sqlite::WriteTransaction transaction(*connection);
  const bool removed = file->service == "kv" ? remove_entry(*connection, problem.item, values)
                                             : remove_object(*connection, problem.item, values);
  transaction.commit();
  return removed;
}

void WranglerStateCare::empty(const StateFile& file) {
  sqlite::FileDatabase(file.file, {.create = false, .unrestricted = true}).drop();
}

}  // namespace corral::wrangler
