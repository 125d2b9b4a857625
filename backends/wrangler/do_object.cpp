#include "backends/wrangler/do_object.hpp"

#include <vector>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/files/nofollow.hpp"
#include "backends/sql_text/literal.hpp"
#include "backends/sqlite/database_copy.hpp"
#include "backends/sqlite/file_database.hpp"
#include "backends/sqlite/file_removal.hpp"
#include "backends/unknown_outcome.hpp"
#include "backends/wrangler/do_info.hpp"

namespace corral::wrangler {

namespace fs = std::filesystem;

using sqlite::Connection;
using sqlite::Statement;

namespace {

constexpr const char* make_keys =
    "CREATE TABLE IF NOT EXISTS _cf_KV (key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID";
constexpr const char* make_metadata =
    "CREATE TABLE IF NOT EXISTS _cf_METADATA (key INTEGER PRIMARY KEY, value BLOB)";

/// Like workerd: the row stays, with a NULL value.
constexpr const char* forget_alarm = "UPDATE _cf_METADATA SET value = NULL WHERE key = 1";

/// The conditions of a range as SQL, and its parameter values.
struct Conditions {
  std::string sql = "1";
  std::vector<std::string> texts;

  void add(std::string_view comparison, std::string text) {
    texts.push_back(std::move(text));
    sql += fmt::format(" AND key {} ?{}", comparison, texts.size());
  }

