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
  bool in_files = true;  ///< below the state root
};

/// Every implementation of the program that is linked: object_backends.cpp has the local ones,
/// account_object_backend.cpp that of an account.
const std::vector<ObjectImplementation>& object_implementations();

/// The moment at which the tests take place.
inline constexpr UnixMillis object_noon = 1'800'000'000'000;

/// A bucket of an implementation in a state folder of its own, with short forms for tests.
class ObjectFixture {
 public:
  explicit ObjectFixture(const ObjectImplementation& implementation, const std::string& bucket = "my-bucket")
      : backend(implementation.open(folder.path())),
        store(backend->open(bucket)),
        in_files(implementation.in_files) {}

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

  /// The keys of all pages.
  std::vector<std::string> keys(ObjectListOptions options = {}) {
    std::vector<std::string> keys;
    while (true) {
      const ObjectPage page = store->list(options);
      for (const ObjectInfo& object : page.objects) keys.push_back(object.key);
      if (!page.cursor) return keys;
      options.cursor = *page.cursor;
    }
  }

  [[nodiscard]] ObjectTraits traits() const { return store->traits(); }

  /// Whether erasing says that there were `expected` of the keys, where the store knows (ObjectTraits).
  bool erases(const std::vector<std::string>& keys, std::size_t expected) {
    return store->erase(keys) == (traits().counts_erased ? expected : keys.size());
  }

  /// Whether the state folder has so many files below folders named "blobs"; true for what is not in files.
  [[nodiscard]] bool has_blobs(std::size_t expected) const {
    if (!in_files) return true;
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path())) {
      if (entry.is_regular_file() && entry.path().parent_path().filename() == "blobs") ++count;
    }
    return count == expected;
  }

  TemporaryFolder folder;
  std::unique_ptr<ObjectBackend> backend;
  std::unique_ptr<ObjectStore> store;
  bool in_files;
};

}  // namespace corral::testing
