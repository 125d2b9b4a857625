#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "backends/error.hpp"
#include "commands/command/context.hpp"
#include "tests/fake_clock.hpp"
#include "tests/temporary_folder.hpp"

namespace corral::testing {

/// The result of a command line.
struct Ran {
  int status = 0;                     ///< the exit status that the program would have
  std::string out;                    ///< stdout
  std::vector<std::string> notes;     ///< one element a remark
  std::vector<std::string> warnings;  ///< those and errors that did not end the command
  std::optional<Error> failure;       ///< what ended it
};

/// Runs command lines of the real command tree in this process, on a project and a state in a temporary
/// folder: the stores are the real ones, while console, input, time and interrupts are the test's. Output is
/// that of a pipe, so JSON where a command has it. Between two runs all stores are closed. A run may be
/// started within another, from `time.after_wait`; it then uses the same stores, as LMDB wants of one
/// process.
class TestContext : public Context {
 public:
  TestContext();
  ~TestContext() override;

  FakeClock time;
  bool interrupted = false;  ///< set: the command that runs sees a Ctrl-C; reset when the outermost run ends

  /// Runs a command line, given without "corral": words are separated by spaces, 'single quotes' hold them
  /// together. `input` is its stdin. Throws nothing for what a command reports.
  Ran run(std::string_view line, std::string input = {});

  /// The same, requiring exit status 0: what it printed.
  std::string output(std::string_view line, std::string input = {});
  /// The same, as JSON.
  nlohmann::json answer(std::string_view line, std::string input = {});

  /// Writes a file of the project.
  void write(const std::string& name, std::string_view content) const;
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }

  ProjectSource& project() override;
  Output& out() override;
  Input& in() override;
  const Clock& clock() override { return time; }
  Stores& stores(const StateOptions& options) override;
  std::unique_ptr<http::Client> http_client(http::ClientSettings settings) override;
  Identity& identity() override;
  void check_interrupt() override;
  std::unique_ptr<Context> for_thread(Output& out) override;

 private:
  struct Console;

  TemporaryFolder folder_;
  std::unique_ptr<ProjectSource> project_;
  std::unique_ptr<Stores> stores_;
  std::unique_ptr<Console> console_;  ///< of the innermost run; between runs its output is discarded
  int depth_ = 0;                     ///< runs within each other
};

}  // namespace corral::testing
