#pragma once

#include <string>

#include "backends/error.hpp"
#include "backends/sql_text/statement_reader.hpp"

namespace corral {

/// A statement was rejected by SQLite or by D1's dialect. The batch has been rolled back.
class SqlError final : public Error {
 public:
  struct Details {
    ErrorKind kind = ErrorKind::invalid_input;
    std::string text;           ///< in D1's wording: `near "SELEC": syntax error at offset 0: SQLITE_ERROR`
    sql::StatementPlace place;  ///< the statement, and the position in it if SQLite reports one; number 0: no
                                ///< single statement is at fault (a constraint violation found at the end)
    std::string sql;            ///< the statement, truncated to 200 characters
    std::string hint = {};
    std::string script = {};  ///< the file it comes from, if not obvious
  };

  explicit SqlError(Details details);

  [[nodiscard]] const Details& details() const noexcept { return details_; }

 private:
  Details details_;
};

}  // namespace corral
