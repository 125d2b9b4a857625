#include "serve/http/api_token.hpp"

#include "backends/bytes/hashing.hpp"

namespace corral::serve {

std::string token_id(std::string_view token) {
  constexpr std::size_t digits = 32;
  return hex(sha256("corral: the id of token " + std::string(token))).substr(0, digits);
}

AccessKey key_of_token(std::string_view token) {
  AccessKey key;
  key.id = token_id(token);
  key.secret = hex(sha256(token));
  key.name = "the token of the REST API";
  return key;
}

}  // namespace corral::serve
