#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "backends/files/spool.hpp"

namespace corral {

/// A list of strings that may be too long for memory: up to 256 KiB are kept there, and the rest in an
/// unnamed temporary file. Throws io.
class StringSpool {
 public:
  /// Appends a string of less than 4 GiB.
  void add(std::string_view text);

  [[nodiscard]] std::uint64_t size() const noexcept { return count_; }
  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }

  /// Calls `take` with all strings, in the order they were added, `at_once` at a time; the list is then
  /// empty. What `take` throws ends it, and the strings that are left are lost.
  void drain(std::size_t at_once, const std::function<void(std::span<const std::string>)>& take);

 private:
  static constexpr std::size_t memory = std::size_t{256} << 10U;
  HeldBytes bytes_{memory};  ///< each string after its length: four bytes, the lowest first
  std::uint64_t count_ = 0;
};

}  // namespace corral
