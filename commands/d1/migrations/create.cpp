#include <memory>
#include <string>

#include "backends/bytes/text.hpp"
#include "commands/command/arguments.hpp"
#include "commands/d1/commands.hpp"
#include "commands/d1/migrations/project.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"
#include "commands/text/readable.hpp"
#include "migrations/new_migration.hpp"

namespace corral::d1 {

namespace {

struct Options {
  DatabaseOptions target;
  std::string message;
  bool timestamp = false;
  bool down = false;
};

void run(const Options& options, Context& context) {
  // What the config says is enough: nothing is asked of the database.
  const D1DatabaseBinding* const configured = find_in_config(context, options.target.name);
  const Database database =
      configured != nullptr ? Database{.config = configured} : find_database(context, options.target);
  const std::filesystem::path made = migrations::create_migration(migration_folder_of(context, database),
                                                                  {.message = options.message,
                                                                   .now = iso_time(context.clock().now()),
                                                                   .by_time = options.timestamp,
                                                                   .with_down = options.down});
  Output& out = context.out();
  const std::string& path = made.native();
  if (out.json_requested()) {
    out.data(json_text({{"path", path}}, 2) + "\n");
  } else {
    out.data((out.data_is_terminal() ? shown(path) : path) + "\n");
  }
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_database_options(arguments, options->target, "database", Reach::state_folder_account);
  required(value_name(add_text(arguments, "message", options->message, "Description, used in the file name"),
                      "MESSAGE"));
  add_flag(arguments, "--timestamp", options->timestamp,
           "Number it by the UTC time, so that branches do not collide");
  add_flag(arguments, "--down", options->down, "Also create its down file, for rollback");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command migrations_create() {
  return {.names = {"create"},
          .summary = "Create a migration file and print its path",
          .examples = {"corral d1 migrations create my-db 'add users'",
                       "corral d1 migrations create my-db 'add posts' --timestamp"},
          .declare = declare,
          .live_values = database_values()};
}

}  // namespace corral::d1
