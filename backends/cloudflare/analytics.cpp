#include "backends/cloudflare/analytics.hpp"

#include <cstdint>

#include <fmt/format.h>

#include "backends/bytes/json.hpp"
#include "backends/bytes/text.hpp"

namespace corral::cloudflare {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t max_analytics_bytes = std::uint64_t{64} << 20U;

}  // namespace

Json ask_analytics(Session& session, const AnalyticsQuestion& question) {
  const Json body{{"query", question.query},
                  {"operationName", question.operation},
                  {"variables", {{"accountTag", session.account().id}, {"filter", question.filter}}}};
  std::string text;
  try {
    text = session.api().fetch_whole({.method = "POST",
                                      .path = "/graphql",
                                      .body = write_json(body),
                                      .repeatable = true,
                                      .max_answer_bytes = max_analytics_bytes});
  } catch (const ApiError& error) {
    if (http::is_server_error(error.status())) throw;
    throw AnalyticsRefused(error.kind(), error.message(), error.hint());
  }
  const Json answer = read_json(text);
  const Json::json_pointer rows("/data/viewer/accounts/0/" + question.group);
  if (answer.is_object() && answer.contains(rows) && answer[rows].is_array()) return answer[rows];
  const Json errors = answer.is_object() ? answer.value("errors", Json()) : Json();
  const std::string reason =
      errors.is_array() && !errors.empty() ? text_of(errors.front(), "message") : std::string();
  throw AnalyticsRefused(ErrorKind::unavailable,
                         reason.empty() ? fmt::format("Cloudflare's analytics do not say {}", question.what)
                                        : fmt::format("Cloudflare's analytics refused to say {}: {}",
                                                      question.what, shown(reason)),
                         "a token needs the permission \"Account Analytics: Read\"");
}

Json ask_analytics_if_allowed(Session& session, const AnalyticsQuestion& question) {
  try {
    return ask_analytics(session, question);
  } catch (const AnalyticsRefused& refused) {
    session.warn(fmt::format("the figures of analytics are missing, and shown as 0: {}", refused.message()));
    return Json::array();
  }
}

double number_at(const Json& row, const std::string& pointer) {
  const Json::json_pointer place(pointer);
  return row.contains(place) && row[place].is_number() ? row[place].get<double>() : 0;
}

}  // namespace corral::cloudflare
