#pragma once

#include <functional>
#include <string>

#include "backends/cloudflare/session.hpp"
#include "backends/files/spool.hpp"
#include "backends/sql_database.hpp"

namespace corral::cloudflare {

/// D1's ways for much SQL: uploads and downloads, of any size, in constant memory.
class D1Transfer {
 public:
  /// `path`: of the database, below the API's base. `pulse`: called while waiting; may be empty.
  D1Transfer(Session& session, std::string path, std::function<void()> pulse)
      : session_(session), path_(std::move(path)), pulse_(std::move(pulse)) {}

  /// Runs a script, all or nothing: uploads it, unless D1 has it already, and waits until it is done. One
  /// result, which counts queries and rows. Throws SqlError for SQL that D1 refuses.
  void import(const RereadableInput& script, SqlResults& results);

  /// Writes the database as SQL.
  void dump(const SqlDumpOptions& options, ByteSink& sink);

 private:
  nlohmann::ordered_json post(const char* action, const nlohmann::ordered_json& body, bool repeatable);
  void pause(int polls, UnixMillis since) const;

  Session& session_;
  std::string path_;
  std::function<void()> pulse_;
};

}  // namespace corral::cloudflare
