#pragma once

#include <boost/asio/ssl/context.hpp>
#include <string>

#include "backends/http/client.hpp"

namespace corral::http {

/// A TLS context for clients: TLS 1.2 and 1.3, the authorities that the environment and the system trust.
/// OpenSSL's own configuration file is not read. Throws ConnectionError (untrusted) if there are no
/// authorities or a named bundle cannot be read.
boost::asio::ssl::context make_tls_context(const Environment& environment);

/// Prepares one connection: the certificate must be valid for `host`, which is named to the server too (SNI)
/// unless it is an address.
void expect_host(SSL* connection, const std::string& host);

/// Why a handshake failed, in words and with what to do. `reason`: the library's own text.
ConnectionError handshake_failure(SSL* connection, const Url& server, const std::string& reason);

}  // namespace corral::http
