#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/bytes/utf8.hpp"
#include "backends/error.hpp"
#include "backends/sql_text/literal.hpp"
#include "backends/sql_text/words.hpp"
#include "commands/command/arguments.hpp"
#include "commands/d1/commands.hpp"
#include "commands/d1/database_runner.hpp"
#include "commands/sql/batch_command.hpp"

namespace corral::d1 {

namespace {

struct Options {
  DatabaseOptions target;
  ResultStyle style;
  bool unrestricted = false;
};

constexpr const char* help_text =
    ".help              this\n"
    ".tables            the tables and views\n"
    ".schema [TABLE]    the SQL that made them\n"
    ".mode FORMAT       print rows as table, json, ndjson, csv or raw\n"
    ".timing on|off     say how long each statement took\n"
    ".quit              leave (so does Ctrl-D)\n"
    "Anything else is SQL, up to a ';'. What is typed before one Enter runs as one transaction.\n";

/// Whether the input is complete: its last statement ends with ';'.
bool is_complete(const std::string& sql) {
  MemorySource source(sql);
  sql::StatementReader reader(source, "the line", sql.size() + 1);
  sql::ScriptStatement statement;
  statement.has_end = true;
  while (reader.next(statement)) {
  }
  return statement.has_end;
}

class Shell {
 public:
  Shell(const Options& options, Context& context)
      : context_(context),
        style_(options.style),
        runner_(context, options.target.state, find_database(context, options.target), options.unrestricted) {
  }

  /// Runs an interactive session until end of input.
  void talk() {
    const std::unique_ptr<LineEditor> editor = context_.in().line_editor("d1_history");
    context_.out().note(fmt::format("D1 database \"{}\"; .help for help", shown(runner_.database().name)));
    const std::string prompt = fmt::format("{}> ", shown(runner_.database().name));
    constexpr std::string_view dots = "...> ";
    const std::string more =
        std::string(prompt.size() - std::min(prompt.size(), dots.size()), ' ').append(dots);
    std::string sql;
    while (true) {
      try {
        const std::optional<std::string> line = editor->read_line(sql.empty() ? prompt : more);
        if (!line) break;
        if (sql.empty() && line->starts_with('.')) {
          editor->remember(*line);
          if (!command(*line)) break;
          continue;
        }
        sql += *line + "\n";
        if (!is_complete(sql)) continue;
        if (sql.find_first_not_of(" \t\n;") != std::string::npos) {
          editor->remember(sql.substr(0, sql.size() - 1));
          run_sql(sql);
        }
        sql.clear();
      } catch (const Error& error) {
        if (error.kind() == ErrorKind::closed_pipe) throw;
        sql.clear();
        if (error.kind() == ErrorKind::interrupted) {
          drop_lost_output();
          context_.out().note("");
        } else {
          context_.out().error(error.message(), error.hint());
        }
      }
    }
  }

  /// Runs standard input line by line; stops at the first error or when the output is closed.
  void read_along() {
    std::string sql;
    std::string rest;
    const auto take = [&](const std::string& line) {
      if (sql.empty() && line.starts_with('.')) return command(line);
      sql += line + "\n";
      if (is_complete(sql)) {
        if (sql.find_first_not_of(" \t\n;") != std::string::npos) run_sql(sql);
        sql.clear();
      }
      return true;
    };
    std::array<char, 65'536> buffer{};
    Utf8Source input(context_.in().standard_input(), "standard input");
    while (const std::size_t count = input.read(buffer)) {
      rest.append(buffer.data(), count);
      for (std::size_t end = rest.find('\n'); end != std::string::npos; end = rest.find('\n')) {
        if (!take(rest.substr(0, end))) return;
        rest.erase(0, end + 1);
      }
    }
    if (!rest.empty() && !take(rest)) return;
    if (sql.find_first_not_of(" \t\n;") != std::string::npos) run_sql(sql);
  }

 private:
  /// `format` overrides the mode, for the shell's own queries.
  void run_sql(const std::string& sql, const std::optional<std::string>& format = {}) {
    BatchOptions batch;
    batch.command = sql;
    batch.style = style_;
    if (format) batch.style.format = format;
    batch.timing = timing_;
    run_batch(batch, context_, [&](const SqlBatch& one, SqlResults& results, bool only_reads) {
      runner_.run(one, results, only_reads, !format);
    });
    deliver();
  }

  /// Output suppressed by Ctrl-C is not an error.
  void drop_lost_output() {
    try {
      context_.out().deliver();
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::interrupted) throw;
    }
  }

  /// Prints the results so far.
  void deliver() {
    try {
      context_.out().deliver();
    } catch (const Error& error) {
      throw Error(error.kind(), fmt::format("{}; the SQL up to here has been run", error.message()),
                  error.hint());
    }
  }

  /// Returns false to quit.
  bool command(const std::string& line) {
    const std::size_t space = std::min(line.find(' '), line.size());
    const std::string name = line.substr(0, space);
    std::string argument = line.substr(std::min(line.find_first_not_of(' ', space), line.size()));
    argument.erase(argument.find_last_not_of(" ;\r") + 1);
    constexpr const char* own =
        "name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\'";
    if (name == ".quit" || name == ".exit" || name == ".q") return false;
    if (name == ".help") {
      context_.out().data(help_text);
      deliver();
    } else if (name == ".tables") {
      run_sql(fmt::format(
                  "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND {} ORDER BY name", own),
              "raw");
    } else if (name == ".schema") {
      run_sql(
          fmt::format(
              "SELECT sql || ';' FROM sqlite_schema WHERE sql IS NOT NULL AND {}{} ORDER BY tbl_name, rowid",
              own, argument.empty() ? "" : " AND tbl_name = " + sql::quoted_text(sql::unquoted(argument))),
          "raw");
    } else if (name == ".mode") {
      set_mode(argument);
    } else if (name == ".timing" || name == ".timer") {
      timing_ = argument != "off";
    } else {
      throw Error(ErrorKind::usage, fmt::format("there is no command {}", shown(name)),
                  ".help shows those there are");
    }
    return true;
  }

  void set_mode(const std::string& format) {
    for (const char* const known : {"table", "json", "ndjson", "csv", "raw"}) {
      if (format == known) {
        style_.format = format;
        return;
      }
    }
    throw Error(ErrorKind::usage, "the modes are table, json, ndjson, csv and raw");
  }

  Context& context_;
  ResultStyle style_;
  DatabaseRunner runner_;
  bool timing_ = false;
};

void run(const Options& options, Context& context) {
  if (options.unrestricted) {
    context.out().warning(
        "--unrestricted: D1's rules and limits are off; D1 itself may refuse what is written now");
  }
  Shell shell(options, context);
  if (context.in().is_terminal()) {
    shell.talk();
  } else {
    shell.read_along();
  }
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_database_options(arguments, options->target, "database", Reach::state_folder_account);
  add_result_options(arguments, options->style);
  add_flag(arguments, "--unrestricted", options->unrestricted,
           "Plain SQLite without D1's rules, for repairs");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command shell() {
  return {.names = {"shell"},
          .summary = "Open an interactive SQL prompt",
          .examples = {"corral d1 shell my-db", "echo 'SELECT 1;' | corral d1 shell my-db --format csv"},
          .declare = declare,
          .live_values = database_values()};
}

}  // namespace corral::d1
