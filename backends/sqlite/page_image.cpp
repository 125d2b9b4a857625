#include "backends/sqlite/page_image.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <sqlite3.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/sqlite/database_copy.hpp"
#include "backends/sqlite/page_header.hpp"

namespace corral::sqlite {

namespace {

constexpr const char* image = "the copy";

std::uint32_t page_count_of(const Connection& connection) {
  return static_cast<std::uint32_t>(connection.integer("PRAGMA page_count"));
}

/// A page of an image, which must have the image's page size.
std::string_view checked_page(PageSource& from, std::uint32_t number) {
  const std::string_view bytes = from.page(number);
  if (bytes.size() != from.page_size()) {
    throw Error(ErrorKind::corrupt, fmt::format("page {} of {} is damaged", number, image),
                "nothing was changed; take another copy");
  }
  return bytes;
}

void check_fits(const Connection& to, PageSource& from, const PageHeader& header) {
  if (header.page_size() != from.page_size()) {
    throw Error(ErrorKind::corrupt, fmt::format("{} is not the image of a database", image),
                "nothing was changed; take another copy");
  }
  if (page_count_of(to) == 0) {
    to.execute(fmt::format("PRAGMA page_size = {}", from.page_size()));
    return;
  }
  const char* const as_text = "load it as text: sqlite3 FILE .dump | corral d1 execute DATABASE --file -";
  const std::int64_t own_size = to.integer("PRAGMA page_size");
  if (own_size != from.page_size()) {
    throw Error(ErrorKind::invalid_input,
                fmt::format("{} has pages of {} bytes and {} of {}; it cannot be copied as it is", image,
                            from.page_size(), shown(to.file().native()), own_size),
                as_text);
  }
  if (to.integer("PRAGMA auto_vacuum") != header.auto_vacuum()) {
    throw Error(ErrorKind::invalid_input,
                fmt::format("{} has another auto_vacuum than {}; it cannot be copied as it is", image,
                            shown(to.file().native())),
                as_text);
  }
}

/// Replaces the content with that of an image without pages. Returns how many pages there were.
std::uint64_t empty_database(const Connection& to) {
  const std::uint64_t pages = page_count_of(to);
  if (pages != 0) copy_content(Connection::in_memory(), to);
  return pages;
}

}  // namespace

#ifdef CORRAL_SQLITE_HAS_PAGES

class PageReader::Pages {
 public:
  explicit Pages(const Connection& connection)
      : read_(connection.prepare("SELECT data FROM sqlite_dbpage WHERE pgno = ?1")) {}

  std::string_view page(std::uint32_t number) {
    read_.reset();
    read_.bind(1, static_cast<std::int64_t>(number));
    return read_.step() ? read_.cell(0).bytes : std::string_view();
  }
  void release() { read_.reset(); }

 private:
  Statement read_;
};

namespace {

/// The page that contains SQLite's lock bytes: it never holds content, and can be neither read nor written.
std::uint32_t lock_page(std::uint32_t page_size) {
  constexpr std::uint32_t lock_offset = 0x40000000;
  return lock_offset / page_size + 1;
}

/// Lifts defensive mode, which prevents writing pages and the schema cookie.
class NotDefensive {
 public:
  explicit NotDefensive(sqlite3* database) : database_(database) {
    sqlite3_db_config(database_, SQLITE_DBCONFIG_DEFENSIVE, -1, &was_);
    sqlite3_db_config(database_, SQLITE_DBCONFIG_DEFENSIVE, 0, nullptr);
  }
  NotDefensive(const NotDefensive&) = delete;
  NotDefensive& operator=(const NotDefensive&) = delete;
  ~NotDefensive() { sqlite3_db_config(database_, SQLITE_DBCONFIG_DEFENSIVE, was_, nullptr); }

 private:
  sqlite3* database_;
  int was_ = 0;
};

/// SQLite caches parsed page content alongside each page, and does not notice that a page was replaced
/// underneath.
class CacheForgotten {
 public:
  explicit CacheForgotten(sqlite3* database) : database_(database) {}
  CacheForgotten(const CacheForgotten&) = delete;
  CacheForgotten& operator=(const CacheForgotten&) = delete;
  ~CacheForgotten() { sqlite3_db_release_memory(database_); }

 private:
  sqlite3* database_;
};

class PageWriter {
 public:
  PageWriter(const Connection& to, PageSource& from)
      : to_(to),
        from_(from),
        first_(from.page(1)),
        read_(to.prepare("SELECT data FROM sqlite_dbpage WHERE pgno = ?1")),
        write_(to.prepare("INSERT INTO sqlite_dbpage (pgno, data) VALUES (?1, ?2)")) {}

  /// The pages after the first that differ between file and image.
  std::vector<std::uint32_t> find_differences() {
    std::vector<std::uint32_t> different;
    const std::uint32_t count = from_.page_count();
    const std::uint32_t existing = page_count_of(to_);
    const std::uint32_t never = lock_page(from_.page_size());
    for (std::uint32_t number = 2; number <= count; ++number) {
      if (number == never) continue;
      if (number > existing || own_page(number) != checked_page(from_, number)) different.push_back(number);
      read_.reset();
    }
    return different;
  }

