#include "serve/rest/graphql.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/bytes/unix_time.hpp"
#include "backends/insight_log.hpp"
#include "commands/d1/target.hpp"
#include "commands/text/json_text.hpp"
#include "commands/text/moment.hpp"
#include "commands/text/readable.hpp"
#include "serve/rest/d1.hpp"
#include "serve/rest/fields.hpp"
#include "serve/rest/r2.hpp"

namespace corral::serve::rest {

namespace {

namespace code = cloudflare::code;

constexpr std::size_t usual_limit = 10'000;

/// What follows "NAME:" in a query, up to a character that is not in `allowed`.
std::string_view argument_of(std::string_view query, std::string_view name, std::string_view allowed) {
  const std::size_t at = query.find(name);
  if (at == std::string_view::npos) return {};
  query.remove_prefix(at + name.size());
  query.remove_prefix(std::min(query.find_first_not_of(" [\n\t"), query.size()));
  return query.substr(0, query.find_first_not_of(allowed));
}

std::size_t limit_of(std::string_view query) {
  const std::string_view digits = argument_of(query, "limit:", "0123456789");
  std::size_t limit = usual_limit;
  std::from_chars(digits.data(), digits.data() + digits.size(), limit);
  return limit;
}

/// The condition of a filter, which may be the only one of an AND.
const Json& condition_of(const Json& filter) {
  const auto* const all = filter.find("AND");
  return all != filter.end() && all->is_array() && !all->empty() ? (*all)[0] : filter;
}

std::string text_in(const Json& object, std::string_view name) {
  const auto* const found = object.find(name);
  return found == object.end() || found->text() == nullptr ? std::string() : *found->text();
}

/// A query with the database in which it ran.
struct RanQuery {
  std::string database;
  QueryInsight insight;
};

std::vector<RanQuery> queries_of(const Call& call, const Json& condition) {
  std::vector<RanQuery> all;
  InsightLog* const log = call.stores().insights();
  if (log == nullptr) return all;
  const UnixMillis from =
      r2::moment_of(text_in(condition, "datetimeHour_geq")).value_or(call.now() - one_day);
  std::vector<std::string> ids;
  if (std::string id = text_in(condition, "databaseId"); !id.empty()) {
    ids.push_back(std::move(id));
  } else {
    for (const d1::Database& one : d1::known_databases(call.context, Call::state)) ids.push_back(one.id);
  }
  for (const std::string& id : ids) {
    for (QueryInsight& insight : log->since(id, from)) all.push_back({id, std::move(insight)});
  }
  return all;
}

Json d1_use(const Call& call, const Json& condition) {
  std::array<std::uint64_t, 4> sums{};
  for (const RanQuery& one : queries_of(call, condition)) {
    sums[one.insight.rows_written == 0 ? 0 : 1] += one.insight.runs;
    sums[2] += one.insight.rows_read;
    sums[3] += one.insight.rows_written;
  }
  Json row{{"sum",
            {{"readQueries", sums[0]},
             {"writeQueries", sums[1]},
             {"rowsRead", sums[2]},
             {"rowsWritten", sums[3]}}}};
  row["dimensions"] = {{"datetimeHour", iso_time(call.now())}};
  return Json::array({std::move(row)});
}

/// The figures of a query: queryDurationMs, rowsRead, rowsWritten, rowsReturned.
using Figures = std::array<double, 4>;
constexpr std::array<std::string_view, 4> figure_names = {"queryDurationMs", "rowsRead", "rowsWritten",
                                                          "rowsReturned"};

Figures figures_of(const QueryInsight& insight, double divisor) {
  return {insight.total_ms / divisor, static_cast<double>(insight.rows_read) / divisor,
          static_cast<double>(insight.rows_written) / divisor,
          static_cast<double>(insight.rows_returned) / divisor};
}

double runs_of(const QueryInsight& insight) {
  return static_cast<double>(std::max<std::uint64_t>(insight.runs, 1));
}

Json as_json(const Figures& figures) {
  Json json = Json::object();
  for (std::size_t i = 0; i < figures.size(); ++i)
    json.append(std::string(figure_names.at(i)), figures.at(i));
  return json;
}

/// What "sum_rowsRead_DESC" or "count_ASC" orders by.
double measure(const QueryInsight& insight, std::string_view order) {
  if (order.starts_with("count")) return static_cast<double>(insight.runs);
  const Figures figures = figures_of(insight, order.starts_with("avg") ? runs_of(insight) : 1);
  for (std::size_t i = 0; i < figures.size(); ++i) {
    if (order.find(figure_names.at(i)) != std::string_view::npos) return figures.at(i);
  }
  return figures[0];
}

Json d1_costs(const Call& call, std::string_view query, const Json& condition) {
  std::vector<RanQuery> all = queries_of(call, condition);
  const std::string_view order =
      argument_of(query, "orderBy:", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_");
  const bool ascending = order.ends_with("_ASC");
  std::stable_sort(all.begin(), all.end(), [&](const RanQuery& a, const RanQuery& b) {
    const double first = measure(a.insight, order);
    const double second = measure(b.insight, order);
    return ascending ? first < second : first > second;
  });
  Json rows = Json::array();
  for (std::size_t i = 0; i < std::min(all.size(), limit_of(query)); ++i) {
    const QueryInsight& insight = all[i].insight;
    rows.push_back({{"sum", as_json(figures_of(insight, 1))},
                    {"avg", as_json(figures_of(insight, runs_of(insight)))},
                    {"count", insight.runs},
                    {"dimensions", {{"query", insight.query}, {"databaseId", all[i].database}}}});
  }
  return rows;
}

/// A bucket in a jurisdiction is called JURISDICTION_BUCKET there; no bucket has a '_' in its name.
Json r2_storage(const Call& call, const Json& condition) {
  std::string name = text_in(condition, "bucketName");
  name.erase(0, name.find('_') == std::string::npos ? 0 : name.find('_') + 1);
  check_bucket_name(name);
  const BucketUsage usage = call.stores().r2().open(name)->usage();
  Json row{{"max", {{"objectCount", usage.objects}, {"payloadSize", usage.bytes}, {"metadataSize", 0}}}};
  row["dimensions"] = {{"datetime", iso_time(call.now())}};
  return Json::array({std::move(row)});
}

Response answer(const char* group, Json rows) {
  Json account;
  account[group] = std::move(rows);
  Json json;
  json["data"] = {{"viewer", {{"accounts", Json::array({std::move(account)})}}}};
  json["errors"] = nullptr;
  return text_response(200, "application/json", json_text(json, 0));
}

Response ask(Call& call) {
  const Json body = call.json(code::d1_bad_request);
  const Fields fields(body, code::d1_bad_request);
  const std::string query = fields.text("query");
  const Json none = Json::object();
  const Json* const variables = fields.object("variables");
  const Json* filter =
      variables == nullptr ? nullptr : Fields(*variables, code::d1_bad_request).object("filter");
  if (filter == nullptr) filter = &none;
  const Json& condition = condition_of(*filter);
  const auto asks = [&](const char* group) { return query.find(group) != std::string::npos; };
  if (asks("d1AnalyticsAdaptiveGroups")) return answer("d1AnalyticsAdaptiveGroups", d1_use(call, condition));
  if (asks("d1QueriesAdaptiveGroups"))
    return answer("d1QueriesAdaptiveGroups", d1_costs(call, query, condition));
  if (asks("r2StorageAdaptiveGroups")) return answer("r2StorageAdaptiveGroups", r2_storage(call, condition));
  Json json;
  json["data"] = nullptr;
  json["errors"] = Json::array({Json{{"message", "the local state has no such figures"}}});
  return text_response(200, "application/json", json_text(json, 0));
}

constexpr std::array routes = {Route{"graphql", "POST", "graphql", ask}};

}  // namespace

std::span<const Route> graphql_routes() {
  return routes;
}

}  // namespace corral::serve::rest
