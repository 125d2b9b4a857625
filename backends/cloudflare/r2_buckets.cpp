#include "backends/cloudflare/r2_buckets.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "backends/bytes/json.hpp"
#include "backends/bytes/text.hpp"
#include "backends/cloudflare/api_codes.hpp"
#include "backends/cloudflare/iso_time.hpp"
#include "backends/cloudflare/r2_usage.hpp"
#include "backends/error.hpp"
#include "backends/http/url.hpp"

namespace corral::cloudflare {

namespace {

using Json = nlohmann::ordered_json;

std::vector<http::Header> headers_of(const std::optional<std::string>& jurisdiction) {
  if (!jurisdiction) return {};
  return {{"cf-r2-jurisdiction", *jurisdiction}};
}

/// Those of requests on notifications, which wrangler gives a type even if they have no body.
std::vector<http::Header> notification_headers(const std::optional<std::string>& jurisdiction) {
  std::vector<http::Header> headers = headers_of(jurisdiction);
  headers.push_back({"Content-Type", "application/json"});
  return headers;
}

const char* segment_of(BucketSetting setting) {
  switch (setting) {
    case BucketSetting::cors: return "cors";
    case BucketSetting::lifecycle: return "lifecycle";
    case BucketSetting::lock: return "lock";
    case BucketSetting::domains: return "domains/custom";
    case BucketSetting::dev_url: return "domains/managed";
    case BucketSetting::local_uploads: return "local-uploads";
    case BucketSetting::sippy: return "sippy";
    case BucketSetting::notifications: break;  // not below the bucket
  }
  return "";
}

}  // namespace

std::string AccountR2Buckets::base() const {
  return session_->account_path() + "/r2/buckets";
}

std::string AccountR2Buckets::path_of(const BucketId& bucket) const {
  return base() + "/" + http::path_segment(bucket.name);
}

std::string AccountR2Buckets::path_of(const BucketId& bucket, BucketSetting setting) const {
  if (setting == BucketSetting::notifications) {
    return fmt::format("{}/event_notifications/r2/{}/configuration", session_->account_path(),
                       http::path_segment(bucket.name));
  }
  return path_of(bucket) + "/" + segment_of(setting);
}

std::vector<R2Bucket> AccountR2Buckets::list(const std::optional<std::string>& jurisdiction) {
  std::vector<R2Bucket> all;
  std::string cursor;
  while (true) {
    Call call{.path = base(), .headers = headers_of(jurisdiction)};
    if (!cursor.empty()) call.query = {{"cursor", cursor}};
    const Answer answer = session_->api().call(call);
    const Json buckets =
        answer.result.is_object() ? answer.result.value("buckets", Json::array()) : Json::array();
    for (const Json& json : buckets) {
      all.push_back({.name = text_of(json, "name"),
                     .created_at = parse_iso_time(text_of(json, "creation_date")),
                     .description = write_json(json)});
    }
    std::string next = text_of(answer.result_info, "cursor");
    if (next.empty() || next == cursor || buckets.empty()) break;
    cursor = std::move(next);
  }
  std::sort(all.begin(), all.end(), [](const R2Bucket& a, const R2Bucket& b) { return a.name < b.name; });
  return all;
}

std::string AccountR2Buckets::create(const NewR2Bucket& wanted) {
  Json body{{"name", wanted.id.name}};
  if (wanted.storage_class) body["storageClass"] = *wanted.storage_class;
  if (wanted.location) body["locationHint"] = *wanted.location;
  try {
    return text_of(session_->api()
                       .call({.method = "POST",
                              .path = base(),
                              .body = write_json(body),
                              .headers = headers_of(wanted.id.jurisdiction)})
                       .result,
                   "location");
  } catch (const ApiError& error) {
    if (error.code() != code::r2_bucket_taken) throw;
    throw Error(ErrorKind::conflict,
                fmt::format("the account has an R2 bucket {} already", shown(wanted.id.name)),
                "choose another name; 'corral r2 bucket list --remote' shows those there are");
  }
}

bool AccountR2Buckets::remove(const BucketId& bucket) {
  try {
    session_->api().call(
        {.method = "DELETE", .path = path_of(bucket), .headers = headers_of(bucket.jurisdiction)});
    return true;
  } catch (const ApiError& error) {
    if (error.code() != code::r2_bucket_not_empty) throw;
    return false;
  }
}

R2BucketDetails AccountR2Buckets::details(const BucketId& bucket) {
  const Json found =
      session_->api().call({.path = path_of(bucket), .headers = headers_of(bucket.jurisdiction)}).result;
  const R2Usage usage = r2_usage(*session_, bucket);
  const std::string created = text_of(found, "creation_date");
  R2BucketDetails details{.created_at = parse_iso_time(created),
                          .location = text_of(found, "location"),
                          .storage_class = text_of(found, "storage_class"),
                          .objects = usage.objects,
                          .bytes = usage.bytes};
  details.description = write_json(Json{{"name", text_of(found, "name")},
                                        {"created", created},
                                        {"location", details.location},
                                        {"default_storage_class", details.storage_class},
                                        {"object_count", count_with_commas(usage.objects)},
                                        {"bucket_size", decimal_size(usage.bytes)}});
  return details;
}

void AccountR2Buckets::set_storage_class(const BucketId& bucket, std::string_view storage_class) {
  std::vector<http::Header> headers = headers_of(bucket.jurisdiction);
  headers.push_back({"cf-r2-storage-class", std::string(storage_class)});
  session_->api().call(
      {.method = "PATCH", .path = path_of(bucket), .headers = std::move(headers), .repeatable = true});
}

std::optional<std::string> AccountR2Buckets::read(const BucketId& bucket, BucketSetting setting) {
  const bool notifications = setting == BucketSetting::notifications;
  try {
    return write_json(session_->api()
                          .call({.path = path_of(bucket, setting),
                                 .headers = notifications ? notification_headers(bucket.jurisdiction)
                                                          : headers_of(bucket.jurisdiction)})
                          .result);
  } catch (const ApiError& error) {
    const bool never_made = (setting == BucketSetting::sippy && error.code() == code::r2_no_such_key) ||
                            (setting == BucketSetting::cors && error.code() == code::r2_no_cors);
    if (!never_made) throw;
    return std::nullopt;
  }
}

bool AccountR2Buckets::replace(const BucketId& bucket, BucketSetting setting, const std::string& json,
                               CatalogCare care) {
  std::vector<http::Header> headers = headers_of(bucket.jurisdiction);
  // Objects that a lifecycle rule removes may be part of a table.
  if (setting == BucketSetting::lifecycle && care == CatalogCare::keep)
    headers.push_back({"cf-r2-data-catalog-check", "true"});
  try {
    session_->api().call({.method = "PUT",
                          .path = path_of(bucket, setting),
                          .body = json,
                          .headers = std::move(headers),
                          .repeatable = true});
    return true;
  } catch (const ApiError& error) {
    if (error.code() != code::r2_data_catalog || care == CatalogCare::ignore) throw;
    return false;
  }
}

bool AccountR2Buckets::edit(const BucketId& bucket, BucketSetting setting, const Edit& edit,
                            CatalogCare care) {
  return replace(bucket, setting, edit(read(bucket, setting)), care);
}

bool AccountR2Buckets::erase(const BucketId& bucket, BucketSetting setting) {
  session_->api().call(
      {.method = "DELETE", .path = path_of(bucket, setting), .headers = headers_of(bucket.jurisdiction)});
  return true;
}

std::string AccountR2Buckets::domain_path(const BucketId& bucket, std::string_view domain) const {
  return path_of(bucket, BucketSetting::domains) + "/" + http::path_segment(domain);
}

void AccountR2Buckets::connect_domain(const BucketId& bucket, const NewBucketDomain& domain) {
  const Json body{
      {"domain", domain.domain}, {"zoneId", domain.zone_id}, {"minTLS", domain.min_tls}, {"enabled", true}};
  session_->api().call({.method = "POST",
                        .path = path_of(bucket, BucketSetting::domains),
                        .body = write_json(body),
                        .headers = headers_of(bucket.jurisdiction)});
}

std::string AccountR2Buckets::connected_domain(const BucketId& bucket, std::string_view domain) {
  return write_json(
      session_->api()
          .call({.path = domain_path(bucket, domain), .headers = headers_of(bucket.jurisdiction)})
          .result);
}

void AccountR2Buckets::change_domain(const BucketId& bucket, std::string_view domain,
                                     const std::optional<std::string>& min_tls) {
  Json body{{"domain", domain}};
  if (min_tls) body["minTLS"] = *min_tls;
  session_->api().call({.method = "PUT",
                        .path = domain_path(bucket, domain),
                        .body = write_json(body),
                        .headers = headers_of(bucket.jurisdiction),
                        .repeatable = true});
}

void AccountR2Buckets::disconnect_domain(const BucketId& bucket, std::string_view domain) {
  session_->api().call(
      {.method = "DELETE", .path = domain_path(bucket, domain), .headers = headers_of(bucket.jurisdiction)});
}

/// Where the rules for a queue are. The API wants its id.
std::string AccountR2Buckets::notification_path(const BucketId& bucket, std::string_view queue) {
  const Json queues = session_->api()
                          .call({.path = session_->account_path() + "/queues",
                                 .query = {{"page", "1"}, {"name", std::string(queue)}}})
                          .result;
  if (queues.is_array()) {
    for (const Json& one : queues) {
      if (text_of(one, "queue_name") != queue) continue;
      return fmt::format("{}/queues/{}", path_of(bucket, BucketSetting::notifications),
                         http::path_segment(text_of(one, "queue_id")));
    }
  }
  throw Error(ErrorKind::not_found, fmt::format("the account has no queue {}", shown(queue)),
              "make it with 'corral queues create NAME --remote'");
}

std::string AccountR2Buckets::notify(const BucketId& bucket, const NewNotification& wanted) {
  Json rule{{"prefix", wanted.prefix}, {"suffix", wanted.suffix}, {"actions", wanted.actions}};
  if (wanted.description) rule["description"] = *wanted.description;
  const Json body{{"rules", Json::array({std::move(rule)})}};
  return text_of(session_->api()
                     .call({.method = "PUT",
                            .path = notification_path(bucket, wanted.queue),
                            .body = write_json(body),
                            .headers = headers_of(bucket.jurisdiction)})
                     .result,
                 "event_notification_detail_id");
}

void AccountR2Buckets::stop_notifying(const BucketId& bucket, std::string_view queue,
                                      const std::optional<std::string>& rule) {
  Call call{.method = "DELETE",
            .path = notification_path(bucket, queue),
            .content_type = {},
            .headers = notification_headers(bucket.jurisdiction)};
  if (rule) call.body = write_json(Json{{"ruleIds", Json::array({*rule})}});
  session_->api().call(call);
}

std::string AccountR2Buckets::owner() {
  return " of account " + session_->account().id;
}

}  // namespace corral::cloudflare
