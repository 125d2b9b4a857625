#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/command_line/run_process.hpp"
#include "tests/temporary_folder.hpp"

namespace corral::testing {

/// The built corral in an empty folder, as a shell would run it, without the variables that steer it.
class Shell {
 public:
  /// Runs corral with these arguments.
  ProcessResult corral(std::vector<std::string> arguments, std::string input = {});

  /// Runs a script with bash -eo pipefail, with corral in the PATH.
  ProcessResult script(const std::string& text);

  /// Runs corral on a terminal of 80 columns: stdin, stdout and stderr.
  ProcessResult on_terminal(std::vector<std::string> arguments, std::string typed = {});

  void write(const std::string& name, const std::string& content) const;
  [[nodiscard]] std::string read(const std::string& name) const;
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  TemporaryFolder folder_;
};

}  // namespace corral::testing
