#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "backends/cloudflare/s3_client.hpp"
#include "backends/object_store.hpp"

namespace corral::cloudflare {

/// The multipart uploads of a bucket, call by call (Amazon's S3 API reference; what R2 has of it:
/// developers.cloudflare.com/r2/api/s3/api). Keys are as they are, ids opaque. Each throws like
/// S3Client::call.

struct S3Upload {
  std::string id;
  std::string key;
  UnixMillis started = 0;  ///< 0: not said
};

struct S3Part {
  std::uint64_t size = 0;
  std::string etag;  ///< without quotes: the MD5 in hex
};

/// By number, from 1.
using S3Parts = std::map<std::uint64_t, S3Part>;

/// Returns the id of a new upload of `write.key`, which fixes the object's metadata. Sent again when there is
/// no answer: at worst an upload without parts is left, which R2 removes after seven days.
std::string create_upload(S3Client& client, const ObjectWrite& write);

/// Stores a part, in place of one of this number; returns its etag, without quotes.
std::string put_part(S3Client& client, const S3Upload& upload, std::uint64_t number, ByteSource& bytes);

/// An object as the answer to its making tells of it.
struct S3Made {
  std::string etag;     ///< without quotes
  std::string version;  ///< empty: not said
};

/// Of an answer's headers.
S3Made made_of(const std::vector<http::Header>& headers);

/// Makes the object of the parts. Sent once: the outcome of a failure is not known unless S3Error says no (a
/// status below 500).
S3Made complete_upload(S3Client& client, const S3Upload& upload, const S3Parts& parts);

/// False: there is none.
bool abort_upload(S3Client& client, const S3Upload& upload);

/// Those in progress, of keys that begin with `prefix`, by key and then the order in which they began.
std::vector<S3Upload> list_uploads(S3Client& client, const std::string& prefix);

S3Parts list_parts(S3Client& client, const S3Upload& upload);

}  // namespace corral::cloudflare
