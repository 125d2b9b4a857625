#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "backends/files/output_file.hpp"
#include "commands/command/context.hpp"

namespace corral {

/// Whether a result file named by the user is standard output: "-", /dev/stdout and the like. If so, nothing
/// else may be printed there.
bool is_standard_output(const std::string& file);

/// Destination of a result that the user wants in a file (OutputFile) or on standard output.
class ResultFile final : public ByteSink {
 public:
  /// Throws what OutputFile does.
  ResultFile(Context& context, const std::string& file);

  void write(std::string_view bytes) override;

  /// Completes the output; call it after the last write.
  void commit();

  [[nodiscard]] bool is_stdout() const noexcept { return !file_; }

 private:
  Output& out_;
  std::optional<OutputFile> file_;
};

}  // namespace corral
