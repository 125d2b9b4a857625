#include "commands/state/transfer/d1_pull.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/hashing.hpp"
#include "backends/bytes/text.hpp"
#include "backends/d1_databases.hpp"
#include "backends/error.hpp"
#include "backends/sql_error.hpp"
#include "commands/d1/migrations/project.hpp"
#include "commands/d1/time_travel/bookmarks.hpp"
#include "commands/state/transfer/d1_transfer.hpp"
#include "commands/state/transfer/local_name.hpp"
#include "commands/text/json_reader.hpp"
#include "migrations/query.hpp"
#include "migrations/schema.hpp"
#include "migrations/script_file.hpp"

namespace corral::state {

namespace {

/// How often a database that changes while it is read is read again.
constexpr int attempts = 3;

/// "TABLE: condition" → the two.
std::pair<std::string, std::string> parse_condition(const std::string& text) {
  const std::size_t colon = text.find(':');
  const auto trimmed = [](std::string_view part) {
    constexpr std::string_view blank = " \t\r\n";
    const std::size_t first = part.find_first_not_of(blank);
    if (first == std::string_view::npos) return std::string();
    return std::string(part.substr(first, part.find_last_not_of(blank) + 1 - first));
  };
  std::string table = trimmed(std::string_view(text).substr(0, std::min(colon, text.size())));
  std::string condition = colon == std::string::npos ? "" : trimmed(std::string_view(text).substr(colon + 1));
  if (table.empty() || condition.empty()) {
    throw Error(ErrorKind::usage, fmt::format("--where is \"{}\"", shown(text)),
                "write a table and a condition: --where 'users: id < 1000'");
  }
  return {std::move(table), std::move(condition)};
}

std::set<std::string> tables_of(SqlDatabase& database) {
  std::set<std::string> names;
  for (const SqlSchemaItem& item : database.info(false).schema) {
    if (item.type == "table" || item.type == "virtual") names.insert(item.name);
  }
  return names;
}

}  // namespace

D1Pull::D1Pull(Context& context, const TransferOptions& options, const TransferResource& resource)
    : context_(context),
      options_(options),
      resource_(resource),
      local_(context.stores(options.local)),
      notes_(local_.state_root()),
      account_(context.stores(options.account).d1().open(resource.account_id, {})) {
  if (options.keep) {
    throw Error(ErrorKind::usage,
                fmt::format("--keep: D1 database \"{}\" is replaced as a whole", shown(resource.name())),
                "name the resources, or choose services by --kv, --r2 and --queues");
  }
  d1::Database database;
  database.config = binding_of(context, resource);
  table_ = d1::migration_folder_of(context, database).table;
  wanted_ = {.data = !options.no_data, .tables = options.tables, .always = {table_}};
  for (const std::string& text : options.conditions) {
    auto [table, condition] = parse_condition(text);
    if (!wanted_.conditions.emplace(table, std::move(condition)).second)
      throw Error(ErrorKind::usage, fmt::format("--where is given twice for \"{}\"", shown(table)),
                  "join them by AND");
  }
  std::string text = options.no_data ? "schema" : "data";
  const auto add = [&text](std::string_view part) { text += fmt::format(" {}:{}", part.size(), part); };
  add(table_);
  for (const std::string& table : wanted_.tables) add(table);
  for (const auto& [table, condition] : wanted_.conditions) add(fmt::format("{}: {}", table, condition));
  if (options.transform) add("by " + migrations::sha256_of_file(*options.transform));
  request_ = hex(sha256(text));
}

/// nullopt: the account does not say, as for a database of D1's alpha.
std::optional<std::string> D1Pull::bookmark() {
  D1History* const history = context_.stores(options_.account).d1_databases().history();
  if (history == nullptr) return std::nullopt;
  try {
    return fmt::format("{} {}", resource_.account_id, history->bookmark(resource_.account_id, std::nullopt));
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::interrupted) throw;
    return std::nullopt;
  }
}

/// The note of an earlier pull if a pull now would bring the same, and it is still here.
std::optional<PulledDatabase> D1Pull::earlier(const std::optional<std::string>& bookmark) {
  if (options_.deep || !bookmark || !local_.d1().is_stored(resource_.local_id)) return std::nullopt;
  std::optional<PulledDatabase> note = notes_.of(resource_.local_id);
  if (!note || note->origin != *bookmark || note->request != request_) return std::nullopt;
  const auto database = local_.d1().open(resource_.local_id, {.unrestricted = true});
  if (content_digest(*database->pages()) != note->content) return std::nullopt;
  return note;
}

TransferCounts D1Pull::plan() {
  if (const auto note = earlier(bookmark())) return {.same = note->tables, .unread = note->tables};
  TransferCounts counts = counts_of_tables(*account_);
  counts.bytes = std::nullopt;
  if (options_.no_data || !options_.tables.empty() || !options_.conditions.empty()) return counts;
  D1Databases& databases = context_.stores(options_.account).d1_databases();
  const std::string description = databases.description(resource_.account_id, context_.clock().now());
  if (description.empty()) return counts;
  const Json json = parse_json(description, "the description of the database");
  if (json.contains("database_size") && json["database_size"].is_natural())
    counts.bytes = json["database_size"].get<std::uint64_t>();
  return counts;
}

