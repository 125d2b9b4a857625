#include "backends/registered/d1_databases.hpp"

#include <algorithm>
#include <utility>

#include "backends/bytes/hashing.hpp"
#include "backends/bytes/json.hpp"
#include "backends/error.hpp"

namespace corral {

namespace {

constexpr auto kind = ResourceKind::d1_database;

/// A random UUID (RFC 9562, version 4).
std::string random_uuid() {
  std::string digits = random_hex(16);
  digits[12] = '4';
  digits[16] = "89ab"[(digits[16] >= 'a' ? digits[16] - 'a' + 10 : digits[16] - '0') % 4];
  for (const std::size_t at : {20U, 16U, 12U, 8U}) digits.insert(at, 1, '-');
  return digits;
}

D1Database database_of(Resource resource) {
  D1Database database{.id = resource.id, .name = resource.name};
  database.registered = std::move(resource);
  return database;
}

D1QueryCost cost_of(const QueryInsight& query) {
  const auto runs = static_cast<double>(query.runs);
  const auto figure = [&](double total) {
    return D1QueryCost::Figure{total, query.runs == 0 ? 0 : total / runs};
  };
  return {.query = query.query,
          .runs = runs,
          .ms = figure(query.total_ms),
          .rows_read = figure(static_cast<double>(query.rows_read)),
          .rows_written = figure(static_cast<double>(query.rows_written)),
          .efficiency = query.rows_read == 0 ? 0
                                             : static_cast<double>(query.rows_returned) /
                                                   static_cast<double>(query.rows_read)};
}

double measure(const D1QueryCost& cost, const D1InsightsRequest& request) {
  using By = D1InsightsRequest::Figure;
  if (request.by == By::count) return cost.runs;
  const D1QueryCost::Figure& figure = request.by == By::time    ? cost.ms
                                      : request.by == By::reads ? cost.rows_read
                                                                : cost.rows_written;
  return request.average ? figure.average : figure.total;
}

}  // namespace

std::vector<D1Database> RegisteredD1Databases::list() {
  std::vector<D1Database> all;
  for (Resource& resource : registry_.list(kind)) all.push_back(database_of(std::move(resource)));
  return all;
}

std::optional<D1Database> RegisteredD1Databases::find(std::string_view name_or_id) {
  if (auto found = registry_.find_name(kind, name_or_id)) return database_of(std::move(*found));
  if (auto found = registry_.find_id(kind, name_or_id)) return database_of(std::move(*found));
  if (backend_.is_stored(name_or_id))
    return D1Database{.id = std::string(name_or_id), .name = std::string(name_or_id)};
  return std::nullopt;
}

std::string RegisteredD1Databases::id_of_binding(const D1Binding& binding) {
  if (binding.preview_id) return *binding.preview_id;
  return binding.id.value_or(binding.binding);
}

D1Database RegisteredD1Databases::create(const NewD1Database& wanted) {
  nlohmann::ordered_json settings = nlohmann::ordered_json::object();
  if (wanted.location) settings["location"] = *wanted.location;
  if (wanted.jurisdiction) settings["jurisdiction"] = *wanted.jurisdiction;
  Resource resource{.kind = kind,
                    .id = random_uuid(),
                    .name = wanted.name,
                    .created_at = clock_.now(),
                    .settings = write_json(settings)};
  registry_.add(resource);
  return database_of(std::move(resource));
}

bool RegisteredD1Databases::remove(std::string_view id) {
  backend_.drop(id);
  if (insights_ != nullptr) insights_->forget(id);
  return registry_.remove(kind, id);
}

std::optional<D1Totals> RegisteredD1Databases::totals(std::string_view id) {
  D1Totals totals;
  for (const SqlSchemaItem& item : backend_.open(id, {.unrestricted = true})->info(true).schema) {
    if (!item.rows) continue;
    ++totals.tables;
    totals.rows += *item.rows;
  }
  return totals;
}

std::vector<D1QueryCost> RegisteredD1Databases::insights(const D1InsightsRequest& request) {
  if (insights_ == nullptr) {
    throw Error(ErrorKind::unavailable, "no insights are kept: CORRAL_NO_INSIGHTS is set",
                "unset it and run some SQL");
  }
  std::vector<D1QueryCost> costs;
  for (const QueryInsight& query : insights_->since(request.id.value_or(""), request.from))
    costs.push_back(cost_of(query));
  std::stable_sort(costs.begin(), costs.end(), [&](const D1QueryCost& a, const D1QueryCost& b) {
    return request.ascending ? measure(a, request) < measure(b, request)
                             : measure(a, request) > measure(b, request);
  });
  if (costs.size() > request.limit) costs.resize(request.limit);
  return costs;
}

std::optional<std::filesystem::path> RegisteredD1Databases::migrations_lock(std::string_view id) {
  return layout_.migrations_lock(id);
}

}  // namespace corral
