#include "serve/http/gate.hpp"

#include <doctest/doctest.h>

namespace corral::serve {

TEST_CASE("requests of pages of other sites") {
  const auto is_refused = [](const char* origin, Endpoint endpoint) {
    Request request;
    request.headers.push_back({"Origin", origin});
    return refusal_at_gate(request, endpoint).has_value();
  };
  for (const char* const origin : {"https://evil.example", "null", "http://localhost.evil.example",
                                   "http://evil.localhost.example", "http://127.0.0.1.evil.example", ""})
    CHECK(is_refused(origin, Endpoint::rest));
  for (const char* const origin :
       {"http://localhost:5173", "https://127.0.0.1", "http://[::1]:80", "http://app.localhost"})
    CHECK_FALSE(is_refused(origin, Endpoint::rest));
  // S3 answers by signature and CORS rules.
  CHECK_FALSE(is_refused("https://evil.example", Endpoint::s3));
  CHECK_FALSE(refusal_at_gate(Request(), Endpoint::rest));
}

TEST_CASE("the token") {
  Site site;
  site.token = "0123456789abcdef";
  const auto passes = [&](const char* header) {
    Request request;
    request.headers.push_back({"Authorization", header});
    return has_token(request, site);
  };
  CHECK(passes("Bearer 0123456789abcdef"));
  CHECK(passes("bearer 0123456789abcdef"));
  CHECK_FALSE(passes("Bearer 0123456789abcde"));
  CHECK_FALSE(passes("Bearer "));
  CHECK_FALSE(passes("0123456789abcdef"));
  CHECK_FALSE(has_token(Request(), site));
  site.token.clear();
  CHECK_FALSE(passes("Bearer "));
}

}  // namespace corral::serve
