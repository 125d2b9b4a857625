#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "backends/d1_databases.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/state_options.hpp"
#include "commands/d1/commands.hpp"
#include "commands/d1/target.hpp"
#include "commands/text/duration.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"
#include "commands/text/table.hpp"

namespace corral::d1 {

namespace {

struct Options {
  DatabaseOptions target;
  std::optional<std::string> name;
  std::optional<std::string> period;
  std::optional<std::string> sort_type;
  std::optional<std::string> sort_by;
  std::optional<std::string> sort_direction;
  std::optional<std::int64_t> limit;
};

/// wrangler's fields (docs/reference/d1.md, "Others").
Json as_json(const D1QueryCost& cost) {
  Json json;
  json["query"] = cost.query;
  json["avgRowsRead"] = cost.rows_read.average;
  json["totalRowsRead"] = cost.rows_read.total;
  json["avgRowsWritten"] = cost.rows_written.average;
  json["totalRowsWritten"] = cost.rows_written.total;
  json["avgDurationMs"] = cost.ms.average;
  json["totalDurationMs"] = cost.ms.total;
  json["numberOfTimesRun"] = cost.runs;
  json["queryEfficiency"] = cost.efficiency;
  if (!cost.database_id.empty()) json["databaseId"] = cost.database_id;
  return json;
}

/// nullopt: all databases, where their insights come together.
std::optional<std::string> id_of(Context& context, const Options& options) {
  if (options.name) {
    DatabaseOptions target = options.target;
    target.name = *options.name;
    return find_database(context, target).id;
  }
  if (context.stores(options.target.state).d1_databases().history() != nullptr) return std::nullopt;
  std::vector<Database> known = known_databases(context, options.target.state);
  if (known.size() == 1) return std::move(known.front().id);
  throw Error(ErrorKind::usage, "which D1 database is meant?",
              "name it; 'corral d1 list' shows those there are");
}

D1InsightsRequest::Figure figure_of(std::string_view name) {
  using Figure = D1InsightsRequest::Figure;
  return name == "reads"    ? Figure::reads
         : name == "writes" ? Figure::writes
         : name == "count"  ? Figure::count
                            : Figure::time;
}

void run(const Options& options, Context& context) {
  const std::int64_t limit = options.limit.value_or(5);
  if (limit < 1) throw Error(ErrorKind::usage, "--limit must be at least 1");
  const UnixMillis period = parse_duration(options.period.value_or("1d"), "--time-period");
  const UnixMillis now = context.clock().now();
  D1InsightsRequest request{.id = id_of(context, options),
                            .from = now - period,
                            .to = now,
                            .limit = static_cast<std::size_t>(limit),
                            .by = figure_of(options.sort_by.value_or("time")),
                            .average = options.sort_type == "avg",
                            .ascending = options.sort_direction == "ASC"};
  const std::vector<D1QueryCost> costs =
      context.stores(options.target.state).d1_databases().insights(request);
  Output& out = context.out();
  if (!out.for_person()) {
    Json list = Json::array();
    for (const D1QueryCost& cost : costs) list.push_back(as_json(cost));
    out.data(json_text(list, 2) + "\n");
    return;
  }
  using Align = Table::Align;
  Table table({{"query"},
               {"runs", Align::right},
               {"total ms", Align::right},
               {"mean ms", Align::right},
               {"rows read", Align::right},
               {"written", Align::right},
               {"efficiency", Align::right}});
  for (const D1QueryCost& cost : costs) {
    table.add({cost.query, fmt::format("{:.0f}", cost.runs), fmt::format("{:.2f}", cost.ms.total),
               fmt::format("{:.3f}", cost.ms.average), fmt::format("{:.0f}", cost.rows_read.total),
               fmt::format("{:.0f}", cost.rows_written.total), fmt::format("{:.2f}", cost.efficiency)});
  }
  if (table.empty()) {
    out.note("no SQL was run in this time");
  } else {
    table.print(out);
  }
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  value_name(add_text(arguments, "name", options->name, "Name, binding or id of the database"), "DATABASE");
  shown_default(
      value_name(add_text(arguments, "--time-period", options->period, "How far to look back"), "DURATION"),
      "1d");
  shown_default(
      add_choice(arguments, "--sort-type", options->sort_type, {"sum", "avg"}, "Sort by total or by average"),
      "sum");
  shown_default(add_choice(arguments, "--sort-by", options->sort_by, {"time", "reads", "writes", "count"},
                           "Sort by this figure"),
                "time");
  shown_default(add_choice(arguments, "--sort-direction", options->sort_direction, {"ASC", "DESC"},
                           "Smallest or largest first"),
                "DESC");
  shown_default(add_integer(arguments, "--limit", options->limit, "Show at most N queries"), "5");
  add_state_options(arguments, options->target.state, Reach::state_folder_account);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command insights() {
  return {.names = {"insights"},
          .summary = "Show what SQL has cost: time, rows read and rows written",
          .examples = {"corral d1 insights my-db",
                       "corral d1 insights my-db --sort-by reads --time-period 7d --json"},
          .declare = declare,
          .reads_only = true,
          .live_values = database_values()};
}

}  // namespace corral::d1
