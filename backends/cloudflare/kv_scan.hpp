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

/// Reads a range of entries with their values: while values are fetched, the next pages of keys are, too, and
/// several requests are always under way.
class KvScan {
 public:
  using List = std::function<KvPage(const KvListOptions& range)>;
  using Fetch = std::function<std::vector<std::optional<std::string>>(const std::vector<std::string>& keys)>;

  /// Both are called by several threads, `list` by one at a time. Each call makes one request.
  KvScan(List list, Fetch fetch, std::function<void()> check_interrupt)
      : list_(std::move(list)), fetch_(std::move(fetch)), check_interrupt_(std::move(check_interrupt)) {}

  /// Calls `take`, in this thread and in order, for every entry that has a value or is not wanted.
  void run(const KvScanOptions& options, const KvTake& take);

 private:
  struct Item : KvItem {
    bool wanted = true;
    std::optional<std::string> value = {};
  };
  /// The keys whose values one request fetches, and those between them that are not wanted.
  struct Part {
    std::vector<Item> items;
    std::size_t wanted = 0;
    bool fetched = false;
  };

  void work();
  void list_page(std::unique_lock<std::mutex>& lock);
  void add(KvItem item, bool wanted);
  void fetch_part(std::unique_lock<std::mutex>& lock);
  [[nodiscard]] bool can_list() const;
  [[nodiscard]] bool can_fetch() const;
  /// Passes a part to `take`; false: it wants no more.
  static bool give(Part& part, const KvTake& take);
  /// The next part in order, with its values; nullptr after the last.
  std::shared_ptr<Part> next_part();

  /// How many of the parts are complete: to the last, more may be added while the listing goes on.
  [[nodiscard]] std::size_t closed() const { return parts_.size() - (open_ ? 1 : 0); }

  List list_;
  Fetch fetch_;
  std::function<void()> check_interrupt_;

  std::mutex mutex_;
  std::condition_variable changed_;
  KvListOptions range_;
  std::function<bool(const KvItem&)> wants_;
  bool open_ = false;  ///< whether the last part may grow
  bool listing_ = false;
  bool listed_ = false;  ///< to the end
  bool stopping_ = false;
  std::exception_ptr failure_;
  std::deque<std::shared_ptr<Part>> parts_;  ///< not yet taken, in order
  std::size_t items_ = 0;                    ///< of all these parts
  std::size_t begun_ = 0;                    ///< how many of them have been fetched or are being fetched
};

}  // namespace corral::cloudflare
