#pragma once

#include <cstdint>
#include <memory>

#include "backends/page_source.hpp"
#include "backends/sqlite/connection.hpp"

namespace corral::sqlite {

/// The pages of an open database as of construction, including changes still in its WAL. Others may continue
/// to write; while it is alive, the connection is in a read transaction and must not be used otherwise. The
/// connection must not have D1's dialect. With a system SQLite, which may lack sqlite_dbpage, the whole image
/// is held in memory.
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

/// Replaces a database's content with exactly the pages of `from`, in one transaction through SQLite itself:
/// others may have the file open, keep reading their snapshot, and see the change, including a changed
/// schema, at their next transaction. Durable when it returns; if it throws, nothing has changed. Only
/// differing pages are written, and the write lock is held only for that (unless another process writes in
/// between: then the pages are compared again under the lock). Returns how many pages were written or
/// truncated. A system SQLite without sqlite_dbpage writes all of the content again, and its pages may lie in
/// another order.
///
/// Header fields that belong to the file rather than its content keep the file's values: journal mode, change
/// counter and schema cookie.
///
/// The connection must be to a file, outside a transaction, and without D1's dialect. Throws busy like
/// Connection, corrupt if `from` is not a database image, invalid_input if its page size or auto_vacuum mode
/// differs from the file's, which processes that have the file open could not handle. An empty file accepts
/// any page size.
std::uint64_t replace_pages(const Connection& to, PageSource& from);

}  // namespace corral::sqlite
