#include "backends/snapshots/records.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/byte_order.hpp"
#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/files/nofollow.hpp"
#include "backends/wrangler/state_tree.hpp"

namespace corral::snapshots {

namespace {

constexpr std::string_view first_line = "corral records 1\n";
constexpr std::uint32_t end_mark = 0xFFFFFFFF;
constexpr std::size_t max_name_bytes = 511;
/// The largest value: a KV value with its metadata and headers.
constexpr std::uint64_t max_value_bytes = std::uint64_t{64} << 20U;

using Lengths = std::array<char, 16>;

Lengths encode(std::uint32_t name, std::uint32_t key, std::uint64_t value) {
  Lengths bytes{};
  write_little_endian(bytes.data(), name);
  write_little_endian(bytes.data() + 4, key);
  write_little_endian(bytes.data() + 8, value);
  return bytes;
}

/// The databases of the queues' environment: queues work only if all of them exist.
constexpr std::array<const char*, 6> queue_databases = {"queues", "messages", "bodies",
                                                        "due",    "final",    "retention"};

bool is_of_queues(std::string_view database) {
  return std::find(queue_databases.begin(), queue_databases.end(), database) != queue_databases.end();
}

bool is_wanted(const std::vector<StateService>& services, std::string_view database, std::string_view key) {
  const auto service = service_of_record(database, key);
  return service && wrangler::holds(services, *service);
}

class LiveRecords final : public RecordStream {
 public:
  LiveRecords(lmdb::Transaction& transaction, std::vector<StateService> services)
      : transaction_(transaction), services_(std::move(services)), names_(transaction.names()) {
    std::sort(names_.begin(), names_.end());
  }

  const Record* next() override {
    while (cursor_ || open_next()) {
      const auto found = std::exchange(at_start_, false) ? cursor_->first() : cursor_->next();
      if (!found) {
        cursor_.reset();
        continue;
      }
      if (!is_wanted(services_, record_.database, found->first)) continue;
      record_.key = found->first;
      record_.value = found->second;
      return &record_;
    }
    return nullptr;
  }

 private:
  bool open_next() {
    while (at_ < names_.size()) {
      record_.database = names_[at_++];
      // Other files beside it are left alone.
      if (!service_of_record(record_.database, "") && record_.database != "registry") continue;
      const auto database = transaction_.find(record_.database);
      if (!database) continue;
      // Constructed in place: a cursor cannot be moved.
      cursor_.reset(new lmdb::Cursor(transaction_.cursor(*database)));  // NOLINT(modernize-make-unique)
      at_start_ = true;
      return true;
    }
    return false;
  }

  lmdb::Transaction& transaction_;
  std::vector<StateService> services_;
  std::vector<std::string> names_;
  std::size_t at_ = 0;
  std::unique_ptr<lmdb::Cursor> cursor_;
  bool at_start_ = false;
  Record record_;
};

class StoredRecords final : public RecordStream {
 public:
  StoredRecords(const std::filesystem::path& file, std::vector<StateService> services)
      : name_(shown(file.native())),
        source_(nofollow::open_for_reading(file), file.native()),
        services_(std::move(services)) {
    if (take(first_line.size()) != first_line) fail();
  }

  const Record* next() override {
    while (true) {
      const std::string lengths = take(sizeof(Lengths));
      const auto name = read_little_endian<std::uint32_t>(lengths.data());
      const auto key = read_little_endian<std::uint32_t>(lengths.data() + 4);
      const auto value = read_little_endian<std::uint64_t>(lengths.data() + 8);
      if (name == end_mark) {
        char more = 0;
        if (key != 0 || value != count_ || fill_ != at_ || source_.read({&more, 1}) != 0) fail();
        return nullptr;
      }
      if (name == 0 || name > max_name_bytes || key == 0 || key > lmdb::max_key_bytes ||
          value > max_value_bytes) {
        fail();
      }
      Record record{take(name), take(key), take(value)};
      const bool in_order =
          count_ == 0 || std::tie(record_.database, record_.key) < std::tie(record.database, record.key);
      if (!in_order || !service_of_record(record.database, record.key)) fail();
      ++count_;
      record_ = std::move(record);
      if (is_wanted(services_, record_.database, record_.key)) return &record_;
    }
  }

 private:
  [[noreturn]] void fail() const {
    throw Error(ErrorKind::corrupt, fmt::format("{} is damaged", name_), "nothing was changed");
  }

  std::string take(std::size_t count) {
    std::string bytes;
    while (bytes.size() < count) {
      if (at_ == fill_) {
        fill_ = source_.read(buffer_);
        at_ = 0;
        if (fill_ == 0) fail();
      }
      const std::size_t piece = std::min(count - bytes.size(), fill_ - at_);
      bytes.append(buffer_.data() + at_, piece);
      at_ += piece;
    }
    return bytes;
  }

