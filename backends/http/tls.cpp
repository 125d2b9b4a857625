#include "backends/http/tls.hpp"

#include <arpa/inet.h>
#include <array>
#include <unistd.h>

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "backends/bytes/text.hpp"
#include "backends/environment.hpp"
#include "backends/http/lookup.hpp"
#include "backends/http/trust.hpp"

namespace corral::http {

namespace {

bool is_readable(const std::string& file) {
  return ::access(file.c_str(), R_OK) == 0;
}

constexpr const char* where_to_put_authorities =
    "install your system's package of CA certificates (Debian, Fedora and Alpine: ca-certificates), or name "
    "a "
    "bundle in SSL_CERT_FILE";

/// A certificate that was refused, in words.
struct Refusal {
  std::string reason;
  const char* hint;
};

Refusal refusal(long verdict, const std::string& host) {
  constexpr const char* other_server =
      "another server may have answered: check the address, DNS and a proxy in between";
  constexpr const char* other_authority =
      "if a proxy in your network re-encrypts traffic, name its CA certificate in NODE_EXTRA_CA_CERTS; or "
      "install current CA certificates";
  switch (verdict) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return {"its certificate has expired",
              "check this computer's clock; if it is right, the server needs a new certificate"};
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return {"its certificate is not valid yet", "check this computer's clock"};
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return {fmt::format("its certificate is for another host, not {}", shown(host)), other_server};
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return {"its certificate comes from an authority that this computer does not know", other_authority};
    case X509_V_ERR_CERT_REVOKED: return {"its certificate was revoked", other_server};
    default:
      return {fmt::format("its certificate was refused: {}", X509_verify_cert_error_string(verdict)),
              other_server};
  }
}

}  // namespace

boost::asio::ssl::context make_tls_context(const Environment& environment) {
  // Without this OpenSSL reads a configuration file, which can make it load libraries.
  OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
  boost::asio::ssl::context context(boost::asio::ssl::context::tls_client);
  SSL_CTX* const native = context.native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_verify(native, SSL_VERIFY_PEER, nullptr);
  const TrustSources sources = trust_sources(environment, is_readable);
  if (sources.files.empty() && sources.folders.empty()) {
    throw ConnectionError(Failure::untrusted,
                          "no CA certificates were found, so no https server can be trusted",
                          where_to_put_authorities);
  }
  for (const std::string& file : sources.files) {
    if (SSL_CTX_load_verify_file(native, file.c_str()) == 1) continue;
    ERR_clear_error();
    throw ConnectionError(Failure::untrusted,
                          fmt::format("the CA certificates in \"{}\" cannot be read", shown(file)),
                          "SSL_CERT_FILE and NODE_EXTRA_CA_CERTS must name files of certificates in PEM");
  }
  for (const std::string& folder : sources.folders) SSL_CTX_load_verify_dir(native, folder.c_str());
  return context;
}

void expect_host(SSL* connection, const std::string& host) {
  if (is_address(host)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(connection), host.c_str());
    return;
  }
  SSL_set_hostflags(connection, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  SSL_set1_host(connection, host.c_str());
  SSL_ctrl(connection, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
           const_cast<char*>(host.c_str()));  // what the macro does; OpenSSL copies the name
}

ConnectionError handshake_failure(SSL* connection, const Url& server, const std::string& reason) {
  const std::string name = shown(server.authority());
  const long verdict = SSL_get_verify_result(connection);
  if (verdict == X509_V_OK) {
    return {Failure::untrusted,
            fmt::format("{} and corral could not agree on an encrypted connection: {}", name, shown(reason)),
            "does the server speak https on this port? A proxy in between may be in the way"};
  }
  Refusal refused = refusal(verdict, server.host);
  return {Failure::untrusted, fmt::format("{} cannot be trusted: {}", name, refused.reason), refused.hint};
}

}  // namespace corral::http
