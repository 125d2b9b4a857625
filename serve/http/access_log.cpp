#include "serve/http/access_log.hpp"

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"
#include "commands/text/readable.hpp"

namespace corral::serve {

namespace {

/// So that a line fits into a pipe, whatever is escaped in it.
constexpr std::size_t longest_host = 255;
constexpr std::size_t longest_path = 1024;

std::string shortened(const std::string& text, std::size_t most) {
  return text.size() <= most ? text : text.substr(0, most) + "...";
}

class NoProgress final : public Progress {
 public:
  void update(std::uint64_t /*done*/, std::uint64_t /*statements*/) override {}
};

std::string as_json(const LogEntry& entry) {
  Json json;
  json["time"] = iso_time(entry.received);
  json["id"] = entry.id;
  json["client"] = entry.client;
  json["method"] = entry.method;
  json["host"] = shortened(entry.host, longest_host);
  json["path"] = shortened(entry.path, longest_path);
  json["status"] = entry.status;
  if (!entry.operation.empty()) json["operation"] = entry.operation;
  if (!entry.problem.empty()) json["error"] = entry.problem;
  json["bytes_in"] = entry.bytes_in;
  json["bytes_out"] = entry.bytes_out;
  json["microseconds"] = entry.microseconds;
  return json_text(json, 0);
}

std::string as_text(const LogEntry& entry) {
  constexpr double microseconds_a_millisecond = 1000;
  return fmt::format("{} {} {} {}{} {} {}{} {:.1f} ms", iso_time(entry.received), entry.client, entry.method,
                     shown(shortened(entry.host, longest_host)), shown(shortened(entry.path, longest_path)),
                     entry.status, entry.operation.empty() ? "-" : entry.operation,
                     entry.problem.empty() ? "" : " " + entry.problem,
                     static_cast<double>(entry.microseconds) / microseconds_a_millisecond);
}

}  // namespace

void AccessLog::add(const LogEntry& entry) {
  if (form_ == LogForm::off) return;
  writer_.add(LogWriter::Kind::note, form_ == LogForm::json ? as_json(entry) : as_text(entry));
}

void AccessLog::note(std::string_view line) {
  writer_.add(LogWriter::Kind::note, std::string(line));
}

void AccessLog::warning(std::string_view line) {
  writer_.add(LogWriter::Kind::warning, std::string(line));
}

void LogOutput::error(std::string_view message, std::string_view hint) {
  log_.warning(hint.empty() ? std::string(message) : fmt::format("{}; {}", message, hint));
}

std::unique_ptr<Progress> LogOutput::progress(std::string_view /*what*/, std::uint64_t /*total*/,
                                              ProgressUnit /*unit*/) {
  return std::make_unique<NoProgress>();
}

}  // namespace corral::serve
