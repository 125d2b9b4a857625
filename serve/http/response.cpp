#include "serve/http/response.hpp"

namespace corral::serve {

Response text_response(int status, std::string content_type, std::string body) {
  Response response;
  response.status = status;
  response.add("Content-Type", std::move(content_type));
  response.body = std::make_unique<OwnedSource>(std::move(body));
  return response;
}

}  // namespace corral::serve
