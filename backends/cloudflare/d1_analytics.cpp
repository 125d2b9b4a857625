#include "backends/cloudflare/d1_analytics.hpp"

#include <array>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/cloudflare/iso_time.hpp"
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

/// Rows of a group of the account's analytics: `group` with its arguments, and the fields wanted.
Json analytics(Session& session, std::string_view operation, const std::string& group,
               const std::string& arguments, std::string_view fields, const Json& filter) {
  const Json body{
      {"query", fmt::format("query {}($accountTag: string, $filter: ZoneWorkersRequestsFilter_InputObject) "
                            "{{ viewer {{ accounts(filter: {{accountTag: $accountTag}}) {{ {}({}) {{ {} }} "
                            "}} }} }}",
                            operation, group, arguments, fields)},
      {"operationName", operation},
      {"variables", {{"accountTag", session.account().id}, {"filter", {{"AND", Json::array({filter})}}}}}};
  const Json answer = Json::parse(answer_to(session, body.dump()), nullptr, false);
  const Json::json_pointer rows("/data/viewer/accounts/0/" + group);
  if (answer.is_object() && answer.contains(rows) && answer[rows].is_array()) return answer[rows];
  const Json errors = answer.is_object() ? answer.value("errors", Json()) : Json();
  const std::string reason =
      errors.is_array() && !errors.empty() ? text_of(errors.front(), "message") : std::string();
  throw Error(ErrorKind::unavailable,
              reason.empty() ? "Cloudflare's analytics gave no answer"
                             : fmt::format("Cloudflare's analytics refused: {}", shown(reason)),
              "a token needs the permission \"Account Analytics: Read\"");
}

Json filter_of(std::string_view id, UnixMillis from, UnixMillis to) {
  Json filter{{"datetimeHour_geq", iso_time(from)}, {"datetimeHour_leq", iso_time(to)}};
  if (!id.empty()) filter["databaseId"] = id;
  return filter;
}

double number_at(const Json& row, const char* pointer) {
  const Json::json_pointer place(pointer);
  return row.contains(place) && row[place].is_number() ? row[place].get<double>() : 0;
}

D1QueryCost::Figure figure_at(const Json& row, const std::string& field) {
  return {number_at(row, ("/sum/" + field).c_str()), number_at(row, ("/avg/" + field).c_str())};
}

std::string order_of(const D1InsightsRequest& request) {
  using By = D1InsightsRequest::Figure;
  const char* const direction = request.ascending ? "ASC" : "DESC";
  if (request.by == By::count) return fmt::format("count_{}", direction);
  const char* const field = request.by == By::time    ? "queryDurationMs"
                            : request.by == By::reads ? "rowsRead"
                                                      : "rowsWritten";
  return fmt::format("{}_{}_{}", request.average ? "avg" : "sum", field, direction);
}

}  // namespace

Json d1_usage(Session& session, std::string_view id, UnixMillis from, UnixMillis to) {
  static constexpr std::array<std::pair<const char*, const char*>, 4> figures = {
      {{"readQueries", "read_queries_24h"},
       {"writeQueries", "write_queries_24h"},
       {"rowsRead", "rows_read_24h"},
       {"rowsWritten", "rows_written_24h"}}};
  const Json rows = analytics(
      session, "getD1MetricsOverviewQuery", "d1AnalyticsAdaptiveGroups", "limit: 10000, filter: $filter",
      "sum { readQueries writeQueries rowsRead rowsWritten } dimensions { datetimeHour }",
      filter_of(id, from, to));
  Json usage = Json::object();
  for (const auto& [field, name] : figures) {
    double sum = 0;
    for (const Json& row : rows) sum += number_at(row, (std::string("/sum/") + field).c_str());
    usage[name] = sum;
  }
  return usage;
}

std::vector<D1QueryCost> d1_query_costs(Session& session, const D1InsightsRequest& request) {
  constexpr std::string_view figures = "{ queryDurationMs rowsRead rowsWritten rowsReturned }";
  const Json rows =
      analytics(session, "getD1QueriesOverviewQuery", "d1QueriesAdaptiveGroups",
                fmt::format("limit: {}, filter: $filter, orderBy: [{}]", request.limit, order_of(request)),
                fmt::format("sum {} avg {} count dimensions {{ query databaseId }}", figures, figures),
                filter_of(request.id.value_or(""), request.from, request.to));
  std::vector<D1QueryCost> costs;
  for (const Json& row : rows) {
    const Json dimensions = row.is_object() ? row.value("dimensions", Json()) : Json();
    D1QueryCost cost{.query = text_of(dimensions, "query"),
                     .runs = number_at(row, "/count"),
                     .ms = figure_at(row, "queryDurationMs"),
                     .rows_read = figure_at(row, "rowsRead"),
                     .rows_written = figure_at(row, "rowsWritten"),
                     .efficiency = 0};
    if (cost.rows_read.average > 0)
      cost.efficiency = figure_at(row, "rowsReturned").average / cost.rows_read.average;
    if (cost.query.empty()) continue;
    if (!request.id) cost.database_id = text_of(dimensions, "databaseId");
    costs.push_back(std::move(cost));
  }
  return costs;
}

}  // namespace corral::cloudflare
