#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "backends/cloudflare/session.hpp"
#include "backends/kv_store.hpp"

namespace corral::cloudflare {

/// How many requests of one command are under way at once.
inline constexpr std::size_t calls_at_once = 6;
/// As many as wrangler puts into a request; the API takes 10,000.
inline constexpr std::size_t pairs_a_call = 1'000;
/// The API takes 100 MB in a request.
inline constexpr std::size_t bytes_a_call = 50'000'000;
/// What the API takes.
inline constexpr std::size_t values_a_call = 100;

/// How the API is told when an entry expires: names and seconds, none if never. Both forms if both were
/// given.
std::vector<std::pair<const char*, std::int64_t>> expiry_parameters(const KvEntry& entry);

/// Many entries of a namespace at once. `base`: the namespace's path. Requests go out in parts, several at
/// once; of changes the first goes alone. When a part fails, others may have been done.
class KvBulk {
 public:
  KvBulk(Session& session, std::string base) : session_(session), base_(std::move(base)) {}

  /// The values in the order of the keys. Values that are not text are fetched one by one (`fetch_one`).
  std::vector<std::optional<std::string>> values(
      std::span<const std::string> keys,
      const std::function<std::optional<std::string>(const std::string&)>& fetch_one);

  /// In requests of `part_size` keys. When it fails, the message says how many are gone for certain.
  void erase(std::span<const std::string> keys, std::size_t part_size);

 private:
  Session& session_;
  std::string base_;
};

/// Collects entries and sends them at `commit`.
class AccountKvBatch final : public KvBatch {
 public:
  /// `part_size`: how many entries a request has at most.
  AccountKvBatch(std::shared_ptr<Session> session, std::string base, std::size_t part_size)
      : session_(std::move(session)), base_(std::move(base)), part_size_(part_size) {}

  void put(const KvEntry& entry, std::string_view value) override;
  void commit() override;
  [[nodiscard]] std::size_t stored() const override { return stored_; }

 private:
  std::shared_ptr<Session> session_;
  std::string base_;
  std::size_t part_size_;
  std::atomic<std::size_t> stored_ = 0;
  std::vector<std::string> keys_;
  std::vector<std::string> objects_;  ///< as JSON, in the order in which their keys came first
  std::map<std::string, std::size_t, std::less<>> places_;
};

}  // namespace corral::cloudflare
