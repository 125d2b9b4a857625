// Import and export of SQL, which go by files at addresses of their own, and time travel.
#include <array>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "backends/bookmark_store.hpp"
#include "backends/bytes/text.hpp"
#include "backends/sql_error.hpp"
#include "backends/sql_text/script.hpp"
#include "commands/d1/database_runner.hpp"
#include "commands/d1/time_travel/bookmarks.hpp"
#include "commands/d1/time_travel/timestamp.hpp"
#include "commands/sql/peeked_source.hpp"
#include "commands/text/json_reader.hpp"
#include "serve/rest/d1.hpp"
#include "serve/rest/d1_results.hpp"
#include "serve/rest/fields.hpp"
#include "serve/rest/transfers.hpp"

namespace corral::serve::rest {

namespace {

namespace code = cloudflare::code;

constexpr std::string_view upload_suffix = ".sql";

Json active(const char* type, const std::string& job) {
  return {{"success", true},
          {"type", type},
          {"at_bookmark", job},
          {"status", "active"},
          {"messages", Json::array({"The work goes on"})}};
}

Json failed(const char* type, const std::string& why) {
  return {{"success", true},
          {"type", type},
          {"at_bookmark", ""},
          {"status", "error"},
          {"messages", Json::array()},
          {"errors", Json::array({why})},
          {"error", why}};
}

Json complete(const char* type, const std::string& bookmark, Json result) {
  return {{"success", true},
          {"type", type},
          {"at_bookmark", bookmark},
          {"status", "complete"},
          {"messages", Json::array({"Done"})},
          {"result", std::move(result)}};
}

std::string reason_of(const Error& error) {
  const auto* const sql = dynamic_cast<const SqlError*>(&error);
  return sql != nullptr ? sql->details().text : error.message();
}

/// The bookmark of a database as it is; empty if no bookmark can be taken.
std::string bookmark_of(Context& context, const d1::Database& database) {
  const auto bookmark = d1::bookmark_before(context, Call::state, database, "d1 time-travel");
  return bookmark ? bookmark->id : std::string();
}

/// Does work on a database in a thread and a context of its own; its error becomes the outcome.
Json begin_job(Call& call, const char* type, const d1::Database& database,
               std::function<Json(Context& context, const d1::Database& database)> work) {
  const auto job = std::make_shared<Job>();
  const std::string name = call.transfers.add(job, database.id, call.now());
  const std::shared_ptr<Context> context = call.context.for_thread(call.context.out());
  // A config's entry belongs to the project of the context that was asked for it.
  d1::Database target = database;
  target.config = nullptr;
  call.jobs.start(job, [type, context, target, work = std::move(work)]() -> Json {
    try {
      return work(*context, target);
    } catch (const Error& error) {
      return failed(type, reason_of(error));
    } catch (const std::exception& error) {
      return failed(type, error.what());
    }
  });
  return job->wait().value_or(active(type, name));
}

Json poll_job(Call& call, const char* type, const d1::Database& database, const std::string& name) {
  const auto job = call.transfers.job(name, database.id, call.now());
  if (!job) throw Refusal(400, code::d1_bad_request, fmt::format("no {} goes on at that bookmark", type));
  return job->wait().value_or(active(type, name));
}

/// Runs a script as one transaction, as `corral d1 execute --file` does.
Json run_script(Context& context, const d1::Database& database, const std::shared_ptr<StoredFile>& file) {
  constexpr std::size_t looked_at_bytes = 4096;
  d1::bookmark_before(context, Call::state, database, "d1 execute --file");
  const auto content = StoredFile::read(file);
  PeekedSource peeked(*content, looked_at_bytes);
  sql::StatementReader reader(peeked, "the file", sql::max_read_statement_bytes);
  sql::Script script(reader, "the file");
  CountedResults results;
  const SqlBatch batch{.statements = script,
                       .transaction = SqlBatch::Transaction::write,
                       .references_at_end = sql::Script::starts_without_foreign_keys(peeked.beginning()),
                       .pulse = [&] { context.check_interrupt(); }};
  d1::DatabaseRunner(context, Call::state, database, false).run(batch, results, false);
  const SqlDatabaseInfo info = context.stores(Call::state).d1().open(database.id, {})->info(false);
  const std::string bookmark = bookmark_of(context, database);
  Json result{{"num_queries", results.totals().statements}, {"final_bookmark", bookmark}};
  result["meta"] = parse_json(meta_text(results.totals(), info.page_size * info.pages), "the meta");
  return complete("import", bookmark, std::move(result));
}

Response import_file(Call& call) {
  const d1::Database database = find_database(call);
  const Json body = call.json(code::d1_bad_request);
  const Fields fields(body, code::d1_bad_request);
  const std::string action = fields.text("action");
  if (action == "init") {
    const std::string name = call.transfers.expect(database.id, call.now());
    return success(Json{{"success", true},
                        {"filename", name + std::string(upload_suffix)},
                        {"upload_url", transfer_url(call, name)}});
  }
  if (action == "ingest") {
    std::string name = fields.text("filename");
    if (name.ends_with(upload_suffix)) name.resize(name.size() - upload_suffix.size());
    const auto file = call.transfers.take(name, database.id, call.now());
    if (!file) return success(Json{{"success", false}, {"error", "the file was not uploaded"}});
    if (const auto etag = fields.text_if_any("etag"); etag && *etag != file->md5())
      return success(Json{{"success", false}, {"error", "the file that was uploaded is another one"}});
    return success(begin_job(call, "import", database, [file](Context& context, const d1::Database& target) {
      return run_script(context, target, file);
    }));
  }
  if (action == "poll") return success(poll_job(call, "import", database, fields.text("current_bookmark")));
  fields.refuse("action", "must be \"init\", \"ingest\" or \"poll\"");
}

SqlDumpOptions dump_options_in(const Fields& fields) {
  SqlDumpOptions options;
  if (const Json* const wanted = fields.object("dump_options")) {
    const Fields given(*wanted, code::d1_bad_request);
    options.schema = !given.flag("no_schema").value_or(false);
    options.data = !given.flag("no_data").value_or(false);
    options.tables = given.texts("tables").value_or(std::vector<std::string>());
    options.compatibility = given.text_if_any("compatibility");
  }
  return options;
}

Response export_file(Call& call) {
  const d1::Database database = find_database(call);
  const Json body = call.json(code::d1_bad_request);
  const Fields fields(body, code::d1_bad_request);
  if (const auto at = fields.text_if_any("current_bookmark"))
    return success(poll_job(call, "export", database, *at));
  const SqlDumpOptions options = dump_options_in(fields);
  const std::string origin = transfer_url(call, "");
  return success(begin_job(
      call, "export", database,
      [options, origin, &transfers = call.transfers](Context& context, const d1::Database& target) {
        SqlDumpOptions watched = options;
        watched.pulse = [&context](std::uint64_t /*rows*/) { context.check_interrupt(); };
        const auto file = std::make_shared<StoredFile>([&](ByteSink& sink) {
          context.stores(Call::state).d1().open(target.id, {.unrestricted = true})->dump(watched, sink);
        });
        const std::string name = transfers.offer(file, context.clock().now());
        return complete(
            "export", bookmark_of(context, target),
            {{"filename", target.id + std::string(upload_suffix)}, {"signed_url", origin + name}});
      }));
}

UnixMillis timestamp_in(const Call& call, const std::string& text) {
  try {
    return d1::parse_timestamp(text, call.now());
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::usage) throw;
    throw Refusal(400, code::d1_bad_request, "the timestamp is not a time, or is in the future");
  }
}

Response bookmark(Call& call) {
  const d1::Database database = find_database(call);
  if (const auto timestamp = call.parameter("timestamp")) {
    const Bookmark found =
        d1::bookmark_at(call.context, Call::state, database, timestamp_in(call, *timestamp));
    return success(Json{{"bookmark", found.id}});
  }
  const auto now = d1::take_bookmark(call.context, Call::state, database, "d1 time-travel");
  if (!now) throw Refusal(400, code::d1_query_failed, "nothing was ever written to the database");
  return success(Json{{"bookmark", now->id}});
}

Response restore(Call& call) {
  const d1::Database database = find_database(call);
  std::optional<Bookmark> to;
  if (const auto timestamp = call.parameter("timestamp")) {
    to = d1::bookmark_at(call.context, Call::state, database, timestamp_in(call, *timestamp));
  } else if (const auto id = call.parameter("bookmark")) {
    to = d1::require_bookmarks(call.context, Call::state).find(database.id, *id);
  }
  if (!to) throw Refusal(400, code::d1_query_failed, "the database has no such bookmark");
  const d1::Restored restored = d1::restore_bookmark(call.context, Call::state, database, *to);
  return success(
      Json{{"bookmark", to->id},
           {"previous_bookmark", restored.previous ? Json(restored.previous->id) : Json(nullptr)},
           {"message", fmt::format("restored {} pages of {}", restored.pages_written, to->pages)}});
}

constexpr std::array routes = {
    Route{"d1.import", "POST", "accounts/:account/d1/database/:database/import", import_file},
    Route{"d1.export", "POST", "accounts/:account/d1/database/:database/export", export_file},
    Route{"d1.bookmark", "GET", "accounts/:account/d1/database/:database/time_travel/bookmark", bookmark},
    Route{"d1.restore", "POST", "accounts/:account/d1/database/:database/time_travel/restore", restore},
};

}  // namespace

std::span<const Route> d1_transfer_routes() {
  return routes;
}

}  // namespace corral::serve::rest
