#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "backends/bytes/byte_stream.hpp"
#include "backends/clock.hpp"
#include "backends/error.hpp"
#include "cli/environment.hpp"
#include "cli/progress_line.hpp"
#include "commands/command/input.hpp"
#include "commands/command/output.hpp"
#include "commands/text/terminal_text.hpp"

namespace corral {

/// The file descriptors of a console, not owned by it.
struct Streams {
  int in = 0;
  int out = 1;
  int err = 2;
};

/// Opens placeholders for any of stdin, stdout and stderr that the caller closed, so that no state file gets
/// that descriptor number and is written to by mistake. Reading or writing them fails.
void hold_standard_streams() noexcept;

/// Output and Input on file descriptors. stdout is buffered: without a `deliver` before the program ends,
/// buffered data is lost. A note on stderr first flushes stdout if both are terminals, and a progress line is
/// erased while something else is written.
class Console final : public Output, public Input {
 public:
  /// `clock` paces progress lines. Both must outlive the console.
  Console(Streams streams, const Environment& environment, const Clock& clock);
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;
  ~Console() override;

  void set_json(bool json) { json_ = json; }

  /// Whether the following work may change something, so that an unwritable stdout must not interrupt it
  /// (Output::data). Initially false.
  void set_must_finish(bool must_finish) { must_finish_ = must_finish; }
  [[nodiscard]] bool must_finish() const { return must_finish_; }

  void data(std::string_view bytes) override;
  void styled(std::string_view text) override;
  void flush() override;
  void deliver() override;
  void only_reads() override { must_finish_ = false; }
  void note(std::string_view line) override;
  void warning(std::string_view line) override;
  void error(std::string_view message, std::string_view hint) override;
  /// Writes "corral: message" for the error that ends the program.
  void final_error(std::string_view message, std::string_view hint);
  /// Writes that error as JSON.
  void final_error(std::string_view json);

  std::unique_ptr<Progress> progress(std::string_view what, std::uint64_t total, ProgressUnit unit) override;
  [[nodiscard]] bool for_person() const override { return out_terminal_ && !json_; }
  [[nodiscard]] bool json_requested() const override { return json_; }
  [[nodiscard]] bool data_is_terminal() const override { return out_terminal_; }
  [[nodiscard]] bool colour() const override { return colour_out_; }
  [[nodiscard]] int width() const override;

  [[nodiscard]] bool is_terminal() const override { return in_terminal_; }
  ByteSource& standard_input() override;
  std::string ask(std::string_view question) override;
  std::unique_ptr<LineEditor> line_editor(std::string_view history) override;

 private:
  std::string read_line();
  void write_out(std::string_view bytes);
  void remark(std::string_view mark, std::string_view colour, std::string_view text);
  void write_to_stderr(std::string_view text);
  void write_buffer();

  Streams streams_;
  const Environment& environment_;
  const Clock& clock_;
  std::string buffer_;
  std::optional<Error> failure_;  ///< why stdout could not be written; data is dropped until it is reported
  TerminalText safe_data_;        ///< for a terminal
  std::unique_ptr<ByteSource> input_;
  ProgressDisplay display_;
  bool json_ = false;
  bool must_finish_ = false;
  bool in_terminal_;
  bool out_terminal_;
  bool err_terminal_;
  bool colour_out_;
  bool colour_err_;
};

}  // namespace corral
