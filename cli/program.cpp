#include "cli/program.hpp"

#include <algorithm>
#include <cerrno>
#include <exception>
#include <new>
#include <optional>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/sql_error.hpp"
#include "backends/unknown_outcome.hpp"
#include "cli/build_info.hpp"
#include "cli/line/command_line.hpp"
#include "cli/line/help.hpp"
#include "cli/line/version.hpp"
#include "commands/command/exit_status.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"
#include "completions/engine.hpp"

namespace corral {

namespace {

constexpr int status_done = 0;
constexpr int status_failed = 1;
constexpr int status_check_failed = 3;
constexpr int status_interrupted = 130;

void print_help(Console& console, const ChosenCommand& chosen) {
  if (console.json_requested()) {
    console.data(chosen.topic != nullptr ? topic_json(*chosen.topic) : help_json(chosen));
    return;
  }
  const int width = console.width();
  const HelpStyle style{.width = width > 0 ? width : HelpStyle{}.width, .colour = console.colour()};
  console.styled(chosen.topic != nullptr ? topic_text(*chosen.topic, style) : help_text(chosen, style));
}

void change_folder(const std::string& folder) {
  if (chdir(folder.c_str()) == 0) return;
  throw system_error(errno, fmt::format("cannot change to the folder \"{}\" (--cwd)", shown(folder)));
}

void run_line(const Program& program, const std::vector<std::string>& words, GlobalFlags& globals,
              bool& errors_as_data) {
  WordReader reader(words);
  const ChosenCommand chosen = choose_command(root_command(program.commands), reader, globals);
  errors_as_data = chosen.command.errors_as_data;
  std::unique_ptr<DeclaredCommand> leaf;
  if (!chosen.is_group() && !globals.version) {
    leaf = std::make_unique<DeclaredCommand>(chosen.command);
    read_arguments(chosen, *leaf, reader, globals);
  }
  program.console.set_json(globals.json);
  if (globals.version) {
    // --version ends the reading of the line, and --json may stand after it.
    const bool json = globals.json || std::find(words.begin(), words.end(), "--json") != words.end();
    program.console.data(json ? version_json() : fmt::format("{}\n", program_version));
  } else if (globals.help || !leaf) {
    print_help(program.console, chosen);
  } else {
    if (globals.cwd) change_folder(*globals.cwd);
    RuntimeContext context(program.services,
                           {globals.config, globals.environment, globals.env_files, globals.debug},
                           program.console, program.console, program.environment, program.clock);
    program.console.set_must_finish(!chosen.command.reads_only);
    leaf->run()(context);
  }
}

/// `corral __complete -- WORD... CURRENT`, called by the shells' completion scripts.
bool is_completion(const std::vector<std::string>& words) {
  return !words.empty() && words.front() == "__complete";
}

void complete(const Program& program, const std::vector<std::string>& words) {
  const std::size_t first = words.size() > 1 && words[1] == "--" ? 2 : 1;
  const auto make_context = [&program](const GlobalFlags& globals, Output& out,
                                       Input& in) -> std::unique_ptr<Context> {
    return std::make_unique<RuntimeContext>(
        program.services, ProjectRequest{globals.config, globals.environment, globals.env_files}, out, in,
        program.environment, program.clock, UnfinishedRestore::refuse);
  };
  const CompletionSetup setup{.commands = program.commands, .make_context = make_context};
  program.console.data(
      completion_answer(setup, {words.begin() + static_cast<std::ptrdiff_t>(first), words.end()}));
}

bool is_outcome_unknown(const Error& error) {
  return dynamic_cast<const UnknownOutcome*>(&error) != nullptr;
}

void report(Console& console, std::string_view kind, std::string_view message, std::string_view hint,
            bool outcome_unknown = false) {
  if (!console.json_requested()) {
    console.final_error(message, hint);
    return;
  }
  Json error{{"kind", kind}, {"message", message}};
  if (!hint.empty()) error["hint"] = hint;
  if (outcome_unknown) error["outcome"] = "unknown";
  const Json json{{"error", std::move(error)}};
  console.final_error(json_text(json, 0));
}

void report(Console& console, const Error& error) {
  report(console, name_of(error.kind()), error.message(), error.hint(), is_outcome_unknown(error));
}

/// The error as JSON: "text" as in wrangler, plus its location and a hint.
void report_as_data(Console& console, const Error& error) {
  Json json;
  const auto* const sql = dynamic_cast<const SqlError*>(&error);
  json["text"] = sql != nullptr ? sql->details().text : error.message();
  json["kind"] = name_of(error.kind());
  if (sql != nullptr && sql->details().place.number > 0) {
    if (!sql->details().script.empty()) json["file"] = sql->details().script;
    json["statement"] = sql->details().place.number;
    json["line"] = sql->details().place.line;
    json["column"] = sql->details().place.column;
    json["sql"] = sql->details().sql;
  }
  if (!error.hint().empty()) json["hint"] = error.hint();
  if (is_outcome_unknown(error)) json["outcome"] = "unknown";
  console.data(json_text(Json{{"error", std::move(json)}}, 2) + "\n");
}

/// For a command that has changed something: repeating it would change it again.
Error with_work_done(const Error& error) {
  return {
      error.kind(),
      fmt::format("{}; the command was carried out and its changes are stored, only its output is missing",
                  error.message())};
}

int status_of(const Error& error) {
  if (error.kind() == ErrorKind::closed_pipe) return status_done;
  return error.kind() == ErrorKind::interrupted ? status_interrupted : status_failed;
}

/// Runs `work` and converts exceptions to an exit status, reporting them on stderr; an Error via
/// `report_error`.
template <typename Work, typename ReportError>
int guarded(Console& console, Work work, ReportError report_error) {
  try {
    work();
    return status_done;
  } catch (const CheckFailed&) {
    return status_check_failed;
  } catch (const ExitStatus& status) {
    return status.value();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::closed_pipe) report_error(error);
    return status_of(error);
  } catch (const std::bad_alloc&) {
    report(console, "unavailable", "there is not enough memory for this", {});
  } catch (const std::system_error& error) {
    // The standard library throws it if a thread cannot be created or a path cannot be resolved.
    report(console, name_of(ErrorKind::io), fmt::format("a system call failed: {}", error.code().message()),
           "limits on memory, processes and open files ('ulimit -a') can be the reason");
  } catch (const std::exception& error) {
    report(console, "unavailable", fmt::format("unexpected failure: {}", shown(error.what())),
           "this is a mistake in corral; please report it with the command that led here");
  }
  return status_failed;
}

}  // namespace

int run_program(const Program& program, const std::vector<std::string>& words) {
  Console& console = program.console;
  GlobalFlags globals;
  bool errors_as_data = false;
  std::optional<Error> error_in_data;
  const auto run = [&] {
    try {
      if (is_completion(words)) {
        complete(program, words);
      } else {
        run_line(program, words, globals, errors_as_data);
      }
    } catch (...) {
      console.set_json(globals.json);
      throw;
    }
  };
  const int status = guarded(console, run, [&](const Error& error) {
    if (errors_as_data && console.json_requested()) {
      console.set_must_finish(true);
      report_as_data(console, error);
      error_in_data = error;
    } else {
      report(console, error);
    }
  });
  const bool carried_out = console.must_finish() && (status == status_done || status == status_check_failed);
  // Output printed before the failure is still valid data.
  const auto deliver = [&] { console.deliver(); };
  const int delivered = guarded(console, deliver, [&](const Error& error) {
    if (error_in_data) report(console, *error_in_data);
    report(console, carried_out ? with_work_done(error) : error);
  });
  return status != status_done ? status : delivered;
}

}  // namespace corral
