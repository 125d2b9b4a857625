#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/multipart_uploads.hpp"
#include "backends/wrangler/r2_rows.hpp"

namespace corral::wrangler {

class WranglerObjectStore;

/// Multipart uploads as `wrangler dev` keeps them, so that a Worker can go on with one that was begun here
/// and the other way round (docs/reference/r2.md).
class WranglerMultipartUploads final : public MultipartUploads {
 public:
  /// The store must outlive it.
  explicit WranglerMultipartUploads(WranglerObjectStore& store) : store_(store) {}

  std::string begin(const ObjectWrite& write, std::string_view algorithm) override;
  std::optional<HttpMetadata> http_metadata(std::string_view key, std::string_view id) override;
  UploadedPart put_part(std::string_view key, std::string_view id, std::int64_t number, ByteSource& body,
                        const std::optional<std::string>& md5) override;
  std::optional<std::vector<UploadedPart>> parts(std::string_view key, std::string_view id,
                                                 std::int64_t after, std::size_t limit) override;
  std::optional<ObjectInfo> complete(std::string_view key, std::string_view id,
                                     const std::vector<NamedPart>& named, const ObjectConditions& conditions,
                                     const std::optional<S3Checksum>& checksum, UnixMillis now) override;
  std::unique_ptr<ByteSource> read_part(std::string_view key, std::string_view id,
                                        std::int64_t number) override;

 private:
  struct Upload;
  [[nodiscard]] std::optional<Upload> find(std::string_view key, std::string_view id) const;
  void require_in_progress(std::string_view key, std::string_view id) const;
  /// The named parts as they are stored, checked against the rules for the parts of an object.
  [[nodiscard]] std::vector<StoredPart> chosen_parts(std::string_view id,
                                                     const std::vector<NamedPart>& named) const;

  WranglerObjectStore& store_;
};

}  // namespace corral::wrangler
