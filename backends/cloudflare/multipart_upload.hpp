#pragma once

#include <functional>
#include <optional>
#include <string>

#include "backends/cloudflare/s3_client.hpp"
#include "backends/cloudflare/s3_uploads.hpp"
#include "backends/object_store.hpp"

namespace corral::cloudflare {

/// The size of an object's parts but the last, which R2 wants to be equal: what was asked for (the largest,
/// which is ObjectWrite's default, is taken for nothing), else 16 MiB, doubled until 10,000 parts are enough;
/// 64 MiB, which is good for 625 GiB, if the size of the body is not known. Throws limit if more than 10,000
/// parts would be needed.
std::uint64_t part_size_of(const ObjectWrite& write, std::optional<std::uint64_t> size);

struct UploadedObject {
  S3Made made;
  std::uint64_t size = 0;
  bool was_begun = false;  ///< by an earlier run, whose metadata the object has
};

/// Stores an object in parts of that size, up to `at_once` of them at a time, in constant memory: parts of a
/// file are read where they are, those of a pipe go through temporary files one by one. Each part is compared
/// with the MD5 that the endpoint found.
///
/// An upload that was cut off stays, and the next call for the same key and bytes goes on with it: it sends
/// what is not there yet or differs. Such an upload is taken for this object if its first part is the same.
///
/// `may_complete` is asked once all parts are there, and before the object comes into being; if it says no or
/// throws, the upload is aborted, and the answer is nullopt. Throws like S3Client::call; the message then
/// says how many parts are stored. Throws conflict if the file changed meanwhile, UnknownOutcome if the
/// object may have come into being or not.
std::optional<UploadedObject> upload_in_parts(S3Client& client, const ObjectWrite& write, ByteSource& body,
                                              std::size_t at_once, const std::function<bool()>& may_complete);

}  // namespace corral::cloudflare