  void bind(Statement& statement) const {
    for (std::size_t i = 0; i < texts.size(); ++i)
      statement.bind(static_cast<int>(i) + 1, std::string_view(texts[i]));
  }
};

Conditions conditions_of(const StorageRange& range) {
  Conditions conditions;
  if (!range.prefix.empty()) {
    conditions.add(">=", range.prefix);
    if (auto end = end_of_prefix(range.prefix)) conditions.add("<", std::move(*end));
  }
  if (range.start) conditions.add(">=", *range.start);
  if (range.end) conditions.add("<", *range.end);
  if (range.after) conditions.add(range.reverse ? "<" : ">", *range.after);
  return conditions;
}

}  // namespace

WranglerDurableObject::WranglerDurableObject(const fs::path& class_folder, std::string_view id,
                                             std::optional<std::string> name)
    : id_(id),
      file_(class_folder / fmt::format("{}.sqlite", id)),
      name_(std::move(name)),
      alarms_(class_folder) {}

const Connection* WranglerDurableObject::existing() {
  if (!connection_) connection_ = Connection::open_existing(file_);
  return connection_ ? &*connection_ : nullptr;
}

const Connection& WranglerDurableObject::made() {
  if (existing() == nullptr) connection_ = Connection::open_or_create(file_);
  // A killed process can leave a file without any commit; like a missing one, it lacks the object's name.
  is_new_ = !connection_->prepare("SELECT 1 FROM sqlite_schema LIMIT 1").step();
  return *connection_;
}

void WranglerDurableObject::commit(sqlite::WriteTransaction& transaction) {
  if (is_new_) write_name(*connection_);
  transaction.commit();
  is_new_ = false;
}

void WranglerDurableObject::commit_with_list(sqlite::WriteTransaction& transaction,
                                             const std::function<void()>& change_list) {
  change_list();
  try {
    commit(transaction);
  } catch (const UnknownOutcome&) {
    throw;
  } catch (const Error& error) {
    throw UnknownOutcome(fmt::format("the change to {}", shown(file_.native())), error.message());
  }
}

void WranglerDurableObject::write_name(const Connection& connection) const {
  if (!name_) return;
  connection.execute("CREATE TABLE IF NOT EXISTS __miniflare_do_name (id INTEGER PRIMARY KEY, name TEXT)");
  connection.prepare("INSERT OR REPLACE INTO __miniflare_do_name VALUES (1, ?1)")
      .bind(1, std::string_view(*name_))
      .run();
}

bool WranglerDurableObject::is_stored() {
  return connection_ || nofollow::status(file_).has_value();
}

DurableObjectInfo WranglerDurableObject::info() {
  return do_info(file_);
}

std::optional<std::string> WranglerDurableObject::get(std::string_view key) {
  const Connection* const connection = existing();
  if (connection == nullptr || !connection->has_table("_cf_KV")) return std::nullopt;
  Statement select = connection->prepare("SELECT value FROM _cf_KV WHERE key = ?1");
  if (!select.bind(1, key).step()) return std::nullopt;
  return std::string(select.text(0));
}

void WranglerDurableObject::list(const StorageRange& range,
                                 const std::function<bool(StorageItem item)>& take) {
  const Connection* const connection = existing();
  if (connection == nullptr || !connection->has_table("_cf_KV")) return;
  const Conditions conditions = conditions_of(range);
  std::string sql = fmt::format("SELECT key, value FROM _cf_KV WHERE {} ORDER BY key{}", conditions.sql,
                                range.reverse ? " DESC" : "");
  if (range.limit && *range.limit <= INT64_MAX) sql += fmt::format(" LIMIT {}", *range.limit);
  Statement select = connection->prepare(sql);
  conditions.bind(select);
  while (select.step()) {
    if (!take({std::string(select.text(0)), std::string(select.text(1))})) return;
  }
}

void WranglerDurableObject::put(std::span<const StorageItem> items) {
  for (const StorageItem& item : items) {
    if (!is_utf8(item.key))
      throw Error(ErrorKind::invalid_input, fmt::format("the key \"{}\" is not UTF-8", shown(item.key)));
  }
  const Connection& connection = made();
  sqlite::WriteTransaction transaction(connection);
  if (!connection.has_table("_cf_KV")) connection.execute(make_keys);
  Statement insert =
      connection.prepare("INSERT OR REPLACE INTO _cf_KV (key, value) VALUES (?1, CAST(?2 AS BLOB))");
  for (const StorageItem& item : items)
    insert.bind(1, std::string_view(item.key)).bind(2, std::string_view(item.value)).run();
  commit(transaction);
}

std::uint64_t WranglerDurableObject::erase(std::span<const std::string> keys) {
  const Connection* const connection = existing();
  if (connection == nullptr || !connection->has_table("_cf_KV")) return 0;
  sqlite::WriteTransaction transaction(*connection);
  Statement remove = connection->prepare("DELETE FROM _cf_KV WHERE key = ?1 RETURNING 1");
  std::uint64_t count = 0;
  for (const std::string& key : keys) {
    remove.bind(1, std::string_view(key));
    while (remove.step()) ++count;
  }
  transaction.commit();
  return count;
}

std::uint64_t WranglerDurableObject::erase(const StorageRange& range) {
  const Connection* const connection = existing();
  if (connection == nullptr || !connection->has_table("_cf_KV")) return 0;
  const Conditions conditions = conditions_of(range);
  sqlite::WriteTransaction transaction(*connection);
  Statement remove = connection->prepare(fmt::format("DELETE FROM _cf_KV WHERE {}", conditions.sql));
  conditions.bind(remove);
  remove.run();
  Statement changes = connection->prepare("SELECT changes()");
  const auto count = changes.step() ? static_cast<std::uint64_t>(changes.integer(0)) : 0;
  changes.reset();
  transaction.commit();
  return count;
}

std::optional<UnixNanos> WranglerDurableObject::alarm() {
  const Connection* const connection = existing();
  if (connection == nullptr || !connection->has_table("_cf_METADATA")) return std::nullopt;
  Statement select = connection->prepare("SELECT value FROM _cf_METADATA WHERE key = 1");
  if (!select.step()) return std::nullopt;
  return select.optional_integer(0);
}

std::optional<std::string> WranglerDurableObject::stored_name() {
  const Connection* const connection = existing();
  if (connection == nullptr || !connection->has_table("__miniflare_do_name")) return std::nullopt;
  Statement select = connection->prepare("SELECT name FROM __miniflare_do_name LIMIT 1");
  return select.step() ? select.optional_text(0) : std::nullopt;
}

void WranglerDurableObject::set_alarm(UnixNanos time) {
  const Connection& connection = made();
  const std::optional<std::string> name = is_new_ ? name_ : stored_name();
  sqlite::WriteTransaction transaction(connection);
  connection.execute(make_metadata);
  connection.prepare("INSERT OR REPLACE INTO _cf_METADATA VALUES (1, ?1)").bind(1, time).run();
  commit_with_list(transaction, [&] { alarms_.set(id_, time, name); });
}

bool WranglerDurableObject::delete_alarm() {
  const bool was_set = alarm().has_value();
  if (!was_set) {
    alarms_.remove(id_);
    return false;
  }
  sqlite::WriteTransaction transaction(*existing());
  existing()->execute(forget_alarm);
  commit_with_list(transaction, [&] { alarms_.remove(id_); });
  return true;
}

std::unique_ptr<SqlDatabase> WranglerDurableObject::sql(const SqlOpenOptions& options) {
  if (options.create) {
    const Connection& connection = made();
    if (is_new_ && name_) {
      sqlite::WriteTransaction transaction(connection);
      commit(transaction);
    }
  }
  return std::make_unique<sqlite::FileDatabase>(file_, options);
}

void WranglerDurableObject::copy_from(DurableObject& other) {
  const std::optional<Connection> source = Connection::open_existing(other.file());
  if (!source) throw Error(ErrorKind::not_found, fmt::format("there is no object {}", other.id()));
  if (is_stored()) {
    if (auto name = stored_name()) name_ = std::move(name);
  }
  const Connection copy = Connection::temporary();
  sqlite::copy_content(*source, copy);
  if (copy.has_table("__miniflare_do_name")) copy.execute("DELETE FROM __miniflare_do_name");
  if (copy.has_table("_cf_METADATA")) copy.execute(forget_alarm);
  write_name(copy);
  sqlite::copy_content(copy, made());
  is_new_ = false;
  try {
    alarms_.remove(id_);
  } catch (const Error& error) {
    throw UnknownOutcome(fmt::format("the change to {}", shown(file_.native())), error.message());
  }
}

void WranglerDurableObject::drop() {
  const Connection* const connection = existing();
  if (connection == nullptr) return;
  // A loaded object keeps using its key and alarm tables: they are emptied, not dropped.
  {
    connection->execute("PRAGMA foreign_keys = OFF");
    sqlite::WriteTransaction transaction(*connection);
    if (connection->has_table("_cf_KV")) connection->execute("DELETE FROM _cf_KV");
    if (connection->has_table("_cf_METADATA")) connection->execute(forget_alarm);
    std::vector<std::string> drops;
    Statement tables = connection->prepare(
        "SELECT type, name FROM sqlite_schema WHERE type = 'view' UNION ALL "
        "SELECT type, name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual') "
        "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> '__miniflare_do_name' "
        "AND lower(substr(name, 1, 4)) <> '_cf_'");
    while (tables.step()) {
      drops.push_back(fmt::format("DROP {} IF EXISTS {}", tables.text(0) == "view" ? "VIEW" : "TABLE",
                                  sql::quoted_name(tables.text(1))));
    }
    for (const std::string& statement : drops) connection->execute(statement);
    commit_with_list(transaction, [&] { alarms_.remove(id_); });
  }
  sqlite::remove_if_unused(*connection);
  connection_.reset();
}

}  // namespace corral::wrangler
