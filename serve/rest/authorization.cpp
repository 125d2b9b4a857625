#include "serve/rest/authorization.hpp"

#include "backends/bytes/text.hpp"
#include "backends/cloudflare/api_codes.hpp"
#include "serve/http/gate.hpp"
#include "serve/rest/refusal.hpp"

namespace corral::serve::rest {

namespace code = cloudflare::code;

void authorize(const Request& request, const Site& site, bool verifies_token) {
  constexpr std::string_view scheme = "bearer ";
  const auto header = request.header("authorization");
  if (!header) {
    if (request.header("x-auth-key") || request.header("x-auth-email"))
      throw Refusal(403, code::unknown_key,
                    "a global API key is not known here; send the server's API token");
    throw Refusal(400, code::invalid_credential,
                  "the request has no Authorization header; 'corral serve token' prints the token to send");
  }
  if (ascii_lower(header->substr(0, scheme.size())) != scheme)
    throw Refusal(400, code::bad_headers, "the Authorization header is not \"Bearer\" and a token");
  if (has_token(request, site)) return;
  if (verifies_token) throw Refusal(401, code::invalid_token, "the API token is not valid");
  throw Refusal(403, code::authentication_failed,
                "the API token is not this server's; 'corral serve token' prints that");
}

}  // namespace corral::serve::rest
