#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string_view>

#include "backends/files/durable_file.hpp"
#include "backends/files/replacement_file.hpp"

namespace corral {

/// A file that the user named to take a result. Decides how it is written:
///
/// - a regular file, or nothing yet: replaced when all has been written (ReplacementFile). Through a symbolic
///   link the link stays and the file it names is replaced, or made if it is missing;
/// - a descriptor that the caller of the program left open (/dev/stderr, /dev/fd/3, `>(command)` in bash):
///   written where it stands, so that what comes before and after in it stays;
/// - a device, a FIFO, another process's descriptor: opened and written as it is.
class OutputFile final : public ByteSink {
 public:
  /// Waits for the reader of a FIFO, as open(2) does. `check_interrupt` is called when a signal ends that
  /// wait, or one while writing; it throws to give up. Throws what ReplacementFile does.
  explicit OutputFile(const std::filesystem::path& path, std::function<void()> check_interrupt);

  /// Throws io, when the reader of a FIFO has gone too.
  void write(std::string_view bytes) override;

  /// Ends the writing. A file is durable when this returns. Throws io.
  void commit();

 private:
  void open(const std::filesystem::path& path, int flags);

  std::filesystem::path path_;
  std::function<void()> check_interrupt_;
  std::optional<ReplacementFile> replacement_;
  FileDescriptor stream_;
};

/// The end of the symbolic links that a path may be: where the file is, or would be if it is missing. Ends
/// before a link of /proc to an open file, which leads there without being a path to it. Throws
/// invalid_input if there are too many, and io.
std::filesystem::path end_of_links(const std::filesystem::path& path);

/// The number of the descriptor that a path leads to, if the program was started with it: 1 for /dev/stdout,
/// 3 for /dev/fd/3 and /proc/self/fd/3. Those that the program opened itself do not count: a path must not
/// reach the files of the state through them.
std::optional<int> inherited_descriptor(const std::filesystem::path& path);

}  // namespace corral