  /// Within a write transaction.
  std::uint64_t write(const std::vector<std::uint32_t>& different) {
    const std::uint32_t count = from_.page_count();
    const std::uint32_t existing = page_count_of(to_);
    const std::string own_first(own_page(1));
    read_.reset();
    const std::string first = adopted_first_page(first_, own_first, count);
    const PageHeader own_header(own_first, to_.file().native());
    const bool first_differs = first != own_first;
    if (different.empty() && !first_differs && existing == count) return 0;

    for (const std::uint32_t number : different) put(number, checked_page(from_, number));
    // Write the first page with the old schema cookie: a statement that saw a new one would read the schema
    // from a mix of old and new pages.
    if (first_differs) put(1, first);
    if (existing > count) cut_off(count, existing);
    const auto cookie = std::max(own_header.schema_cookie(), PageHeader(first_, image).schema_cookie()) + 1;
    to_.execute(fmt::format("PRAGMA schema_version = {}", static_cast<std::int32_t>(cookie)));
    return different.size() + 1 + (existing > count ? existing - count : 0);
  }

 private:
  std::string_view own_page(std::uint32_t number) {
    read_.reset();
    read_.bind(1, static_cast<std::int64_t>(number));
    return read_.step() ? read_.cell(0).bytes : std::string_view();
  }

  void put(std::uint32_t number, std::string_view bytes) {
    write_.bind(1, static_cast<std::int64_t>(number)).bind_blob(2, bytes).run();
  }

  void cut_off(std::uint32_t count, std::uint32_t existing) {
    if (to_.integer("SELECT journal_mode <> 'wal' FROM pragma_journal_mode") != 0) {
      // A rollback journal must contain the old content of truncated pages.
      for (std::uint32_t page = count + 1; page <= existing; ++page) {
        if (page != lock_page(from_.page_size())) put(page, std::string(from_.page_size(), '\0'));
      }
    }
    // Must be the last write: any later one would cancel it (sqlite.org/dbpage.html).
    write_.bind(1, static_cast<std::int64_t>(count) + 1).bind_null(2).run();
  }

  const Connection& to_;
  PageSource& from_;
  std::string first_;
  Statement read_;
  Statement write_;
};

}  // namespace

std::uint64_t replace_pages(const Connection& to, PageSource& from) {
  if (from.page_count() == 0) return empty_database(to);
  const std::string first(from.page(1));
  check_fits(to, from, PageHeader(first, image));
  const NotDefensive not_defensive(to.handle());
  const CacheForgotten cache_forgotten(to.handle());
  PageWriter writer(to, from);

  // Compare before taking the write lock: comparing takes longer than writing, and `wrangler dev` does not
  // wait for the lock.
  std::int64_t compared_version = 0;
  std::vector<std::uint32_t> different;
  {
    const ReadTransaction one_moment(to);
    compared_version = to.integer("PRAGMA data_version");
    different = writer.find_differences();
  }
  WriteTransaction transaction(to);
  if (to.integer("PRAGMA data_version") != compared_version) different = writer.find_differences();
  const std::uint64_t written = writer.write(different);
  if (written != 0) transaction.commit();
  return written;
}

#else

class PageReader::Pages {
 public:
  Pages(const Connection& connection, std::uint32_t page_size) : page_size_(page_size) {
    sqlite3_int64 bytes = 0;
    unsigned char* const start = sqlite3_serialize(connection.handle(), "main", &bytes, 0);
    if (start == nullptr && bytes != 0) connection.fail(SQLITE_NOMEM);
    if (start != nullptr) bytes_.assign(reinterpret_cast<char*>(start), static_cast<std::size_t>(bytes));
    sqlite3_free(start);
  }

  std::string_view page(std::uint32_t number) {
    const std::size_t offset = std::size_t{number - 1} * page_size_;
    return offset < bytes_.size() ? std::string_view(bytes_).substr(offset, page_size_) : std::string_view();
  }
  void release() {}

 private:
  std::uint32_t page_size_;
  std::string bytes_;
};

std::uint64_t replace_pages(const Connection& to, PageSource& from) {
  if (from.page_count() == 0) return empty_database(to);
  check_fits(to, from, PageHeader(from.page(1), image));
  std::string bytes;
  for (std::uint32_t number = 1; number <= from.page_count(); ++number) bytes += checked_page(from, number);
  bytes.replace(18, 2, "\1\1");  // an in-memory database has no WAL
  const Connection source = Connection::in_memory();
  const int result =
      sqlite3_deserialize(source.handle(), "main", reinterpret_cast<unsigned char*>(bytes.data()),
                          static_cast<sqlite3_int64>(bytes.size()), static_cast<sqlite3_int64>(bytes.size()),
                          SQLITE_DESERIALIZE_READONLY);
  if (result != SQLITE_OK) source.fail(result);
  const std::uint32_t existing = page_count_of(to);
  copy_content(source, to);
  return std::max(existing, from.page_count());
}

#endif

PageReader::PageReader(const Connection& connection)
    : one_moment_(connection),
      page_size_(static_cast<std::uint32_t>(connection.integer("PRAGMA page_size"))),
      page_count_(page_count_of(connection)),
#ifdef CORRAL_SQLITE_HAS_PAGES
      pages_(std::make_unique<Pages>(connection))
#else
      pages_(std::make_unique<Pages>(connection, page_size_))
#endif
{
}

PageReader::~PageReader() {
  pages_->release();
}

std::string_view PageReader::page(std::uint32_t number) {
  const std::string_view bytes = pages_->page(number);
  if (bytes.size() != page_size_) {
    throw Error(ErrorKind::corrupt, fmt::format("page {} of the database cannot be read", number),
                "restore it from a copy");
  }
  return bytes;
}

}  // namespace corral::sqlite
