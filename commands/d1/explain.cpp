#include <map>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/d1/commands.hpp"
#include "commands/d1/target.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"

namespace corral::d1 {

namespace {

struct Options {
  DatabaseOptions target;
  std::string sql;
};

/// One step of a query plan (sqlite.org/eqp.html).
struct Step {
  std::int64_t id = 0;
  std::int64_t parent = 0;
  std::string words;
};

/// Collects the rows of EXPLAIN QUERY PLAN: id, parent, (unused), detail.
class Plan final : public SqlResults {
 public:
  void begin(const sql::ScriptStatement&, const std::vector<std::string>&) override {}
  void row(SqlRow row) override {
    steps.push_back({row[0].integer, row[1].integer, std::string(row[3].bytes)});
  }
  void end(const SqlStatementStats&) override {}

  std::vector<Step> steps;
};

/// The statements of a script, each prefixed with EXPLAIN QUERY PLAN. Only the first one runs: a plan belongs
/// to a single statement.
class Explained final : public sql::StatementSource {
 public:
  explicit Explained(const std::string& text) : source_(text), reader_(source_, "the SQL", 1'000'000) {}

  bool next(sql::ScriptStatement& statement) override {
    if (!reader_.next(statement)) return false;
    if (!text_.empty()) {
      throw Error(ErrorKind::usage, "a query plan belongs to one statement, but this has several",
                  "give them one by one");
    }
    text_ = std::string(prefix).append(statement.text);
    statement.text = text_;
    statement.place.column -= std::min<std::uint64_t>(statement.place.column - 1, prefix.size());
    return true;
  }

 private:
  static constexpr std::string_view prefix = "EXPLAIN QUERY PLAN ";
  MemorySource source_;
  sql::StatementReader reader_;
  std::string text_;
};

/// A plan does not depend on values: all parameters are NULL.
class NoValues final : public SqlParameters {
 public:
  void begin(const sql::ScriptStatement&, const std::vector<std::string>& names) override {
    values_.assign(names.size(), {});
    ready_ = true;
  }
  const std::vector<SqlValue>* next() override { return std::exchange(ready_, false) ? &values_ : nullptr; }

 private:
  std::vector<SqlValue> values_;
  bool ready_ = false;
};

void print_tree(const std::vector<Step>& steps, std::int64_t parent, const std::string& indent,
                std::string& text) {
  std::vector<const Step*> children;
  for (const Step& step : steps) {
    if (step.parent == parent) children.push_back(&step);
  }
  for (const Step* const step : children) {
    const bool last = step == children.back();
    text += fmt::format("{}{}{}\n", indent, last ? "└─ " : "├─ ", shown(step->words));
    print_tree(steps, step->id, indent + (last ? "   " : "│  "), text);
  }
}

Json tree_as_json(const std::vector<Step>& steps, std::int64_t parent) {
  Json list = Json::array();
  for (const Step& step : steps) {
    if (step.parent != parent) continue;
    Json one;
    one["id"] = step.id;
    one["detail"] = step.words;
    one["steps"] = tree_as_json(steps, step.id);
    list.push_back(std::move(one));
  }
  return list;
}

void run(const Options& options, Context& context) {
  const std::unique_ptr<SqlDatabase> database = open_database(context, options.target, {});
  Explained statements(options.sql);
  NoValues values;
  Plan plan;
  database->run({.statements = statements, .parameters = &values, .transaction = SqlBatch::Transaction::read},
                plan);
  Output& out = context.out();
  if (out.json_requested()) {
    out.data(json_text({{"plan", tree_as_json(plan.steps, 0)}}, 2) + "\n");
    return;
  }
  std::string text = "QUERY PLAN\n";
  print_tree(plan.steps, 0, "", text);
  out.data(text);
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  add_database_options(arguments, options->target, "database", Reach::state_folder_account);
  required(value_name(
      add_text(arguments, "sql", options->sql, "One statement; its parameters need no values"), "SQL"));
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command explain() {
  return {.names = {"explain"},
          .summary = "Show the query plan of a statement as a tree",
          .examples = {"corral d1 explain my-db 'SELECT * FROM users WHERE id = ?'"},
          .declare = declare,
          .reads_only = true,
          .live_values = database_values()};
}

}  // namespace corral::d1
