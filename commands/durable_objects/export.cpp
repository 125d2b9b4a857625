#include <functional>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/sql_text/literal.hpp"
#include "backends/sql_text/script.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/result_file.hpp"
#include "commands/durable_objects/commands.hpp"
#include "commands/durable_objects/describe.hpp"
#include "commands/durable_objects/extended_json/extended_json.hpp"
#include "commands/durable_objects/target.hpp"
#include "commands/sql/json_results.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"

namespace corral::durable_objects {

namespace {

struct Options {
  ObjectOptions target;
  std::string output = "-";
  std::optional<std::string> format;
};

/// Writes the rows of a table as elements of a JSON array.
class RowsAsJson final : public SqlResults {
 public:
  explicit RowsAsJson(ByteSink& sink) : sink_(sink) {}
  void begin(const sql::ScriptStatement& /*statement*/, const std::vector<std::string>& columns) override {
    members_ = row_members(columns);
  }
  void row(SqlRow row) override {
    std::string text = first_ ? "\n        {" : ",\n        {";
    first_ = false;
    bool first_member = true;
    for (const RowMember& member : members_) {
      text += fmt::format("{}{}: ", first_member ? "" : ", ", json_string(member.name));
      first_member = false;
      append_cell(text, row[member.column]);
    }
    sink_.write(text + "}");
  }
  void end(const SqlStatementStats& /*stats*/) override {
    if (!first_) sink_.write("\n      ");
  }

 private:
  static void append_cell(std::string& text, const SqlCell& cell) {
    switch (cell.type) {
      case SqlType::null: text += "null"; break;
      case SqlType::integer: text += fmt::format("{}", cell.integer); break;
      case SqlType::real: text += json_text(cell.real, 0); break;
      case SqlType::text: append_json_string(text, cell.bytes); break;
      case SqlType::blob: {
        text += '[';
        for (std::size_t i = 0; i < cell.bytes.size(); ++i)
          text += fmt::format("{}{}", i == 0 ? "" : ",", static_cast<unsigned char>(cell.bytes[i]));
        text += ']';
        break;
      }
    }
  }

  ByteSink& sink_;
  std::vector<RowMember> members_;
  bool first_ = true;
};

void write_table(SqlDatabase& database, const SqlSchemaItem& table, ByteSink& sink, Context& context) {
  const std::string query = fmt::format("SELECT * FROM {}", sql::quoted_name(table.name));
  MemorySource source(query);
  sql::StatementReader reader(source, "the export", sql::max_read_statement_bytes);
  sink.write(fmt::format("{{\n      \"sql\": {},\n      \"rows\": [", json_string(table.sql)));
  RowsAsJson rows(sink);
  database.run({.statements = reader,
                .transaction = SqlBatch::Transaction::none,
                .pulse = [&context] { context.check_interrupt(); }},
               rows);
  sink.write("]\n    }");
}

void write_json(DurableObject& object, const DurableClass& of, ByteSink& sink, Context& context) {
  const DurableObjectInfo info = object.info();
  sink.write(fmt::format("{{\n  \"script\": {},\n  \"class\": {},\n  \"id\": \"{}\",\n  \"name\": {},\n",
                         json_string(of.script), json_string(of.name), object.id(),
                         info.name ? json_string(*info.name) : "null"));
  sink.write(fmt::format("  \"alarm\": {},\n  \"storage\": {{", json_text(alarm_as_json(info.alarm), 0)));
  bool first = true;
  object.list({}, [&](const StorageItem& item) {
    context.check_interrupt();
    sink.write(fmt::format("{}\n    {}: {}", first ? "" : ",", json_string(item.key),
                           shown_value(item.value, 2, 2)));
    first = false;
    return true;
  });
  sink.write(fmt::format("{}}},\n  \"tables\": {{", first ? "" : "\n  "));
  first = true;
  const auto database = object.sql({.unrestricted = true});
  for (const SqlSchemaItem& item : database->info(false).schema) {
    if ((item.type != "table" && item.type != "virtual") || item.name == name_table) continue;
    sink.write(fmt::format("{}\n    {}: ", first ? "" : ",", json_string(item.name)));
    first = false;
    write_table(*database, item, sink, context);
  }
  sink.write(first ? "}\n}\n" : "\n  }\n}\n");
}

void write_sql(DurableObject& object, ByteSink& sink, Context& context) {
  SqlDumpOptions dump;
  dump.without = {std::string(name_table)};
  dump.pulse = [&](std::uint64_t /*rows*/) { context.check_interrupt(); };
  dump.warn = [&](const std::string& sentence) { context.out().warning(sentence); };
  object.sql({.unrestricted = true})->dump(dump, sink);
  const std::uint64_t keys = object.info().keys;
  if (keys > 0) {
    context.out().note(fmt::format("{} stored {} not in it; --format json has {}", keys,
                                   keys == 1 ? "key is" : "keys are", keys == 1 ? "it" : "them"));
  }
}

void run(const Options& options, Context& context) {
  const auto object = open_object(context, options.target, Access::read);
  const auto write = [&](ByteSink& sink) {
    if (options.format.value_or("json") == "sql") {
      write_sql(*object, sink, context);
    } else {
      write_json(*object, find_class(context, options.target.of), sink, context);
    }
  };
  ResultFile file(context, options.output);
  write(file);
  file.commit();
  if (!file.is_stdout() && context.out().for_person())
    context.out().note(fmt::format("exported to {}", shown(options.output)));
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_object_options(arguments, options->target);
  add_choice(arguments, "--format", options->format, {"json", "sql"},
             "json: keys, tables and alarm (the default); sql: its tables, as 'd1 export' writes them");
  shown_default(add_file(arguments, "--output", options->output, "File to write; - is standard output"), "-");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command export_object() {
  return {.names = {"export"},
          .summary = "Export everything an object has stored, as JSON or SQL",
          .examples = {"corral do export Counter --name alpha > alpha.json",
                       "corral do export Counter --name alpha --format sql --output alpha.sql"},
          .declare = declare,
          .reads_only = true,
          .live_values = object_values()};
}

}  // namespace corral::durable_objects
