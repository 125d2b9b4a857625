#include "backends/sqlite/file_database.hpp"

#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <sqlite3.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/sql_text/literal.hpp"
#include "backends/sqlite/batch_runner.hpp"
#include "backends/sqlite/d1_allowed_names.hpp"
#include "backends/sqlite/database_copy.hpp"
#include "backends/sqlite/dump.hpp"
#include "backends/sqlite/file_removal.hpp"
#include "backends/sqlite/page_image.hpp"
#include "backends/sqlite/purge.hpp"
#include "backends/sqlite/schema.hpp"

namespace corral::sqlite {

namespace fs = std::filesystem;

namespace {

Connection open(const fs::path& file, bool create) {
  if (create) return Connection::open_or_create(file);
  if (auto connection = Connection::open_existing(file)) return std::move(*connection);
  return Connection::in_memory();
}

std::uint64_t size_of(const fs::path& file) {
  std::error_code missing;
  const std::uintmax_t bytes = fs::file_size(file, missing);
  return missing ? 0 : bytes;
}

std::uint64_t count_of(const Connection& connection, const std::string& query) {
  return static_cast<std::uint64_t>(connection.integer(query));
}

}  // namespace

FileDatabase::FileDatabase(fs::path file, const SqlOpenOptions& options)
    : file_(std::move(file)), connection_(open(file_, options.create)) {
  if (!options.unrestricted) restrict_to_d1();
}

FileDatabase::FileDatabase(Connection connection, const SqlOpenOptions& options)
    : connection_(std::move(connection)) {
  if (!options.unrestricted) restrict_to_d1();
}

std::unique_ptr<FileDatabase> FileDatabase::temporary(const SqlOpenOptions& options) {
  return std::unique_ptr<FileDatabase>(new FileDatabase(Connection::temporary(), options));
}

void FileDatabase::restrict_to_d1() {
  if (!dialect_) dialect_.emplace(connection_.handle());
}

void FileDatabase::run(const SqlBatch& batch, SqlResults& results) {
  if (batch.transaction == SqlBatch::Transaction::write) {
    // A batch too large for the cache is written to the WAL twice.
    const D1Dialect::Pause pause(dialect_ ? &*dialect_ : nullptr);
    connection_.execute("PRAGMA cache_size = -16384");
  }
  BatchRunner(connection_, dialect_ ? &*dialect_ : nullptr).run(batch, results);
}

SqlDatabaseInfo FileDatabase::info(bool count_rows) {
  const D1Dialect::Pause pause(dialect_ ? &*dialect_ : nullptr);
  const ReadTransaction one_state(connection_);
  SqlDatabaseInfo info;
  for (TableDescription& table : describe_tables(connection_)) {
    using Kind = TableDescription::Kind;
    if (table.kind == Kind::shadow || table.name.starts_with("sqlite_")) continue;
    SqlSchemaItem item;
    item.type = table.kind == Kind::view ? "view" : table.kind == Kind::virtual_table ? "virtual" : "table";
    if (count_rows && table.kind != Kind::view) {
      item.rows = count_of(connection_, "SELECT count(*) FROM " + sql::quoted_name(table.name));
    }
    item.table = table.name;
    item.name = std::move(table.name);
    item.sql = std::move(table.sql);
    info.schema.push_back(std::move(item));
  }
  Statement others = connection_.prepare(
      "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND sql IS NOT "
      "NULL "
      "ORDER BY rowid");
  while (others.step()) {
    SqlSchemaItem item;
    item.type = others.text(0);
    item.name = others.text(1);
    item.table = others.text(2);
    item.sql = others.text(3);
    if (!is_reserved_name(item.table)) info.schema.push_back(std::move(item));
  }
  info.file_bytes = size_of(file_) + size_of(file_.native() + "-wal");
  info.page_size = count_of(connection_, "PRAGMA page_size");
  info.pages = count_of(connection_, "PRAGMA page_count");
  info.free_pages = count_of(connection_, "PRAGMA freelist_count");
  info.sqlite_version = sqlite3_libversion();
  return info;
}

void FileDatabase::dump(const SqlDumpOptions& options, ByteSink& sink) {
  const D1Dialect::Pause pause(dialect_ ? &*dialect_ : nullptr);
  sqlite::dump(connection_, options, sink);
}

void FileDatabase::copy_to(const fs::path& file) {
  copy_to_new_file(connection_, file);
}

void FileDatabase::replace_from(const fs::path& file) {
  // A file named by the user: links are followed.
  std::error_code missing;
  const fs::path real = fs::canonical(file, missing);
  const auto source = missing ? std::nullopt : Connection::open_existing(real);
  if (!source) throw Error(ErrorKind::not_found, fmt::format("there is no file {}", shown(file.native())));
  Statement check = source->prepare("PRAGMA quick_check(1)");
  if (!check.step() || check.text(0) != "ok") {
    throw Error(ErrorKind::corrupt,
                fmt::format("{} is damaged ({})", shown(file.native()), shown(check.text(0))),
                "nothing was changed; take another copy");
  }
  check.reset();
  PageReader pages(*source);
  replace_from(pages);
}

std::unique_ptr<PageSource> FileDatabase::pages() {
  return std::make_unique<PageReader>(connection_);
}

std::uint64_t FileDatabase::replace_from(PageSource& pages) {
  // The dialect blocks access to pages.
  if (dialect_) return replace_pages(open(file_, true), pages);
  return replace_pages(connection_, pages);
}

void FileDatabase::purge() {
  const D1Dialect::Pause pause(dialect_ ? &*dialect_ : nullptr);
  sqlite::purge(connection_);
}

void FileDatabase::drop() {
  copy_content(Connection::in_memory(), connection_);
  const D1Dialect::Pause pause(dialect_ ? &*dialect_ : nullptr);
  remove_if_unused(connection_);
}

}  // namespace corral::sqlite
