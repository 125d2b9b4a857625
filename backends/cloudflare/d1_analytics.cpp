#include "backends/cloudflare/d1_analytics.hpp"

#include <array>
#include <string>

#include <fmt/format.h>

#include "backends/cloudflare/analytics.hpp"
#include "backends/cloudflare/iso_time.hpp"

namespace corral::cloudflare {

namespace {

using Json = nlohmann::ordered_json;

/// Asks for rows of `group` with its arguments; `fields` names what is wanted.
AnalyticsQuestion question_of(const std::string& operation, const std::string& group,
                              const std::string& arguments, std::string_view fields, const Json& filter) {
  return {
      .query = fmt::format("query {}($accountTag: string, $filter: ZoneWorkersRequestsFilter_InputObject) "
                           "{{ viewer {{ accounts(filter: {{accountTag: $accountTag}}) {{ {}({}) {{ {} }} "
                           "}} }} }}",
                           operation, group, arguments, fields),
      .operation = operation,
      .group = group,
      .filter = {{"AND", Json::array({filter})}},
      .what = "how D1 databases were used"};
}

Json filter_of(std::string_view id, UnixMillis from, UnixMillis to) {
  Json filter{{"datetimeHour_geq", iso_time(from)}, {"datetimeHour_leq", iso_time(to)}};
  if (!id.empty()) filter["databaseId"] = id;
  return filter;
}

D1QueryCost::Figure figure_at(const Json& row, const std::string& field) {
  return {number_at(row, "/sum/" + field), number_at(row, "/avg/" + field)};
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
  const Json rows = ask_analytics_if_allowed(
      session,
      question_of("getD1MetricsOverviewQuery", "d1AnalyticsAdaptiveGroups", "limit: 10000, filter: $filter",
                  "sum { readQueries writeQueries rowsRead rowsWritten } dimensions { datetimeHour }",
                  filter_of(id, from, to)));
  Json usage = Json::object();
  for (const auto& [field, name] : figures) {
    double sum = 0;
    for (const Json& row : rows) sum += number_at(row, std::string("/sum/") + field);
    usage[name] = sum;
  }
  return usage;
}

std::vector<D1QueryCost> d1_query_costs(Session& session, const D1InsightsRequest& request) {
  constexpr std::string_view figures = "{ queryDurationMs rowsRead rowsWritten rowsReturned }";
  const Json rows = ask_analytics(
      session,
      question_of("getD1QueriesOverviewQuery", "d1QueriesAdaptiveGroups",
                  fmt::format("limit: {}, filter: $filter, orderBy: [{}]", request.limit, order_of(request)),
                  fmt::format("sum {} avg {} count dimensions {{ query databaseId }}", figures, figures),
                  filter_of(request.id.value_or(""), request.from, request.to)));
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
