#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/d1_databases.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/exit_status.hpp"
#include "commands/command/state_options.hpp"
#include "commands/d1/commands.hpp"
#include "commands/d1/schema/comparison.hpp"
#include "commands/d1/schema/source.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"
#include "migrations/schema_change.hpp"

namespace corral::d1 {

namespace {

struct Options {
  StateOptions state;
  std::string from;
  std::optional<std::string> to;
  std::optional<std::string> against;
  bool reverse = false;
  bool exit_code = false;
};

void print_statements(const migrations::SchemaChange& change, Output& out) {
  for (const std::string& statement : change.statements) out.data(statement + ";\n");
}

/// Whether two schemas that the command line names differ.
bool compare_two(const Options& options, Context& context) {
  if (options.against)
    throw Error(ErrorKind::usage, "--against is for one schema, but two are given", "leave one of them out");
  migrations::Schema from = schema_of(context, options.state, options.from);
  migrations::Schema to = schema_of(context, options.state, *options.to);
  if (options.reverse) std::swap(from, to);
  SqlBackend& backend = context.stores(options.state).d1();
  const migrations::SchemaChange change =
      migrations::schema_change(from, to, [&backend] { return backend.scratch(); });
  Output& out = context.out();
  if (out.json_requested()) {
    out.data(json_text(json_of(change), 2) + "\n");
  } else {
    print_statements(change, out);
  }
  if (change.statements.empty()) out.note("the schemas are the same");
  warn_of(change, out);
  return !change.statements.empty();
}

std::vector<Reference> references_of(const Options& options, const std::string& owner) {
  if (options.against == "migrations") return {Reference::migrations};
  if (options.against == "local") {
    if (owner.empty())
      throw Error(ErrorKind::usage, "--against local compares an account's database", "add --remote");
    return {Reference::local};
  }
  if (owner.empty()) return {Reference::migrations};
  return {Reference::local, Reference::migrations};
}

Json json_of_all(const std::vector<SchemaComparison>& comparisons, const std::string& database) {
  Json list = Json::array();
  for (const SchemaComparison& one : comparisons) {
    Json json{{"against", name_of(one.with)}, {"compared", one.impossible.empty()}};
    if (one.impossible.empty()) {
      json.update(json_of(one.change));
      json["missing"] = one.missing;
    } else {
      json["reason"] = one.impossible;
    }
    list.push_back(std::move(json));
  }
  return {{"database", database}, {"comparisons", std::move(list)}};
}

std::string_view title_of(Reference reference) {
  return reference == Reference::local ? "the local database" : "the applied migrations";
}

void print(const SchemaComparison& one, bool is_one_of_several, Output& out) {
  if (!one.impossible.empty()) {
    out.note(fmt::format("not compared with {}: {}", title_of(one.with), one.impossible));
    return;
  }
  for (const std::string& name : one.missing)
    out.warning(fmt::format("{} is applied, but there is no such file: compared without it", shown(name)));
  if (one.change.statements.empty()) {
    out.note(fmt::format("the schema is that of {}", title_of(one.with)));
    return;
  }
  if (is_one_of_several && !out.json_requested())
    out.data(fmt::format("-- {} differ{}:\n", title_of(one.with), one.with == Reference::local ? "s" : ""));
  if (!out.json_requested()) print_statements(one.change, out);
  warn_of(one.change, out);
}

/// Whether a database's schema differs from what it should be.
bool compare_with_references(const Options& options, Context& context) {
  Output& out = context.out();
  const std::vector<Reference> references =
      references_of(options, context.stores(options.state).d1_databases().owner());
  const std::vector<SchemaComparison> comparisons =
      compare_schema(context, {.name = options.from, .state = options.state}, references, options.reverse);
  if (out.json_requested()) out.data(json_text(json_of_all(comparisons, options.from), 2) + "\n");
  bool any_compared = false;
  bool any_difference = false;
  for (const SchemaComparison& one : comparisons) {
    any_compared = any_compared || one.impossible.empty();
    any_difference = any_difference || !one.change.statements.empty();
    print(one, comparisons.size() > 1, out);
  }
  if (!any_compared) {
    throw Error(ErrorKind::not_found,
                fmt::format("there is nothing to compare \"{}\" with", shown(options.from)),
                "name a second database, or a folder of migrations");
  }
  return any_difference;
}

void run(const Options& options, Context& context) {
  const bool differ = options.to ? compare_two(options, context) : compare_with_references(options, context);
  if (differ && options.exit_code) throw CheckFailed();
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  required(
      value_name(add_text(arguments, "from", options->from, "A database, or a folder of migrations"), "A"));
  value_name(add_text(arguments, "to", options->to,
                      "A database, or a folder of migrations (default: what --against says)"),
             "B");
  add_choice(arguments, "--against", options->against, {"local", "migrations"},
             "What A should be, without B: as the local database, or as its applied migrations make it "
             "(default: both with --remote, else migrations)");
  add_flag(arguments, "--reverse", options->reverse, "Print the SQL that turns B into A");
  add_flag(arguments, "--exit-code", options->exit_code, "Exit with status 3 if they differ");
  add_state_options(arguments, options->state, Reach::state_folder_account);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command schema_diff() {
  return {.names = {"diff"},
          .summary = "Print the SQL that turns one schema into another, or mends a database's drift",
          .examples = {"corral d1 schema diff my-db", "corral d1 schema diff my-db ./migrations",
                       "corral d1 schema diff my-db ./migrations --exit-code"},
          .declare = declare,
          .reads_only = true};
}

}  // namespace corral::d1
