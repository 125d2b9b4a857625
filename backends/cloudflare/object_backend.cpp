#include "backends/cloudflare/object_backend.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "backends/cloudflare/object_store.hpp"

namespace corral::cloudflare {

std::unique_ptr<ObjectStore> AccountObjectBackend::open(std::string_view bucket, BucketAccess access) {
  return std::make_unique<AccountObjectStore>(session_, std::string(bucket), std::move(access));
}

std::vector<std::string> AccountObjectBackend::stored_buckets() {
  std::vector<std::string> names;
  for (std::string cursor;;) {
    Call call{.path = session_->account_path() + "/r2/buckets", .query = {{"per_page", "1000"}}};
    if (!cursor.empty()) call.query.emplace_back("cursor", cursor);
    const Answer answer = session_->api().call(call);
    if (answer.result.is_object() && answer.result.contains("buckets")) {
      for (const nlohmann::ordered_json& bucket : answer.result["buckets"])
        names.push_back(text_of(bucket, "name"));
    }
    std::string next = text_of(answer.result_info, "cursor");
    if (next.empty() || next == cursor) break;
    cursor = std::move(next);
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::uint64_t AccountObjectBackend::drop(std::string_view bucket) {
  const std::unique_ptr<ObjectStore> store = open(bucket, {});
  std::uint64_t dropped = 0;
  // Always the first page: what it had is gone.
  for (ObjectPage page = store->list({}); !page.objects.empty(); page = store->list({})) {
    std::vector<std::string> keys;
    keys.reserve(page.objects.size());
    for (ObjectInfo& object : page.objects) keys.push_back(std::move(object.key));
    dropped += store->erase(keys);
  }
  return dropped;
}

std::string AccountObjectBackend::owner() {
  return fmt::format(" of account {}", session_->account().id);
}

}  // namespace corral::cloudflare
