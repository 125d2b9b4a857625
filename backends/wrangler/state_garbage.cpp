#include "backends/wrangler/state_garbage.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "backends/error.hpp"
#include "backends/files/durable_file.hpp"
#include "backends/files/nofollow.hpp"
#include "backends/files/replacement_file.hpp"
#include "backends/sqlite/connection.hpp"
#include "backends/wrangler/abandoned_pulls.hpp"
#include "backends/wrangler/blob_marks.hpp"
#include "backends/wrangler/service_tables.hpp"
#include "backends/wrangler/state_files.hpp"
#include "backends/wrangler/state_tree.hpp"

namespace corral::wrangler {

namespace fs = std::filesystem;

namespace {

struct Value {
  std::uint64_t bytes = 0;
  std::size_t folder = 0;
  std::string name;
};

/// The sufficiently old blobs of all folders.
std::vector<Value> old_values(const std::vector<fs::path>& folders, const GarbageOptions& options) {
  std::vector<Value> values;
  for (std::size_t folder = 0; folder < folders.size(); ++folder) {
    for (std::string& name : nofollow::names_in(folders[folder])) {
      if (!is_blob_name(name)) continue;
      const auto status = nofollow::entry_status(folders[folder] / name);
      if (!status || !S_ISREG(status->st_mode)) continue;
      const UnixMillis touched = touched_at(*status);
      if (touched > options.now - options.age) continue;
      values.push_back({static_cast<std::uint64_t>(status->st_size), folder, std::move(name)});
    }
  }
  return values;
}

class Cleaning {
 public:
  Cleaning(const std::vector<StateFile>& files, const fs::path& state_root, const GarbageOptions& options)
      : files_(files), state_root_(state_root), options_(options) {}

  Garbage run() {
    pulls_ = remove_abandoned_pulls(state_root_, options_.now - options_.age, options_.dry_run);
    found_.pulls = pulls_.abandoned;
    for (const StateFile& file : files_) {
      const auto connection = open(file);
      if (!connection) continue;
      if (file.service == "kv") clean_expired(*connection, file);
      if (file.service == "r2") clean_aborted(*connection, file);
    }
    clean_orphans("kv");
    clean_orphans("r2");
    clean_unfinished();
    for (const StateFile& file : files_) clean_log(file);
    return found_;
  }

 private:
  void pulse() {
    if (options_.pulse) options_.pulse();
  }

  /// nullopt: the file is gone or damaged; reporting that is up to `state check`.
  static std::optional<sqlite::Connection> open(const StateFile& file) {
    try {
      auto connection = sqlite::Connection::open_existing(file.file);
      if (connection) connection->prepare("SELECT count(*) FROM sqlite_schema").step();
      return connection;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::corrupt) throw;
      return std::nullopt;
    }
  }

  /// Removes rows with a statement that returns their blobs' names, and then the blobs.
  std::uint64_t take_rows(const sqlite::Connection& connection, const StateFile& file,
                          const std::string& select, const std::string& remove) {
    if (options_.dry_run) {
      sqlite::Statement count = connection.prepare(select);
      count.step();
      return static_cast<std::uint64_t>(count.integer(0));
    }
    std::vector<std::string> names;
    {
      sqlite::Statement any = connection.prepare(select);
      any.step();
      if (any.integer(0) == 0) return 0;
    }
    sqlite::WriteTransaction transaction(connection);
    {
      sqlite::Statement taken = connection.prepare(remove);
      while (taken.step()) names.emplace_back(taken.text(0));
    }
    transaction.commit();
    const ValueFinder values(file, state_root_);
    for (const std::string& name : names) {
      if (const auto value = values.find(name)) ::unlink(value->c_str());
    }
    return names.size();
  }

  void clean_expired(const sqlite::Connection& connection, const StateFile& file) {
    if (!connection.has_table("_mf_entries")) return;
    const std::string which = fmt::format(" FROM _mf_entries WHERE expiration <= {}", options_.now);
    found_.expired +=
        take_rows(connection, file, "SELECT count(*)" + which, "DELETE" + which + " RETURNING blob_id");
    pulse();
  }

  void clean_aborted(const sqlite::Connection& connection, const StateFile& file) {
    if (!connection.has_table("_mf_multipart_parts")) return;
    const std::string which =
        " FROM _mf_multipart_parts WHERE object_key IS NULL AND upload_id IN "
        "(SELECT upload_id FROM _mf_multipart_uploads WHERE state = 2)";
    found_.aborted_parts +=
        take_rows(connection, file, "SELECT count(*)" + which, "DELETE" + which + " RETURNING blob_id");
    pulse();
  }

