#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "backends/cloudflare/s3_client.hpp"
#include "backends/cloudflare/session.hpp"
#include "backends/jobs/places.hpp"
#include "backends/object_store.hpp"

namespace corral::cloudflare {

/// The largest object that the REST API takes. What is larger goes through the S3 endpoint, and is read
/// there.
inline constexpr std::uint64_t largest_upload = std::uint64_t{300} << 20U;

/// An R2 bucket of the account, by the REST API (docs/reference/remote.md), and by the S3 endpoint for what
/// that does not have: objects of more than 300 MiB or in parts of a given size, custom metadata, multipart
/// uploads, and reading more objects than it takes requests (request_budget.hpp). Bodies are streamed; one
/// that can only be read once goes through temporary files, so that its length is known and a write that
/// failed can be sent again, which is safe: it stores the same again. Any number of threads.
class AccountObjectStore final : public ObjectStore {
 public:
  AccountObjectStore(std::shared_ptr<Session> session, std::string bucket, BucketAccess access);

  void guard(std::shared_ptr<const ObjectGuard> guard) override;
  std::optional<ObjectInfo> head(std::string_view key) override;
  std::optional<ObjectBody> get(std::string_view key, const std::optional<ObjectRange>& range,
                                const ObjectConditions& conditions) override;
  std::optional<ObjectInfo> put(const ObjectWrite& write, ByteSource& body, UnixMillis now) override;
  std::unique_ptr<ObjectBatch> begin_batch() override;
  std::optional<ObjectFiles> files(std::string_view key) override;
  std::optional<ObjectInfo> copy_from(ObjectStore& source, std::string_view key, const ObjectWrite& write,
                                      bool replace_metadata, UnixMillis now) override;
  bool rename(std::string_view from, std::string_view to, UnixMillis now) override;
  std::size_t erase(std::span<const std::string> keys) override;
  bool erase_unchanged(const ObjectInfo& seen) override;
  ObjectPage list(const ObjectListOptions& options) override;
  std::vector<MultipartUpload> uploads() override;
  bool abort_upload(std::string_view id) override;
  std::optional<std::string> presigned_url(std::string_view method, std::string_view key,
                                           std::int64_t seconds) override;
  BucketUsage usage() override;
  [[nodiscard]] const std::string& bucket() const override { return bucket_; }
  [[nodiscard]] std::string location() const override;
  [[nodiscard]] ObjectTraits traits() const override;

 private:
  [[nodiscard]] std::string base() const;
  [[nodiscard]] std::string path_of(std::string_view key) const;
  [[nodiscard]] std::vector<http::Header> common_headers() const;
  Answer change(Call call);
  Error bucket_not_found() const;
  void erase_key(std::string_view key);
  bool are_met(const ObjectWrite& write);
  void confirm_catalog_change();
  ObjectInfo put_at_once(const ObjectWrite& write, ByteSource& body, ObjectInfo stored);
  std::optional<ObjectInfo> put_in_parts(const ObjectWrite& write, ByteSource& body, ObjectInfo stored);
  void require_metadata(const ObjectWrite& write);
  void read_in_parallel(ObjectBody& object);
  std::optional<ObjectBody> get_by_s3(std::string_view key);
  ObjectPage page(const ObjectListOptions& options);
  ObjectPage grouped_page(const ObjectListOptions& options);

  std::shared_ptr<Session> session_;
  std::string bucket_;
  BucketAccess access_;
  std::mutex catalog_mutex_;
  bool catalog_confirmed_ = false;
  bool catalog_checked_ = false;  ///< for the S3 endpoint
  std::shared_ptr<S3Client> s3_;
  std::atomic<std::size_t> reads_ = 0;  ///< of whole objects
  std::atomic<bool> reads_by_s3_;       ///< false: there is no endpoint, or it has refused
  Places upload_places_{8};             ///< parts on their way at a time
  Places download_places_{4};           ///< ranges in memory
};

}  // namespace corral::cloudflare
