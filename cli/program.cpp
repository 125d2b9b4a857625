#include "cli/program.hpp"

#include <cerrno>
#include <exception>
#include <new>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "backends/error.hpp"
#include "backends/sql_error.hpp"
#include "backends/text.hpp"
#include "cli/command_line.hpp"
#include "cli/completion.hpp"
#include "cli/help.hpp"
#include "cli/version.hpp"
#include "commands/check_failed.hpp"
#include "commands/exit_status.hpp"

namespace corral {

namespace {

constexpr int status_done = 0;
constexpr int status_failed = 1;
constexpr int status_check_failed = 3;
constexpr int status_interrupted = 130;

void print_help(Console& console, const ChosenCommand& chosen) {
  if (console.json_requested()) {
    console.data(help_json(chosen));
  } else {
    const int width = console.width();
    console.styled(
        help_text(chosen, {.width = width > 0 ? width : HelpStyle{}.width, .colour = console.colour()}));
  }
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
  if (!chosen.is_group() && !globals.help && !globals.version) {
    leaf = std::make_unique<DeclaredCommand>(chosen.command);
    read_arguments(chosen, *leaf, reader, globals);
  }
  program.console.set_json(globals.json);
  if (globals.version) {
    program.console.data(fmt::format("{}\n", program_version));
  } else if (globals.help || !leaf) {
    print_help(program.console, chosen);
  } else {
    if (globals.cwd) change_folder(*globals.cwd);
    RuntimeContext context(program.services, {globals.config, globals.environment, globals.env_files},
                           program.console, program.console, program.environment);
    leaf->run()(context);
  }
}

/// `corral __complete -- WORD... CURRENT`, which the shells' scripts call.
bool is_completion(const std::vector<std::string>& words) {
  return !words.empty() && words.front() == "__complete";
}

void complete(const Program& program, const std::vector<std::string>& words) {
  const std::size_t first = words.size() > 1 && words[1] == "--" ? 2 : 1;
  const CompletionSetup setup{program.commands, program.services, program.environment};
  program.console.data(
      completion_answer(setup, {words.begin() + static_cast<std::ptrdiff_t>(first), words.end()}));
}

void report(Console& console, std::string_view kind, std::string_view message, std::string_view hint) {
  if (!console.json_requested()) {
    console.error(message, hint);
    return;
  }
  using Json = nlohmann::ordered_json;
  Json error{{"kind", kind}, {"message", message}};
  if (!hint.empty()) error["hint"] = hint;
  const Json json{{"error", std::move(error)}};
  console.note(json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

/// The error as wrangler gives it as data: "text" is what it has too, the rest says where and what to do.
void report_as_data(Console& console, const Error& error) {
  using Json = nlohmann::ordered_json;
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
  console.data(Json{{"error", std::move(json)}}.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

int report_error(Console& console, const Error& error, bool as_data) {
  if (error.kind() == ErrorKind::closed_pipe) return status_done;
  if (as_data && console.json_requested()) {
    report_as_data(console, error);
  } else {
    report(console, name_of(error.kind()), error.message(), error.hint());
  }
  return error.kind() == ErrorKind::interrupted ? status_interrupted : status_failed;
}

/// Runs `work` and turns what it throws into an exit status, reported on stderr.
template <typename Work>
int guarded(Console& console, const bool& errors_as_data, Work work) {
  try {
    work();
    return status_done;
  } catch (const CheckFailed&) {
    return status_check_failed;
  } catch (const ExitStatus& status) {
    return status.value();
  } catch (const Error& error) {
    return report_error(console, error, errors_as_data);
  } catch (const std::bad_alloc&) {
    report(console, "unavailable", "there is not enough memory for this", {});
  } catch (const std::system_error& error) {
    // The system refused something that no one asked of it in so many words: a thread, a path of a file.
    report(console, name_of(ErrorKind::io), fmt::format("the system refused it: {}", shown(error.what())),
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
  const int status = guarded(console, errors_as_data, [&] {
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
  });
  // What a command printed before it failed is still data.
  errors_as_data = false;
  const int flushed = guarded(console, errors_as_data, [&] { console.flush(); });
  return status != status_done ? status : flushed;
}

}  // namespace corral
