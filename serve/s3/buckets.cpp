// Buckets: list, create, look, delete.
#include <algorithm>

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

Response list_buckets(S3Request& request, Environment& environment) {
  const std::size_t limit =
      std::max<std::size_t>(number_of(request, "max-buckets", most_buckets, most_buckets), 1);
  const std::string prefix = request.text("prefix");
  const std::string after = request.text("continuation-token");
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
  if (has_more) xml.add("ContinuationToken", last);
  if (!prefix.empty()) xml.add("Prefix", prefix);
  return xml_response(std::move(xml));
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
  const std::optional<std::string> location = location_of(request);
  try {
    environment.context.stores({}).r2_buckets().create(
        {.id = {.name = request.bucket()}, .location = location});
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::conflict) throw;
    throw S3Error(409, "BucketAlreadyOwnedByYou", "The bucket exists already, and it is yours.");
  }
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