  std::string name_;
  FileSource source_;
  std::vector<StateService> services_;
  std::array<char, 65'536> buffer_{};
  std::size_t at_ = 0;
  std::size_t fill_ = 0;
  std::uint64_t count_ = 0;
  Record record_;
};

/// An entry to be put, or removed if it has no value.
struct RecordChange {
  std::string database;
  std::string key;
  std::optional<std::string> value;
};

std::vector<RecordChange> changes_to(RecordStream& live, RecordStream& wanted) {
  std::vector<RecordChange> changes;
  merge_records(live, wanted, [&](const Record* have, const Record* want) {
    if (want == nullptr) {
      changes.push_back({have->database, have->key, std::nullopt});
    } else if (have == nullptr || have->value != want->value) {
      changes.push_back({want->database, want->key, want->value});
    }
  });
  return changes;
}

class NoRecords final : public RecordStream {
 public:
  const Record* next() override { return nullptr; }
};

}  // namespace

std::optional<StateService> service_of_record(std::string_view database, std::string_view key) {
  if (database.starts_with("kv/")) return StateService::kv;
  if (database == "migrations") return StateService::d1;
  if (database == "registry") {
    if (key.starts_with("kv_namespace/")) return StateService::kv;
    if (key.starts_with("d1_database/")) return StateService::d1;
    if (key.starts_with("r2_bucket/")) return StateService::r2;
    if (key.starts_with("queue/")) return StateService::queues;
    return std::nullopt;
  }
  if (is_of_queues(database)) return StateService::queues;
  return std::nullopt;
}

std::unique_ptr<RecordStream> live_records(lmdb::Transaction& transaction,
                                           const std::vector<StateService>& services) {
  return std::make_unique<LiveRecords>(transaction, services);
}

std::unique_ptr<RecordStream> stored_records(const std::filesystem::path& file,
                                             const std::vector<StateService>& services) {
  return std::make_unique<StoredRecords>(file, services);
}

void write_records(RecordStream& records, const std::function<void(std::string_view)>& write) {
  const auto write_lengths = [&](const Lengths& lengths) { write({lengths.data(), lengths.size()}); };
  write(first_line);
  std::uint64_t count = 0;
  while (const Record* record = records.next()) {
    ++count;
    write_lengths(encode(static_cast<std::uint32_t>(record->database.size()),
                         static_cast<std::uint32_t>(record->key.size()), record->value.size()));
    write(record->database);
    write(record->key);
    write(record->value);
  }
  write_lengths(encode(end_mark, 0, count));
}

std::unique_ptr<RecordStream> no_records() {
  return std::make_unique<NoRecords>();
}

bool same_records(lmdb::Environment& environment, const std::vector<StateService>& services,
                  const std::function<std::unique_ptr<RecordStream>()>& open) {
  bool same = false;
  const bool exists = environment.read([&](lmdb::Transaction& transaction) {
    LiveRecords live(transaction, services);
    same = changes_to(live, *open()).empty();
  });
  return exists ? same : open()->next() == nullptr;
}

std::uint64_t replace_records(lmdb::Environment& environment, const std::vector<StateService>& services,
                              const std::function<std::unique_ptr<RecordStream>()>& open) {
  if (same_records(environment, services, open)) return 0;
  std::vector<RecordChange> changes;
  environment.write([&](lmdb::Transaction& transaction) {
    {
      LiveRecords live(transaction, services);
      changes = changes_to(live, *open());
    }
    if (std::any_of(changes.begin(), changes.end(),
                    [](const RecordChange& change) { return is_of_queues(change.database); })) {
      for (const char* const name : queue_databases) transaction.make(name);
    }
    for (const RecordChange& change : changes) {
      const lmdb::Database database = transaction.make(change.database);
      if (change.value) {
        transaction.put(database, change.key, *change.value);
      } else {
        transaction.erase(database, change.key);
      }
    }
  });
  return changes.size();
}

void merge_records(RecordStream& first, RecordStream& second,
                   const std::function<void(const Record* first, const Record* second)>& visit) {
  const Record* a = first.next();
  const Record* b = second.next();
  while (a != nullptr || b != nullptr) {
    const bool a_first =
        b == nullptr || (a != nullptr && std::tie(a->database, a->key) < std::tie(b->database, b->key));
    const bool b_first =
        a == nullptr || (b != nullptr && std::tie(b->database, b->key) < std::tie(a->database, a->key));
    visit(b_first ? nullptr : a, a_first ? nullptr : b);
    if (!b_first) a = first.next();
    if (!a_first) b = second.next();
  }
}

}  // namespace corral::snapshots
