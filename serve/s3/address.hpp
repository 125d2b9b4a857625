#pragma once

#include <functional>
#include <optional>
#include <string>

#include "serve/http/handler.hpp"
#include "serve/http/request.hpp"

namespace corral::serve::s3 {

/// What a request is about.
struct Address {
  std::string bucket;  ///< empty: the service
  std::string key;     ///< empty: the bucket
  /// How the bucket was named.
  enum class Style {
    path,    ///< "/BUCKET/KEY" on an own name of the server
    host,    ///< "BUCKET.localhost", or below another own name
    domain,  ///< a domain that is connected to the bucket
  } style = Style::path;
};

/// The bucket that a domain is connected to; nullopt if absent.
using FindDomain = std::function<std::optional<std::string>(std::string_view domain)>;

/// Resolves host and path; the key is decoded, so any byte may occur in it. nullopt: no bucket has this host.
std::optional<Address> address_of(const Request& request, const Site& site, const FindDomain& find_domain);

}  // namespace corral::serve::s3
