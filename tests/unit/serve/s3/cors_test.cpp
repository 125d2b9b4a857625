#include "serve/s3/cors.hpp"

#include <doctest/doctest.h>

#include "commands/text/json_reader.hpp"
#include "serve/s3/s3_error.hpp"

namespace corral::serve::s3 {

namespace {

const char* const rules = R"({"cors": {"rules": [
  {"allowed": {"origins": ["https://app.example", "https://*.pages.example"], "methods": ["GET", "PUT"],
               "headers": ["content-*", "x-one"]}, "exposeHeaders": ["ETag"], "maxAgeSeconds": 60},
  {"allowed": {"origins": ["*"], "methods": ["GET"]}}]}})";

std::string header_of(const Response& response, std::string_view name) {
  return std::string(http::find_header(response.headers, name).value_or(""));
}

Request request_of(const char* origin, const char* method, const char* headers = nullptr) {
  Request request;
  request.method = "OPTIONS";
  request.headers = {{"Origin", origin}, {"Access-Control-Request-Method", method}};
  if (headers != nullptr) request.headers.push_back({"Access-Control-Request-Headers", headers});
  return request;
}

std::string allowed_origin(const Request& request) {
  try {
    return header_of(preflight(request, parse_json(rules, "the rules")), "access-control-allow-origin");
  } catch (const S3Error& error) {
    return error.code();
  }
}

}  // namespace

TEST_CASE("preflights") {
  CHECK(allowed_origin(request_of("https://app.example", "PUT")) == "https://app.example");
  CHECK(allowed_origin(request_of("https://APP.example", "PUT")) == "https://APP.example");
  CHECK(allowed_origin(request_of("https://a.b.pages.example", "PUT")) == "https://a.b.pages.example");
  CHECK(allowed_origin(request_of("https://pages.example", "PUT")) == "AccessForbidden");
  CHECK(allowed_origin(request_of("https://evil.example", "PUT")) == "AccessForbidden");
  CHECK(allowed_origin(request_of("https://evil.example", "GET")) == "*");
  CHECK(allowed_origin(request_of("https://app.example", "DELETE")) == "AccessForbidden");
  CHECK(allowed_origin(request_of("https://app.example", "PUT", "Content-Type, X-One")) ==
        "https://app.example");
  CHECK(allowed_origin(request_of("https://app.example", "PUT", "x-two")) == "AccessForbidden");
  Request incomplete;
  CHECK(allowed_origin(incomplete) == "BadRequest");
}

TEST_CASE("what a response says to a page") {
  const Json settings = parse_json(rules, "the rules");
  Request request;
  request.method = "PUT";
  request.headers = {{"Origin", "https://app.example"}};
  Response response;
  add_cors_headers(request, settings, response);
  CHECK(header_of(response, "access-control-allow-origin") == "https://app.example");
  CHECK(header_of(response, "access-control-expose-headers") == "ETag");
  CHECK(header_of(response, "access-control-max-age") == "60");
  CHECK_FALSE(header_of(response, "vary").empty());
  Response silent;
  request.headers = {{"Origin", "https://evil.example"}};
  add_cors_headers(request, settings, silent);
  CHECK(silent.headers.empty());
  add_cors_headers(request, Json::object(), silent);
  CHECK(silent.headers.empty());
}

}  // namespace corral::serve::s3
