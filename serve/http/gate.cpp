#include "serve/http/gate.hpp"

#include "backends/bytes/hashing.hpp"
#include "backends/bytes/text.hpp"

namespace corral::serve {

bool equal_secrets(std::string_view one, std::string_view other) {
  if (one.size() != other.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < one.size(); ++i)
    difference |= static_cast<unsigned>(static_cast<unsigned char>(one[i] ^ other[i]));
  return difference == 0;
}

bool is_local_origin(std::string_view origin) {
  const std::string text = ascii_lower(origin);
  std::string_view rest = text;
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!rest.starts_with(scheme)) continue;
    rest.remove_prefix(scheme.size());
    const bool is_bracketed = rest.starts_with('[');
    const std::string_view host =
        is_bracketed ? rest.substr(1, rest.find(']') - 1) : rest.substr(0, rest.find(':'));
    return http::is_this_machine(host) || host.ends_with(".localhost");
  }
  return false;
}

bool has_token(const Request& request, const Site& site) {
  constexpr std::string_view scheme = "bearer ";
  const std::string_view value = request.header("authorization").value_or("");
  if (site.token.empty() || value.size() < scheme.size() ||
      ascii_lower(value.substr(0, scheme.size())) != scheme)
    return false;
  // Hashed first, so that not even the length of the token shows.
  const Sha256 given = sha256(value.substr(scheme.size()));
  const Sha256 wanted = sha256(site.token);
  return equal_secrets({reinterpret_cast<const char*>(given.data()), given.size()},
                       {reinterpret_cast<const char*>(wanted.data()), wanted.size()});
}

std::optional<Response> refusal_at_gate(const Request& request, Endpoint endpoint) {
  if (endpoint == Endpoint::s3) return std::nullopt;
  const auto origin = request.header("origin");
  if (!origin || is_local_origin(*origin)) return std::nullopt;
  Response response = text_response(403, "text/plain; charset=utf-8",
                                    "requests of web pages of other sites are refused here\n");
  response.problem = "ForeignOrigin";
  response.close = true;
  return response;
}

}  // namespace corral::serve
