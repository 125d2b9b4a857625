#include "backends/cloudflare/analytics.hpp"

#include <cstdint>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"

namespace corral::cloudflare {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t max_answer_bytes = std::uint64_t{64} << 20U;
constexpr int first_server_error = 500;

/// The answer has no envelope, so its body is read here, and asked for again if it breaks off.
std::string answer_to(Session& session, const std::string& body) {
  constexpr int attempts = 3;
  for (int attempt = 1;; ++attempt) {
    const auto response =
        session.api().fetch({.method = "POST", .path = "/graphql", .body = body, .repeatable = true});
    try {
      return read_all(response->body(), max_answer_bytes, "the analytics");
    } catch (const http::ConnectionError&) {
      if (attempt == attempts) throw;
    }
  }
}

}  // namespace

Json analytics_rows(Session& session, const Json& request, const std::string& group) {
  std::string text;
  try {
    text = answer_to(session, request.dump());
  } catch (const ApiError& error) {
    if (error.status() >= first_server_error) throw;
    throw AnalyticsRefused(error.kind(), error.message(), error.hint());
  }
  const Json answer = Json::parse(text, nullptr, false);
  const Json::json_pointer rows("/data/viewer/accounts/0/" + group);
  if (answer.is_object() && answer.contains(rows) && answer[rows].is_array()) return answer[rows];
  const Json errors = answer.is_object() ? answer.value("errors", Json()) : Json();
  const std::string reason =
      errors.is_array() && !errors.empty() ? text_of(errors.front(), "message") : std::string();
  throw AnalyticsRefused(ErrorKind::unavailable,
                         reason.empty() ? "Cloudflare's analytics gave no answer"
                                        : fmt::format("Cloudflare's analytics refused: {}", shown(reason)),
                         "a token needs the permission \"Account Analytics: Read\"");
}

Json analytics_rows_if_any(Session& session, const Json& request, const std::string& group) {
  try {
    return analytics_rows(session, request, group);
  } catch (const AnalyticsRefused& refused) {
    session.warn(fmt::format("the figures of analytics are missing, and shown as 0: {}", refused.message()));
    return Json::array();
  }
}

}  // namespace corral::cloudflare
