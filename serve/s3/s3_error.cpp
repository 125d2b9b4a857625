#include "serve/s3/s3_error.hpp"

#include <fmt/format.h>

#include "backends/s3/xml.hpp"

namespace corral::serve::s3 {

using corral::s3::xml_escaped;

S3Error access_denied(std::string message) {
  return {403, "AccessDenied", std::move(message)};
}

S3Error no_such_bucket() {
  return {404, "NoSuchBucket", "The specified bucket does not exist."};
}

S3Error no_such_key() {
  return {404, "NoSuchKey", "The specified key does not exist."};
}

S3Error invalid_argument(std::string message) {
  return {400, "InvalidArgument", std::move(message)};
}

S3Error malformed_xml() {
  return {400, "MalformedXML",
          "The XML you provided was not well formed or did not validate against our published schema."};
}

S3Error not_implemented(std::string what) {
  return {501, "NotImplemented", std::move(what) + " not implemented"};
}

S3Error precondition_failed() {
  return {412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold."};
}

S3Error as_s3_error(const Error& error) {
  if (const auto* const known = dynamic_cast<const S3Error*>(&error)) return *known;
  switch (error.kind()) {
    case ErrorKind::not_found: return no_such_key();
    case ErrorKind::invalid_input:
    case ErrorKind::usage: return {400, "InvalidRequest", error.message()};
    case ErrorKind::limit: return {400, "EntityTooLarge", error.message()};
    case ErrorKind::denied: return {403, "ObjectLockedByBucketPolicy", error.message()};
    case ErrorKind::busy:
    case ErrorKind::unavailable: return {503, "ServiceUnavailable", "The service is busy; try again."};
    case ErrorKind::interrupted: return {503, "ServiceUnavailable", "The server is being stopped."};
    case ErrorKind::conflict: return {409, "OperationAborted", error.message()};
    default: return {500, "InternalError", "We encountered an internal error. Please try again."};
  }
}

Response error_response(const S3Error& error, const std::string& resource, const std::string& request_id) {
  Response response = text_response(
      error.status(), "application/xml",
      fmt::format(
          "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
          "<Error><Code>{}</Code><Message>{}</Message><Resource>{}</Resource><RequestId>{}</RequestId>"
          "</Error>",
          error.code(), xml_escaped(error.message()), xml_escaped(resource), request_id));
  response.problem = error.code();
  return response;
}

}  // namespace corral::serve::s3
