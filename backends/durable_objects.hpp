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

/// Nanoseconds since 1970-01-01T00:00:00Z, the unit alarms are stored in.
using UnixNanos = std::int64_t;

/// Hex digits in an object id.
inline constexpr std::size_t do_id_digits = 64;

/// A Durable Object class: the script that defines it and its class name.
struct DurableClass {
  std::string script;
  std::string name;
  friend bool operator==(const DurableClass&, const DurableClass&) = default;
};

/// Whether a text is the id of an object: 64 lower-case hexadecimal digits.
bool is_object_id(std::string_view text) noexcept;

/// Summary of one object.
struct DurableObjectInfo {
  std::optional<std::string> name;  ///< none for an object with a unique id
  std::uint64_t keys = 0;           ///< entries written by storage.put
  std::uint64_t tables = 0;         ///< created through storage.sql
  std::uint64_t bytes = 0;          ///< size of its file and WAL
  std::optional<UnixNanos> alarm;
};

/// The summary of one of many objects, or why it could not be read: one damaged file does not hide the
/// others.
struct DurableObjectFinding {
  DurableObjectInfo info;
  std::string problem;  ///< why there is no info; empty if there is
};

/// Total of a class's objects on disk.
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
  std::optional<std::string> end = {};    ///< exclusive: the first key past the range
  std::optional<std::string> after = {};  ///< resumes past this key, in listing order
  bool reverse = false;
  std::optional<std::uint64_t> limit = {};
};

/// One object, stored or not yet. Calls wait up to 15 s for other processes and then throw busy; they are
/// safe while `wrangler dev` has the object loaded. Changes are durable when the call returns.
class DurableObject {
 public:
  virtual ~DurableObject() = default;

  [[nodiscard]] virtual const std::string& id() const = 0;

  /// Path of its database file, which need not exist yet.
  [[nodiscard]] virtual const std::filesystem::path& file() const = 0;
  [[nodiscard]] virtual bool is_stored() = 0;

  virtual DurableObjectInfo info() = 0;

  /// The value of a key, or nullopt.
  virtual std::optional<std::string> get(std::string_view key) = 0;

  /// Calls `take` for each item of the range, in order and from one consistent snapshot, until it returns
  /// false.
  virtual void list(const StorageRange& range, const std::function<bool(StorageItem item)>& take) = 0;

  /// Stores all items or none, creating the object if necessary. As in workerd, key and value sizes are not
  /// limited (Cloudflare's limit: 2 MB combined). Throws invalid_input for a key that is not UTF-8.
  virtual void put(std::span<const StorageItem> items) = 0;

  /// Deletes the keys in one transaction. Returns how many existed.
  virtual std::uint64_t erase(std::span<const std::string> keys) = 0;

  /// Deletes the keys of a range (ignoring `after`, `reverse` and `limit`). Returns how many existed.
  virtual std::uint64_t erase(const StorageRange& range) = 0;

  virtual std::optional<UnixNanos> alarm() = 0;

  /// Sets the alarm in the object and in its class's alarm list, which `wrangler dev` reads at startup. A
  /// crash in between leaves a list entry without a matching alarm in the object; it has no effect. Creates
  /// the object if necessary.
  virtual void set_alarm(UnixNanos time) = 0;

  /// Returns whether an alarm was set.
  virtual bool delete_alarm() = 0;

  /// Its SQL database. Without `create`, an object that does not exist reads as empty.
  virtual std::unique_ptr<SqlDatabase> sql(const SqlOpenOptions& options) = 0;

  /// Replaces this object's SQL tables and keys with a copy of another object's, in one transaction. It keeps
  /// its own id and name, and ends up without an alarm.
  virtual void copy_from(DurableObject& other) = 0;

  /// Deletes its content, its alarm and, unless another process has it open, its file.
  virtual void drop() = 0;
};

/// An object as a list has it.
struct ListedObject {
  std::string id;
  std::string description = {};  ///< the account's: all that the API says, a JSON object
};

/// Which objects of a class to list.
struct DurableObjectRange {
  std::string prefix = {};                 ///< of their ids
  std::optional<std::string> cursor = {};  ///< from an earlier list: the first object that it left out
  std::optional<std::uint64_t> limit = {};
};

/// The Durable Objects of one place. In a state folder all of this holds; of an account's objects there are
/// only lists (`reads_content`), and the rest throws unavailable.
class DurableObjectBackend {
 public:
  virtual ~DurableObjectBackend() = default;

  /// Whether objects can be opened and measured, and classes come into being with their first object.
  [[nodiscard]] virtual bool reads_content() const = 0;

  /// The classes that have objects, sorted. On disk the last '-' separates script and class: JavaScript
  /// identifiers contain none.
  virtual std::vector<DurableClass> stored_classes() = 0;

  /// All that the account's API says of a class, a JSON object; empty for a state folder.
  virtual std::string description_of(const DurableClass& of) = 0;

  /// Calls `take` with the objects of the range in order, up to a thousand at a time. Returns the cursor of
  /// what follows; nullopt after the last. Throws usage for an invalid cursor.
  virtual std::optional<std::string> list(
      const DurableClass& of, const DurableObjectRange& range,
      const std::function<void(std::span<const ListedObject> objects)>& take) = 0;

  [[nodiscard]] virtual bool is_stored(const DurableClass& of) = 0;
  virtual DurableClassSize size_of(const DurableClass& of) = 0;

  /// The ids of the stored objects that start with `prefix`, sorted.
  virtual std::vector<std::string> ids(const DurableClass& of, std::string_view prefix) = 0;

  /// The id derived from an object's name.
  [[nodiscard]] virtual std::string id_of(const DurableClass& of, std::string_view name) const = 0;

  /// The object with this id. `name`: its name if known, recorded when the object is created. Throws
  /// invalid_input if the class cannot be a folder name or the id is malformed.
  virtual std::unique_ptr<DurableObject> open(const DurableClass& of, std::string_view id,
                                              std::optional<std::string> name = {}) = 0;

  /// Summaries of many objects, read by several threads and returned in the order of `ids`. An object deleted
  /// in the meantime reads as empty.
  virtual std::vector<DurableObjectFinding> look_into(const DurableClass& of,
                                                      std::span<const std::string> ids) = 0;
};

}  // namespace corral
