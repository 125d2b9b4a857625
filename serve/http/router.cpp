#include "serve/http/router.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>

namespace corral::serve {

bool is_own_name(std::string_view host, const Site& site) {
  if (host == "localhost") return true;
  if (std::find(site.hosts.begin(), site.hosts.end(), host) != site.hosts.end()) return true;
  const std::string text(host);
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return ::inet_pton(AF_INET, text.c_str(), address.data()) == 1 ||
         ::inet_pton(AF_INET6, text.c_str(), address.data()) == 1;
}

bool has_s3_signature(const Request& request) {
  if (request.header("authorization").value_or("").starts_with("AWS")) return true;
  const http::Parameters parameters = request.parameters();
  return std::any_of(parameters.begin(), parameters.end(), [](const auto& parameter) {
    const auto& name = parameter.first;
    return name == "X-Amz-Algorithm" || name == "X-Amz-Signature" || name == "AWSAccessKeyId";
  });
}

Endpoint endpoint_of(const Request& request, const Site& site) {
  if (!is_own_name(request.host, site) || has_s3_signature(request)) return Endpoint::s3;
  constexpr std::string_view rest = "/client/v4";
  if (request.path == "/healthz") return Endpoint::health;
  if (request.path == "/metrics") return Endpoint::metrics;
  if (request.path == rest || request.path.starts_with(std::string(rest) + "/")) return Endpoint::rest;
  return Endpoint::s3;
}

}  // namespace corral::serve
