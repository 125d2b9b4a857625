#include "backends/cloudflare/s3_error.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/s3/xml.hpp"

namespace corral::cloudflare {

namespace {

struct KnownCode {
  std::string_view code;
  ErrorKind kind;
  std::string_view hint;
};

constexpr std::string_view clock_hint = "set the clock of this machine: signatures hold for 15 minutes";

/// Those of S3's error codes for which there is more to say than for their status.
constexpr std::array<KnownCode, 8> known_codes = {
    {{"NoSuchBucket", ErrorKind::not_found,
      "check the name, and with 'corral whoami' the account; a bucket in a jurisdiction needs "
      "--jurisdiction"},
     {"NoSuchUpload", ErrorKind::conflict,
      "the upload was completed or aborted meanwhile; run the command again"},
     {"InvalidPart", ErrorKind::conflict, "another run writes to the same upload; run the command again"},
     {"PreconditionFailed", ErrorKind::conflict, "look at what is there now, then try again"},
     {"RequestTimeTooSkewed", ErrorKind::denied, clock_hint},
     {"RequestExpired", ErrorKind::denied, clock_hint},
     {"EntityTooLarge", ErrorKind::limit, "an object has up to 5 TiB in up to 10,000 parts of up to 5 GiB"},
     {"SlowDown", ErrorKind::busy, "R2 asks for fewer requests at once; try again later"}}};

/// Code and message of an <Error>; empty if the body is none.
std::pair<std::string, std::string> read_error(const std::string& body) {
  try {
    const s3::XmlElement error = s3::parse_xml(body);
    if (error.name != "Error") return {};
    return {std::string(error.text_of("Code")), std::string(error.text_of("Message"))};
  } catch (const Error&) {
    return {};
  }
}

}  // namespace

S3Error s3_error(const RefusedCall& call, const std::string& keys) {
  const auto [code, message] = read_error(call.body);
  const ApiError general = api_error(call);
  const auto* const known = std::find_if(known_codes.begin(), known_codes.end(),
                                         [&code = code](const KnownCode& one) { return one.code == code; });
  const ErrorKind kind = known != known_codes.end() ? known->kind : general.kind();
  std::string hint = general.hint();
  if (known != known_codes.end()) {
    hint = known->hint;
  } else if (kind == ErrorKind::denied) {
    hint = fmt::format(
        "do the keys ({}) belong to this account, and may they read and write objects of this bucket? Keys "
        "are created and changed in the dashboard under R2 > API tokens",
        keys);
  } else if (kind == ErrorKind::busy && !call.retry_after) {
    hint = "R2 asks for fewer requests at once; try again later";
  }
  std::string reason =
      code.empty() ? fmt::format("HTTP status {}, {}", call.status, strange_answer(call))
                   : fmt::format("{} ({})", shown(message.empty() ? "no message" : message), shown(code));
  if (code.empty() && call.method == "HEAD") reason = fmt::format("HTTP status {}", call.status);
  if (code.empty() && !call.ray.empty()) reason += fmt::format(" (cf-ray {})", shown(call.ray));
  return {kind, fmt::format("R2's S3 endpoint refused {} {}: {}", call.method, call.path, reason),
          std::move(hint), call.status, code};
}

}  // namespace corral::cloudflare
