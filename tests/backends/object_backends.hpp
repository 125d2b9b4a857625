#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "backends/bytes/unix_time.hpp"
#include "backends/object_store.hpp"
#include "tests/temporary_folder.hpp"

namespace corral::testing {

/// An implementation of ObjectBackend under test.
struct ObjectImplementation {
  std::string name;
  std::unique_ptr<ObjectBackend> (*open)(const std::filesystem::path& state_root);
};

/// Every implementation; a new one is added here and nowhere else.
const std::vector<ObjectImplementation>& object_implementations();

/// The moment at which the tests take place.
inline constexpr UnixMillis object_noon = 1'800'000'000'000;

/// A bucket of an implementation in a state folder of its own, with short forms for tests.
class ObjectFixture {
 public:
  explicit ObjectFixture(const ObjectImplementation& implementation, const std::string& bucket = "my-bucket")
      : backend(implementation.open(folder.path())), store(backend->open(bucket)) {}

  std::optional<ObjectInfo> put(std::string key, std::string_view body, ObjectConditions conditions = {}) {
    ObjectWrite write;
    write.key = std::move(key);
    write.conditions = std::move(conditions);
    return this->put(write, body);
  }

  std::optional<ObjectInfo> put(const ObjectWrite& write, std::string_view body) {
    MemorySource source(body);
    return store->put(write, source, object_noon);
  }

  std::optional<std::string> get(std::string_view key, std::optional<ObjectRange> range = {}) {
    const auto object = store->get(key, range, {});
    if (!object) return std::nullopt;
    return read_all(*object->body, UINT64_MAX, "the object");
  }

  std::vector<std::string> keys(const ObjectListOptions& options = {}) {
    std::vector<std::string> keys;
    for (const ObjectInfo& object : store->list(options).objects) keys.push_back(object.key);
    return keys;
  }

  /// How many files the state folder has below folders named "blobs".
  [[nodiscard]] std::size_t blobs() const {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path())) {
      if (entry.is_regular_file() && entry.path().parent_path().filename() == "blobs") ++count;
    }
    return count;
  }

  TemporaryFolder folder;
  std::unique_ptr<ObjectBackend> backend;
  std::unique_ptr<ObjectStore> store;
};

}  // namespace corral::testing
