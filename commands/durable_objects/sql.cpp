#include <memory>

#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/durable_objects/all_objects.hpp"
#include "commands/durable_objects/commands.hpp"
#include "commands/durable_objects/target.hpp"
#include "commands/sql/batch_command.hpp"

namespace corral::durable_objects {

namespace {

struct Options {
  ObjectOptions target;
  BatchOptions batch;
  bool all = false;
};

void run(const Options& options, Context& context) {
  const ObjectOptions& target = options.target;
  const bool unrestricted = options.batch.unrestricted;
  if (options.all && (target.name || target.object)) {
    throw Error(ErrorKind::usage, "an object and --all exclude each other", "leave one of them out");
  }
  std::unique_ptr<DurableObject> object;
  if (!options.all) object = open_object(context, target, Access::read);
  run_batch(options.batch, context, [&](const SqlBatch& batch, SqlResults& results, bool only_reads) {
    if (only_reads) context.out().only_reads();
    if (options.all) {
      run_on_all(context, target.of, unrestricted, batch, results, only_reads);
    } else {
      object->sql({.unrestricted = unrestricted})->run(batch, results);
    }
  });
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_object_options(arguments, options->target);
  add_flag(arguments, "--all", options->all,
           "Run it on every object of the class; each row names its object");
  add_batch_options(arguments, options->batch);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command sql() {
  return {.names = {"sql"},
          .summary = "Run SQL on the database of one object, or of all objects",
          .examples = {"corral do sql Counter --name alpha --command 'SELECT * FROM visits'",
                       "corral do sql Counter --all --command 'SELECT count(*) AS n FROM visits'",
                       "corral do sql Counter --name alpha --file rows.sql"},
          .declare = declare,
          .live_values = object_values(),
          .errors_as_data = true};
}

}  // namespace corral::durable_objects
