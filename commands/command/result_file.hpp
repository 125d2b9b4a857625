#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "backends/files/output_file.hpp"
#include "commands/command/context.hpp"

namespace corral {

/// Whether a file that the user named for a result is standard output: "-", /dev/stdout and the like. Nothing
/// else may then be printed there.
bool is_standard_output(const std::string& file);

/// Where a command writes the result that the user wants in a file (OutputFile), or on standard output.
class ResultFile final : public ByteSink {
 public:
  /// Throws what OutputFile does.
  ResultFile(Context& context, const std::string& file);

  void write(std::string_view bytes) override;

  /// Everything has been written.
  void commit();

  [[nodiscard]] bool is_stdout() const noexcept { return !file_; }

 private:
  Output& out_;
  std::optional<OutputFile> file_;
};

}  // namespace corral
