#include "backends/cloudflare/api_client.hpp"

#include <doctest/doctest.h>

#include "backends/error.hpp"
#include "tests/failure.hpp"
#include "tests/fake_clock.hpp"
#include "tests/fixed_environment.hpp"
#include "tests/unit/backends/http/scripted_client.hpp"

using namespace corral;
using namespace corral::cloudflare;
using namespace corral::testing;
using http::Failure;

namespace {

constexpr const char* good = R"({"success":true,"errors":[],"messages":[],"result":{"id":"x"}})";
constexpr const char* bad =
    R"({"success":false,"errors":[{"code":7500,"message":"no"}],"messages":[],"result":null})";

/// An API client over a script.
struct Api {
  ScriptedClient http;
  FakeClock clock;
  std::vector<std::string> log;
  ApiClient client;

  explicit Api(std::deque<ScriptedAnswer> answers)
      : http(std::move(answers)),
        client({.http = http,
                .clock = clock,
                .base = "https://api.test/client/v4",
                .headers = {{"Authorization", "Bearer hidden"}},
                .log = [this](std::string_view line) { log.emplace_back(line); },
                .chance = [] { return 1.0; }}) {}
};

}  // namespace

TEST_CASE("a call goes below the base, with its headers, query and body") {
  Api api({{.body = good}, {.body = good}, {.status = 204}});
  CHECK(api.client.call({.path = "/accounts", .query = {{"page", "1"}}}).result["id"] == "x");
  api.client.call({.method = "POST", .path = "/x", .body = R"({"a":1})"});
  CHECK(api.client.call({.method = "DELETE", .path = "/x"}).result.is_null());
  CHECK(api.http.seen[0].address == "api.test/client/v4/accounts?page=1");
  CHECK(http::find_header(api.http.seen[0].headers, "authorization") == "Bearer hidden");
  CHECK_FALSE(http::find_header(api.http.seen[0].headers, "content-type"));
  CHECK(api.http.seen[1].body == R"({"a":1})");
  CHECK(http::find_header(api.http.seen[1].headers, "content-type") == "application/json");
}

TEST_CASE("success decides, not the status") {
  CHECK(kind_of_failure([] { Api({{.body = bad}}).client.call({.path = "/x"}); }) == ErrorKind::unavailable);
  for (const char* body :
       {"{", "[]", "null", "<html>", R"({"success":1})", R"({"result":{}})", R"("success")"}) {
    CAPTURE(body);
    CHECK(kind_of_failure([&] { Api({{.body = body}}).client.call({.path = "/x"}); }) ==
          ErrorKind::unavailable);
  }
}

TEST_CASE("what can be repeated is repeated, with pauses, and a line for each") {
  Api api({{.status = 503},
           {.failure = Failure::no_answer},
           {.status = 429, .headers = {{"Retry-After", "9"}}},
           {.body = good}});
  const UnixMillis start = api.clock.elapsed();
  CHECK(api.client.call({.path = "/x"}).result["id"] == "x");
  CHECK(api.clock.elapsed() - start == 500 + 1000 + 9000);
  CHECK(api.log.size() == 4);
}

TEST_CASE("attempts are bounded") {
  Api api({{.status = 503}, {.status = 503}, {.status = 503}, {.status = 503}, {.body = good}});
  CHECK(kind_of_failure([&] { api.client.call({.path = "/x"}); }) == ErrorKind::unavailable);
  CHECK(api.http.seen.size() == 4);
}

