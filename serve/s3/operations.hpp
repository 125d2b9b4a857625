#pragma once

#include "backends/multipart_uploads.hpp"
#include "serve/http/response.hpp"
#include "serve/s3/open_buckets.hpp"
#include "serve/s3/s3_error.hpp"
#include "serve/s3/s3_request.hpp"

/// The operations of S3 that R2 has ("S3 API compatibility" in R2's documentation), each in the file of its
/// group. They throw S3Error, and what the stores throw.
namespace corral::serve::s3 {

/// What an operation works with.
struct Environment {
  Context& context;
  const Site& site;
  OpenBuckets& buckets;
};

using Operation = Response (*)(S3Request& request, Environment& environment);

// buckets.cpp
Response list_buckets(S3Request& request, Environment& environment);
Response create_bucket(S3Request& request, Environment& environment);
Response head_bucket(S3Request& request, Environment& environment);
Response delete_bucket(S3Request& request, Environment& environment);
Response get_bucket_location(S3Request& request, Environment& environment);
Response get_bucket_encryption(S3Request& request, Environment& environment);

// bucket_rules.cpp
Response get_bucket_cors(S3Request& request, Environment& environment);
Response put_bucket_cors(S3Request& request, Environment& environment);
Response delete_bucket_cors(S3Request& request, Environment& environment);
Response get_bucket_lifecycle(S3Request& request, Environment& environment);
Response put_bucket_lifecycle(S3Request& request, Environment& environment);
Response delete_bucket_lifecycle(S3Request& request, Environment& environment);

// listing.cpp
Response list_objects(S3Request& request, Environment& environment);
Response list_objects_v2(S3Request& request, Environment& environment);
Response list_object_versions(S3Request& request, Environment& environment);

// reading.cpp; HEAD is the same without the body
Response get_object(S3Request& request, Environment& environment);
Response head_object(S3Request& request, Environment& environment);

// writing.cpp
Response put_object(S3Request& request, Environment& environment);
Response copy_object(S3Request& request, Environment& environment);
Response delete_object(S3Request& request, Environment& environment);
Response delete_objects(S3Request& request, Environment& environment);

// multipart.cpp, and multipart_lists.cpp for the two lists
Response create_multipart_upload(S3Request& request, Environment& environment);
Response upload_part(S3Request& request, Environment& environment);
Response upload_part_copy(S3Request& request, Environment& environment);
Response complete_multipart_upload(S3Request& request, Environment& environment);
Response abort_multipart_upload(S3Request& request, Environment& environment);
Response list_parts(S3Request& request, Environment& environment);
Response list_multipart_uploads(S3Request& request, Environment& environment);

/// NoSuchUpload.
S3Error no_such_upload();

/// Throws S3Error (NotImplemented) if a store takes no multipart uploads.
MultipartUploads& uploads_of(ObjectStore& store);

/// Where a copy comes from (x-amz-copy-source), which the key pair must be allowed to read. Throws S3Error.
struct CopySource {
  std::string bucket;
  std::string key;
};
CopySource copy_source_of(const S3Request& request);

/// Creates the bucket of a request with the header cf-create-bucket-if-missing, if it does not exist (an
/// extension of R2's). Throws S3Error.
void create_missing_bucket(S3Request& request, Environment& environment);

/// Adds the checksum that a body was checked by, so that the client can compare it.
void add_checksum(const RequestBody& body, Response& response);

/// Throws S3Error (AccessDenied) unless the request's key pair is good for the bucket.
void check_bucket_allowed(const S3Request& request, std::string_view bucket);

}  // namespace corral::serve::s3
