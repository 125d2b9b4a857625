#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "backends/bytes/unix_time.hpp"
#include "backends/clock.hpp"
#include "backends/error.hpp"

namespace corral::cloudflare {

/// An answer of the API that is not a success.
struct RefusedCall {
  std::string method;
  std::string path;  ///< below the API's base, without the query
  int status = 0;
  std::string body = {};                       ///< an envelope with errors, or anything else
  std::string ray = {};                        ///< the cf-ray header: what Cloudflare's support asks for
  std::string location = {};                   ///< of a redirect
  std::optional<UnixMillis> retry_after = {};  ///< as asked for
  bool may_be_done = false;                    ///< a change whose outcome is not known
};

/// A refusal by the API. The message names the request and every code and message of the envelope; the
/// hint says which permission is missing, or how long to wait.
class ApiError : public Error {
 public:
  ApiError(ErrorKind kind, std::string message, std::string hint, int status, int code, std::string errors)
      : Error(kind, std::move(message), std::move(hint)),
        status_(status),
        code_(code),
        errors_(std::move(errors)) {}
  [[nodiscard]] int status() const noexcept { return status_; }
  /// Of the first error in the envelope; 0 if it has none.
  [[nodiscard]] int code() const noexcept { return code_; }
  /// The messages of the envelope with their codes; empty if it has none.
  [[nodiscard]] const std::string& errors() const noexcept { return errors_; }

 private:
  int status_;
  int code_;
  std::string errors_;
};

ApiError api_error(const RefusedCall& call);

/// What came instead of an answer that the API has: "an empty answer", "a redirect to ...".
std::string strange_answer(const RefusedCall& call);

/// The permission of an API token that a request needs, as the dashboard names it: "Workers KV Storage:
/// Edit". Empty: not known.
std::string needed_permission(std::string_view method, std::string_view path);

}  // namespace corral::cloudflare
