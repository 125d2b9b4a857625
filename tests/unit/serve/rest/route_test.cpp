#include "serve/rest/route.hpp"

#include <doctest/doctest.h>

namespace corral::serve::rest {

namespace {

Response one(Call& /*call*/) {
  return {};
}

Response other(Call& /*call*/) {
  return {};
}

std::string captured(std::string_view pattern, std::string_view path) {
  const auto captures = captures_of(pattern, path);
  if (!captures) return "no";
  std::string text;
  for (const auto& [name, value] : *captures) text += std::string(name) + "=" + value + ";";
  return text;
}

int status_of(std::span<const Service> services, std::string_view method, std::string_view path) {
  try {
    find_route(services, method, path);
    return 200;
  } catch (const Refusal& refusal) {
    return refusal.status();
  }
}

}  // namespace

TEST_CASE("a pattern takes segments apart before they are decoded") {
  CHECK(captured("a/:x/b", "a/1/b") == "x=1;");
  CHECK(captured("a/:x/b", "a/%2F%2e%2E/b") == "x=/..;");
  CHECK(captured("a/:x/b", "a/../b") == "x=..;");
  CHECK(captured("a/:x/b", "a//b") == "no");
  CHECK(captured("a/:x/b", "a/1/b/") == "no");
  CHECK(captured("a/:x/b", "a/1") == "no");
  CHECK(captured("a/:x", "a/1/b") == "no");
  CHECK(captured("a", "a") == "");
  CHECK(captured("a", "a/") == "no");
  CHECK(captured("a", "%61") == "no");
  CHECK(captured("a", "") == "no");
  CHECK(captured("a/:x", "a/%") == "x=%;");
  CHECK(captured("a/:x", "a/%00%ff") == std::string("x=") + '\0' + "\xff;");
}

TEST_CASE("the rest of a path keeps its slashes") {
  CHECK(captured("a/*key", "a/b/c") == "key=b/c;");
  CHECK(captured("a/*key", "a//b/") == "key=/b/;");
  CHECK(captured("a/*key", "a/b%2Fc/%2E") == "key=b/c/.;");
  CHECK(captured("a/*key", "a/") == "no");
  CHECK(captured("a/*key", "a") == "no");
}

TEST_CASE("the endpoint is found by method and path") {
  static constexpr Route routes[] = {
      {"one", "GET", "a/:x", one}, {"other", "PUT", "a/:x", other}, {"rest", "GET", "a/b/*key", other}};
  const Service services[] = {{.routes = routes, .codes = {}}};
  CHECK((find_route(services, "GET", "a/1").route->handle == one));
  CHECK((find_route(services, "HEAD", "a/1").route->handle == one));
  CHECK((find_route(services, "PUT", "a/1").route->handle == other));
  CHECK(find_route(services, "GET", "a/b/c").route->operation == "rest");
  CHECK(status_of(services, "DELETE", "a/1") == 405);
  CHECK(status_of(services, "get", "a/1") == 405);
  CHECK(status_of(services, "GET", "b") == 404);
  CHECK(status_of(services, "GET", "") == 404);
}

}  // namespace corral::serve::rest
