#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace corral {
class Environment;
}

namespace corral::http {

/// Where the certificates of the authorities to trust are read from.
struct TrustSources {
  std::vector<std::string> files;    ///< bundles in PEM; each must be readable
  std::vector<std::string> folders;  ///< with a file for each, named by its hash, as c_rehash makes them
};

/// SSL_CERT_FILE and SSL_CERT_DIR (folders separated by colons) replace the system's own; without them it is
/// the first that exists of the usual bundles: Debian, Ubuntu, Alpine; Fedora, RHEL; openSUSE; macOS and BSD;
/// Homebrew's OpenSSL. NODE_EXTRA_CA_CERTS adds a bundle to either. `exists`: whether a file is there.
TrustSources trust_sources(const Environment& environment,
                           const std::function<bool(const std::string& file)>& exists);

}  // namespace corral::http
