#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/cloudflare/s3_keys.hpp"
#include "backends/cloudflare/session.hpp"
#include "backends/http/client.hpp"

namespace corral::cloudflare {

/// A call of R2's S3 endpoint on one bucket.
struct S3Call {
  std::string method = "GET";
  std::string key = {};  ///< empty: the bucket itself
  http::Parameters query = {};
  std::vector<http::Header> headers = {};
  std::string body = {};  ///< empty if absent
  /// The body instead, read while it is sent and rewound for each attempt: it must be able to. nullptr if
  /// absent.
  ByteSource* stream = nullptr;
  bool repeatable = false;  ///< idempotent; GET and HEAD always are
};

struct S3Answer {
  std::vector<http::Header> headers;
  std::string body;
};

/// A refusal by the endpoint.
class S3Error : public Error {
 public:
  S3Error(ErrorKind kind, std::string message, std::string hint, int status, std::string code)
      : Error(kind, std::move(message), std::move(hint)), status_(status), code_(std::move(code)) {}
  [[nodiscard]] int status() const noexcept { return status_; }
  /// Such as "NoSuchUpload"; empty if the answer has no code.
  [[nodiscard]] const std::string& code() const noexcept { return code_; }

 private:
  int status_;
  std::string code_;
};

/// R2's S3 endpoint, for what the REST API lacks: https://ACCOUNT.r2.cloudflarestorage.com, with ".eu" or
/// ".fedramp" after the account for a bucket in a jurisdiction, or AWS_ENDPOINT_URL_S3, which must be https
/// unless it is on this machine. Requests are signed (backends/s3/signature.hpp). The signature of a streamed
/// body leaves out its hash; callers compare its MD5 with the etag of the answer. Failed requests are
/// repeated where that is safe (retry.hpp). Keys and account are looked up at the first call. Thread-safe.
class S3Client {
 public:
  S3Client(std::shared_ptr<Session> session, std::string bucket, std::optional<std::string> jurisdiction)
      : session_(std::move(session)), bucket_(std::move(bucket)), jurisdiction_(std::move(jurisdiction)) {}

  [[nodiscard]] Session& session() const { return *session_; }
  [[nodiscard]] const std::string& bucket() const { return bucket_; }

  /// Looks up keys and endpoint. Throws like find_s3_keys, and `usage` for an invalid endpoint.
  void prepare() { target(); }

  /// Throws S3Error for a refusal, http::ConnectionError when there is no answer. When it fails and a change
  /// may have been made nevertheless, the hint says so.
  S3Answer call(const S3Call& call);

  /// The same, but returns as soon as the head of a successful answer has arrived. Reading the body throws
  /// http::ConnectionError when it is cut off.
  std::unique_ptr<http::Response> fetch(const S3Call& call);

  /// An address that allows `call` (its method, key and query) for some seconds. Throws like `prepare`.
  std::string presigned_url(const S3Call& call, std::int64_t seconds);

 private:
  struct Target {
    S3Keys keys;
    std::string endpoint;  ///< without a slash at its end
  };
  struct Attempt;
  const Target& target();
  http::Request signed_request(const S3Call& call);
  Attempt attempt(const S3Call& call);
  std::unique_ptr<http::Response> send(const S3Call& call, std::string* body);
  void log_attempt(const S3Call& call, const Attempt& attempt, UnixMillis start) const;
  [[noreturn]] void fail(const S3Call& call, const Attempt& attempt) const;
  [[nodiscard]] std::string shown_path(const S3Call& call) const;

  std::shared_ptr<Session> session_;
  std::string bucket_;
  std::optional<std::string> jurisdiction_;
  std::mutex mutex_;
  std::optional<Target> target_;
};

/// The URL of an account's endpoint, by the rules above. Throws usage.
std::string s3_endpoint(const Variables& variables, const std::string& account,
                        const std::optional<std::string>& jurisdiction);

}  // namespace corral::cloudflare
