// Buckets: list, create, look, delete.
#include <algorithm>

#include "backends/bytes/text.hpp"
#include "backends/r2_buckets.hpp"
#include "serve/s3/operations.hpp"
#include "serve/s3/s3_error.hpp"

namespace corral::serve::s3 {

using corral::s3::XmlWriter;

namespace {

constexpr std::size_t most_buckets = 1000;

void add_owner(XmlWriter& xml) {
  xml.open("Owner");
  xml.add("ID", "local");
  xml.add("DisplayName", "local");
  xml.close();
}

bool is_allowed(const AccessKey& key, std::string_view bucket) {
  return key.buckets.empty() ||
         std::find(key.buckets.begin(), key.buckets.end(), bucket) != key.buckets.end();
}

/// What ListBuckets can be asked for: parameters of the query, or headers that count before them (an
/// extension of R2's).
class ListParameters {
 public:
  explicit ListParameters(const S3Request& request) : request_(request) {}

  [[nodiscard]] std::string text(const std::string& name) const {
    return std::string(request_.http.header("cf-" + name).value_or(request_.text(name)));
  }

  [[nodiscard]] std::size_t limit() const {
    std::size_t limit = number_of(request_, request_.has("max-buckets") ? "max-buckets" : "max-keys",
                                  most_buckets, most_buckets);
    if (const auto header = request_.http.header("cf-max-keys"))
      limit = number_in(*header, "cf-max-keys", most_buckets, most_buckets);
    return std::max<std::size_t>(limit, 1);
  }

 private:
  const S3Request& request_;
};

enum class IfExists { keep, refuse };

void create(const S3Request& request, Environment& environment, std::optional<std::string> location,
            IfExists if_exists) {
  try {
    environment.context.stores({}).r2_buckets().create(
        {.id = {.name = request.bucket()}, .location = std::move(location)});
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::conflict) throw;
    if (if_exists == IfExists::refuse)
      throw S3Error(409, "BucketAlreadyOwnedByYou", "The bucket exists already, and it is yours.");
  }
}

/// The region that a bucket is asked for; R2 takes its own hints and what stands for "anywhere".
std::optional<std::string> location_of(S3Request& request) {
  if (request.body.remaining() == std::uint64_t{0}) return std::nullopt;
  const auto document = read_xml(request, "CreateBucketConfiguration");
  std::string location(document.text_of("LocationConstraint"));
  if (location.empty() || location == "auto" || location == "us-east-1") return std::nullopt;
  for (const std::string_view hint :
       {"wnam", "enam", "weur", "eeur", "apac", "oc", "WNAM", "ENAM", "WEUR", "EEUR", "APAC", "OC"}) {
    if (location == hint) return location;
  }
  throw S3Error(400, "InvalidLocationConstraint", "The specified location constraint is not valid.");
}

}  // namespace

void check_bucket_allowed(const S3Request& request, std::string_view bucket) {
  if (request.authentication && !is_allowed(request.authentication->key, bucket)) throw access_denied();
}

void create_missing_bucket(S3Request& request, Environment& environment) {
  if (ascii_lower(request.header("cf-create-bucket-if-missing").value_or("")) != "true") return;
  try {
    environment.buckets.settings(request.bucket());
  } catch (const S3Error& error) {
    if (error.code() != "NoSuchBucket") throw;
    create(request, environment, std::nullopt, IfExists::keep);
  }
}

Response list_buckets(S3Request& request, Environment& environment) {
  const ListParameters parameters(request);
  const std::string prefix = parameters.text("prefix");
  const std::string token = parameters.text("continuation-token");
  const std::string start_after = parameters.text("start-after");
  const std::string& after = std::max(token, start_after);
  const std::size_t limit = parameters.limit();
  XmlWriter xml("ListAllMyBucketsResult");
  add_owner(xml);
  xml.open("Buckets");
  std::size_t count = 0;
  std::string last;
  bool has_more = false;
  for (const OpenBuckets::Named& bucket : environment.buckets.list()) {
    if (!is_allowed(request.authentication->key, bucket.name) || !bucket.name.starts_with(prefix) ||
        bucket.name <= after)
      continue;
    if (count++ == limit) {
      has_more = true;
      break;
    }
    last = bucket.name;
    xml.open("Bucket");
    xml.add("Name", bucket.name);
    xml.add("CreationDate", xml_time(bucket.created_at.value_or(0)));
    xml.close();
  }
  xml.close();
  if (!prefix.empty()) xml.add("Prefix", prefix);
  if (!start_after.empty()) xml.add("StartAfter", start_after);
  xml.add_flag("IsTruncated", has_more);
  xml.add("KeyCount", std::min(count, limit));
  xml.add("MaxKeys", limit);
  if (has_more) {
    xml.add("ContinuationToken", last);  // where Amazon's clients look for it
    xml.add("NextContinuationToken", last);
  }
  Response response = xml_response(std::move(xml));
  response.add("cf-is-truncated", has_more ? "true" : "false");
  if (has_more) response.add("cf-next-continuation-token", last);
  return response;
}

Response create_bucket(S3Request& request, Environment& environment) {
  try {
    check_bucket_name(request.bucket());
  } catch (const Error& error) {
    throw S3Error(400, "InvalidBucketName", error.message());
  }
  const auto acl = request.header("x-amz-acl");
  if (acl && *acl != "private") throw not_implemented("Header 'x-amz-acl' with value '" + *acl + "'");
  if (request.header("x-amz-bucket-object-lock-enabled").value_or("false") != "false")
    throw not_implemented("Header 'x-amz-bucket-object-lock-enabled' is");
  create(request, environment, location_of(request), IfExists::refuse);
  Response response;
  response.add("Location", "/" + request.bucket());
  return response;
}

Response head_bucket(S3Request& request, Environment& environment) {
  environment.buckets.settings(request.bucket());
  Response response;
  response.add("x-amz-bucket-region", "auto");
  return response;
}

Response delete_bucket(S3Request& request, Environment& environment) {
  environment.buckets.settings(request.bucket());
  environment.buckets.forget(request.bucket());
  if (!environment.context.stores({}).r2_buckets().remove({.name = request.bucket()}))
    throw S3Error(409, "BucketNotEmpty", "The bucket you tried to delete is not empty.");
  Response response;
  response.status = 204;
  return response;
}

Response get_bucket_location(S3Request& request, Environment& environment) {
  const Json settings = environment.buckets.settings(request.bucket());
  XmlWriter xml("LocationConstraint");
  std::string document = std::move(xml).document();
  const std::string location = settings.value("location", std::string("auto"));
  document.insert(document.rfind("</"), corral::s3::xml_escaped(location));
  return text_response(200, "application/xml", std::move(document));
}

Response get_bucket_encryption(S3Request& request, Environment& environment) {
  environment.buckets.settings(request.bucket());
  XmlWriter xml("ServerSideEncryptionConfiguration");
  xml.open("Rule");
  xml.open("ApplyServerSideEncryptionByDefault");
  xml.add("SSEAlgorithm", "AES256");
  xml.close();
  xml.add_flag("BucketKeyEnabled", true);
  return xml_response(std::move(xml));
}

}  // namespace corral::serve::s3
