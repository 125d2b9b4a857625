#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backends/sql_database.hpp"

namespace corral {

/// Nanoseconds since 1970, as alarms are kept.
using UnixNanos = std::int64_t;

/// The digits of an object's id.
inline constexpr std::size_t do_id_digits = 64;

/// A class of Durable Objects: whose script it is and what it is called there.
struct DurableClass {
  std::string script;
  std::string name;
  friend bool operator==(const DurableClass&, const DurableClass&) = default;
};

/// Whether a text is the id of an object: 64 lower-case hexadecimal digits.
bool is_object_id(std::string_view text) noexcept;

/// What there is to say of one object.
struct DurableObjectInfo {
  std::optional<std::string> name;  ///< none for an object with a unique id
  std::uint64_t keys = 0;           ///< that storage.put stored
  std::uint64_t tables = 0;         ///< made with storage.sql
  std::uint64_t bytes = 0;          ///< of its file and the write-ahead log
  std::optional<UnixNanos> alarm;
};

/// The same of one of many: a damaged file does not hide the others.
struct DurableObjectFinding {
  DurableObjectInfo info;
  std::string problem;  ///< why there is no info; empty if there is
};

/// The objects of a class on disk together.
struct DurableClassSize {
  std::uint64_t objects = 0;
  std::uint64_t bytes = 0;  ///< of their files
};

struct StorageItem {
  std::string key;
  std::string value;  ///< as V8 serialized it (backends/v8)
};

/// A range of keys in the order of their UTF-8 bytes.
struct StorageRange {
  std::string prefix = {};
  std::optional<std::string> start = {};  ///< the first key of the range
  std::optional<std::string> end = {};    ///< the first key behind it
  std::optional<std::string> after = {};  ///< goes on behind this key, in the direction of the list
  bool reverse = false;
  std::optional<std::uint64_t> limit = {};
};

/// One object, stored or not yet. Calls wait up to 15 s for other processes and then throw busy; they can
/// work while `wrangler dev` has the object loaded. What changes is durable when the call returns.
class DurableObject {
 public:
  virtual ~DurableObject() = default;

  [[nodiscard]] virtual const std::string& id() const = 0;

  /// The file that holds it, whether it exists yet or not.
  [[nodiscard]] virtual const std::filesystem::path& file() const = 0;
  [[nodiscard]] virtual bool is_stored() = 0;

  virtual DurableObjectInfo info() = 0;

  /// The value of a key; nullopt if there is none.
  virtual std::optional<std::string> get(std::string_view key) = 0;

  /// Calls `take` for each item of the range, in order and from one state of the data, until it returns
  /// false.
  virtual void list(const StorageRange& range, const std::function<bool(StorageItem item)>& take) = 0;

  /// Stores all items or none; makes the object if it is not stored. As in workerd, keys and values have no
  /// limit here (Cloudflare's own: 2 MB for both together). Throws invalid_input for a key that is not UTF-8.
  virtual void put(std::span<const StorageItem> items) = 0;

  /// Deletes all of the keys that there are, in one transaction. Returns how many there were.
  virtual std::uint64_t erase(std::span<const std::string> keys) = 0;

  /// Deletes the keys of a range (its `after`, `reverse` and `limit` aside). Returns how many there were.
  virtual std::uint64_t erase(const StorageRange& range) = 0;

  virtual std::optional<UnixNanos> alarm() = 0;

  /// Sets the alarm, in the object and in the list of alarms of its class, from which `wrangler dev` learns
  /// of it when it starts. A crash in between leaves one in the list that the object knows nothing of, which
  /// then does nothing. Makes the object if it is not stored.
  virtual void set_alarm(UnixNanos time) = 0;

  /// Returns whether there was one.
  virtual bool delete_alarm() = 0;

  /// Its SQL database. Without `create`, one that is not stored reads as empty.
  virtual std::unique_ptr<SqlDatabase> sql(const SqlOpenOptions& options) = 0;

  /// Replaces this object by a copy of another's storage, SQL and keys, in one transaction. It keeps its own
  /// id and name, and has no alarm.
  virtual void copy_from(DurableObject& other) = 0;

  /// Removes everything in it, its alarm and, if no other process has it open, its file.
  virtual void drop() = 0;
};

/// The Durable Objects of one state folder.
class DurableObjectBackend {
 public:
  virtual ~DurableObjectBackend() = default;

  /// The classes on disk, sorted. JavaScript's names have no '-', so the last one stands between the script's
  /// name and that of the class.
  virtual std::vector<DurableClass> stored_classes() = 0;

  [[nodiscard]] virtual bool is_stored(const DurableClass& of) = 0;
  virtual DurableClassSize size_of(const DurableClass& of) = 0;

  /// The ids of the stored objects that start with `prefix`, sorted.
  virtual std::vector<std::string> ids(const DurableClass& of, std::string_view prefix) = 0;

  /// The id of the object of this name.
  [[nodiscard]] virtual std::string id_of(const DurableClass& of, std::string_view name) const = 0;

  /// The object with this id. `name`: its name, if it is known, for when it has to be made. Throws
  /// invalid_input for a class that cannot be a folder or an id that is none.
  virtual std::unique_ptr<DurableObject> open(const DurableClass& of, std::string_view id,
                                              std::optional<std::string> name = {}) = 0;

  /// What there is to say of many objects at once, which several threads find out; in the order of the ids.
  /// One that has gone meanwhile reads as empty.
  virtual std::vector<DurableObjectFinding> look_into(const DurableClass& of,
                                                      std::span<const std::string> ids) = 0;
};

}  // namespace corral
