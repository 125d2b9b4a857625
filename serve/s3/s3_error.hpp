#pragma once

#include <string>
#include <utility>

#include "backends/error.hpp"
#include "serve/http/response.hpp"

namespace corral::serve::s3 {

/// An error as S3 reports it: a status, a code for programs and a sentence for people
/// (developers.cloudflare.com /r2/api/error-codes and Amazon's list of S3 error codes).
class S3Error : public Error {
 public:
  S3Error(int status, std::string code, std::string message)
      : Error(ErrorKind::invalid_input, std::move(message)), status_(status), code_(std::move(code)) {}
  [[nodiscard]] int status() const noexcept { return status_; }
  [[nodiscard]] const std::string& code() const noexcept { return code_; }

 private:
  int status_;
  std::string code_;
};

S3Error access_denied(std::string message = "Access Denied");
S3Error no_such_bucket();
S3Error no_such_key();
S3Error invalid_argument(std::string message);
S3Error malformed_xml();
/// For what R2 does not have.
S3Error not_implemented(std::string what);
S3Error precondition_failed();

/// What an error of the layers below means in S3's terms.
S3Error as_s3_error(const Error& error);

/// The XML of an error. `resource`: the path that was asked for.
Response error_response(const S3Error& error, const std::string& resource, const std::string& request_id);

}  // namespace corral::serve::s3
