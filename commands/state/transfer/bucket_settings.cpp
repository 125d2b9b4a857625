#include "commands/state/transfer/bucket_settings.hpp"

#include <array>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_reader.hpp"
#include "commands/text/json_text.hpp"

namespace corral::state {

namespace {

struct Setting {
  BucketSetting setting;
  const char* name;
};
constexpr std::array<Setting, 3> settings = {
    {{BucketSetting::cors, "cors"}, {BucketSetting::lifecycle, "lifecycle"}, {BucketSetting::lock, "lock"}}};

/// The setting in one spelling; empty if there are no rules, which is the same as no setting.
std::string read(R2Buckets& buckets, const BucketId& bucket, const Setting& one) {
  const std::optional<std::string> json = buckets.read(bucket, one.setting);
  if (!json) return {};
  const Json document = parse_json(*json, fmt::format("the {} setting of {}", one.name, shown(bucket.name)));
  if (!document.is_object() || !document.contains("rules") || document.at("rules").empty()) return {};
  return json_text(document, 0);
}

void write(R2Buckets& buckets, const BucketId& bucket, const Setting& one, const std::string& json) {
  const bool done =
      json.empty() && one.setting == BucketSetting::cors
          ? (buckets.erase(bucket, one.setting), true)
          : buckets.replace(bucket, one.setting, json.empty() ? R"({"rules":[]})" : json, CatalogCare::keep);
  if (done) return;
  throw Error(
      ErrorKind::denied,
      fmt::format("the {} rules of R2 bucket {} could damage its data catalog", one.name, shown(bucket.name)),
      fmt::format("change them with 'corral r2 bucket {} set {} --force --remote'", one.name,
                  shown(bucket.name)));
}

}  // namespace

BucketSettings::BucketSettings(Context& context, const TransferOptions& options,
                               const TransferResource& resource)
    : local_(context.stores(options.local).r2_buckets()),
      account_(context.stores(options.account).r2_buckets()),
      local_id_{.name = resource.local_id},
      account_id_{.name = resource.account_id, .jurisdiction = resource.jurisdiction} {}

std::vector<StateDifference> BucketSettings::compare() {
  std::vector<StateDifference> found;
  for (const Setting& one : settings) {
    const std::string here = read(local_, local_id_, one);
    const std::string there = read(account_, account_id_, one);
    if (here == there) continue;
    StateDifference difference;
    difference.service = StateService::r2;
    difference.what = "setting";
    difference.item = one.name;
    difference.change = there.empty()  ? StateDifference::Change::added
                        : here.empty() ? StateDifference::Change::removed
                                       : StateDifference::Change::changed;
    found.push_back(std::move(difference));
  }
  return found;
}

void BucketSettings::fetch() {
  fetched_.clear();
  for (const Setting& one : settings) fetched_.push_back(read(account_, account_id_, one));
}

std::uint64_t BucketSettings::pull() {
  if (fetched_.empty()) fetch();
  std::uint64_t changed = 0;
  for (std::size_t i = 0; i < settings.size(); ++i) {
    const Setting& one = settings.at(i);
    const std::string& there = fetched_.at(i);
    if (there == read(local_, local_id_, one)) continue;
    write(local_, local_id_, one, there);
    ++changed;
  }
  return changed;
}

std::uint64_t BucketSettings::push(bool with_deletions) {
  std::uint64_t changed = 0;
  for (const Setting& one : settings) {
    const std::string here = read(local_, local_id_, one);
    if (here == read(account_, account_id_, one) || (here.empty() && !with_deletions)) continue;
    write(account_, account_id_, one, here);
    ++changed;
  }
  return changed;
}

}  // namespace corral::state
