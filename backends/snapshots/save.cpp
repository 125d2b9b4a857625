// LocalStateSnapshots::save.
#include <unistd.h>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/files/durable_file.hpp"
#include "backends/files/nofollow.hpp"
#include "backends/files/replacement_file.hpp"
#include "backends/snapshots/blob_shelf.hpp"
#include "backends/snapshots/discarded_files.hpp"
#include "backends/snapshots/local_snapshots.hpp"
#include "backends/snapshots/records.hpp"
#include "backends/snapshots/shelved_values.hpp"
#include "backends/wrangler/state_tree.hpp"

namespace corral::snapshots {

namespace fs = std::filesystem;

namespace {

/// A database that SQLite finds damaged must not become a trusted copy.
void check_sound(const DatabaseMoment& database) {
  sqlite::Statement check = database.connection().prepare("PRAGMA quick_check(1)");
  if (check.step() && check.text(0) != "ok") {
    throw Error(
        ErrorKind::corrupt,
        fmt::format("{} is damaged ({})", shown(database.connection().file().native()), shown(check.text(0))),
        "nothing was kept; restore it from an earlier snapshot");
  }
}

/// The sources of a snapshot's parts.
struct Parts {
  const fs::path& folder;
  Manifest& manifest;
  const std::optional<Manifest>& latest;
  fs::path latest_folder;
};

void keep_database(Parts& parts, const std::string& path, const DatabaseMoment& database) {
  KeptDatabase kept;
  kept.path = path;
  kept.source = database.signature();
  const std::string file = database_file(parts.manifest.databases.size());
  const KeptDatabase* const before = parts.latest ? parts.latest->find_database(path) : nullptr;
  const bool shared = before != nullptr && !kept.source.empty() && before->source == kept.source &&
                      stamp_of(parts.latest_folder / before->file.file) == before->file.stamp;
  if (shared) {
    kept.file = share(parts.latest_folder, before->file, parts.folder, file);
  } else {
    check_sound(database);
    KeptFileWriter copy(parts.folder, file);
    database.read_pages([&](std::string_view page) { copy.write(page); });
    kept.file = copy.finish(true);
  }
  parts.manifest.info.bytes += kept.file.bytes;
  parts.manifest.databases.push_back(std::move(kept));
}

void keep_records(Parts& parts, const std::string& environment, lmdb::Transaction* transaction,
                  const std::string& signature) {
  if (transaction == nullptr) return;
  KeptRecords kept;
  kept.environment = environment;
  kept.source = signature;
  const std::string file = records_file(environment);
  const KeptRecords* const before = parts.latest ? parts.latest->find_records(environment) : nullptr;
  const bool shared = before != nullptr && before->source == signature &&
                      parts.latest->info.services == parts.manifest.info.services &&
                      stamp_of(parts.latest_folder / before->file.file) == before->file.stamp;
  if (shared) {
    kept.file = share(parts.latest_folder, before->file, parts.folder, file);
  } else {
    KeptFileWriter copy(parts.folder, file);
    write_records(*live_records(*transaction, parts.manifest.info.services),
                  [&](std::string_view bytes) { copy.write(bytes); });
    kept.file = copy.finish(true);
  }
  parts.manifest.info.bytes += kept.file.bytes;
  parts.manifest.records.push_back(std::move(kept));
}

}  // namespace

SnapshotInfo LocalStateSnapshots::save(std::string_view name, const std::vector<StateService>& services,
                                       UnixMillis now, bool replace) {
  check_free(name, replace);
  const FileLock locked = lock();
  finish_interrupted();
  check_free(name, replace);
  const std::optional<Manifest> before = latest();
  const fs::path folder = begin_folder();
  Manifest manifest;
  manifest.info.name = name;
  manifest.info.created_at = now;
  manifest.info.services = services;
  Parts parts{folder, manifest, before, before ? layout_.state(before->info.name) : fs::path()};
  BlobShelf shelf(layout_.values(), live_.v3);
  ShelvedValues values(shelf, live_);
  try {
    values.take_all(services);
    at_one_moment(
        live_, services, [&](const StateMoment& moment) { return values.complete(moment); },
        [&](const StateMoment& moment) {
          for (const auto& [path, database] : moment.databases) {
            live_.check_interrupt();
            keep_database(parts, path, *database);
          }
          keep_records(parts, "corral", moment.environment, moment.environment_signature);
          if (wrangler::holds(services, StateService::queues)) {
            keep_records(parts, "queues", moment.queues, moment.queues_signature);
          }
        });
    values.write_list(folder, manifest);
    manifest.info.databases = manifest.databases.size();
    for (const char* const part : {databases_folder, records_folder}) {
      if (nofollow::status(folder / part)) flush_folder(folder / part);
    }
    // Values that wrangler dev wrote may not have reached the disk yet.
    shelf.flush_taken();
    replace_file(folder / manifest_file, encode(manifest));
    publish(folder, name);
    DiscardedFiles(layout_.discarded()).remove_within(std::chrono::milliseconds(50));
  } catch (...) {
    discard_folder(folder);
    throw;
  }
  return manifest.info;
}

}  // namespace corral::snapshots
