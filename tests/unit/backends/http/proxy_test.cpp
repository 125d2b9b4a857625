#include "backends/http/proxy.hpp"

#include <doctest/doctest.h>

#include "backends/error.hpp"
#include "tests/fixed_environment.hpp"

using namespace corral;
using namespace corral::http;
using corral::testing::FixedEnvironment;

namespace {

std::string proxy_of(const char* url, const FixedEnvironment& variables) {
  const auto proxy = proxy_for(parse_url(url), variables);
  return proxy ? proxy->url.authority() : "none";
}

}  // namespace

TEST_CASE("which proxy is for which address") {
  CHECK(proxy_of("https://api.example/", {}) == "none");
  const FixedEnvironment both{{"HTTPS_PROXY", "http://s:1"}, {"HTTP_PROXY", "http://p:2"}};
  CHECK(proxy_of("https://api.example/", both) == "s:1");
  CHECK(proxy_of("http://api.example/", both) == "p:2");
  CHECK(proxy_of("https://api.example/", {{"https_proxy", "http://low:1"}, {"HTTPS_PROXY", "http://up:1"}}) ==
        "low:1");
  CHECK(proxy_of("https://api.example/", {{"https_proxy", ""}, {"HTTPS_PROXY", "http://up:1"}}) == "up:1");
  CHECK(proxy_of("https://api.example/", {{"http_proxy", "http://p:2"}}) == "p:2");
  CHECK(proxy_of("http://api.example/", {{"https_proxy", "http://s:1"}}) == "none");
  CHECK(proxy_of("https://api.example/", {{"https_proxy", "bare:3128"}}) == "bare:3128");
}

TEST_CASE("this machine needs no proxy") {
  const FixedEnvironment all{{"HTTP_PROXY", "http://p:2"}, {"HTTPS_PROXY", "http://p:2"}};
  for (const char* url : {"http://localhost:8787/", "http://LOCALHOST/", "http://127.0.0.1/",
                          "https://127.9.9.9/", "http://[::1]:8787/", "http://app.localhost/"}) {
    CAPTURE(url);
    CHECK(proxy_of(url, all) == "none");
  }
  CHECK(proxy_of("http://127.example.com/", all) == "p:2");
}

TEST_CASE("no_proxy lists exceptions") {
  const auto excepted = [](const char* url, const char* list) {
    return proxy_of(url, {{"HTTPS_PROXY", "http://p:2"}, {"NO_PROXY", list}}) == "none";
  };
  CHECK(excepted("https://api.example.com/", "*"));
  CHECK(excepted("https://api.example.com/", "example.com"));
  CHECK(excepted("https://api.example.com/", "a.b, .EXAMPLE.com"));
  CHECK(excepted("https://api.example.com/", "x api.example.com:443"));
  CHECK(excepted("https://api.example.com:8443/", "example.com:8443"));
  CHECK_FALSE(excepted("https://api.example.com/", "example.com:8443"));
  CHECK_FALSE(excepted("https://api.example.com/", "ple.com"));
  CHECK_FALSE(excepted("https://example.com/", "api.example.com"));
  CHECK_FALSE(excepted("https://example.com/", ", ,"));
  CHECK(excepted("https://[fd00::1]/", "fd00::1"));
  CHECK(excepted("https://[fd00::1]:8443/", "[fd00::1]:8443"));
  CHECK(proxy_of("https://a.example/",
                 {{"HTTPS_PROXY", "p:2"}, {"no_proxy", "b.example"}, {"NO_PROXY", "a.example"}}) == "p:2");
}

TEST_CASE("credentials of a proxy go into a header and not into messages") {
  const auto proxy =
      proxy_for(parse_url("https://a.example/"), FixedEnvironment{{"HTTPS_PROXY", "http://me:p%40ss@p:2"}});
  REQUIRE(proxy);
  CHECK(proxy->authorization == "Basic bWU6cEBzcw==");
  CHECK_FALSE(proxy->url.userinfo.has_value());
  for (const char* wrong :
       {"https://me:hidden@p:2", "socks5://me:hidden@p", "http://me:hidden@p:0", "me:hidden@"}) {
    CAPTURE(wrong);
    try {
      proxy_for(parse_url("https://a.example/"), FixedEnvironment{{"HTTPS_PROXY", wrong}});
      FAIL("no error");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::invalid_input);
      CHECK((error.message() + error.hint()).find("hidden") == std::string::npos);
      CHECK(error.message().find("HTTPS_PROXY") != std::string::npos);
    }
  }
}
