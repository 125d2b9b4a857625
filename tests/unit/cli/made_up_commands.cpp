#include "tests/unit/cli/made_up_commands.hpp"

#include <chrono>
#include <stdexcept>
#include <thread>
#include <unistd.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/error.hpp"
#include "cli/program.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/confirm.hpp"
#include "commands/command/context.hpp"
#include "commands/command/exit_status.hpp"
#include "tests/fake_clock.hpp"

namespace corral::testing {

namespace {

struct ShowOptions {
  std::string first;
  std::optional<std::string> second;
  std::optional<std::string> namespace_id;
  std::optional<std::string> path;
  std::optional<std::string> place;
  std::optional<std::string> secret;
  std::optional<std::int64_t> limit;
  std::optional<double> ttl;
  std::vector<std::string> tables;
  bool force = false;
  bool no_data = false;
  bool zero = false;
  std::optional<bool> preview;
};

template <typename T>
std::string line(std::string_view name, const std::optional<T>& value) {
  return value ? fmt::format("{}={}\n", name, *value) : std::string{};
}

void show(Context& context, const ShowOptions& options) {
  std::string text = fmt::format("first={}\n", options.first);
  text += line("second", options.second) + line("namespace-id", options.namespace_id);
  text += line("path", options.path) + line("place", options.place) + line("secret", options.secret);
  text += line("limit", options.limit) + line("ttl", options.ttl) + line("preview", options.preview);
  for (const std::string& table : options.tables) text += fmt::format("table={}\n", table);
  if (options.force) text += "force\n";
  if (options.no_data) text += "no-data\n";
  if (options.zero) text += "zero\n";
  context.out().data(text);
}

Run declare_show(Arguments& arguments) {
  auto options = std::make_shared<ShowOptions>();
  required(add_text(arguments, "first", options->first, "The first word"));
  add_text(arguments, "second", options->second, "The second word");
  value_name(add_text(arguments, "--namespace-id", options->namespace_id, "The id of the namespace"), "ID");
  add_file(arguments, "-p,--path", options->path, "A file to read");
  add_choice(arguments, "--place", options->place, {"eu", "fedramp", "weur"}, "Where it is");
  hidden(add_text(arguments, "--secret", options->secret, "Not for everyone"));
  shown_default(add_integer(arguments, "-l,--limit", options->limit, "How many at most"), "1000");
  value_name(add_number(arguments, "--ttl", options->ttl, "How long it lives"), "SECONDS");
  add_texts(arguments, "--table", options->tables, "The tables to take");
  add_flag(arguments, "-y,--force", options->force, "Ask nothing");
  add_flag(arguments, "--no-data", options->no_data, "Leave the data out");
  add_flag(arguments, "-0", options->zero, "End names with a zero byte");
  add_flag(arguments, "--preview", options->preview, "Use the preview namespace");
  return [options](Context& context) { show(context, *options); };
}

struct KeyOptions {
  std::string key;
  std::optional<std::string> value;
  std::optional<std::string> binding;
};

Run declare_get(Arguments& arguments) {
  auto options = std::make_shared<KeyOptions>();
  required(add_text(arguments, "key", options->key, "The key"));
  value_name(add_text(arguments, "--binding", options->binding, "The binding of the namespace"), "NAME");
  return [options](Context& context) {
    context.out().data(fmt::format("{} of {} in {}\n", options->key, options->binding.value_or("-"),
                                   context.project().project().environment));
  };
}

Run declare_copy(Arguments& arguments) {
  auto sources = std::make_shared<std::vector<std::string>>();
  auto target = std::make_shared<std::string>();
  required(add_texts(arguments, "source", *sources, "What to copy"));
  required(add_text(arguments, "target", *target, "Where to"));
  return [sources, target](Context& context) {
    context.out().data(fmt::format("{} -> {}\n", fmt::join(*sources, "|"), *target));
  };
}

Run declare_note(Arguments& /*arguments*/) {
  return [](Context& context) {
    context.out().data("data\n");
    context.out().note("a note");
    context.out().warning("a warning");
    if (context.out().colour()) context.out().data("colour\n");
    context.out().data(fmt::format("{} wide\n", context.out().width()));
    if (context.out().for_person()) context.out().data("for a person\n");
  };
}

Run declare_fail(Arguments& /*arguments*/) {
  return [](Context& context) {
    context.out().data("before\n");
    throw Error(ErrorKind::not_found, R"(no "x" in "y")", "look elsewhere");
  };
}

Run declare_crash(Arguments& arguments) {
  auto memory = std::make_shared<bool>(false);
  add_flag(arguments, "--memory", *memory, "Run out of memory");
  return [memory](Context&) {
    if (*memory) throw std::bad_alloc();
    throw std::runtime_error("bad\x1b[31m luck");
  };
}

Run declare_check(Arguments& /*arguments*/) {
  return [](Context& context) {
    context.out().data("found\n");
    throw CheckFailed();
  };
}

Run declare_ask(Arguments& arguments) {
  auto force = std::make_shared<bool>(false);
  add_flag(arguments, "--force", *force, "Ask nothing");
  return [force](Context& context) {
    confirm(context, "Delete everything?", "--force", *force);
    context.out().data("deleted\n");
  };
}

Run declare_count(Arguments& /*arguments*/) {
  return [](Context& context) {
    const auto progress = context.out().progress("Counting", 10'000, ProgressUnit::items);
    for (std::uint64_t i = 0; i <= 10; ++i) {
      progress->update(i * 1000);
      if (i == 6) context.out().note("half done");
      context.clock().sleep(60);
    }
    context.out().data("counted\n");
  };
}

struct EditOptions {
  bool dry_run = false;
  bool or_not = false;
};

/// Writes more than the console holds back, in pieces.
void edit(Context& context, const EditOptions& options) {
  Output& out = context.out();
  if (options.dry_run) out.only_reads();
  for (int i = 0; i < 100; ++i) out.data(std::string(5'000, '.'));
  out.flush();
  out.note("changed");
  if (!options.or_not) return;
  try {
    out.deliver();
  } catch (const Error&) {
    out.note("took it back");
    throw;
  }
}

Run declare_edit(Arguments& arguments) {
  auto options = std::make_shared<EditOptions>();
  add_flag(arguments, "--dry-run", options->dry_run, "Change nothing");
  add_flag(arguments, "--or-not", options->or_not, "Change nothing if it cannot be shown");
  return [options](Context& context) { edit(context, *options); };
}

Run declare_sql(Arguments& arguments) {
  auto database = std::make_shared<std::string>();
  auto command = std::make_shared<std::optional<std::string>>();
  required(add_text(arguments, "database", *database, "The database"));
  value_name(add_text(arguments, "--command", *command, "What to run"), "SQL");
  return [database, command](Context&) {};
}

Run declare_wait(Arguments& arguments) {
  auto busy = std::make_shared<bool>(false);
  add_flag(arguments, "--busy", *busy, "Work instead of reading");
  return [busy](Context& context) {
    if (*busy) {
      context.out().note("waiting");
      while (true) {
        context.check_interrupt();
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
    }
    context.out().data(fmt::format("read {}\n", context.in().ask("waiting")));
  };
}

std::vector<std::string> complete_key(Context& context, const CompletionRequest& request) {
  if (request.option("--binding") == "BROKEN") throw Error(ErrorKind::io, "broken");
  const std::string& environment = context.project().project().environment;
  return {"user:1",
          "user:2",
          "with space",
          "it's",
          "line\nbreak",
          request.option("--binding").value_or("none"),
          "env-" + environment};
}

std::vector<std::string> complete_binding(Context& /*context*/, const CompletionRequest& /*request*/) {
  return {"CACHE", "SESSIONS"};
}

Command leaf(std::vector<std::string_view> names, std::string_view summary, Run (*declare)(Arguments&)) {
  Command command;
  command.names = std::move(names);
  command.summary = summary;
  command.declare = declare;
  return command;
}

Command group(std::vector<std::string_view> names, std::string_view summary,
              std::vector<Command> (*children)()) {
  Command command;
  command.names = std::move(names);
  command.summary = summary;
  command.children = children;
  return command;
}

std::vector<Command> key_commands() {
  Command get = leaf({"get"}, "Read one value", declare_get);
  get.examples = {"corral kv key get greeting --binding CACHE"};
  get.live_values = {{"key", complete_key}, {"--binding", complete_binding}};
  return {get, leaf({"put"}, "Write one value", declare_show),
          leaf({"list", "ls"}, "List keys", declare_note)};
}

std::vector<Command> kv_commands() {
  return {group({"key", "k"}, "Single keys", key_commands)};
}

class MadeUpProject final : public ProjectSource {
 public:
  explicit MadeUpProject(const ProjectRequest& request) {
    project_.environment = request.environment.value_or("top");
    for (const std::string& file : request.env_files) project_.environment += "+" + file;
    if (request.config) project_.environment += "@" + *request.config;
  }
  const std::filesystem::path& folder() override { return folder_; }
  const std::optional<std::filesystem::path>& config_file() override { return file_; }
  std::optional<std::filesystem::path> redirect() override { return std::nullopt; }
  const Project& project() override { return project_; }
  std::vector<BindingField> put_binding(std::string_view /*array*/,
                                        const std::vector<BindingField>& /*fields*/) override {
    return {};
  }
  std::vector<std::string> environments_with(const std::function<bool(const Project&)>& /*what*/) override {
    return {};
  }

 private:
  std::filesystem::path folder_ = ".";
  std::optional<std::filesystem::path> file_;
  Project project_;
};

std::string read_from_start(std::FILE* file) {
  std::rewind(file);
  std::string text;
  for (int c = std::getc(file); c != EOF; c = std::getc(file)) text += static_cast<char>(c);
  static_cast<void>(std::fclose(file));
  return text;
}

}  // namespace

std::vector<Command> made_up_commands() {
  Command secret = leaf({"secret"}, "Not shown", declare_note);
  secret.hidden = true;
  Command show = leaf({"show"}, "Print the arguments", declare_show);
  show.reads_only = true;
  Command note = leaf({"note"}, "Print some of everything", declare_note);
  note.silent_names = {"notes"};
  return {group({"kv", "keyvalue"}, "Keys and values", kv_commands),
          show,
          leaf({"copy"}, "Copy many to one", declare_copy),
          note,
          leaf({"fail"}, "Fail", declare_fail),
          leaf({"crash"}, "Fail unexpectedly", declare_crash),
          leaf({"check"}, "Find something", declare_check),
          leaf({"ask"}, "Ask a question", declare_ask),
          leaf({"count"}, "Show progress", declare_count),
          leaf({"wait"}, "Wait for a line", declare_wait),
          leaf({"edit"}, "Change something", declare_edit),
          leaf({"sql"}, "Run SQL", declare_sql),
          secret};
}

Services made_up_services() {
  return {.open_project = [](const ProjectRequest& request, const Environment&)
              -> std::unique_ptr<ProjectSource> { return std::make_unique<MadeUpProject>(request); },
          .open_stores = {}};
}

RunResult run(const std::vector<std::string>& words, const std::string& input) {
  std::FILE* in = std::tmpfile();
  std::FILE* out = std::tmpfile();
  std::FILE* err = std::tmpfile();
  static_cast<void>(std::fwrite(input.data(), 1, input.size(), in));
  std::rewind(in);
  const FixedEnvironment environment;
  int status = 0;
  {
    const FakeClock clock;
    Console console({fileno(in), fileno(out), fileno(err)}, environment, clock);
    status = run_program({made_up_commands, made_up_services(), environment, clock, console}, words);
  }
  static_cast<void>(std::fclose(in));
  return {status, read_from_start(out), read_from_start(err)};
}

}  // namespace corral::testing
