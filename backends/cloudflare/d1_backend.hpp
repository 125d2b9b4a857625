#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "backends/cloudflare/session.hpp"
#include "backends/sql_database.hpp"

namespace corral::cloudflare {

/// A D1 database of the account, by the REST API (docs/reference/remote.md). A batch is one request, or the
/// upload of a file. SQL that writes is sent once: what may have been done is not repeated.
class AccountSqlDatabase final : public SqlDatabase {
 public:
  AccountSqlDatabase(std::shared_ptr<Session> session, std::string id)
      : session_(std::move(session)), id_(std::move(id)) {}

  void run(const SqlBatch& batch, SqlResults& results) override;
  SqlDatabaseInfo info(bool count_rows) override;
  void dump(const SqlDumpOptions& options, ByteSink& sink) override;
  void copy_to(const std::filesystem::path& file) override;
  void replace_from(const std::filesystem::path& file) override;
  std::unique_ptr<PageSource> pages() override;
  std::uint64_t replace_from(PageSource& pages) override;
  void purge() override;
  void restrict_to_d1() override {}
  [[nodiscard]] std::filesystem::path file() const override;
  [[nodiscard]] SqlTraits traits() const override { return {.interactive = false}; }

 private:
  [[nodiscard]] std::string path() const;
  void send_text(std::string_view text, SqlResults& results);
  void send_with_values(const SqlBatch& batch, SqlResults& results);
  void send(const nlohmann::ordered_json& body, bool repeatable, SqlResults& results);

  std::shared_ptr<Session> session_;
  std::string id_;
};

/// The D1 databases of the account by id.
class AccountSqlBackend final : public SqlBackend {
 public:
  /// `make_scratch`: SqlBackend::scratch.
  AccountSqlBackend(std::shared_ptr<Session> session,
                    std::function<std::unique_ptr<SqlDatabase>(const SqlOpenOptions&)> make_scratch)
      : session_(std::move(session)), make_scratch_(std::move(make_scratch)) {}

  std::unique_ptr<SqlDatabase> open(std::string_view id, const SqlOpenOptions& options) override;
  using SqlBackend::scratch;
  std::unique_ptr<SqlDatabase> scratch(const SqlOpenOptions& options) override {
    return make_scratch_(options);
  }
  /// An id of the account's was looked up, or is the user's word.
  bool is_stored(std::string_view /*id*/) override { return true; }
  std::vector<std::filesystem::path> stored_files() override { return {}; }
  void drop(std::string_view id) override;

 private:
  std::shared_ptr<Session> session_;
  std::function<std::unique_ptr<SqlDatabase>(const SqlOpenOptions&)> make_scratch_;
};

}  // namespace corral::cloudflare
