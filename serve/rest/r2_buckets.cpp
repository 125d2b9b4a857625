#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "backends/bytes/base64.hpp"
#include "backends/bytes/text.hpp"
#include "commands/text/readable.hpp"
#include "serve/rest/fields.hpp"
#include "serve/rest/r2.hpp"

namespace corral::serve::rest {

namespace {

namespace code = cloudflare::code;

constexpr std::int64_t usual_list = 20;
constexpr std::int64_t largest_list = 1000;

Refusal bucket_exists(std::string_view name) {
  return {409, code::r2_bucket_taken, fmt::format("there is an R2 bucket {} already", shown(name))};
}

void check_name(std::string_view name) {
  try {
    check_bucket_name(name);
  } catch (const Error& error) {
    throw Refusal(400, code::r2_bad_bucket_name, error.message());
  }
}

void check_storage_class(std::string_view name) {
  if (name != "Standard" && name != "InfrequentAccess")
    throw Refusal(400, code::r2_bad_request, "the storage class must be Standard or InfrequentAccess");
}

Json listed(const r2::KnownBucket& bucket) {
  return {{"name", bucket.name},
          {"creation_date", bucket.created_at ? Json(iso_time(*bucket.created_at)) : Json()}};
}

Json described(const Call& call, const r2::KnownBucket& bucket) {
  const Json settings = r2::bucket_settings(call.stores().registry(), bucket.name);
  Json json = listed(bucket);
  json["location"] = settings.value("location", std::string("LOCAL"));
  json["storage_class"] = settings.value("storage_class", std::string("Standard"));
  json["jurisdiction"] = settings.value("jurisdiction", std::string("default"));
  return json;
}

/// A cursor is the last name of its page.
std::string name_of_cursor(const std::string& cursor) {
  auto name = base64_decode(cursor);
  if (name && is_utf8(*name)) return *std::move(name);
  throw Refusal(400, code::r2_bad_request, "the cursor is not one that a list of buckets gave");
}

Response list(Call& call) {
  const auto limit = static_cast<std::size_t>(
      call.number("per_page", 1, largest_list, code::r2_bad_request).value_or(usual_list));
  std::vector<r2::KnownBucket> all = r2::known_buckets(call.context, Call::state);
  if (const auto part = call.parameter("name_contains"))
    std::erase_if(all, [&](const auto& one) { return one.name.find(*part) == std::string::npos; });
  const bool descending = call.parameter("direction") == "desc";
  if (descending) std::reverse(all.begin(), all.end());
  auto after = call.parameter("start_after");
  if (const auto cursor = call.parameter("cursor")) after = name_of_cursor(*cursor);
  if (after) {
    std::erase_if(all, [&](const auto& one) { return descending ? one.name >= *after : one.name <= *after; });
  }
  Json buckets = Json::array();
  for (std::size_t i = 0; i < std::min(limit, all.size()); ++i) buckets.push_back(listed(all[i]));
  Json info{{"per_page", limit}};
  if (all.size() > limit) info["cursor"] = base64url_encode(all[limit - 1].name);
  return success(Json{{"buckets", std::move(buckets)}}, info);
}

Response create(Call& call) {
  const Json body = call.json(code::r2_bad_request);
  const Fields fields(body, code::r2_bad_request);
  NewR2Bucket wanted{.id = {.name = fields.text("name")},
                     .location = fields.text_if_any("locationHint"),
                     .storage_class = fields.text_if_any("storageClass")};
  check_name(wanted.id.name);
  if (wanted.storage_class) check_storage_class(*wanted.storage_class);
  const std::string_view jurisdiction = call.header("cf-r2-jurisdiction");
  if (!jurisdiction.empty() && jurisdiction != "default") wanted.id.jurisdiction = jurisdiction;
  try {
    call.stores().r2_buckets().create(wanted);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::conflict) throw bucket_exists(wanted.id.name);
    throw;
  }
  return success(described(call, {.name = wanted.id.name, .created_at = call.now()}));
}

Response get(Call& call) {
  return success(described(call, find_bucket(call)));
}

Response change(Call& call) {
  const r2::KnownBucket bucket = find_bucket(call);
  const std::string_view storage_class = call.header("cf-r2-storage-class");
  check_storage_class(storage_class);
  call.stores().r2_buckets().set_storage_class({.name = bucket.name}, storage_class);
  return success(described(call, bucket));
}

Response remove(Call& call) {
  const r2::KnownBucket bucket = find_bucket(call);
  if (!call.stores().r2_buckets().remove({.name = bucket.name}))
    throw Refusal(409, code::r2_bucket_not_empty, fmt::format("the R2 bucket {} is not empty", bucket.name));
  return success(Json::object());
}

constexpr std::array routes = {
    Route{"r2.buckets.list", "GET", "accounts/:account/r2/buckets", list},
    Route{"r2.buckets.create", "POST", "accounts/:account/r2/buckets", create},
    Route{"r2.buckets.get", "GET", "accounts/:account/r2/buckets/:bucket", get},
    Route{"r2.buckets.update", "PATCH", "accounts/:account/r2/buckets/:bucket", change},
    Route{"r2.buckets.delete", "DELETE", "accounts/:account/r2/buckets/:bucket", remove},
};

}  // namespace

std::span<const Route> r2_bucket_routes() {
  return routes;
}

r2::KnownBucket find_bucket(const Call& call) {
  const std::string& name = call["bucket"];
  check_name(name);
  try {
    return r2::require_bucket(call.context, {}, name);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found) throw;
    throw Refusal(404, code::r2_no_such_bucket, fmt::format("there is no R2 bucket {}", name));
  }
}

BucketId bucket_id(const Call& call) {
  return {.name = find_bucket(call).name};
}

}  // namespace corral::serve::rest
