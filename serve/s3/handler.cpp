#include "serve/s3/handler.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "backends/access_keys.hpp"
#include "serve/http/api_token.hpp"
#include "serve/s3/cors.hpp"
#include "serve/s3/s3_error.hpp"

namespace corral::serve::s3 {

namespace {

/// What a request is about, which with its method says what is to be done.
enum class Subject { service, bucket, object };

struct Route {
  std::string_view method;
  Subject subject;
  std::string_view parameter;  ///< that the query must have; empty if absent
  std::string_view header;     ///< that the request must have; empty if absent
  std::string_view name;
  Operation operation;
};

/// The first that fits counts.
constexpr std::array routes = {
    Route{"GET", Subject::service, "", "", "ListBuckets", list_buckets},
    Route{"GET", Subject::bucket, "location", "", "GetBucketLocation", get_bucket_location},
    Route{"GET", Subject::bucket, "encryption", "", "GetBucketEncryption", get_bucket_encryption},
    Route{"GET", Subject::bucket, "cors", "", "GetBucketCors", get_bucket_cors},
    Route{"PUT", Subject::bucket, "cors", "", "PutBucketCors", put_bucket_cors},
    Route{"DELETE", Subject::bucket, "cors", "", "DeleteBucketCors", delete_bucket_cors},
    Route{"GET", Subject::bucket, "lifecycle", "", "GetBucketLifecycleConfiguration", get_bucket_lifecycle},
    Route{"PUT", Subject::bucket, "lifecycle", "", "PutBucketLifecycleConfiguration", put_bucket_lifecycle},
    Route{"DELETE", Subject::bucket, "lifecycle", "", "DeleteBucketLifecycle", delete_bucket_lifecycle},
    Route{"GET", Subject::bucket, "uploads", "", "ListMultipartUploads", list_multipart_uploads},
    Route{"GET", Subject::bucket, "versions", "", "ListObjectVersions", list_object_versions},
    Route{"POST", Subject::bucket, "delete", "", "DeleteObjects", delete_objects},
    Route{"GET", Subject::bucket, "list-type", "", "ListObjectsV2", list_objects_v2},
    Route{"GET", Subject::bucket, "", "", "ListObjects", list_objects},
    Route{"HEAD", Subject::bucket, "", "", "HeadBucket", head_bucket},
    Route{"PUT", Subject::bucket, "", "", "CreateBucket", create_bucket},
    Route{"DELETE", Subject::bucket, "", "", "DeleteBucket", delete_bucket},
    Route{"POST", Subject::object, "uploads", "", "CreateMultipartUpload", create_multipart_upload},
    Route{"PUT", Subject::object, "uploadId", "x-amz-copy-source", "UploadPartCopy", upload_part_copy},
    Route{"PUT", Subject::object, "uploadId", "", "UploadPart", upload_part},
    Route{"POST", Subject::object, "uploadId", "", "CompleteMultipartUpload", complete_multipart_upload},
    Route{"DELETE", Subject::object, "uploadId", "", "AbortMultipartUpload", abort_multipart_upload},
    Route{"GET", Subject::object, "uploadId", "", "ListParts", list_parts},
    Route{"GET", Subject::object, "", "", "GetObject", get_object},
    Route{"HEAD", Subject::object, "", "", "HeadObject", head_object},
    Route{"PUT", Subject::object, "", "x-amz-copy-source", "CopyObject", copy_object},
    Route{"PUT", Subject::object, "", "", "PutObject", put_object},
    Route{"DELETE", Subject::object, "", "", "DeleteObject", delete_object},
};

/// Parts of S3 that R2 does not have. A request that names one must not be taken for another.
constexpr std::array<std::string_view, 24> absent = {"accelerate",
                                                     "acl",
                                                     "analytics",
                                                     "attributes",
                                                     "intelligent-tiering",
                                                     "inventory",
                                                     "legal-hold",
                                                     "logging",
                                                     "metadataTable",
                                                     "metrics",
                                                     "notification",
                                                     "object-lock",
                                                     "ownershipControls",
                                                     "policy",
                                                     "policyStatus",
                                                     "publicAccessBlock",
                                                     "replication",
                                                     "requestPayment",
                                                     "restore",
                                                     "retention",
                                                     "select",
                                                     "tagging",
                                                     "torrent",
                                                     "website"};

bool only_reads(const Request& request) {
  return request.method == "GET" || request.method == "HEAD";
}

Subject subject_of(const Address& address) {
  if (address.bucket.empty()) return Subject::service;
  return address.key.empty() ? Subject::bucket : Subject::object;
}

const Route& route_of(const S3Request& request) {
  for (const std::string_view name : absent) {
    if (request.has(name)) throw not_implemented(fmt::format("The subresource '{}' is", name));
  }
  if (request.has("versioning")) throw not_implemented("The subresource 'versioning' is");
  const Subject subject = subject_of(request.address);
  for (const Route& route : routes) {
    if (route.method == request.http.method && route.subject == subject &&
        (route.parameter.empty() || request.has(route.parameter)) &&
        (route.header.empty() || request.http.header(route.header)))
      return route;
  }
  if (request.http.method == "POST") throw not_implemented("Uploading by a form is");
  throw S3Error(405, "MethodNotAllowed", "The specified method is not allowed against this resource.");
}

bool has_parameter(const http::Parameters& parameters, std::string_view name) {
  return std::any_of(parameters.begin(), parameters.end(),
                     [&](const auto& one) { return one.first == name; });
}

}  // namespace

/// A bucket with a public address or a domain can be read there without a key; nothing but its objects.
void S3Handler::check_public(const S3Request& request) {
  const bool is_own_host = request.address.style != Address::Style::path;
  if (!is_own_host || !only_reads(request.http) || request.key().empty()) throw access_denied();
  if (request.address.style == Address::Style::domain) return;  // found because it is connected
  const Json settings = buckets_.settings(request.bucket());
  const auto* const dev_url = settings.find("dev_url");
  if (dev_url == settings.end() || !dev_url->value("enabled", false)) throw access_denied();
}

void S3Handler::check_access(const S3Request& request, bool reads) {
  if (!request.authentication) {
    check_public(request);
    return;
  }
  const AccessKey& key = request.authentication->key;
  if (key.read_only && !reads) throw access_denied("This key can only read.");
  if (!request.bucket().empty()) check_bucket_allowed(request, request.bucket());
}

Response S3Handler::answer_preflight(Request& request, const Address& address) {
  Response response;
  try {
    response = preflight(request, buckets_.settings(address.bucket));
  } catch (const S3Error& error) {
    // Which buckets exist is not for everyone to know.
    response =
        error_response(error.code() == "NoSuchBucket" ? access_denied() : error, request.path, request.id);
  }
  response.operation = "Preflight";
  return response;
}

Response S3Handler::answer(Request& request, std::optional<Json>& settings) {
  const auto address =
      address_of(request, site_, [this](std::string_view domain) { return buckets_.with_domain(domain); });
  if (!address) throw S3Error(403, "AccessDenied", "No bucket has this host name.");
  if (request.method == "OPTIONS") return answer_preflight(request, *address);
  const http::Parameters parameters = request.parameters();
  AccessKeys& keys = context_.stores({}).access_keys();
  std::optional<Authentication> authentication =
      authenticate(request, parameters, request.received, [&](std::string_view id) {
        return id == token_id(site_.token) ? std::optional(key_of_token(site_.token)) : keys.find(id);
      });
  // A request that completes an upload has the checksum of the object.
  const bool completes = request.method == "POST" && has_parameter(parameters, "uploadId");
  RequestBody body(request, authentication ? &*authentication : nullptr,
                   completes ? RequestBody::Covers::object : RequestBody::Covers::body);
  S3Request operation{.http = request,
                      .query = parameters,
                      .address = *address,
                      .authentication = std::move(authentication),
                      .body = body,
                      .now = context_.clock().now()};
  check_access(operation, only_reads(request));
  const Route& route = route_of(operation);
  if (request.header("origin") && !address->bucket.empty()) {
    try {
      settings = buckets_.settings(address->bucket);
    } catch (const S3Error&) {
      settings.reset();  // the operation says what is wrong
    }
  }
  Environment environment{context_, site_, buckets_};
  Response response;
  try {
    response = route.operation(operation, environment);
  } catch (const Error& error) {
    response = error_response(as_s3_error(error), request.path, request.id);
    if (response.status >= 500 && response.status != 501)
      context_.out().warning(fmt::format("{}: {}", request.id, error.message()));
  }
  response.operation = route.name;
  return response;
}

Response S3Handler::handle(Request& request) {
  Response response;
  std::optional<Json> settings;
  try {
    response = answer(request, settings);
  } catch (const Error& error) {
    response = error_response(as_s3_error(error), request.path, request.id);
    if (response.status >= 500 && response.status != 501)
      context_.out().warning(fmt::format("{}: {}", request.id, error.message()));
    // A request that is not allowed does not get to send its body.
    response.close = response.status == 403 && request.body->remaining() != std::uint64_t{0};
  }
  response.add("x-amz-request-id", request.id);
  if (settings) add_cors_headers(request, *settings, response);
  return response;
}

std::unique_ptr<Handler> make_handler(Context& context, const Site& site) {
  return std::make_unique<S3Handler>(context, site);
}

}  // namespace corral::serve::s3
