#include "serve/http/tls_context.hpp"

#include <array>

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"

namespace corral::serve {

namespace {

/// A passphrase cannot be asked for: the key is refused instead of OpenSSL prompting on the terminal.
int no_passphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*data*/) {
  return 0;
}

Error refusal(std::string_view what, const std::string& file) {
  std::array<char, 200> reason{};
  ERR_error_string_n(ERR_peek_last_error(), reason.data(), reason.size());
  ERR_clear_error();
  return {ErrorKind::invalid_input, fmt::format("cannot use the {} {}: {}", what, shown(file), reason.data()),
          "give files in PEM: --tls-cert with the certificate, --tls-key with its key, without a passphrase"};
}

}  // namespace

void TlsContext::Free::operator()(ssl_ctx_st* context) const noexcept {
  SSL_CTX_free(context);
}

TlsContext::TlsContext(const std::string& certificate_file, const std::string& key_file)
    : context_(SSL_CTX_new(TLS_server_method())) {
  if (!context_) throw Error(ErrorKind::unavailable, "OpenSSL cannot be set up for TLS");
  SSL_CTX_set_min_proto_version(context_.get(), TLS1_2_VERSION);
  // An idle connection keeps no buffers; a retried write may come from another buffer.
  SSL_CTX_set_mode(context_.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                       SSL_MODE_ENABLE_PARTIAL_WRITE);
  SSL_CTX_set_options(context_.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_default_passwd_cb(context_.get(), no_passphrase);
  if (SSL_CTX_use_certificate_chain_file(context_.get(), certificate_file.c_str()) != 1)
    throw refusal("certificate", certificate_file);
  if (SSL_CTX_use_PrivateKey_file(context_.get(), key_file.c_str(), SSL_FILETYPE_PEM) != 1)
    throw refusal("key", key_file);
}

TlsContext::~TlsContext() = default;

}  // namespace corral::serve
