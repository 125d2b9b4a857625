#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace corral::sqlite {

/// The header at the start of page 1 of a database (sqlite.org/fileformat2.html, "The Database Header").
class PageHeader {
 public:
  static constexpr std::size_t bytes = 100;

  /// Throws corrupt, naming `what`, if the page does not begin with such a header.
  PageHeader(std::string_view first_page, std::string_view what);

  [[nodiscard]] std::uint32_t page_size() const;
  [[nodiscard]] std::uint32_t schema_cookie() const { return number_at(40); }

  /// 0: none, 1: full, 2: incremental.
  [[nodiscard]] int auto_vacuum() const { return number_at(52) == 0 ? 0 : number_at(64) == 0 ? 1 : 2; }

 private:
  [[nodiscard]] std::uint32_t number_at(std::size_t offset) const;
  std::string_view page_;
};

/// The first page of an image adapted to a file: with the file's journal mode, change counter and schema
/// cookie instead of the image's, and the image's page count. `own`: the file's current first page.
std::string adopted_first_page(std::string_view image, std::string_view own, std::uint32_t page_count);

}  // namespace corral::sqlite
