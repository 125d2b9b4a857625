#include "backends/http/trust.hpp"

#include <doctest/doctest.h>

#include "tests/fixed_environment.hpp"

using namespace corral::http;
using corral::testing::FixedEnvironment;
using Paths = std::vector<std::string>;

TEST_CASE("authorities come from the variables, else from the first usual place that exists") {
  const auto fedora = [](const std::string& file) {
    return file.starts_with("/etc/pki/") || file == "/etc/ssl/cert.pem";
  };
  CHECK(trust_sources(FixedEnvironment{}, fedora).files ==
        Paths{"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem"});
  CHECK(trust_sources(FixedEnvironment{}, [](const std::string&) { return true; }).files ==
        Paths{"/etc/ssl/certs/ca-certificates.crt"});
  CHECK(trust_sources(FixedEnvironment{}, [](const std::string&) { return false; }).files.empty());
  CHECK(trust_sources(FixedEnvironment{{"SSL_CERT_FILE", "/own.pem"}}, fedora).files == Paths{"/own.pem"});
  CHECK(trust_sources(FixedEnvironment{{"NODE_EXTRA_CA_CERTS", "/more.pem"}}, fedora).files ==
        Paths{"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/more.pem"});
  const TrustSources folders = trust_sources(FixedEnvironment{{"SSL_CERT_DIR", "/a::/b:"}}, fedora);
  CHECK(folders.folders == Paths{"/a", "/b"});
  CHECK(folders.files.empty());
}
