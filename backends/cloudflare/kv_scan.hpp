#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "backends/kv_store.hpp"

namespace corral::cloudflare {

/// Reads a range of entries with their values. Pages of keys are read ahead while values are fetched, with
/// several requests in flight.
class KvScan {
 public:
  using List = std::function<KvPage(const KvListOptions& range)>;
  using Fetch = std::function<std::vector<std::optional<std::string>>(const std::vector<std::string>& keys)>;
  using Take = std::function<void(const KvItem& item, const std::string& value)>;

  /// Both are called by several threads, `list` by one at a time. Each call makes one request.
  KvScan(List list, Fetch fetch, std::function<void()> check_interrupt)
      : list_(std::move(list)), fetch_(std::move(fetch)), check_interrupt_(std::move(check_interrupt)) {}

  /// Calls `take`, in this thread and in order, for every entry that has a value.
  void run(std::string_view prefix, const Take& take);

 private:
  /// The keys whose values one request fetches.
  struct Part {
    std::vector<KvItem> items;
    std::vector<std::optional<std::string>> values;
    bool fetched = false;
  };

  void work();
  void list_page(std::unique_lock<std::mutex>& lock);
  void fetch_part(std::unique_lock<std::mutex>& lock);
  [[nodiscard]] bool can_list() const;
  [[nodiscard]] bool can_fetch() const;
  /// The next part in order, with its values; nullptr after the last.
  std::shared_ptr<Part> next_part();

  List list_;
  Fetch fetch_;
  std::function<void()> check_interrupt_;

  std::mutex mutex_;
  std::condition_variable changed_;
  KvListOptions range_;
  bool listing_ = false;
  bool listed_ = false;  ///< to the end
  bool stopping_ = false;
  std::exception_ptr failure_;
  std::deque<std::shared_ptr<Part>> parts_;  ///< not yet taken, in order
  std::size_t begun_ = 0;                    ///< how many of them have been fetched or are being fetched
};

}  // namespace corral::cloudflare
