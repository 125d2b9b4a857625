#pragma once

#include <cstdint>
#include <memory>

#include "backends/page_source.hpp"
#include "backends/sqlite/connection.hpp"

namespace corral::sqlite {

/// The pages of an open database as of the moment this is made, what is still in its write-ahead log
/// included. Others may go on writing; while it lives, the connection is in a read transaction and must do
/// nothing else. The connection must not have D1's dialect. With the system's SQLite, which may lack
/// sqlite_dbpage, the whole image is held in memory.
class PageReader final : public PageSource {
 public:
  explicit PageReader(const Connection& connection);
  ~PageReader() override;

  [[nodiscard]] std::uint32_t page_size() const override { return page_size_; }
  [[nodiscard]] std::uint32_t page_count() const override { return page_count_; }
  std::string_view page(std::uint32_t number) override;

 private:
  class Pages;
  ReadTransaction one_moment_;
  std::uint32_t page_size_;
  std::uint32_t page_count_;
  std::unique_ptr<Pages> pages_;
};

/// Makes a database hold exactly the pages of `from`, in one transaction through SQLite itself: others may
/// have the file open, go on reading what they read, and see the change, a changed schema included, at their
/// next transaction. Durable when it returns; if it throws, nothing has changed. Only pages that differ are
/// written, and the write lock is held only while they are (unless somebody else writes meanwhile: then the
/// pages are compared again under the lock). Returns how many pages were written or cut off.
///
/// The fields of the header that belong to the file and not to the content stay the file's own: its journal
/// mode, change counter and schema cookie.
///
/// The connection must be to a file, in no transaction, and not have D1's dialect. Throws busy as Connection
/// does, corrupt if `from` is not the image of a database, invalid_input if its page size or kind of
/// auto_vacuum differs from the file's, which processes that have the file open could not cope with. A file
/// without any page takes any page size.
std::uint64_t replace_pages(const Connection& to, PageSource& from);

}  // namespace corral::sqlite
