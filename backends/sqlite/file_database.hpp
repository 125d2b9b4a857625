#pragma once

#include <filesystem>
#include <optional>

#include "backends/sql_database.hpp"
#include "backends/sqlite/connection.hpp"
#include "backends/sqlite/d1_authorizer.hpp"

namespace corral::sqlite {

/// One SQLite file as a SqlDatabase. A missing file reads as empty, and is created only if requested.
class FileDatabase final : public SqlDatabase {
 public:
  FileDatabase(std::filesystem::path file, const SqlOpenOptions& options);

  /// An empty temporary database (Connection::temporary).
  static std::unique_ptr<FileDatabase> temporary(const SqlOpenOptions& options);

  void run(const SqlBatch& batch, SqlResults& results) override;
  SqlDatabaseInfo info(bool count_rows) override;
  void dump(const SqlDumpOptions& options, ByteSink& sink) override;
  void copy_to(const std::filesystem::path& file) override;
  void replace_from(const std::filesystem::path& file) override;
  std::unique_ptr<PageSource> pages() override;
  std::uint64_t replace_from(PageSource& pages) override;
  void purge() override;
  void restrict_to_d1() override;
  [[nodiscard]] std::filesystem::path file() const override { return file_; }

  /// Deletes its content and, unless another process has it open, the file.
  void drop();

 private:
  FileDatabase(Connection connection, const SqlOpenOptions& options);

  std::filesystem::path file_;
  Connection connection_;
  std::optional<D1Dialect> dialect_;
};

}  // namespace corral::sqlite
