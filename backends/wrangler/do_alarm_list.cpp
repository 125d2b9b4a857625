#include "backends/wrangler/do_alarm_list.hpp"

#include "backends/sqlite/connection.hpp"

namespace corral::wrangler {

void DoAlarmList::set(std::string_view id, UnixNanos time, const std::optional<std::string>& name) const {
  const sqlite::Connection connection = sqlite::Connection::open_or_create(file_);
  sqlite::WriteTransaction transaction(connection);
  connection.execute(
      "CREATE TABLE IF NOT EXISTS _cf_ALARM (actor_id TEXT PRIMARY KEY, scheduled_time INTEGER, actor_name "
      "TEXT) "
      "WITHOUT ROWID");
  connection.prepare("INSERT OR REPLACE INTO _cf_ALARM VALUES (?1, ?2, ?3)")
      .bind(1, id)
      .bind(2, time)
      .bind(3, name)
      .run();
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
