#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "backends/byte_stream.hpp"
#include "cli/environment.hpp"
#include "cli/progress_line.hpp"
#include "commands/input.hpp"
#include "commands/output.hpp"
#include "commands/terminal_text.hpp"

namespace corral {

/// The file descriptors a console stands on; it does not own them.
struct Streams {
  int in = 0;
  int out = 1;
  int err = 2;
};

/// Puts something harmless into the places of stdin, stdout and stderr that the caller closed, so that no
/// file of the state is opened there and written to by mistake. Reading or writing them then fails.
void hold_standard_streams() noexcept;

/// Output and Input on file descriptors. stdout is buffered: `flush` must be called before the program
/// ends, or what is left in the buffer is lost. A remark on stderr first flushes stdout when both are
/// terminals, and a progress line is taken away while something else is written.
class Console final : public Output, public Input {
 public:
  Console(Streams streams, const Environment& environment);
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;
  ~Console() override;

  void set_json(bool json) { json_ = json; }

  /// Writes out what is buffered. Throws closed_pipe, io or interrupted; the buffer is then empty.
  void flush() override;

  void data(std::string_view bytes) override;
  void styled(std::string_view text) override;
  void note(std::string_view line) override;
  void warning(std::string_view line) override;
  /// Writes "corral: message" for the error that ends the program.
  void error(std::string_view message, std::string_view hint);

  std::unique_ptr<Progress> progress(std::string_view what, std::uint64_t total, ProgressUnit unit) override;
  [[nodiscard]] bool for_person() const override { return out_terminal_ && !json_; }
  [[nodiscard]] bool json_requested() const override { return json_; }
  [[nodiscard]] bool data_is_terminal() const override { return out_terminal_; }
  [[nodiscard]] bool colour() const override { return colour_out_; }
  [[nodiscard]] int width() const override;

  [[nodiscard]] bool is_terminal() const override { return in_terminal_; }
  ByteSource& standard_input() override;
  std::string read_line() override;
  std::unique_ptr<LineEditor> line_editor(std::string_view history) override;

 private:
  void remark(std::string_view mark, std::string_view colour, std::string_view line);
  void write_to_stderr(std::string_view text);
  void write_buffer();

  Streams streams_;
  const Environment& environment_;
  std::string buffer_;
  TerminalText safe_data_;  ///< for a terminal
  std::unique_ptr<ByteSource> input_;
  ProgressDisplay display_;
  bool json_ = false;
  bool in_terminal_;
  bool out_terminal_;
  bool err_terminal_;
  bool colour_out_;
  bool colour_err_;
};

}  // namespace corral
