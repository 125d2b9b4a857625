#pragma once

#include <optional>
#include <string>

#include "backends/http/url.hpp"

namespace corral {
class Environment;
}

namespace corral::http {

/// A proxy on the way to a server.
struct Proxy {
  Url url;                    ///< http:// only: what goes through it is encrypted by itself
  std::string authorization;  ///< "Basic ..." of the credentials in its address; empty: none. A secret.
  std::string variable;       ///< the variable that named it
};

/// The proxy that the environment asks for: https_proxy or HTTPS_PROXY for https, http_proxy or HTTP_PROXY
/// for http and where the first are not set. None for a host of this machine (localhost, 127.0.0.0/8, ::1),
/// nor for what no_proxy or NO_PROXY lists: names that mean their subdomains too, with or without a leading
/// dot or a port, separated by commas or spaces; "*" means all. Lower case wins. Throws invalid_input for an
/// address that is no proxy's, naming the variable and not its value.
std::optional<Proxy> proxy_for(const Url& target, const Environment& environment);

}  // namespace corral::http
