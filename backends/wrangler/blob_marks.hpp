#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string_view>
#include <vector>

namespace corral::wrangler {

/// A set of blobs by the first 16 digits of their names, which are random: eight bytes each, a tenth of the
/// names. `contains` errs once in 10^13 lookups among a million blobs, always by finding one that is not
/// there: use it where that merely keeps one file too many.
class BlobMarks {
 public:
  void add(std::string_view name) {
    marks_.push_back(mark_of(name));
    is_sorted_ = false;
  }

  [[nodiscard]] bool contains(std::string_view name) {
    if (!is_sorted_) std::sort(marks_.begin(), marks_.end());
    is_sorted_ = true;
    return std::binary_search(marks_.begin(), marks_.end(), mark_of(name));
  }

  [[nodiscard]] bool empty() const noexcept { return marks_.empty(); }

 private:
  static std::uint64_t mark_of(std::string_view name) {
    constexpr std::size_t digits = 16;
    std::uint64_t mark = 0;
    std::from_chars(name.data(), name.data() + std::min(name.size(), digits), mark, digits);
    return mark;
  }

  std::vector<std::uint64_t> marks_;
  bool is_sorted_ = true;
};

}  // namespace corral::wrangler
