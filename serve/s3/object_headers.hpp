#pragma once

#include <string>

#include "backends/object_store.hpp"
#include "serve/http/response.hpp"
#include "serve/s3/s3_request.hpp"

namespace corral::serve::s3 {

/// The metadata that a request gives an object: Content-Type and the like, x-amz-meta-..., and the MD5 of a
/// client's key. Throws S3Error (MetadataTooLarge, InvalidStorageClass, InvalidDigest, those of
/// customer_key_md5), and NotImplemented for what R2 does not have: ACLs, tags, object locks by header, KMS.
ObjectWrite write_of(const S3Request& request);

/// Checks the length of the body that comes with a request. Throws S3Error (MissingContentLength,
/// EntityTooLarge).
void check_body_length(const S3Request& request);

/// If-Match, If-None-Match, If-Modified-Since and If-Unmodified-Since, of which the times only count without
/// the etags beside them (RFC 9110, 13.2.2). `prefix`: "", "x-amz-copy-source-" or "cf-copy-destination-".
ObjectConditions conditions_of(const S3Request& request, std::string_view prefix = {});

/// 304 or 412: what a read answers whose conditions do not hold for the object.
int status_of_failed(const ObjectConditions& conditions, const ObjectInfo& object);

/// The headers of an object as GET and HEAD have them; Content-Length comes with the body.
void add_object_headers(const S3Request& request, const ObjectInfo& object, Response& response);

/// Adds the checksum that was stored with an object, if the request asks for it (x-amz-checksum-mode). Not
/// for a part of the object.
void add_checksums(const S3Request& request, const ObjectInfo& object, Response& response);

}  // namespace corral::serve::s3
