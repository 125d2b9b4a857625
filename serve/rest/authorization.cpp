#include "serve/rest/authorization.hpp"

#include "backends/bytes/hashing.hpp"
#include "backends/bytes/text.hpp"
#include "backends/cloudflare/api_codes.hpp"
#include "serve/rest/refusal.hpp"

namespace corral::serve::rest {

namespace {

namespace code = cloudflare::code;

constexpr std::string_view scheme = "bearer ";

/// By their hashes, so that how long it takes depends on neither.
bool is_same_secret(std::string_view given, std::string_view secret) {
  const Sha256 a = sha256(given);
  const Sha256 b = sha256(secret);
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) difference |= static_cast<unsigned>(a[i] ^ b[i]);
  return difference == 0;
}

}  // namespace

void authorize(const Request& request, std::string_view token, bool verifies_token) {
  const auto header = request.header("authorization");
  if (!header) {
    if (request.header("x-auth-key") || request.header("x-auth-email"))
      throw Refusal(403, code::unknown_key, "a global API key is not known here; send the server's API token");
    throw Refusal(400, code::invalid_credential,
                  "the request has no Authorization header; 'corral serve token' prints the token to send");
  }
  if (ascii_lower(header->substr(0, scheme.size())) != scheme)
    throw Refusal(400, code::bad_headers, "the Authorization header is not \"Bearer\" and a token");
  if (!token.empty() && is_same_secret(header->substr(scheme.size()), token)) return;
  if (verifies_token) throw Refusal(401, code::invalid_token, "the API token is not valid");
  throw Refusal(403, code::authentication_failed,
                "the API token is not this server's; 'corral serve token' prints that");
}

std::string token_id(std::string_view token) {
  constexpr std::size_t digits = 32;
  return hex(sha256("corral: the id of token " + std::string(token))).substr(0, digits);
}

}  // namespace corral::serve::rest
