#include "backends/cloudflare/api_error.hpp"

#include <doctest/doctest.h>

#include "tests/has.hpp"

using namespace corral;
using namespace corral::cloudflare;

using corral::testing::has;

namespace {

RefusedCall refused(int status, std::string body) {
  return {.method = "GET", .path = "/accounts/a/d1/database", .status = status, .body = std::move(body)};
}

}  // namespace

TEST_CASE("every code and message of an envelope is named") {
  const ApiError error = api_error(refused(
      400,
      R"({"success":false,"errors":[{"code":7500,"message":"no such table: t"},{"message":"and\nmore"},{"code":3}]})"));
  CHECK(error.kind() == ErrorKind::invalid_input);
  CHECK(error.code() == 7500);
  CHECK(error.status() == 400);
  CHECK(error.message() ==
        "Cloudflare's API refused GET /accounts/a/d1/database: no such table: t (code 7500); "
        "and\\nmore; no message (code 3)");
}

TEST_CASE("statuses and codes become kinds") {
  const auto kind = [](int status, std::string body = "{}") {
    return api_error(refused(status, std::move(body))).kind();
  };
  CHECK(kind(401) == ErrorKind::denied);
  CHECK(kind(403) == ErrorKind::denied);
  CHECK(kind(404) == ErrorKind::not_found);
  CHECK(kind(409) == ErrorKind::conflict);
  CHECK(kind(413) == ErrorKind::limit);
  CHECK(kind(429) == ErrorKind::busy);
  CHECK(kind(400) == ErrorKind::invalid_input);
  CHECK(kind(500) == ErrorKind::unavailable);
  CHECK(kind(200) == ErrorKind::unavailable);
  CHECK(kind(400, R"({"errors":[{"code":10000,"message":"Authentication error"}]})") == ErrorKind::denied);
}

TEST_CASE("an answer that is not the API's is shown with its status and ray") {
  RefusedCall call = refused(502, "<html>\x1b[31m" + std::string(200, 'x'));
  call.ray = "8a-FRA";
  const ApiError error = api_error(call);
  CHECK(has(error.message(), "HTTP status 502"));
  CHECK(has(error.message(), "<html>\\x1b[31m"));
  CHECK(has(error.message(), "…"));
  CHECK(has(error.message(), "8a-FRA"));
  CHECK(error.message().size() < 300);
  CHECK(has(api_error(refused(200, "")).message(), "an empty answer"));
  call = refused(302, "");
  call.location = "https://elsewhere.example/x?token=hidden";
  CHECK(has(api_error(call).message(), "https://elsewhere.example/x,"));
  CHECK_FALSE(has(api_error(call).message(), "hidden"));
}

TEST_CASE("a hint says what to do") {
  CHECK(has(api_error(refused(403, "{}")).hint(), "\"D1: Read\""));
  CHECK(has(api_error(refused(403, "{}")).hint(), "https://dash.cloudflare.com/profile/api-tokens"));
  RefusedCall busy = refused(429, "{}");
  busy.retry_after = 90'500;
  CHECK(has(api_error(busy).hint(), "91 seconds"));
  RefusedCall write = refused(500, "{}");
  write.method = "POST";
  write.may_be_done = true;
  CHECK(has(api_error(write).hint(), "may have been made"));
}

TEST_CASE("permissions by path and method") {
  CHECK(needed_permission("GET", "/accounts/a/storage/kv/namespaces") == "Workers KV Storage: Read");
  CHECK(needed_permission("PUT", "/accounts/a/storage/kv/namespaces/x/values/k") ==
        "Workers KV Storage: Edit");
  CHECK(needed_permission("DELETE", "/accounts/a/r2/buckets/b/objects/queues") == "Workers R2 Storage: Edit");
  CHECK(needed_permission("POST", "/accounts/a/queues") == "Queues: Edit");
  CHECK(needed_permission("PUT", "/accounts/a/event_notifications/r2/b/configuration/queues/q") ==
        "Workers R2 Storage: Edit");
  CHECK(needed_permission("POST", "/graphql") == "Account Analytics: Read");
  CHECK(needed_permission("GET", "/memberships") == "Memberships: Read");
  CHECK(needed_permission("GET", "/user/tokens/verify") == "User Details: Read");
  CHECK(needed_permission("GET", "/accounts") == "Account Settings: Read");
  CHECK(needed_permission("GET", "/zones").empty());
}
