#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/bytes/unix_time.hpp"

namespace corral::state {

/// Walks the items of one side in key order, as another side's keys come up in that order. `Page`: a page of
/// items that have a `key`; its `next` fetches the following one and returns false after the last.
template <typename Item>
class KeyCursor {
 public:
  using Fetch = std::function<bool(std::vector<Item>& page)>;  ///< fills in the next page; false: the last
  using Skipped = std::function<void(const Item& item)>;

  explicit KeyCursor(Fetch fetch) : fetch_(std::move(fetch)) {}

  /// Advances to the item with this key and returns it, or nullptr if the listing lacks the key. Calls
  /// `skipped` for each item on the way. Keys must be passed in ascending order.
  const Item* find(std::string_view key, const Skipped& skipped) {
    while (const Item* const item = current()) {
      if (item->key > key) return nullptr;
      ++at_;
      if (item->key == key) return item;
      skipped(*item);
    }
    return nullptr;
  }

  /// Gives `skipped` all items that are left.
  void rest(const Skipped& skipped) {
    for (; const Item* const item = current(); ++at_) skipped(*item);
  }

  /// Gives `take` the items that are left as long as it returns true.
  void rest_while(const std::function<bool(const Item& item)>& take) {
    for (; const Item* const item = current(); ++at_)
      if (!take(*item)) return;
  }

 private:
  const Item* current() {
    while (at_ == page_.size()) {
      if (!more_) return nullptr;
      page_.clear();
      at_ = 0;
      more_ = fetch_(page_);
    }
    return &page_[at_];
  }

  Fetch fetch_;
  std::vector<Item> page_;
  std::size_t at_ = 0;
  bool more_ = true;
};

}  // namespace corral::state
