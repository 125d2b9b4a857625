#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "backends/kv_store.hpp"

namespace corral {

/// Keeps the `count` largest items of a stream, holding only those in memory. Items must have a known size.
class BiggestItems {
 public:
  explicit BiggestItems(std::size_t count) : count_(count) {}

  /// Whether an item of this size would be kept, so that callers need not build the others.
  [[nodiscard]] bool takes(std::uint64_t size) const {
    return count_ > 0 && (items_.size() < count_ || *items_.front().size < size);
  }

  void add(KvItem item) {
    if (!takes(*item.size)) return;
    if (items_.size() == count_) {
      std::pop_heap(items_.begin(), items_.end(), larger);
      items_.pop_back();
    }
    items_.push_back(std::move(item));
    std::push_heap(items_.begin(), items_.end(), larger);
  }

  /// The items, largest first.
  [[nodiscard]] std::vector<KvItem> in_order() && {
    std::sort_heap(items_.begin(), items_.end(), larger);
    return std::move(items_);
  }

 private:
  static bool larger(const KvItem& a, const KvItem& b) { return *a.size > *b.size; }

  std::size_t count_;
  std::vector<KvItem> items_;  ///< a heap with the smallest on top
};

}  // namespace corral
