// CORS and lifecycle rules of a bucket: XML here, JSON in the shape of Cloudflare's API in the state.
#include <charconv>

#include <fmt/format.h>

#include "backends/r2_buckets.hpp"
#include "commands/r2/lifecycle_rules.hpp"
#include "commands/text/json_text.hpp"
#include "commands/text/moment.hpp"
#include "serve/s3/operations.hpp"
#include "serve/s3/s3_error.hpp"

namespace corral::serve::s3 {

using corral::s3::XmlElement;
using corral::s3::XmlWriter;

namespace {

constexpr std::int64_t seconds_a_day = 86'400;
constexpr std::size_t most_cors_rules = 100;
constexpr std::size_t most_lifecycle_rules = 1000;

Response done(int status) {
  Response response;
  response.status = status;
  return response;
}

Json texts_of(const XmlElement& rule, std::string_view name) {
  Json texts = Json::array();
  for (const XmlElement& child : rule.children) {
    if (child.name == name) texts.push_back(child.text);
  }
  return texts;
}

std::int64_t whole_number(std::string_view digits) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size() || value < 0)
    throw malformed_xml();
  return value;
}

Json cors_rule(const XmlElement& rule) {
  Json allowed;
  allowed["origins"] = texts_of(rule, "AllowedOrigin");
  allowed["methods"] = texts_of(rule, "AllowedMethod");
  if (allowed["origins"].empty() || allowed["methods"].empty()) throw malformed_xml();
  for (const Json& method : allowed["methods"]) {
    if (method != "GET" && method != "PUT" && method != "POST" && method != "DELETE" && method != "HEAD") {
      throw S3Error(400, "InvalidRequest",
                    fmt::format("Found unsupported HTTP method in CORS config. Unsupported method is {}",
                                *method.text()));
    }
  }
  if (Json headers = texts_of(rule, "AllowedHeader"); !headers.empty())
    allowed["headers"] = std::move(headers);
  Json json;
  if (const XmlElement* const id = rule.child("ID")) json["id"] = id->text;
  json["allowed"] = std::move(allowed);
  if (Json exposed = texts_of(rule, "ExposeHeader"); !exposed.empty())
    json["exposeHeaders"] = std::move(exposed);
  if (const XmlElement* const age = rule.child("MaxAgeSeconds"))
    json["maxAgeSeconds"] = whole_number(age->text);
  return json;
}

void add_texts(XmlWriter& xml, const Json& object, std::string_view member, std::string_view element) {
  for (const std::string& text : object.value(member, std::vector<std::string>())) xml.add(element, text);
}

r2::LifecycleMoment moment_of(const XmlElement& action) {
  if (const XmlElement* const date = action.child("Date")) {
    const auto moment = r2::moment_of(date->text);
    if (!moment) throw malformed_xml();
    return {.max_age_seconds = {}, .date = *moment};
  }
  const XmlElement* const days = action.child("Days");
  if (days == nullptr) throw malformed_xml();
  const std::int64_t count = whole_number(days->text);
  if (count < 1) throw invalid_argument("'Days' for an action must be a positive integer");
  return {.max_age_seconds = count * seconds_a_day, .date = 0};
}

r2::LifecycleRule lifecycle_rule(const XmlElement& element, std::size_t index) {
  r2::LifecycleRule rule;
  rule.id = element.text_of("ID");
  if (rule.id.empty()) rule.id = fmt::format("rule-{}", index + 1);
  constexpr std::size_t longest_id = 255;
  if (rule.id.size() > longest_id) throw invalid_argument("ID length should not exceed allowed limit of 255");
  const std::string_view status = element.text_of("Status");
  if (status != "Enabled" && status != "Disabled") throw malformed_xml();
  rule.enabled = status == "Enabled";
  rule.prefix = element.text_of("Prefix");
  if (const XmlElement* const filter = element.child("Filter")) {
    if (filter->child("Tag") != nullptr || filter->child("And") != nullptr ||
        filter->child("ObjectSizeGreaterThan") != nullptr || filter->child("ObjectSizeLessThan") != nullptr)
      throw not_implemented("Lifecycle filters other than by prefix are");
    rule.prefix = filter->text_of("Prefix");
  }
  if (const XmlElement* const expiration = element.child("Expiration")) rule.expire = moment_of(*expiration);
  if (const XmlElement* const transition = element.child("Transition")) {
    if (transition->text_of("StorageClass") != "STANDARD_IA")
      throw S3Error(400, "InvalidStorageClass", "Objects can only go over to STANDARD_IA.");
    rule.infrequent_access = moment_of(*transition);
  }
  if (const XmlElement* const abort = element.child("AbortIncompleteMultipartUpload"))
    rule.abort_multipart_after = whole_number(abort->text_of("DaysAfterInitiation")) * seconds_a_day;
  if (element.child("NoncurrentVersionExpiration") != nullptr ||
      element.child("NoncurrentVersionTransition") != nullptr)
    throw not_implemented("Lifecycle rules for versions of objects are");
  if (!rule.expire && !rule.infrequent_access && !rule.abort_multipart_after)
    throw S3Error(400, "InvalidRequest", "At least one action needs to be specified in a rule.");
  return rule;
}

