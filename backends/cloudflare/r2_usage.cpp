#include "backends/cloudflare/r2_usage.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "backends/bytes/text.hpp"
#include "backends/bytes/unix_time.hpp"
#include "backends/cloudflare/analytics.hpp"
#include "backends/cloudflare/iso_time.hpp"

namespace corral::cloudflare {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* query =
    "query getR2StorageMetrics($accountTag: String, $filter: R2StorageAdaptiveGroupsFilter_InputObject) { "
    "viewer { accounts(filter: { accountTag: $accountTag }) { r2StorageAdaptiveGroups( limit: 1 "
    "filter: $filter orderBy: [datetime_DESC] ) { max { objectCount payloadSize metadataSize } "
    "dimensions { datetime } } } } }";

}  // namespace

R2Usage r2_usage(Session& session, const BucketId& bucket) {
  const UnixMillis now = session.clock().now();
  const Json rows = ask_analytics_if_allowed(
      session, {.query = query,
                .operation = "getR2StorageMetrics",
                .group = "r2StorageAdaptiveGroups",
                .filter = {{"datetime_geq", iso_time(now - one_day)},
                           {"datetime_leq", iso_time(now)},
                           {"bucketName",
                            bucket.jurisdiction ? *bucket.jurisdiction + "_" + bucket.name : bucket.name}},
                .what = fmt::format("how much R2 bucket {} holds", shown(bucket.name))});
  if (rows.empty()) return {};
  const Json& newest = rows.front();
  const auto count_at = [&](const char* pointer) {
    return static_cast<std::uint64_t>(std::max(number_at(newest, pointer), 0.0));
  };
  return {.objects = count_at("/max/objectCount"),
          .bytes = count_at("/max/payloadSize") + count_at("/max/metadataSize")};
}

std::string count_with_commas(std::uint64_t count) {
  constexpr std::size_t group = 3;
  std::string text = std::to_string(count);
  for (std::size_t at = text.size(); at > group; at -= group) text.insert(at - group, 1, ',');
  return text;
}

std::string decimal_size(std::uint64_t bytes) {
  constexpr std::array<const char*, 7> units = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
  constexpr std::uint64_t step = 1000;
  std::size_t unit = 0;
  auto size = static_cast<double>(bytes);
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
