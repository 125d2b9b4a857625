#include "backends/cloudflare/d1_transfer.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/hashing.hpp"
#include "backends/bytes/json.hpp"
#include "backends/bytes/text.hpp"
#include "backends/cloudflare/d1_answer.hpp"
#include "backends/cloudflare/presigned_url.hpp"
#include "backends/error.hpp"

namespace corral::cloudflare {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t read_bytes = 65'536;

std::string md5_of(const RereadableInput& script, const std::function<void()>& pulse) {
  Hasher hash(HashKind::md5);
  std::string buffer(read_bytes, '\0');
  const auto source = script.read_again();
  while (const std::size_t count = source->read(buffer)) {
    hash.update({buffer.data(), count});
    if (pulse) pulse();
  }
  return hex(hash.digest());
}

/// What a job that did not succeed says.
std::string complaint_of(const Json& answer) {
  std::string text = text_of(answer, "error");
  const Json errors = answer.is_object() ? answer.value("errors", Json()) : Json();
  if (text.empty() && errors.is_array()) {
    for (const Json& error : errors) {
      text += (text.empty() ? "" : "; ");
      text += error.is_string() ? error.get<std::string>() : text_of(error, "message");
    }
  }
  return text.empty() ? "D1 gave no reason" : text;
}

bool has_failed(const Json& answer) {
  return text_of(answer, "status") == "error" || !answer.is_object() ||
         answer.value("success", Json()) == false;
}

/// The counts of an import as wrangler gives them: one row.
Json summary_of(const Json& done) {
  const Json meta = done.value("meta", Json::object());
  const auto number = [&](const char* field) { return meta.value(field, Json(0)); };
  constexpr double megabyte = 1e6;
  const Json size = number("size_after");
  Json row{
      {"Total queries executed", done.value("num_queries", Json(0))},
      {"Rows read", number("rows_read")},
      {"Rows written", number("rows_written")},
      {"Database size (MB)", fmt::format("{:.2f}", size.is_number() ? size.get<double>() / megabyte : 0)}};
  return Json::array({Json{{"results", Json::array({std::move(row)})},
                           {"success", true},
                           {"finalBookmark", done.value("final_bookmark", Json())},
                           {"meta", meta}}});
}

}  // namespace

Json D1Transfer::post(const char* action, const Json& body, bool repeatable) {
  return session_.api()
      .call({.method = "POST",
             .path = path_ + "/" + action,
             .body = write_json(body),
             .repeatable = repeatable})
      .result;
}

/// The server holds a request for news as long as there are none; one that answers at once is not hurried.
void D1Transfer::pause(int polls, UnixMillis since) const {
  constexpr UnixMillis soon = 200;
  constexpr UnixMillis longest = 1000;
  constexpr UnixMillis step = 20;
  if (pulse_) pulse_();
  session_.check_interrupt();
  if (session_.clock().elapsed() - since < soon)
    session_.clock().sleep(std::min<UnixMillis>(longest, step * polls));
}

void D1Transfer::import(const RereadableInput& script, SqlResults& results) {
  const std::string etag = md5_of(script, pulse_);
  // For a file that D1 knows this begins the work, so it is not sent twice.
  Json answer = post("import", {{"action", "init"}, {"etag", etag}}, false);
  if (const std::string url = text_of(answer, "upload_url"); !url.empty()) {
    const std::string filename = text_of(answer, "filename");
    const std::string stored = PresignedUrl(session_, url).upload([&] { return script.read_again(); });
    if (stored != etag) {
      throw Error(ErrorKind::io,
                  fmt::format("the upload of {} arrived damaged; nothing was run", shown(script.name())),
                  "run the command again");
    }
    answer = post("import", {{"action", "ingest"}, {"filename", filename}, {"etag", etag}}, false);
  }
  for (int polls = 1; !has_failed(answer) && text_of(answer, "status") == "active"; ++polls) {
    const UnixMillis start = session_.clock().elapsed();
    answer = post("import", {{"action", "poll"}, {"current_bookmark", text_of(answer, "at_bookmark")}}, true);
    pause(polls, start);
  }
  if (has_failed(answer)) throw refused_sql(complaint_of(answer));
  if (text_of(answer, "status") != "complete")
    throw Error(ErrorKind::unavailable, "D1 did not say how the import ended",
                "look at the database before you repeat it");
  deliver(summary_of(answer.value("result", Json::object())), results);
}

void D1Transfer::dump(const SqlDumpOptions& options, ByteSink& sink) {
  Json wanted{{"no_schema", !options.schema}, {"no_data", !options.data}, {"tables", options.tables}};
  if (options.compatibility) wanted["compatibility"] = *options.compatibility;
  Json body{{"output_format", "polling"}, {"dump_options", std::move(wanted)}};
  Json answer = post("export", body, true);
  for (int polls = 1; !has_failed(answer) && text_of(answer, "status") == "active"; ++polls) {
    const UnixMillis start = session_.clock().elapsed();
    body["current_bookmark"] = text_of(answer, "at_bookmark");
    answer = post("export", body, true);
    pause(polls, start);
  }
  if (has_failed(answer)) throw refused_sql(complaint_of(answer));
  const std::string url = text_of(answer.value("result", Json::object()), "signed_url");
  const auto response = PresignedUrl(session_, url).download();
  std::string buffer(read_bytes, '\0');
  while (const std::size_t count = response->body().read(buffer)) {
    sink.write({buffer.data(), count});
    if (pulse_) pulse_();
  }
}

}  // namespace corral::cloudflare
