#pragma once

#include <cstdint>
#include <string_view>

namespace corral {

/// All pages of a database at one point in time, from which a copy can be built page by page
/// (sqlite.org/fileformat2.html). Implementations read from an open database, a file or LMDB.
class PageSource {
 public:
  virtual ~PageSource() = default;

  /// Page size in bytes: a power of two from 512 to 65,536.
  [[nodiscard]] virtual std::uint32_t page_size() const = 0;

  /// The number of pages; 0: the database is empty, without even a header.
  [[nodiscard]] virtual std::uint32_t page_count() const = 0;

  /// The bytes of page `number`, 1 to page_count; valid until the next call. Fastest in ascending order.
  /// Throws Error (corrupt, io).
  virtual std::string_view page(std::uint32_t number) = 0;
};

}  // namespace corral
