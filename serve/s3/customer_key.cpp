#include "serve/s3/customer_key.hpp"

#include "backends/bytes/base64.hpp"
#include "backends/bytes/hashing.hpp"
#include "serve/s3/s3_error.hpp"

namespace corral::serve::s3 {

namespace {

constexpr std::size_t key_bytes = 32;
constexpr std::string_view algorithm_name = "AES256";

void check_same(const std::optional<std::string>& sent, const std::optional<std::string>& stored) {
  if (sent == stored) return;
  if (!stored) {
    throw S3Error(400, "InvalidRequest", "The encryption parameters are not applicable to this object.");
  }
  if (!sent) {
    throw S3Error(400, "InvalidRequest",
                  "The object was stored using a form of Server Side Encryption. The correct parameters must "
                  "be provided to retrieve the object.");
  }
  throw S3Error(400, "InvalidRequest", "The object was stored with a different key.");
}

}  // namespace

std::optional<std::string> customer_key_md5(const S3Request& request, std::string_view headers) {
  const std::string prefix(headers);
  const auto algorithm = request.header(prefix + "algorithm");
  const auto key = request.header(prefix + "key");
  const auto md5 = request.header(prefix + "key-md5");
  if (!algorithm && !key && !md5) return std::nullopt;
  if (!algorithm || !key || !md5) {
    throw invalid_argument(
        "Requests specifying Server Side Encryption with Customer provided keys must provide a valid "
        "encryption algorithm, an appropriate secret key and its MD5.");
  }
  if (*algorithm != algorithm_name)
    throw S3Error(400, "InvalidEncryptionAlgorithmError", "The encryption algorithm must be AES256.");
  const auto bytes = base64_decode(*key);
  if (!bytes || bytes->size() != key_bytes)
    throw invalid_argument("The secret key was invalid for the specified algorithm.");
  Hasher hasher(HashKind::md5);
  hasher.update(*bytes);
  std::string computed = base64_encode(hasher.digest());
  if (computed != *md5) {
    throw invalid_argument("The calculated MD5 hash of the key did not match the hash that was provided.");
  }
  return computed;
}

void check_customer_key(const S3Request& request, const ObjectInfo& object, std::string_view headers) {
  check_same(customer_key_md5(request, headers), object.http.customer_key_md5);
}

void check_customer_key(const S3Request& request, MultipartUploads& uploads, std::string_view upload_id) {
  const auto sent = customer_key_md5(request);
  if (const auto created = uploads.http_metadata(request.key(), upload_id))
    check_same(sent, created->customer_key_md5);
}

void add_customer_key(const std::optional<std::string>& md5, Response& response) {
  if (!md5) return;
  response.add(std::string(object_key_headers) + "algorithm", std::string(algorithm_name));
  response.add(std::string(object_key_headers) + "key-MD5", *md5);
}

}  // namespace corral::serve::s3