void add_moment(XmlWriter& xml, const r2::LifecycleMoment& moment) {
  if (moment.max_age_seconds) {
    // Rules made by the command can have ages that are no whole days.
    xml.add("Days",
            static_cast<std::uint64_t>((*moment.max_age_seconds + seconds_a_day - 1) / seconds_a_day));
  } else {
    xml.add("Date", xml_time(moment.date));
  }
}

void replace(S3Request& request, Environment& environment, BucketSetting setting, Json rules) {
  Json json;
  json["rules"] = std::move(rules);
  environment.context.stores({}).r2_buckets().replace({.name = request.bucket()}, setting, json_text(json, 0),
                                                      CatalogCare::ignore);
}

}  // namespace

Response get_bucket_cors(S3Request& request, Environment& environment) {
  const Json settings = environment.buckets.settings(request.bucket());
  if (!settings.contains("cors") || settings.at("cors").at("rules").empty()) {
    throw S3Error(404, "NoSuchCORSConfiguration", "The CORS configuration does not exist");
  }
  XmlWriter xml("CORSConfiguration");
  for (const Json& rule : settings.at("cors").at("rules")) {
    xml.open("CORSRule");
    const Json allowed = rule.value("allowed", Json::object());
    if (rule.contains("id")) xml.add("ID", rule.at("id").get<std::string>());
    add_texts(xml, allowed, "origins", "AllowedOrigin");
    add_texts(xml, allowed, "methods", "AllowedMethod");
    add_texts(xml, allowed, "headers", "AllowedHeader");
    add_texts(xml, rule, "exposeHeaders", "ExposeHeader");
    if (rule.contains("maxAgeSeconds"))
      xml.add("MaxAgeSeconds", std::to_string(rule.at("maxAgeSeconds").get<std::int64_t>()));
    xml.close();
  }
  return xml_response(std::move(xml));
}

Response put_bucket_cors(S3Request& request, Environment& environment) {
  environment.buckets.settings(request.bucket());
  Json rules = Json::array();
  for (const XmlElement& rule : read_xml(request, "CORSConfiguration").children) {
    if (rule.name == "CORSRule") rules.push_back(cors_rule(rule));
  }
  if (rules.empty() || rules.size() > most_cors_rules) throw malformed_xml();
  replace(request, environment, BucketSetting::cors, std::move(rules));
  return done(200);
}

Response delete_bucket_cors(S3Request& request, Environment& environment) {
  environment.buckets.settings(request.bucket());
  environment.context.stores({}).r2_buckets().erase({.name = request.bucket()}, BucketSetting::cors);
  return done(204);
}

Response get_bucket_lifecycle(S3Request& request, Environment& environment) {
  const Json settings = environment.buckets.settings(request.bucket());
  const auto missing = [] {
    return S3Error(404, "NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist");
  };
  if (!settings.contains("lifecycle")) throw missing();
  const std::vector<r2::LifecycleRule> rules = r2::parse_lifecycle_rules(settings.at("lifecycle"));
  if (rules.empty()) throw missing();
  XmlWriter xml("LifecycleConfiguration");
  for (const r2::LifecycleRule& rule : rules) {
    xml.open("Rule");
    xml.add("ID", rule.id);
    xml.open("Filter");
    xml.add("Prefix", rule.prefix);
    xml.close();
    xml.add("Status", rule.enabled ? "Enabled" : "Disabled");
    if (rule.expire) {
      xml.open("Expiration");
      add_moment(xml, *rule.expire);
      xml.close();
    }
    if (rule.infrequent_access) {
      xml.open("Transition");
      add_moment(xml, *rule.infrequent_access);
      xml.add("StorageClass", "STANDARD_IA");
      xml.close();
    }
    if (rule.abort_multipart_after) {
      xml.open("AbortIncompleteMultipartUpload");
      xml.add("DaysAfterInitiation",
              static_cast<std::uint64_t>((*rule.abort_multipart_after + seconds_a_day - 1) / seconds_a_day));
      xml.close();
    }
    xml.close();
  }
  return xml_response(std::move(xml));
}

Response put_bucket_lifecycle(S3Request& request, Environment& environment) {
  environment.buckets.settings(request.bucket());
  std::vector<r2::LifecycleRule> rules;
  for (const XmlElement& element : read_xml(request, "LifecycleConfiguration").children) {
    if (element.name != "Rule") continue;
    r2::LifecycleRule rule = lifecycle_rule(element, rules.size());
    for (const r2::LifecycleRule& other : rules) {
      if (other.id == rule.id)
        throw invalid_argument("Rule ID must be unique. Found same ID for more than one rule");
    }
    rules.push_back(std::move(rule));
  }
  if (rules.empty() || rules.size() > most_lifecycle_rules) throw malformed_xml();
  replace(request, environment, BucketSetting::lifecycle, r2::lifecycle_rules_as_json(rules).at("rules"));
  return done(200);
}

Response delete_bucket_lifecycle(S3Request& request, Environment& environment) {
  environment.buckets.settings(request.bucket());
  environment.context.stores({}).r2_buckets().erase({.name = request.bucket()}, BucketSetting::lifecycle);
  return done(204);
}

}  // namespace corral::serve::s3
