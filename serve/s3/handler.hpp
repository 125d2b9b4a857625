#pragma once

#include <memory>

#include "serve/http/handler.hpp"
#include "serve/s3/open_buckets.hpp"
#include "serve/s3/operations.hpp"

namespace corral::serve::s3 {

/// The S3 endpoint on the buckets of a state folder, as R2 documents it. Requests are signed with a key pair
/// of `corral r2 key`; only objects of a public bucket can be read without, under the bucket's own host name.
class S3Handler final : public Handler {
 public:
  S3Handler(Context& context, const Site& site) : context_(context), site_(site), buckets_(context) {}

  Response handle(Request& request) override;

 private:
  Response answer(Request& request, std::optional<Json>& settings);
  Response answer_preflight(Request& request, const Address& address);
  void check_access(const S3Request& request, bool reads);
  void check_public(const S3Request& request);

  Context& context_;
  const Site& site_;
  OpenBuckets buckets_;
};

std::unique_ptr<Handler> make_handler(Context& context, const Site& site);

}  // namespace corral::serve::s3
