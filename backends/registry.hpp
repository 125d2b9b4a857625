#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/kv_store.hpp"

namespace corral {

enum class ResourceKind { kv_namespace, d1_database, r2_bucket, queue };

/// The stable name of a kind in storage and JSON: "kv_namespace", "d1_database", ...
std::string_view name_of(ResourceKind kind) noexcept;

/// The words for a kind in messages: "KV namespace", "D1 database", ...
std::string_view label_of(ResourceKind kind) noexcept;

/// A resource that was made locally with `... create`, without an account.
struct Resource {
  ResourceKind kind{};
  std::string id;    ///< unique within its kind; 32 hex digits for KV, a UUID for D1
  std::string name;  ///< the title; unique within its kind
  UnixMillis created_at = 0;
  std::string settings = "{}";  ///< a JSON object that belongs to the kind's own commands
};

/// The resources made locally in one state folder. Reading where nothing was ever made creates no
/// file. Every change is one durable transaction; several processes may change it at once.
class Registry {
 public:
  virtual ~Registry() = default;

  /// Throws conflict if the id or the name is taken within the kind.
  virtual void add(const Resource& resource) = 0;

  virtual std::optional<Resource> find_id(ResourceKind kind, std::string_view id) = 0;
  virtual std::optional<Resource> find_name(ResourceKind kind, std::string_view name) = 0;

  /// All resources of a kind, by name in byte order.
  virtual std::vector<Resource> list(ResourceKind kind) = 0;

  /// Throws not_found if there is no such id, conflict if the name is taken by another.
  virtual void rename(ResourceKind kind, std::string_view id, std::string_view new_name) = 0;

  /// Replaces the settings. Throws not_found.
  virtual void set_settings(ResourceKind kind, std::string_view id, std::string_view settings) = 0;

  /// Replaces the settings by what `edit` makes of them, in one transaction: of two processes neither loses
  /// its change. What `edit` throws leaves them as they were. Throws not_found.
  virtual void edit_settings(ResourceKind kind, std::string_view id,
                             const std::function<std::string(const std::string&)>& edit) = 0;

  /// False if there was no such id.
  virtual bool remove(ResourceKind kind, std::string_view id) = 0;
};

}  // namespace corral
