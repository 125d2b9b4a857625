// The settings of a bucket that are one document each.
#include <array>

#include <fmt/format.h>

#include "commands/r2/cors_rules.hpp"
#include "commands/r2/lifecycle_rules.hpp"
#include "commands/r2/lock_rules.hpp"
#include "commands/text/json_reader.hpp"
#include "commands/text/json_text.hpp"
#include "serve/rest/fields.hpp"
#include "serve/rest/r2.hpp"

namespace corral::serve::rest {

namespace {

namespace code = cloudflare::code;

std::optional<Json> read(const Call& call, BucketSetting setting) {
  const auto text = call.stores().r2_buckets().read(bucket_id(call), setting);
  if (!text) return std::nullopt;
  return parse_json(*text, "the setting");
}

void replace(const Call& call, BucketSetting setting, const Json& json) {
  call.stores().r2_buckets().replace(bucket_id(call), setting, json_text(json, 0), CatalogCare::ignore);
}

Json no_rules() {
  return {{"rules", Json::array()}};
}

Response get_cors(Call& call) {
  const auto rules = read(call, BucketSetting::cors);
  if (!rules) throw Refusal(404, code::r2_no_cors, "the bucket has no CORS rules");
  return success(*rules);
}

Response put_cors(Call& call) {
  const Json rules = call.json(code::r2_bad_request);
  r2::parse_cors_rules(rules);
  replace(call, BucketSetting::cors, rules);
  return success(Json::object());
}

Response delete_cors(Call& call) {
  if (!call.stores().r2_buckets().erase(bucket_id(call), BucketSetting::cors))
    throw Refusal(404, code::r2_no_cors, "the bucket has no CORS rules");
  return success(Json::object());
}

Response get_lifecycle(Call& call) {
  return success(read(call, BucketSetting::lifecycle).value_or(no_rules()));
}

Response put_lifecycle(Call& call) {
  const Json rules = call.json(code::r2_bad_request);
  r2::parse_lifecycle_rules(rules);
  replace(call, BucketSetting::lifecycle, rules);
  return success(Json::object());
}

Response get_lock(Call& call) {
  return success(read(call, BucketSetting::lock).value_or(no_rules()));
}

Response put_lock(Call& call) {
  const Json rules = call.json(code::r2_bad_request);
  r2::parse_lock_rules(rules);
  replace(call, BucketSetting::lock, rules);
  return success(Json::object());
}

bool enabled_in(const Call& call) {
  const Json body = call.json(code::r2_bad_request);
  const Fields fields(body, code::r2_bad_request);
  const auto enabled = fields.flag("enabled");
  if (!enabled) fields.refuse("enabled", "is missing");
  return *enabled;
}

Response get_local_uploads(Call& call) {
  return success(read(call, BucketSetting::local_uploads).value_or(Json{{"enabled", false}}));
}

Response put_local_uploads(Call& call) {
  const Json setting{{"enabled", enabled_in(call)}};
  replace(call, BucketSetting::local_uploads, setting);
  return success(setting);
}

Response get_managed(Call& call) {
  Json setting = read(call, BucketSetting::dev_url).value_or(Json{{"enabled", false}});
  setting["bucketId"] = bucket_id(call).name;
  if (!setting.contains("domain")) setting["domain"] = "";
  return success(setting);
}

Response put_managed(Call& call) {
  replace(call, BucketSetting::dev_url, {{"enabled", enabled_in(call)}});
  return get_managed(call);
}

Response get_sippy(Call& call) {
  const auto setting = read(call, BucketSetting::sippy);
  if (!setting) throw Refusal(404, code::r2_no_such_key, "the bucket has no Sippy configuration");
  return success(*setting);
}

Response put_sippy(Call& call) {
  const Json body = call.json(code::r2_bad_request);
  const Fields fields(body, code::r2_bad_request);
  const Json* const source = fields.object("source");
  if (source == nullptr) fields.refuse("source", "is missing");
  (void)Fields(*source, code::r2_bad_request).text("provider");
  replace(call, BucketSetting::sippy, body);
  return get_sippy(call);
}

Response delete_sippy(Call& call) {
  call.stores().r2_buckets().erase(bucket_id(call), BucketSetting::sippy);
  return success(Json{{"enabled", false}});
}

constexpr std::array routes = {
    Route{"r2.cors.get", "GET", "accounts/:account/r2/buckets/:bucket/cors", get_cors},
    Route{"r2.cors.put", "PUT", "accounts/:account/r2/buckets/:bucket/cors", put_cors},
    Route{"r2.cors.delete", "DELETE", "accounts/:account/r2/buckets/:bucket/cors", delete_cors},
    Route{"r2.lifecycle.get", "GET", "accounts/:account/r2/buckets/:bucket/lifecycle", get_lifecycle},
    Route{"r2.lifecycle.put", "PUT", "accounts/:account/r2/buckets/:bucket/lifecycle", put_lifecycle},
    Route{"r2.lock.get", "GET", "accounts/:account/r2/buckets/:bucket/lock", get_lock},
    Route{"r2.lock.put", "PUT", "accounts/:account/r2/buckets/:bucket/lock", put_lock},
    Route{"r2.local-uploads.get", "GET", "accounts/:account/r2/buckets/:bucket/local-uploads",
          get_local_uploads},
    Route{"r2.local-uploads.put", "PUT", "accounts/:account/r2/buckets/:bucket/local-uploads",
          put_local_uploads},
    Route{"r2.dev-url.get", "GET", "accounts/:account/r2/buckets/:bucket/domains/managed", get_managed},
    Route{"r2.dev-url.put", "PUT", "accounts/:account/r2/buckets/:bucket/domains/managed", put_managed},
    Route{"r2.sippy.get", "GET", "accounts/:account/r2/buckets/:bucket/sippy", get_sippy},
    Route{"r2.sippy.put", "PUT", "accounts/:account/r2/buckets/:bucket/sippy", put_sippy},
    Route{"r2.sippy.delete", "DELETE", "accounts/:account/r2/buckets/:bucket/sippy", delete_sippy},
};

}  // namespace

std::span<const Route> r2_setting_routes() {
  return routes;
}

}  // namespace corral::serve::rest
