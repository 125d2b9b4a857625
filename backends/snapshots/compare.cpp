// LocalStateSnapshots::compare.
#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "backends/error.hpp"
#include "backends/files/durable_file.hpp"
#include "backends/files/nofollow.hpp"
#include "backends/snapshots/blob_shelf.hpp"
#include "backends/snapshots/database_comparison.hpp"
#include "backends/snapshots/local_snapshots.hpp"
#include "backends/snapshots/record_comparison.hpp"
#include "backends/wrangler/state_tree.hpp"

namespace corral::snapshots {

namespace fs = std::filesystem;

namespace {

/// A readable state: a snapshot, or the live state at one moment.
class ReadableState {
 public:
  virtual ~ReadableState() = default;
  [[nodiscard]] virtual std::vector<std::string> databases() const = 0;
  /// The database's content signature: equal only if the content is; empty if unknown.
  [[nodiscard]] virtual std::string content_of(const std::string& path) const = 0;
  /// nullptr if it does not exist.
  virtual const sqlite::Connection* open(const std::string& path) = 0;
  virtual std::unique_ptr<RecordStream> records(const std::string& environment,
                                                const std::vector<StateService>& services) = 0;
  /// The file of a value; empty if it does not exist.
  [[nodiscard]] virtual fs::path value(const std::string& id) const = 0;
};

class KeptState final : public ReadableState {
 public:
  KeptState(const fs::path& folder, const fs::path& shelf, const Manifest& manifest)
      : folder_(folder), manifest_(manifest) {
    for (const KeptDatabase& database : manifest.databases) check_kept(folder, database.file);
    for (const KeptRecords& records : manifest.records) check_kept(folder, records.file);
    for (const KeptValues& values : read_values(folder, manifest)) {
      for (const auto& [id, bytes] : values.values) values_.emplace(id, shelf / values.folder / id);
    }
  }

  [[nodiscard]] std::vector<std::string> databases() const override {
    std::vector<std::string> paths;
    for (const KeptDatabase& database : manifest_.databases) paths.push_back(database.path);
    return paths;
  }

  [[nodiscard]] std::string content_of(const std::string& path) const override {
    const KeptDatabase* const kept = manifest_.find_database(path);
    return kept == nullptr ? std::string() : kept->file.sha256;
  }

  /// The content's hash if the live database is known to have that content.
  [[nodiscard]] std::string content_by_signature(const std::string& path,
                                                 const std::string& signature) const {
    const KeptDatabase* const kept = manifest_.find_database(path);
    return kept != nullptr && !signature.empty() && kept->source == signature ? kept->file.sha256
                                                                              : std::string();
  }

  const sqlite::Connection* open(const std::string& path) override {
    const KeptDatabase* const kept = manifest_.find_database(path);
    if (kept == nullptr || kept->file.bytes == 0) return nullptr;
    opened_ =
        std::make_unique<sqlite::Connection>(sqlite::Connection::open_unchanging(folder_ / kept->file.file));
    return opened_.get();
  }

  std::unique_ptr<RecordStream> records(const std::string& environment,
                                        const std::vector<StateService>& services) override {
    const KeptRecords* const kept = manifest_.find_records(environment);
    return kept == nullptr ? no_records() : stored_records(folder_ / kept->file.file, services);
  }

  [[nodiscard]] fs::path value(const std::string& id) const override {
    const auto found = values_.find(id);
    return found == values_.end() ? fs::path() : found->second;
  }

 private:
  fs::path folder_;
  const Manifest& manifest_;
  std::unique_ptr<sqlite::Connection> opened_;
  std::map<std::string, fs::path> values_;
};

class LiveMoment final : public ReadableState {
 public:
  LiveMoment(const LiveState& live, const StateMoment& moment, const KeptState& other,
             const std::vector<StateService>& services)
      : live_(live),
        moment_(moment),
        other_(other),
        folders_(wrangler::list_value_folders(live.v3, services)) {}

  [[nodiscard]] std::vector<std::string> databases() const override {
    std::vector<std::string> paths;
    for (const auto& [path, database] : moment_.databases) paths.push_back(path);
    return paths;
  }

