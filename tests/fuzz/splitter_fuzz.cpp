// libFuzzer target: whatever the bytes, the splitter ends, its statements lie within the script in order, and
// reading in pieces gives the same as reading at once. What is not UTF-8 is refused when it is read, so that
// of a refused script, reading at once may give fewer statements.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "backends/error.hpp"
#include "backends/sql_text/literal.hpp"
#include "backends/sql_text/script.hpp"
#include "backends/sql_text/words.hpp"
#include "tests/pieces.hpp"

namespace {

using namespace corral;

struct Split {
  std::vector<std::string> statements;
  bool failed = false;
};

Split split(std::string_view script, std::size_t step) {
  corral::testing::Pieces source(script, step);
  sql::StatementReader reader(source, "fuzz", 10'000);
  Split result;
  sql::ScriptStatement statement;
  try {
    while (reader.next(statement)) {
      if (statement.text.empty() || statement.place.line == 0 || statement.place.column == 0) std::abort();
      result.statements.emplace_back(statement.text);
    }
  } catch (const Error&) {
    result.failed = true;
  }
  return result;
}

bool is_start_of(const std::vector<std::string>& start, const std::vector<std::string>& all) {
  return start.size() <= all.size() && std::equal(start.begin(), start.end(), all.begin());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string script(reinterpret_cast<const char*>(data), size);
  const Split whole = split(script, 65'536);
  const Split bytes = split(script, 1 + size % 7);
  if (whole.failed != bytes.failed || !is_start_of(whole.statements, bytes.statements)) std::abort();
  if (!whole.failed && whole.statements != bytes.statements) std::abort();
  std::size_t at = 0;
  for (const std::string& statement : whole.statements) {
    at = script.find(statement, at);
    if (at == std::string::npos) std::abort();
    at += statement.size();
    static_cast<void>(sql::only_reads(statement));
    static_cast<void>(sql::without_values(statement));
    for (const std::string_view word : sql::first_words(statement, 10))
      static_cast<void>(sql::unquoted(word));
  }
  static_cast<void>(sql::Script::starts_without_foreign_keys(script));
  MemorySource source(script);
  sql::StatementReader reader(source, "fuzz", 10'000);
  sql::Script cut(reader, "fuzz");
  sql::ScriptStatement statement;
  try {
    while (cut.next(statement)) {
    }
  } catch (const Error&) {
    return 0;
  }
  return 0;
}
