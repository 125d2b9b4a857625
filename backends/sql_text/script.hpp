#pragma once

#include "backends/sql_text/statement_reader.hpp"

namespace corral::sql {

/// The statements of a script that runs as one transaction anyway, so that dumps load as they are (the output
/// of `sqlite3 .dump`, of `d1 export`, and of others who frame theirs in BEGIN and COMMIT):
///
/// - BEGIN and COMMIT or END, in any form and in pairs, are cut out. A COMMIT without BEGIN, a BEGIN within
/// another or
///   without an end, and ROLLBACK throw invalid_input: such a script does not do what its author meant.
/// - PRAGMA foreign_keys = OFF before everything else is cut out too: within a transaction it would do
/// nothing. Whoever
///   runs such a script (starts_without_foreign_keys) leaves the checks to the end,
///   SqlBatch::references_at_end.
class Script final : public StatementSource {
 public:
  /// `name` of the script, for errors.
  Script(StatementSource& statements, std::string name);

  bool next(ScriptStatement& statement) override;

  /// Whether a script, of which this is the beginning, switches foreign keys off before everything else.
  static bool starts_without_foreign_keys(std::string_view beginning);

 private:
  bool is_cut_out(const ScriptStatement& statement);
  void check_end() const;

  StatementSource& statements_;
  std::string name_;
  bool begun_ = false;
  std::uint64_t begun_on_line_ = 0;
  bool only_settings_ = true;  ///< nothing but PRAGMA and BEGIN has come
};

}  // namespace corral::sql
