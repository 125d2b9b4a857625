#pragma once

#include <string>

#include "backends/error.hpp"

namespace corral::serve::rest {

/// A request that the API refuses, with the HTTP status and the code that Cloudflare's API gives
/// (backends/cloudflare/api_codes.hpp).
class Refusal final : public Error {
 public:
  Refusal(int status, int code, std::string message);

  [[nodiscard]] int status() const noexcept { return status_; }
  [[nodiscard]] int code() const noexcept { return code_; }

 private:
  int status_;
  int code_;
};

/// The codes by which a service reports what its storage refuses and no endpoint has a code of its own for.
struct ServiceCodes {
  int not_found = 0;
  int conflict = 0;
  int invalid = 0;  ///< malformed, and beyond a limit
  int denied = 0;
  int internal = 0;  ///< the storage itself failed
};

/// What the API says of an error of the storage: 400 for what is malformed, 404, 409, 413 beyond a limit, 403
/// for what a rule forbids, 503 for what is locked by another process, 500 for the rest.
Refusal refusal_of(const Error& error, const ServiceCodes& codes);

}  // namespace corral::serve::rest