TEST_CASE("what may have been done is not sent twice, and the error says so") {
  for (const ScriptedAnswer& answer :
       {ScriptedAnswer{.status = 500}, ScriptedAnswer{.status = 503},
        ScriptedAnswer{.failure = Failure::no_answer}, ScriptedAnswer{.failure = Failure::broken_answer}}) {
    Api api({answer, {.body = good}});
    try {
      api.client.call({.method = "POST", .path = "/accounts/a/d1/database/d/query", .body = "{}"});
      FAIL("no error");
    } catch (const Error& error) {
      CHECK(error.hint().find("may have been made") != std::string::npos);
    }
    CHECK(api.http.seen.size() == 1);
  }
  Api repeatable({{.failure = Failure::no_answer}, {.body = good}});
  repeatable.client.call({.method = "PUT", .path = "/x", .body = "{}", .repeatable = true});
  CHECK(repeatable.http.seen.size() == 2);
  CHECK(repeatable.http.seen[1].body == "{}");
  Api unsent({{.failure = Failure::not_sent}, {.status = 429}, {.body = good}});
  unsent.client.call({.method = "POST", .path = "/x", .body = "{}"});
  CHECK(unsent.http.seen.size() == 3);
}

TEST_CASE("a line a request: what it was and what came, and no secret") {
  Api api({{.body = good, .headers = {{"CF-Ray", "abc-FRA"}}}, {.status = 404, .body = bad}});
  api.client.call({.path = "/x", .query = {{"secret", "hidden"}}});
  kind_of_failure([&] { api.client.call({.path = "/y"}); });
  CHECK(api.log == std::vector<std::string>{"GET /x 200 62 bytes 0 ms cf-ray abc-FRA",
                                            "GET /y 404 85 bytes 0 ms cf-ray -"});
}

TEST_CASE("lists are read page by page") {
  const auto page = [](const char* items, int number) {
    return ScriptedAnswer{.body = R"({"success":true,"result":)" + std::string(items) +
                                  R"(,"result_info":{"page":)" + std::to_string(number) +
                                  R"(,"per_page":2,"total_count":5}})"};
  };
  Api api({page("[1,2]", 1), page("[3,4]", 2), page("[5]", 3)});
  CHECK(api.client.all_pages("/accounts").size() == 5);
  CHECK(api.http.seen[2].address == "api.test/client/v4/accounts?page=3");
  Api short_list({page("[1,2]", 1), page("[]", 2)});
  CHECK(short_list.client.all_pages("/accounts").size() == 2);
  Api bare({{.body = R"({"success":true,"result":[1]})"}});
  CHECK(bare.client.all_pages("/accounts").size() == 1);
  Api odd({{.body = R"({"success":true,"result":[1],"result_info":{"per_page":0,"total_count":9}})"}});
  CHECK(odd.client.all_pages("/accounts").size() == 1);
}

TEST_CASE("the API's base") {
  const auto base = [](const FixedEnvironment& variables) {
    return api_base(Variables(variables, [](std::string_view) {}));
  };
  CHECK(base({}) == "https://api.cloudflare.com/client/v4");
  CHECK(base({{"CLOUDFLARE_API_BASE_URL", "http://127.0.0.1:1/v4"},
              {"CLOUDFLARE_COMPLIANCE_REGION", "none"}}) == "http://127.0.0.1:1/v4");
  CHECK(base({{"CF_API_BASE_URL", "http://old"}}) == "http://old");
  CHECK(base({{"CLOUDFLARE_COMPLIANCE_REGION", "fedramp_high"}, {"WRANGLER_API_ENVIRONMENT", "staging"}}) ==
        "https://api.fed.staging.cloudflare.com/client/v4");
  CHECK(kind_of_failure([&] {
          base({{"CLOUDFLARE_COMPLIANCE_REGION", "moon"}});
        }) == ErrorKind::invalid_input);
}

TEST_CASE("more headers") {
  const auto headers = [](const char* text) {
    const FixedEnvironment variables{{"CLOUDFLARE_API_HEADERS", text}};
    return extra_headers(Variables(variables, [](std::string_view) {}));
  };
  CHECK(headers("").empty());
  CHECK(headers(R"({"X-One":"1"})").at(0).value == "1");
  for (const char* text :
       {"hidden", "[]", R"({"X":1})", R"({"HOST":"hidden"})", R"({"te":""})", R"({"":"x"})"}) {
    CAPTURE(text);
    CHECK(kind_of_failure([&] { headers(text); }) == ErrorKind::invalid_input);
  }
}
