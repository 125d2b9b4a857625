#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "backends/multipart_uploads.hpp"
#include "serve/http/response.hpp"
#include "serve/s3/s3_request.hpp"

/// Customer-provided keys (SSE-C; "Server-side encryption with customer-provided keys" in Amazon's S3 user
/// guide). Requests are checked against the MD5 of the key that the object was written with; nothing is
/// encrypted (docs/differences.md).
namespace corral::serve::s3 {

/// Prefixes of the headers that send a key: for the object itself, and for the source of a copy.
inline constexpr std::string_view object_key_headers = "x-amz-server-side-encryption-customer-";
inline constexpr std::string_view source_key_headers = "x-amz-copy-source-server-side-encryption-customer-";

/// The MD5, in base64, of the key that a request sends; nullopt if it sends no key. Throws S3Error
/// (InvalidArgument, InvalidEncryptionAlgorithmError) unless algorithm, key and MD5 are all present and
/// consistent.
std::optional<std::string> customer_key_md5(const S3Request& request,
                                            std::string_view headers = object_key_headers);

/// Throws S3Error (InvalidRequest) unless the request sends the key that the object was written with, or
/// neither has a key.
void check_customer_key(const S3Request& request, const ObjectInfo& object,
                        std::string_view headers = object_key_headers);

/// The same for a part and its upload. Does nothing if the upload is not in progress.
void check_customer_key(const S3Request& request, MultipartUploads& uploads, std::string_view upload_id);

/// Adds the headers that confirm the key to the client; does nothing if `md5` is absent.
void add_customer_key(const std::optional<std::string>& md5, Response& response);

}  // namespace corral::serve::s3
