#include "migrations/sent_script.hpp"

#include <utility>

#include <fmt/format.h>

#include "backends/bytes/hashing.hpp"
#include "backends/bytes/text.hpp"
#include "backends/bytes/utf8.hpp"
#include "backends/error.hpp"
#include "backends/files/durable_file.hpp"
#include "backends/sql_error.hpp"

namespace corral::migrations {

namespace {

constexpr std::uint64_t max_script_bytes = std::uint64_t{64} << 20U;

}  // namespace

std::string finished_script(std::string text) {
  MemorySource source(text);
  sql::StatementReader reader(source, "the migration", text.size() + 1);
  sql::ScriptStatement statement;
  statement.has_end = true;
  while (reader.next(statement)) {
  }
  if (!statement.has_end) text += "\n;";  // what it ends with may be a comment
  return text;
}

BookedBatch::Done send_script(const MigrationRun& run, const BookedFile& file) {
  FileSource source(open_for_reading(file.path), file.name);
  const std::string script = read_all(source, max_script_bytes, file.name);
  require_utf8(script, file.name);
  std::string text = finished_script(script);
  text += "\n";
  for (const std::string& statement : file.bookkeeping) text += statement + ";";
  const SqlText whole{.text = text};
  MemorySource sent(text);
  sql::StatementReader statements(sent, file.name, text.size() + 1);
  NoResults results;
  try {
    run.database.run({.statements = statements, .pulse = run.pulse, .source = &whole}, results);
  } catch (const SqlError& error) {
    SqlError::Details details = error.details();
    const std::string row = "constraint failed: " + run.history.table() + ".name";
    if (details.kind == ErrorKind::conflict && details.text.find(row) != std::string::npos) {
      throw Error(ErrorKind::conflict,
                  fmt::format("{} was applied by another program meanwhile", shown(file.name)),
                  "run the command again");
    }
    details.script = file.name;
    throw SqlError(std::move(details));
  } catch (const Error& error) {
    throw Error(error.kind(), fmt::format("{}: {}", shown(file.name), error.message()), error.hint());
  }
  MemorySource again(script);
  sql::StatementReader reader(again, file.name, script.size() + 1);
  sql::ScriptStatement statement;
  BookedBatch::Done done{.name = file.name, .sha256 = hex(sha256(script)), .statements = 0};
  while (reader.next(statement)) ++done.statements;
  return done;
}

}  // namespace corral::migrations
