#include "backends/cloudflare/analytics.hpp"

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"

namespace corral::cloudflare {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t max_answer_bytes = std::uint64_t{64} << 20U;

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

Json ask_analytics(Session& session, const AnalyticsQuestion& question) {
  const Json body{{"query", question.query},
                  {"operationName", question.operation},
                  {"variables", {{"accountTag", session.account().id}, {"filter", question.filter}}}};
  const Json answer = Json::parse(answer_to(session, body.dump()), nullptr, false);
  const Json::json_pointer rows("/data/viewer/accounts/0/" + question.group);
  if (answer.is_object() && answer.contains(rows) && answer[rows].is_array()) return answer[rows];
  const Json errors = answer.is_object() ? answer.value("errors", Json()) : Json();
  const std::string reason =
      errors.is_array() && !errors.empty() ? text_of(errors.front(), "message") : std::string();
  throw Error(ErrorKind::unavailable,
              reason.empty()
                  ? fmt::format("Cloudflare's analytics do not say {}", question.what)
                  : fmt::format("Cloudflare's analytics refused to say {}: {}", question.what, shown(reason)),
              "a token needs the permission \"Account Analytics: Read\"");
}

double number_at(const Json& row, const std::string& pointer) {
  const Json::json_pointer place(pointer);
  return row.contains(place) && row[place].is_number() ? row[place].get<double>() : 0;
}

}  // namespace corral::cloudflare