  [[nodiscard]] std::string content_of(const std::string& path) const override {
    const auto found = moment_.databases.find(path);
    if (found == moment_.databases.end()) return {};
    return other_.content_by_signature(path, found->second->signature());
  }

  const sqlite::Connection* open(const std::string& path) override {
    const auto found = moment_.databases.find(path);
    return found == moment_.databases.end() ? nullptr : &found->second->connection();
  }

  std::unique_ptr<RecordStream> records(const std::string& environment,
                                        const std::vector<StateService>& services) override {
    lmdb::Transaction* const transaction = environment == "queues" ? moment_.queues : moment_.environment;
    return transaction == nullptr ? no_records() : live_records(*transaction, services);
  }

  [[nodiscard]] fs::path value(const std::string& id) const override {
    for (const std::string& folder : folders_) {
      fs::path file = live_.v3 / folder / "blobs" / id;
      if (nofollow::status(file)) return file;
    }
    return {};
  }

 private:
  const LiveState& live_;
  const StateMoment& moment_;
  const KeptState& other_;
  std::vector<std::string> folders_;
};

/// Only for what still exists: a missing file has been replaced.
bool same_value(const fs::path& first, const fs::path& second) {
  if (first.empty() || second.empty()) return false;
  try {
    return same_bytes(first, second);
  } catch (const Error&) {
    return false;
  }
}

class Comparison {
 public:
  Comparison(ReadableState& first, ReadableState& second, std::vector<StateService> services,
             const LiveState& live, const std::function<void(const StateDifference&)>& visit)
      : first_(first), second_(second), services_(std::move(services)), live_(live), visit_(visit) {}

  void run() {
    std::set<std::string> paths;
    for (const std::string& path : first_.databases()) paths.insert(path);
    for (const std::string& path : second_.databases()) paths.insert(path);
    for (const StateService service : services_) {
      for (const std::string& path : paths) {
        if (wrangler::service_of_path(path) == service) compare_at(path);
      }
      for (const char* const environment : {"corral", "queues"}) {
        compare_records(
            [&](bool second) { return (second ? second_ : first_).records(environment, {service}); }, visit_);
      }
    }
  }

 private:
  void compare_at(const std::string& path) {
    live_.check_interrupt();
    const std::string content = first_.content_of(path);
    if (!content.empty() && content == second_.content_of(path)) return;
    compare_databases(
        path, first_.open(path), second_.open(path),
        [&](std::string_view a, std::string_view b) {
          return a == b || (wrangler::is_blob_name(a) && wrangler::is_blob_name(b) &&
                            same_value(first_.value(std::string(a)), second_.value(std::string(b))));
        },
        visit_);
  }

  ReadableState& first_;
  ReadableState& second_;
  std::vector<StateService> services_;
  const LiveState& live_;
  const std::function<void(const StateDifference&)>& visit_;
};

std::vector<StateService> common(const std::vector<StateService>& first,
                                 const std::vector<StateService>& second) {
  std::vector<StateService> both;
  for (const StateService service : first) {
    if (wrangler::holds(second, service)) both.push_back(service);
  }
  return both;
}

}  // namespace

void LocalStateSnapshots::compare(std::string_view first, const std::optional<std::string>& second,
                                  const std::function<void(const StateDifference&)>& visit) {
  static_cast<void>(manifest_of(first));
  if (second) static_cast<void>(manifest_of(*second));
  const FileLock locked = lock();
  finish_interrupted();
  const Manifest before = manifest_of(first);
  KeptState first_state(folder_of(first), layout_.values(), before);
  if (second) {
    const Manifest after = manifest_of(*second);
    KeptState second_state(folder_of(*second), layout_.values(), after);
    Comparison(first_state, second_state, common(before.info.services, after.info.services), live_, visit)
        .run();
    return;
  }
  at_one_moment(
      live_, before.info.services, [](const StateMoment&) { return true; },
      [&](const StateMoment& moment) {
        LiveMoment now(live_, moment, first_state, before.info.services);
        Comparison(first_state, now, before.info.services, live_, visit).run();
      });
}

}  // namespace corral::snapshots
