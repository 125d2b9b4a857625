#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "backends/durable_objects.hpp"
#include "backends/sqlite/connection.hpp"
#include "backends/wrangler/do_alarm_list.hpp"

namespace corral::wrangler {

/// One object as stored by `wrangler dev`: an SQLite file with the tables `_cf_KV` (storage.put),
/// `_cf_METADATA` (row 1: the alarm), `__miniflare_do_name` and the user's own
/// (docs/reference/durable-objects.md).
class WranglerDurableObject final : public DurableObject {
 public:
  WranglerDurableObject(const std::filesystem::path& class_folder, std::string_view id,
                        std::optional<std::string> name);

  [[nodiscard]] const std::string& id() const override { return id_; }
  [[nodiscard]] const std::filesystem::path& file() const override { return file_; }
  [[nodiscard]] bool is_stored() override;
  DurableObjectInfo info() override;
  std::optional<std::string> get(std::string_view key) override;
  void list(const StorageRange& range, const std::function<bool(StorageItem item)>& take) override;
  void put(std::span<const StorageItem> items) override;
  std::uint64_t erase(std::span<const std::string> keys) override;
  std::uint64_t erase(const StorageRange& range) override;
  std::optional<UnixNanos> alarm() override;
  void set_alarm(UnixNanos time) override;
  bool delete_alarm() override;
  std::unique_ptr<SqlDatabase> sql(const SqlOpenOptions& options) override;
  void copy_from(DurableObject& other) override;
  void drop() override;

 private:
  /// The object's file; nullptr if missing.
  const sqlite::Connection* existing();
  /// The object's file, created if needed; its first transaction must then write the name.
  const sqlite::Connection& made();
  /// Commits what was written to `made`, including the name of a new object.
  void commit(sqlite::WriteTransaction& transaction);
  /// The same with a change to the alarm list, which is a separate file. If the list cannot be changed,
  /// nothing is; if the object's own commit then fails, throws UnknownOutcome.
  void commit_with_list(sqlite::WriteTransaction& transaction, const std::function<void()>& change_list);
  void write_name(const sqlite::Connection& connection) const;
  [[nodiscard]] std::optional<std::string> stored_name();

  std::string id_;
  std::filesystem::path file_;
  std::optional<std::string> name_;
  DoAlarmList alarms_;
  std::optional<sqlite::Connection> connection_;
  bool is_new_ = false;  ///< created here, with nothing committed yet
};

}  // namespace corral::wrangler
