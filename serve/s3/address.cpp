#include "serve/s3/address.hpp"

#include <algorithm>

#include "serve/http/router.hpp"

namespace corral::serve::s3 {

namespace {

/// The label before ".localhost", or before another own name that is not an address.
std::optional<std::string> bucket_label(std::string_view host, const Site& site) {
  std::vector<std::string> parents = site.hosts;
  parents.emplace_back("localhost");
  for (const std::string& parent : parents) {
    if (host.size() <= parent.size() + 1 || !host.ends_with("." + parent)) continue;
    const std::string_view label = host.substr(0, host.size() - parent.size() - 1);
    if (label.find('.') == std::string_view::npos) return std::string(label);
  }
  return std::nullopt;
}

}  // namespace

std::optional<Address> address_of(const Request& request, const Site& site, const FindDomain& find_domain) {
  Address address;
  std::string_view rest = std::string_view(request.path).substr(1);
  // HTTP/1.0 needs no Host.
  if (request.host.empty() || is_own_name(request.host, site)) {
    const std::string_view bucket = rest.substr(0, rest.find('/'));
    rest.remove_prefix(std::min(bucket.size() + 1, rest.size()));
    address.bucket = http::percent_decode(bucket);
    address.key = http::percent_decode(rest);
    return address;
  }
  address.key = http::percent_decode(rest);
  address.style = Address::Style::host;
  if (auto label = bucket_label(request.host, site)) {
    address.bucket = std::move(*label);
    return address;
  }
  address.style = Address::Style::domain;
  auto bucket = find_domain(request.host);
  if (!bucket) return std::nullopt;
  address.bucket = std::move(*bucket);
  return address;
}

}  // namespace corral::serve::s3
