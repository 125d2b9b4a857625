#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/bytes/unix_time.hpp"

namespace corral {

/// A key pair of the S3 endpoint of `corral serve`.
struct AccessKey {
  std::string id;      ///< 32 hex digits, like R2's
  std::string secret;  ///< 64 hex digits; never shown after `r2 key create`
  std::string name;    ///< for people; may be empty
  UnixMillis created_at = 0;
  bool read_only = false;
  std::vector<std::string> buckets;  ///< those it is good for; empty: all
};

/// Who may use a state folder through `corral serve`: key pairs for S3, and the token of the REST API. Every
/// change is atomic and durable. Safe for several processes; each thread has its own.
class AccessKeys {
 public:
  virtual ~AccessKeys() = default;

  /// In the order of their creation.
  virtual std::vector<AccessKey> list() = 0;

  /// Costs one system call while nothing has changed since the last call.
  virtual std::optional<AccessKey> find(std::string_view id) = 0;

  virtual void add(const AccessKey& key) = 0;

  /// False: there is no such key.
  virtual bool remove(std::string_view id) = 0;

  /// The token that the environment gives (CORRAL_SERVE_TOKEN), which is not kept; nullopt if absent.
  virtual std::optional<std::string> given_token() = 0;

  /// The token that is kept, generated on first use.
  virtual std::string token() = 0;

  /// Replaces the token.
  virtual void set_token(const std::string& token) = 0;
};

}  // namespace corral
