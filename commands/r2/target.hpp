#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "backends/error.hpp"
#include "commands/command/context.hpp"
#include "commands/command/state_options.hpp"

namespace corral {
class Arguments;
}

namespace corral::r2 {

/// What a command does with a bucket. Writing is subject to its lock rules and triggers its notification
/// rules; `expire` is writing on behalf of its lifecycle rules.
enum class Access { read, write, expire };

/// The options common to all bucket commands.
struct BucketOptions {
  StateOptions state;
  std::optional<std::string> jurisdiction;  ///< --jurisdiction: of an account's bucket; no effect locally
};

/// Adds --jurisdiction and the state options.
void add_bucket_options(Arguments& arguments, BucketOptions& options, Reach reach = Reach::state_folder);

/// "BUCKET/KEY", split at the first '/' (docs/reference/r2.md).
struct ObjectPath {
  std::string bucket;
  std::string key;
};

/// Whether a path must have a key, or may refer to a whole bucket: "BUCKET", "BUCKET/", "BUCKET/PREFIX".
enum class KeyPart { required, optional };

/// Splits a path. The bucket may be a config binding if it is not a valid bucket name. Throws usage for a
/// malformed path, invalid_input for a bucket name that R2 does not allow.
ObjectPath parse_object_path(Context& context, std::string_view path, KeyPart key_part = KeyPart::required);

/// Resolves an argument to a bucket: itself, or that of a binding as above. Throws like parse_object_path.
std::string resolve_bucket(Context& context, std::string_view name);

/// Whether the user is asked before an object of a bucket with a data catalog is written or removed
/// (BucketAccess::confirm_catalog_change).
enum class CatalogCheck { off, on };

/// Opens a bucket that `resolve_bucket` returned; for writing, with its lock rules as guard and its
/// notification rules sending events to their queues, unless the store sees to them itself.
std::unique_ptr<ObjectStore> open_bucket(Context& context, const BucketOptions& options,
                                         std::string_view bucket, Access access,
                                         CatalogCheck check = CatalogCheck::off);

/// The Error for an object that does not exist.
Error object_not_found(const ObjectPath& path);

}  // namespace corral::r2