  /// List blobs before rows: a blob whose row is committed in between is then found referenced.
  void clean_orphans(std::string_view service) {
    const std::vector<fs::path> folders = blob_folders(state_root_, {*state_service_of(service)});
    std::vector<Value> values = old_values(folders, options_);
    if (values.empty()) return;
    BlobMarks named;
    const auto add_from = [&](const sqlite::Connection& connection) {
      NamedValues rows(connection);
      while (const NamedValue* const value = rows.next()) {
        named.add(value->id);
        pulse();
      }
    };
    // A pull moves rows from its own database to the state's, never back.
    for (const fs::path& file : pulls_.databases(service)) {
      if (const auto connection = sqlite::Connection::open_existing(file)) add_from(*connection);
    }
    for (const StateFile& file : files_) {
      if (file.service != service) continue;
      const auto connection = open(file);
      // Which blobs are referenced is unknown then.
      if (!connection) return;
      add_from(*connection);
    }
    std::erase_if(values, [&](const Value& value) { return named.contains(value.name); });
    if (values.empty()) return;
    if (!options_.dry_run) settle(service);
    std::set<std::size_t> emptier;
    for (const Value& value : values) {
      pulse();
      if (!options_.dry_run && ::unlink((folders[value.folder] / value.name).c_str()) != 0) continue;
      emptier.insert(value.folder);
      ++found_.orphans;
      found_.orphan_bytes += value.bytes;
    }
    if (options_.dry_run) return;
    for (const std::size_t folder : emptier) flush_folder(folders[folder]);
  }

  /// After a commit failed during its flush (UnknownOutcome), its rows may remain in the WAL, invisible,
  /// until the last process that has the file open exits. Their blobs look like orphans. A successful commit
  /// permanently overwrites the failed one.
  void settle(std::string_view service) const {
    for (const StateFile& file : files_) {
      if (file.service != service) continue;
      const auto connection = open(file);
      if (!connection) continue;
      sqlite::Statement version = connection->prepare("PRAGMA user_version");
      if (!version.step()) continue;
      const std::string same = fmt::format("PRAGMA user_version = {}", version.integer(0));
      version.reset();
      sqlite::WriteTransaction transaction(*connection);
      connection->execute(same);
      transaction.commit();
    }
  }

  /// Removes unfinished files that killed commands left under temporary names.
  void clean_unfinished() {
    std::error_code gone;
    for (fs::recursive_directory_iterator entry(state_root_ / "v3", gone), end; !gone && entry != end;
         entry.increment(gone)) {
      if (!is_unfinished_name(entry->path().filename().native())) continue;
      pulse();
      struct stat status {};
      if (::lstat(entry->path().c_str(), &status) != 0 || !is_old(status)) continue;
      if (!options_.dry_run && ::unlink(entry->path().c_str()) != 0) continue;
      ++found_.orphans;
      found_.orphan_bytes += static_cast<std::uint64_t>(status.st_size);
    }
  }

  [[nodiscard]] bool is_old(const struct stat& status) const {
    const UnixMillis touched = touched_at(status);
    return S_ISREG(status.st_mode) && touched <= options_.now - options_.age;
  }

  void clean_log(const StateFile& file) {
    const fs::path log = file.file.native() + "-wal";
    const auto bytes_of_log = [&] {
      const auto status = nofollow::regular_file_status(log);
      return status ? static_cast<std::uint64_t>(status->st_size) : 0;
    };
    const std::uint64_t bytes = bytes_of_log();
    if (bytes == 0) return;
    if (!options_.dry_run) {
      const auto connection = open(file);
      if (!connection) return;
      connection->fold_log();
      if (bytes_of_log() >= bytes) return;  // another process is reading it
    }
    ++found_.logs;
    found_.log_bytes += bytes;
    pulse();
  }

  const std::vector<StateFile>& files_;
  const fs::path& state_root_;
  const GarbageOptions& options_;
  UnfinishedPulls pulls_;
  Garbage found_;
};

}  // namespace

Garbage clean_state(const std::vector<StateFile>& files, const fs::path& state_root,
                    const GarbageOptions& options) {
  return Cleaning(files, state_root, options).run();
}

}  // namespace corral::wrangler
