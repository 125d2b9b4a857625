#include "backends/http/trust.hpp"

#include <algorithm>
#include <array>

#include "backends/environment.hpp"

namespace corral::http {

namespace {

constexpr std::array<const char*, 8> usual_bundles = {
    "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Ubuntu, Alpine, Arch
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // Fedora, RHEL
    "/etc/pki/tls/certs/ca-bundle.crt",                   // older ones of these
    "/etc/ssl/ca-bundle.pem",                             // openSUSE
    "/etc/ssl/cert.pem",                                  // macOS, Alpine, BSD
    "/opt/homebrew/etc/openssl@3/cert.pem",
    "/usr/local/etc/openssl@3/cert.pem",
    "/usr/local/share/certs/ca-root-nss.crt",  // FreeBSD
};

}  // namespace

TrustSources trust_sources(const Environment& environment,
                           const std::function<bool(const std::string&)>& exists) {
  TrustSources sources;
  const auto file = environment.get("SSL_CERT_FILE");
  const auto folders = environment.get("SSL_CERT_DIR");
  if (file && !file->empty()) sources.files.push_back(*file);
  if (folders) {
    for (std::size_t start = 0; start < folders->size();) {
      const std::size_t end = std::min(folders->find(':', start), folders->size());
      if (end > start) sources.folders.push_back(folders->substr(start, end - start));
      start = end + 1;
    }
  }
  if (sources.files.empty() && sources.folders.empty()) {
    const auto* const found = std::find_if(usual_bundles.begin(), usual_bundles.end(), exists);
    if (found != usual_bundles.end()) sources.files.emplace_back(*found);
  }
  if (const auto extra = environment.get("NODE_EXTRA_CA_CERTS"); extra && !extra->empty())
    sources.files.push_back(*extra);
  return sources;
}

}  // namespace corral::http
