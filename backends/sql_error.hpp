#pragma once

#include <string>

#include "backends/error.hpp"
#include "backends/sql_text/statement_reader.hpp"

namespace corral {

/// What SQLite, or the dialect laid over it, has against a statement. The database is as it was before the
/// batch.
class SqlError final : public Error {
 public:
  struct Details {
    ErrorKind kind = ErrorKind::invalid_input;
    std::string text;           ///< as D1 words it: `near "SELEC": syntax error at offset 0: SQLITE_ERROR`
    sql::StatementPlace place;  ///< the statement, and where in it the mistake is if SQLite knows; number 0:
                                ///< no single statement is to blame (a constraint found broken at the end)
    std::string sql;            ///< the statement, cut to its first 200 characters
    std::string hint = {};
    std::string script = {};  ///< the file that it stands in, if that is not plain to see
  };

  explicit SqlError(Details details);

  [[nodiscard]] const Details& details() const noexcept { return details_; }

 private:
  Details details_;
};

}  // namespace corral