/// False: the account's database changed meanwhile in a way that makes the copy a mixture.
bool D1Pull::copy_once(bool is_last) {
  const std::unique_ptr<Progress> progress =
      context_.out().progress("Pulling rows of " + shown(resource_.name()), 0, ProgressUnit::items);
  wanted_.pulse = [&](std::uint64_t rows) {
    context_.check_interrupt();
    progress->update(rows);
  };
  // What is left out is said once, by the attempt that counts.
  std::vector<std::string> omissions;
  wanted_.warn = [&](const std::string& sentence) { omissions.push_back(sentence); };
  copy_ = local_.d1().scratch({.create = true, .unrestricted = true});
  const std::optional<std::string> before = bookmark();
  copied_ = sql_copy::copy_database(*account_, *copy_, wanted_);
  const std::optional<std::string> after = bookmark();
  copied_bookmark_ = before == after ? before : std::nullopt;
  const bool may_be_mixed = before != after && (!copied_.is_of_one_moment ||
                                                !migrations::is_same(migrations::read_schema(*account_, ""),
                                                                     migrations::read_schema(*copy_, "")));
  if (may_be_mixed && !is_last) return false;
  for (const std::string& sentence : omissions) context_.out().warning(sentence);
  if (may_be_mixed) {
    context_.out().warning(fmt::format(
        "D1 database \"{}\" was written to whenever it was read: its tables may be from different moments",
        shown(resource_.name())));
  }
  return true;
}

void D1Pull::read_account() {
  for (int attempt = 1; !copy_once(attempt == attempts); ++attempt) {
    context_.out().note(fmt::format("D1 database \"{}\" changed while it was read: reading it again",
                                    shown(resource_.name())));
  }
}

/// What was scrubbed must not be in any page either, deleted or in an index.
void D1Pull::transform() {
  if (!options_.transform) return;
  migrations::ScriptFile script(*options_.transform, *options_.transform);
  NoResults results;
  try {
    copy_->run({.statements = script, .pulse = [this] { context_.check_interrupt(); }}, results);
  } catch (const SqlError& error) {
    SqlError::Details details = error.details();
    details.script = *options_.transform;
    throw SqlError(std::move(details));
  }
  copy_->purge();
}

std::string D1Pull::take_undo() {
  d1::Database database;
  database.id = resource_.local_id;
  database.name = resource_.name();
  database.made_here = local_.registry().find_id(ResourceKind::d1_database, resource_.local_id);
  if (database.made_here) database.name = database.made_here->name;
  const auto bookmark = d1::require_bookmark_before(context_, options_.local, database, "state pull");
  if (!bookmark) return {};
  const std::string command = d1::way_back(context_, options_.local, database.name, *bookmark);
  constexpr std::string_view program = "corral ";
  return command.substr(program.size());
}

/// What a database would change here, by the names of the tables.
TransferCounts D1Pull::counts_of_tables(SqlDatabase& incoming) {
  TransferCounts counts;
  const std::set<std::string> there = tables_of(incoming);
  const std::set<std::string> here = tables_of(*local_.d1().open(resource_.local_id, {.unrestricted = true}));
  for (const std::string& table : there) (here.contains(table) ? counts.changed : counts.added) += 1;
  for (const std::string& table : here) {
    if (!there.contains(table)) ++counts.removed;
  }
  return counts;
}

void D1Pull::put_in_place(PullReport& report) {
  report.counts = counts_of_tables(*copy_);
  report.undo = take_undo();
  PulledDatabase note{.origin = copied_bookmark_.value_or(""), .request = request_, .tables = copied_.tables};
  {
    const std::unique_ptr<PageSource> pages = copy_->pages();
    note.bytes = std::uint64_t{pages->page_count()} * pages->page_size();
    note.content = content_digest(*pages);
    const auto database = local_.d1().open(resource_.local_id, {.create = true, .unrestricted = true});
    if (database->replace_from(*pages) == 0) {
      report.counts = {.same = copied_.tables};
      report.undo.clear();
    }
  }
  report.counts.bytes = note.bytes;
  register_name(context_, options_, resource_, ResourceKind::d1_database);
  try {
    notes_.put(resource_.local_id, note);
  } catch (const Error& error) {
    // The database is in place; without the note the next pull only transfers it again.
    context_.out().warning(fmt::format("what was pulled could not be noted: {}", error.message()));
  }
  context_.out().note(fmt::format("{}: {} row{} in {} table{}", shown(resource_.name()), copied_.rows,
                                  copied_.rows == 1 ? "" : "s", copied_.tables,
                                  copied_.tables == 1 ? "" : "s"));
}

PullReport D1Pull::run() {
  PullReport report;
  if (const auto note = earlier(bookmark())) {
    report.counts.same = report.counts.unread = note->tables;
    return report;
  }
  read_account();
  transform();
  put_in_place(report);
  return report;
}

}  // namespace corral::state
