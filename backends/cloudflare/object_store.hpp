#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "backends/cloudflare/session.hpp"
#include "backends/object_store.hpp"

namespace corral::cloudflare {

/// The largest object that the REST API takes.
inline constexpr std::uint64_t largest_upload = std::uint64_t{300} << 20U;

/// An R2 bucket of the account, by the REST API (docs/reference/remote.md). Bodies are streamed; one that can
/// only be read once goes through a temporary file first, so that its length is known and a write that failed
/// can be sent again, which is safe: it stores the same again. Any number of threads.
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
  ObjectPage page(const ObjectListOptions& options);
  ObjectPage grouped_page(const ObjectListOptions& options);

  std::shared_ptr<Session> session_;
  std::string bucket_;
  BucketAccess access_;
  std::mutex catalog_mutex_;
  bool catalog_confirmed_ = false;
};

}  // namespace corral::cloudflare
