#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "backends/bytes/unix_time.hpp"
#include "commands/command/output.hpp"
#include "serve/http/log_writer.hpp"

namespace corral::serve {

/// How requests are logged.
enum class LogForm { text, json, off };

/// One answered request. Neither its query nor its headers, which can hold signatures and tokens.
struct LogEntry {
  UnixMillis received = 0;
  std::string client;
  std::string id;
  std::string method;
  std::string host;
  std::string path;
  std::string operation;
  std::string problem;
  int status = 0;
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  std::uint64_t microseconds = 0;
};

/// What a server says while it runs, on stderr, from any thread and without waiting for whatever reads it.
class AccessLog {
 public:
  /// As for LogWriter.
  AccessLog(Output& out, int descriptor, LogForm form) : writer_(out, descriptor), form_(form) {}

  void add(const LogEntry& entry);
  /// Something that does not belong to a request.
  void note(std::string_view line);
  void warning(std::string_view line);

  /// How many lines were dropped because nothing read them.
  [[nodiscard]] std::uint64_t dropped() const { return writer_.dropped(); }

 private:
  LogWriter writer_;
  LogForm form_;
};

/// What the contexts of threads write to: messages go to the log, and data nowhere.
class LogOutput final : public Output {
 public:
  explicit LogOutput(AccessLog& log) : log_(log) {}

  void data(std::string_view /*bytes*/) override {}
  void flush() override {}
  void deliver() override {}
  void only_reads() override {}
  void note(std::string_view line) override { log_.note(line); }
  void warning(std::string_view line) override { log_.warning(line); }
  void error(std::string_view message, std::string_view hint) override;
  std::unique_ptr<Progress> progress(std::string_view what, std::uint64_t total, ProgressUnit unit) override;
  [[nodiscard]] bool for_person() const override { return false; }
  [[nodiscard]] bool json_requested() const override { return true; }
  [[nodiscard]] bool data_is_terminal() const override { return false; }
  [[nodiscard]] bool colour() const override { return false; }
  [[nodiscard]] int width() const override { return 0; }

 private:
  AccessLog& log_;
};

}  // namespace corral::serve
