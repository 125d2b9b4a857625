#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

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

double average(double total, const QueryInsight& query) {
  return query.runs == 0 ? 0 : total / static_cast<double>(query.runs);
}

/// Rows returned per row read: 1 if an index fits exactly.
double efficiency(const QueryInsight& query) {
  return query.rows_read == 0
             ? 0
             : static_cast<double>(query.rows_returned) / static_cast<double>(query.rows_read);
}

double measure(const QueryInsight& query, const Options& options) {
  const std::string by = options.sort_by.value_or("time");
  const double total = by == "time"     ? query.total_ms
                       : by == "reads"  ? static_cast<double>(query.rows_read)
                       : by == "writes" ? static_cast<double>(query.rows_written)
                                        : static_cast<double>(query.runs);
  return options.sort_type.value_or("sum") == "avg" && by != "count" ? average(total, query) : total;
}

/// wrangler's fields (docs/reference/d1.md, "Others").
Json as_json(const QueryInsight& query) {
  const auto read = static_cast<double>(query.rows_read);
  const auto written = static_cast<double>(query.rows_written);
  Json json;
  json["query"] = query.query;
  json["avgRowsRead"] = average(read, query);
  json["totalRowsRead"] = query.rows_read;
  json["avgRowsWritten"] = average(written, query);
  json["totalRowsWritten"] = query.rows_written;
  json["avgDurationMs"] = average(query.total_ms, query);
  json["totalDurationMs"] = query.total_ms;
  json["numberOfTimesRun"] = query.runs;
  json["queryEfficiency"] = efficiency(query);
  return json;
}

Database database_of(Context& context, const Options& options) {
  if (options.name) {
    DatabaseOptions target = options.target;
    target.name = *options.name;
    return find_database(context, target);
  }
  std::vector<Database> known = known_databases(context, options.target.state);
  if (known.size() == 1) return std::move(known.front());
  throw Error(ErrorKind::usage, "which D1 database is meant?",
              "name it; 'corral d1 list' shows those there are");
}

void run(const Options& options, Context& context) {
  const std::int64_t limit = options.limit.value_or(5);
  if (limit < 1) throw Error(ErrorKind::usage, "--limit must be at least 1");
  const UnixMillis period = parse_duration(options.period.value_or("1d"), "--time-period");
  const Database database = database_of(context, options);
  InsightLog* const log = context.stores(options.target.state).insights();
  if (log == nullptr) {
    throw Error(ErrorKind::unavailable, "no insights are kept: CORRAL_NO_INSIGHTS is set",
                "unset it and run some SQL");
  }
  std::vector<QueryInsight> queries = log->since(database.id, context.clock().now() - period);
  const bool ascending = options.sort_direction.value_or("DESC") == "ASC";
  std::stable_sort(queries.begin(), queries.end(), [&](const QueryInsight& a, const QueryInsight& b) {
    return ascending ? measure(a, options) < measure(b, options) : measure(a, options) > measure(b, options);
  });
  if (queries.size() > static_cast<std::size_t>(limit)) queries.resize(static_cast<std::size_t>(limit));
  Output& out = context.out();
  if (!out.for_person()) {
    Json list = Json::array();
    for (const QueryInsight& query : queries) list.push_back(as_json(query));
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
  for (const QueryInsight& query : queries) {
    table.add({query.query, std::to_string(query.runs), fmt::format("{:.2f}", query.total_ms),
               fmt::format("{:.3f}", average(query.total_ms, query)), std::to_string(query.rows_read),
               std::to_string(query.rows_written), fmt::format("{:.2f}", efficiency(query))});
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
  add_state_options(arguments, options->target.state);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command insights() {
  return {.names = {"insights"},
          .summary = "Show what local SQL has cost: time, rows read and rows written",
          .examples = {"corral d1 insights my-db",
                       "corral d1 insights my-db --sort-by reads --time-period 7d --json"},
          .declare = declare,
          .reads_only = true,
          .live_values = database_values()};
}

}  // namespace corral::d1
