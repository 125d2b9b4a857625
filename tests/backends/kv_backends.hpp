#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "backends/bytes/unix_time.hpp"
#include "backends/kv_store.hpp"
#include "tests/temporary_folder.hpp"

namespace corral::testing {

/// An implementation of KvBackend under test.
struct KvImplementation {
  std::string name;
  std::unique_ptr<KvBackend> (*open)(const std::filesystem::path& state_root);
};

/// Every implementation of the program that is linked: kv_backends.cpp has the local ones,
/// account_kv_backend.cpp that of an account.
const std::vector<KvImplementation>& kv_implementations();

/// The moment at which the tests take place.
inline constexpr UnixMillis noon = 1'800'000'000'000;

/// A namespace of an implementation in a state folder of its own, with short forms for tests.
class KvFixture {
 public:
  explicit KvFixture(const KvImplementation& implementation, std::string id = "0123456789abcdef")
      : backend(implementation.open(folder.path())), store(backend->open(id)) {}

  bool put(std::string key, std::string_view value, std::optional<UnixMillis> expiration = {},
           std::optional<std::string> metadata = {},
           KvStore::Condition condition = KvStore::Condition::always) {
    MemorySource source(value);
    KvEntry entry;
    entry.key = std::move(key);
    entry.expiration = expiration;
    entry.metadata = std::move(metadata);
    return store->put(entry, source, condition, noon);
  }

  std::optional<std::string> get(std::string_view key, UnixMillis now = noon) {
    const auto value = store->get(key, now);
    if (!value) return std::nullopt;
    return read_all(*value->body, kv_max_value_bytes, "the value");
  }

  std::vector<std::string> names(KvListOptions options = {}, UnixMillis now = noon) {
    std::vector<std::string> keys;
    for (const KvItem& item : store->list(options, now).items) keys.push_back(item.key);
    return keys;
  }

  /// Whether erasing says that there were `expected` of the keys, where the store knows (KvTraits).
  bool erases(const std::vector<std::string>& keys, std::size_t expected) {
    return store->erase(keys) == (store->traits().counts_erased ? expected : keys.size());
  }

  TemporaryFolder folder;
  std::unique_ptr<KvBackend> backend;
  std::unique_ptr<KvStore> store;
};

}  // namespace corral::testing
