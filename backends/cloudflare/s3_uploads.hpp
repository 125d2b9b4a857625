#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "backends/cloudflare/s3_client.hpp"
#include "backends/object_store.hpp"

namespace corral::cloudflare {

/// The calls for multipart uploads (Amazon's S3 API reference; what R2 implements of it:
/// developers.cloudflare.com/r2/api/s3/api). Keys are not encoded, ids are opaque. Each call throws like
/// S3Client::call.

struct S3Upload {
  std::string id;
  std::string key;
  UnixMillis started = 0;  ///< 0 if the answer does not say
};

struct S3Part {
  std::uint64_t size = 0;
  std::string etag;  ///< without quotes: the MD5 in hex
};

/// By number, from 1.
using S3Parts = std::map<std::uint64_t, S3Part>;

/// Creates an upload of `write.key` and returns its id. The object's metadata is fixed here. Repeated without
/// an answer: at worst an upload without parts is left over, which R2 removes after seven days.
std::string create_upload(S3Client& client, const ObjectWrite& write);

/// Stores a part, replacing one with the same number; returns its etag, without quotes.
std::string put_part(S3Client& client, const S3Upload& upload, std::uint64_t number, ByteSource& bytes);

/// The answer to completing an upload.
struct S3Made {
  std::string etag;     ///< without quotes
  std::string version;  ///< empty if the answer does not say
};

/// From the headers of an answer.
S3Made made_of(const std::vector<http::Header>& headers);

/// Completes the upload with these parts. Sent once: unless the failure is an S3Error with a status below
/// 500, its outcome is unknown.
S3Made complete_upload(S3Client& client, const S3Upload& upload, const S3Parts& parts);

/// Returns false if the upload does not exist.
bool abort_upload(S3Client& client, const S3Upload& upload);

/// The uploads in progress of keys with `prefix`, by key, then by the order in which they began.
std::vector<S3Upload> list_uploads(S3Client& client, const std::string& prefix);

S3Parts list_parts(S3Client& client, const S3Upload& upload);

}  // namespace corral::cloudflare
