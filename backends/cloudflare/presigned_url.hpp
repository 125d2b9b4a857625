#pragma once

#include <functional>
#include <memory>
#include <string>

#include "backends/cloudflare/session.hpp"

namespace corral::cloudflare {

/// An address that is a permission by itself: it is called without credentials, and shown without its query.
class PresignedUrl {
 public:
  /// Throws unavailable if `url` is not an address.
  PresignedUrl(Session& session, const std::string& url);

  /// Puts bytes there; returns the answer's ETag without its quotes. `bytes` makes a new source for each
  /// attempt. Throws ApiError for a refusal, http::ConnectionError.
  std::string upload(const std::function<std::unique_ptr<ByteSource>()>& bytes);

  /// The answer, whose body has not been read. Throws as `upload` does.
  std::unique_ptr<http::Response> download();

 private:
  std::unique_ptr<http::Response> send(const char* method,
                                       const std::function<std::unique_ptr<ByteSource>()>& bytes);

  Session& session_;
  http::Url url_;
};

}  // namespace corral::cloudflare
