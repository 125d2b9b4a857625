#include "backends/wrangler/do_alarm_list.hpp"

#include "backends/sqlite/connection.hpp"

namespace corral::wrangler {

namespace {

/// What every version of wrangler that keeps such lists can read. One that also stores names adds their
/// column.
constexpr const char* create_list =
    "CREATE TABLE IF NOT EXISTS _cf_ALARM (actor_id TEXT PRIMARY KEY, scheduled_time INTEGER) WITHOUT ROWID";

bool stores_names(const sqlite::Connection& list) {
  return list.prepare("SELECT 1 FROM pragma_table_info('_cf_ALARM') WHERE name = 'actor_name'").step();
}

}  // namespace

void DoAlarmList::set(std::string_view id, UnixNanos time, const std::optional<std::string>& name) const {
  const sqlite::Connection connection = sqlite::Connection::open_or_create(file_);
  sqlite::WriteTransaction transaction(connection);
  connection.execute(create_list);
  connection.prepare("INSERT OR REPLACE INTO _cf_ALARM(actor_id, scheduled_time) VALUES (?1, ?2)")
      .bind(1, id)
      .bind(2, time)
      .run();
  if (name && stores_names(connection)) {
    connection.prepare("UPDATE _cf_ALARM SET actor_name = ?2 WHERE actor_id = ?1")
        .bind(1, id)
        .bind(2, name)
        .run();
  }
  transaction.commit();
}

void DoAlarmList::remove(std::string_view id) const {
  const std::optional<sqlite::Connection> connection = sqlite::Connection::open_existing(file_);
  if (!connection || !connection->has_table("_cf_ALARM")) return;
  sqlite::WriteTransaction transaction(*connection);
  connection->prepare("DELETE FROM _cf_ALARM WHERE actor_id = ?1").bind(1, id).run();
  transaction.commit();
}

}  // namespace corral::wrangler
