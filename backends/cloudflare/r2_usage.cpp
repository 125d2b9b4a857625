#include "backends/cloudflare/r2_usage.hpp"

#include <array>
#include <cstddef>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "backends/cloudflare/analytics.hpp"
#include "backends/cloudflare/iso_time.hpp"

namespace corral::cloudflare {

namespace {

using Json = nlohmann::ordered_json;

constexpr UnixMillis day = 86'400'000;
constexpr const char* query =
    "query getR2StorageMetrics($accountTag: String, $filter: R2StorageAdaptiveGroupsFilter_InputObject) { "
    "viewer { accounts(filter: { accountTag: $accountTag }) { r2StorageAdaptiveGroups( limit: 1 "
    "filter: $filter orderBy: [datetime_DESC] ) { max { objectCount payloadSize metadataSize } "
    "dimensions { datetime } } } } }";

std::uint64_t number_at(const Json& row, const char* pointer) {
  const Json::json_pointer place(pointer);
  return row.contains(place) && row[place].is_number() ? row[place].get<std::uint64_t>() : 0;
}

}  // namespace

R2Usage r2_usage(Session& session, const BucketId& bucket) {
  const UnixMillis now = session.clock().now();
  const Json body{
      {"query", query},
      {"operationName", "getR2StorageMetrics"},
      {"variables",
       {{"accountTag", session.account().id},
        {"filter",
         {{"datetime_geq", iso_time(now - day)},
          {"datetime_leq", iso_time(now)},
          {"bucketName", bucket.jurisdiction ? *bucket.jurisdiction + "_" + bucket.name : bucket.name}}}}}};
  const Json rows = analytics_rows_if_any(session, body, "r2StorageAdaptiveGroups");
  if (rows.empty()) return {};
  const Json& newest = rows.front();
  return {.objects = number_at(newest, "/max/objectCount"),
          .bytes = number_at(newest, "/max/payloadSize") + number_at(newest, "/max/metadataSize")};
}

std::string count_with_commas(std::uint64_t count) {
  constexpr std::size_t group = 3;
  std::string text = std::to_string(count);
  for (std::size_t at = text.size(); at > group; at -= group) text.insert(at - group, ",");
  return text;
}

std::string decimal_size(std::uint64_t bytes) {
  constexpr std::array<const char*, 7> units = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
  constexpr std::uint64_t step = 1000;
  std::size_t unit = 0;
  double size = static_cast<double>(bytes);
  for (std::uint64_t rest = bytes; rest >= step; rest /= step) {
    size /= static_cast<double>(step);
    ++unit;
  }
  // Three significant digits: what rounds up to 1000 stays in its unit.
  const int decimals = size < 10 ? 2 : size < 100 ? 1 : 0;
  std::string digits = fmt::format("{:.{}f}", size, decimals);
  if (digits.find('.') != std::string::npos) {
    while (digits.back() == '0') digits.pop_back();
    if (digits.back() == '.') digits.pop_back();
  }
  return fmt::format("{} {}", digits, units.at(unit));
}

}  // namespace corral::cloudflare
