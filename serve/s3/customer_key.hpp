#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "backends/multipart_uploads.hpp"
#include "serve/http/response.hpp"
#include "serve/s3/s3_request.hpp"

/// Encryption with a key that the client keeps and sends with each request (SSE-C; "Server-side encryption
/// with customer-provided keys" in Amazon's S3 user guide). The key is checked as R2 does, by its MD5. The
/// bytes stay readable in the state folder, as all of it is (docs/differences.md).
namespace corral::serve::s3 {

/// Of the headers that give the key: the object's own, and those for the source of a copy.
inline constexpr std::string_view object_key_headers = "x-amz-server-side-encryption-customer-";
inline constexpr std::string_view source_key_headers = "x-amz-copy-source-server-side-encryption-customer-";

/// The MD5 of the key that a request gives, in base64; nullopt: it gives none. Throws S3Error
/// (InvalidArgument, InvalidEncryptionAlgorithmError) unless algorithm, key and MD5 come together and fit.
std::optional<std::string> customer_key_md5(const S3Request& request,
                                            std::string_view headers = object_key_headers);

/// Throws S3Error (InvalidRequest) unless the request gives the key that the object was stored with, or
/// neither has one.
void check_customer_key(const S3Request& request, const ObjectInfo& object,
                        std::string_view headers = object_key_headers);

/// The same for a part and the upload that it belongs to. Leaves an upload that is not in progress to the
/// caller.
void check_customer_key(const S3Request& request, MultipartUploads& uploads, std::string_view upload_id);

/// Says in the response which key it was; nothing if `md5` is absent.
void add_customer_key(const std::optional<std::string>& md5, Response& response);

}  // namespace corral::serve::s3
