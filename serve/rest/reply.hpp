#pragma once

#include "commands/text/json.hpp"
#include "serve/http/response.hpp"
#include "serve/rest/refusal.hpp"

namespace corral::serve::rest {

/// {"success": true, "errors": [], "messages": [], "result", "result_info"?}
Response success(const Json& result, const Json& result_info = nullptr);

/// {"success": false, "errors": [{"code", "message"}], "messages": [], "result": null}
Response failure(const Refusal& refusal);

/// A result that is text in JSON already, in the envelope of `success`.
Response success_with(std::unique_ptr<ByteSource> result);

}  // namespace corral::serve::rest
