#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/bytes/unix_time.hpp"

namespace corral {

enum class ResourceKind { kv_namespace, d1_database, r2_bucket, queue };

/// The stable name of a kind in storage and JSON: "kv_namespace", "d1_database", ...
std::string_view name_of(ResourceKind kind) noexcept;

/// The display name of a kind for messages: "KV namespace", "D1 database", ...
std::string_view label_of(ResourceKind kind) noexcept;

/// A resource created locally with `... create`, without a Cloudflare account.
struct Resource {
  ResourceKind kind{};
  std::string id;    ///< unique within its kind; 32 hex digits for KV, a UUID for D1
  std::string name;  ///< the title; unique within its kind
  UnixMillis created_at = 0;
  std::string settings = "{}";  ///< a JSON object owned by that kind's commands
};

/// The resources created locally in one state folder. Reading an empty registry creates no file. Every change
/// is one durable transaction; safe for concurrent use by several processes.
class Registry {
 public:
  virtual ~Registry() = default;

  /// Throws conflict if a resource of this kind already has the id or name.
  virtual void add(const Resource& resource) = 0;

  virtual std::optional<Resource> find_id(ResourceKind kind, std::string_view id) = 0;
  virtual std::optional<Resource> find_name(ResourceKind kind, std::string_view name) = 0;

  /// All resources of a kind, ordered by name (bytewise).
  virtual std::vector<Resource> list(ResourceKind kind) = 0;

  /// Throws not_found if there is no such id, conflict if another resource has the name.
  virtual void rename(ResourceKind kind, std::string_view id, std::string_view new_name) = 0;

  /// Replaces the settings. Throws not_found.
  virtual void set_settings(ResourceKind kind, std::string_view id, std::string_view settings) = 0;

  /// Replaces the settings with the result of `edit`, in one transaction, so concurrent edits are not lost.
  /// If `edit` throws, nothing changes. Throws not_found.
  virtual void edit_settings(ResourceKind kind, std::string_view id,
                             const std::function<std::string(const std::string&)>& edit) = 0;

  /// False if there was no such id.
  virtual bool remove(ResourceKind kind, std::string_view id) = 0;
};

}  // namespace corral
