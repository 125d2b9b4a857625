#pragma once

#include "backends/sql_text/statement_reader.hpp"

namespace corral::sql {

/// The statements of a script that runs as one transaction, adjusted so that dumps load unmodified (the
/// output of `sqlite3 .dump`, `d1 export` and other tools that wrap theirs in BEGIN and COMMIT):
///
/// - Paired BEGIN and COMMIT or END, in any form, are removed. A COMMIT without BEGIN, a nested or
///   unterminated BEGIN, and ROLLBACK throw invalid_input: such a script does not do what its author meant.
/// - A leading PRAGMA foreign_keys = OFF is removed too: it would have no effect within a transaction. For
///   such a script (starts_without_foreign_keys) the caller defers the checks to the end with
///   SqlBatch::references_at_end.
class Script final : public StatementSource {
 public:
  /// `name`: the script's name in errors.
  Script(StatementSource& statements, std::string name);

  bool next(ScriptStatement& statement) override;

  /// Whether a script that starts with `beginning` first of all switches foreign keys off.
  static bool starts_without_foreign_keys(std::string_view beginning);

 private:
  bool is_cut_out(const ScriptStatement& statement);
  void check_end() const;

  StatementSource& statements_;
  std::string name_;
  bool begun_ = false;
  std::uint64_t begun_on_line_ = 0;
  bool only_settings_ = true;  ///< only PRAGMA and BEGIN so far
};

}  // namespace corral::sql
