#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

#include "commands/command/context.hpp"
#include "commands/text/json.hpp"

namespace corral::serve::s3 {

/// The buckets of a workspace, which stay open from one request to the next.
class OpenBuckets {
 public:
  /// `context` must outlive it.
  explicit OpenBuckets(Context& context) : context_(context) {}

  /// The settings of a bucket, in the shape of the API (commands/r2/bucket_settings.hpp). Throws S3Error
  /// (NoSuchBucket, InvalidBucketName).
  Json settings(std::string_view bucket);

  /// For reading. Throws S3Error like settings.
  ObjectStore& reading(std::string_view bucket);

  /// For writing: its lock rules are obeyed, and its notification rules send their events.
  ObjectStore& writing(std::string_view bucket);

  /// Closes a bucket that is about to be deleted.
  void forget(std::string_view bucket);

  /// The names of all buckets.
  struct Named {
    std::string name;
    std::optional<UnixMillis> created_at;
  };
  std::vector<Named> list();

  /// The bucket that the domain is connected to; nullopt if absent.
  std::optional<std::string> with_domain(std::string_view domain);

 private:
  struct Open {
    std::unique_ptr<ObjectStore> store;
    std::unique_ptr<ObjectStore> notifying;  ///< of a bucket with notification rules; made for each request
    ino_t file = 0;                          ///< 0: it had none when it was opened
    std::uint64_t used = 0;
  };
  Open& open(std::string_view bucket);

  Context& context_;
  std::map<std::string, Open, std::less<>> open_;
  std::uint64_t uses_ = 0;
};

}  // namespace corral::serve::s3
