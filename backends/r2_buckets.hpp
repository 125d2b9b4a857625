#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/bytes/unix_time.hpp"

namespace corral {

/// Which bucket. In an account, names are unique within a jurisdiction; in a state folder, altogether.
struct BucketId {
  std::string name;
  std::optional<std::string> jurisdiction = {};  ///< "eu", "fedramp"; nullopt: none was said
};

/// A bucket of a list.
struct R2Bucket {
  std::string name;
  std::optional<UnixMillis> created_at = {};
  bool stored = false;           ///< a state folder's: objects were written to it
  std::string description = {};  ///< an account's: all that the API says, a JSON object
};

/// A bucket to create.
struct NewR2Bucket {
  BucketId id;
  std::optional<std::string> location = {};
  std::optional<std::string> storage_class = {};  ///< "Standard" (the default) or "InfrequentAccess"
};

/// What a bucket is and how much it holds.
struct R2BucketDetails {
  std::optional<UnixMillis> created_at = {};
  std::string location = {};  ///< empty: not known
  std::string storage_class = "Standard";
  std::uint64_t objects = 0;
  std::uint64_t bytes = 0;
  struct Storage {
    std::uint64_t uploads = 0;  ///< multipart uploads in progress
    std::uint64_t upload_bytes = 0;
    std::string file;
  };
  std::optional<Storage> storage = {};  ///< a state folder's
  std::string description = {};         ///< an account's: all of this as wrangler shows it, a JSON object
};

/// The settings of a bucket that are JSON documents in the shape of Cloudflare's API
/// (docs/reference/r2.md).
enum class BucketSetting { cors, lifecycle, lock, domains, dev_url, local_uploads, sippy, notifications };

/// A domain to connect to a bucket.
struct NewBucketDomain {
  std::string domain;
  std::string zone_id;
  std::string min_tls = "1.0";
};

/// A rule to send a bucket's events to a queue.
struct NewNotification {
  std::string queue;
  std::string prefix = {};  ///< of the key; empty: any
  std::string suffix = {};  ///< of the key; empty: any
  std::vector<std::string> actions = {};
  std::optional<std::string> description = {};
  std::string created_at = {};  ///< ISO 8601
};

/// Whether a change that could break the data catalog of a bucket is made.
enum class CatalogCare {
  keep,    ///< it is not made
  ignore,  ///< it is made
};

/// The R2 buckets of one place, a state folder or an account, with their settings but without their objects
/// (ObjectBackend). Errors: not_found for a bucket, domain, queue or rule that does not exist, conflict for
/// what is taken, and those of the storage.
class R2Buckets {
 public:
  virtual ~R2Buckets() = default;

  /// All buckets by name; of an account, those in the jurisdiction.
  virtual std::vector<R2Bucket> list(const std::optional<std::string>& jurisdiction) = 0;

  /// Returns where the bucket is; empty: nowhere in particular.
  virtual std::string create(const NewR2Bucket& wanted) = 0;

  /// Removes a bucket with its settings. False: it holds objects or uploads, and nothing was done.
  virtual bool remove(const BucketId& bucket) = 0;

  virtual R2BucketDetails details(const BucketId& bucket) = 0;
  virtual void set_storage_class(const BucketId& bucket, std::string_view storage_class) = 0;

  /// The setting; nullopt if it was never made.
  virtual std::optional<std::string> read(const BucketId& bucket, BucketSetting setting) = 0;

  /// False: the change could break the bucket's data catalog, and nothing was done.
  virtual bool replace(const BucketId& bucket, BucketSetting setting, const std::string& json,
                       CatalogCare care) = 0;

  /// Replaces the setting by what `edit` makes of it, and returns like `replace`. In a state folder this is
  /// one transaction; in an account, what is changed there at the same time can be lost. If `edit` throws,
  /// nothing changes.
  using Edit = std::function<std::string(const std::optional<std::string>& json)>;
  virtual bool edit(const BucketId& bucket, BucketSetting setting, const Edit& edit, CatalogCare care) = 0;

  /// Removes the setting. False: it was never made.
  virtual bool erase(const BucketId& bucket, BucketSetting setting) = 0;

  virtual void connect_domain(const BucketId& bucket, const NewBucketDomain& domain) = 0;
  /// The element of the setting `domains`.
  virtual std::string connected_domain(const BucketId& bucket, std::string_view domain) = 0;
  virtual void change_domain(const BucketId& bucket, std::string_view domain,
                             const std::optional<std::string>& min_tls) = 0;
  virtual void disconnect_domain(const BucketId& bucket, std::string_view domain) = 0;

  /// Returns the id of the new rule; empty: not known.
  virtual std::string notify(const BucketId& bucket, const NewNotification& wanted) = 0;
  /// Deletes a rule, or all rules of the queue.
  virtual void stop_notifying(const BucketId& bucket, std::string_view queue,
                              const std::optional<std::string>& rule) = 0;

  /// Whether a bucket comes into being with its first object or setting, so that the config may name ones
  /// that `list` does not know.
  [[nodiscard]] virtual bool made_by_first_write() const = 0;

  /// Whether the place itself acts on locations, storage classes, domains, sippy, CORS and the like. If not,
  /// they are only kept.
  [[nodiscard]] virtual bool acts_on_settings() const = 0;

  /// Whose they are, for questions: " of account 0123abcd"; empty for a state folder.
  virtual std::string owner() = 0;
};

}  // namespace corral
