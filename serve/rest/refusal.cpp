#include "serve/rest/refusal.hpp"

#include <utility>

#include "backends/cloudflare/api_codes.hpp"
#include "backends/sql_error.hpp"

namespace corral::serve::rest {

namespace {

ErrorKind kind_of(int status) {
  switch (status) {
    case 401:
    case 403: return ErrorKind::denied;
    case 404: return ErrorKind::not_found;
    case 409: return ErrorKind::conflict;
    case 413: return ErrorKind::limit;
    case 503: return ErrorKind::busy;
    default: return status >= 500 ? ErrorKind::unavailable : ErrorKind::invalid_input;
  }
}

}  // namespace

Refusal::Refusal(int status, int code, std::string message)
    : Error(kind_of(status), std::move(message)), status_(status), code_(code) {}

Refusal refusal_of(const Error& error, const ServiceCodes& codes) {
  if (const auto* const sql = dynamic_cast<const SqlError*>(&error))
    return {400, cloudflare::code::d1_query_failed, sql->details().text};
  switch (error.kind()) {
    case ErrorKind::usage:
    case ErrorKind::invalid_input: return {400, codes.invalid, error.message()};
    case ErrorKind::not_found: return {404, codes.not_found, error.message()};
    case ErrorKind::conflict: return {409, codes.conflict, error.message()};
    case ErrorKind::limit: return {413, codes.invalid, error.message()};
    case ErrorKind::denied: return {403, codes.denied, error.message()};
    case ErrorKind::busy: return {503, codes.internal, error.message()};
    case ErrorKind::corrupt:
    case ErrorKind::io:
    case ErrorKind::unavailable:
    case ErrorKind::interrupted:
    case ErrorKind::closed_pipe: break;
  }
  return {500, codes.internal, error.message()};
}

}  // namespace corral::serve::rest
