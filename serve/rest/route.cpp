#include "serve/rest/route.hpp"

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/cloudflare/api_codes.hpp"
#include "backends/http/url.hpp"

namespace corral::serve::rest {

namespace {

/// Takes the first segment off a path; nullopt if absent.
std::optional<std::string_view> take_segment(std::optional<std::string_view>& path) {
  if (!path) return std::nullopt;
  const std::size_t slash = path->find('/');
  const std::string_view segment = path->substr(0, slash);
  path = slash == std::string_view::npos ? std::nullopt : std::optional(path->substr(slash + 1));
  return segment;
}

}  // namespace

std::optional<Captures> captures_of(std::string_view pattern, std::string_view path) {
  Captures captures;
  std::optional<std::string_view> wanted = pattern;
  std::optional<std::string_view> rest = path;
  while (const auto part = take_segment(wanted)) {
    if (part->starts_with('*')) {
      if (!rest || rest->empty()) return std::nullopt;
      captures.emplace_back(part->substr(1), http::percent_decode(*rest));
      return captures;
    }
    const auto segment = take_segment(rest);
    if (!segment) return std::nullopt;
    if (part->starts_with(':')) {
      if (segment->empty()) return std::nullopt;
      captures.emplace_back(part->substr(1), http::percent_decode(*segment));
    } else if (*part != *segment) {
      return std::nullopt;
    }
  }
  if (rest) return std::nullopt;
  return captures;
}

Found find_route(std::span<const Service> services, std::string_view method, std::string_view path) {
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  bool is_known = false;
  for (const Service& service : services) {
    for (const Route& route : service.routes) {
      auto captures = captures_of(route.pattern, path);
      if (!captures) continue;
      if (route.method == wanted) return {&service, &route, *std::move(captures)};
      is_known = true;
    }
  }
  if (is_known) {
    throw Refusal(405, cloudflare::code::wrong_method,
                  fmt::format("{} is not a method of /{}", shown(method), shown(path)));
  }
  throw Refusal(404, cloudflare::code::no_route, fmt::format("there is no endpoint /{}", shown(path)));
}

}  // namespace corral::serve::rest
