#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string_view>

#include "backends/files/durable_file.hpp"
#include "backends/files/replacement_file.hpp"

namespace corral {

/// A result file named by the user. Chooses how to write it:
///
/// - a regular file, or nothing yet: replaced once everything has been written (ReplacementFile). Through a
/// symbolic
///   link, the link stays and its target is replaced, or created if missing;
/// - a descriptor inherited from the caller (/dev/stderr, /dev/fd/3, `>(command)` in bash):
///   written at its current offset, keeping what comes before and after;
/// - a device, a FIFO, another process's descriptor: opened and written directly.
class OutputFile final : public ByteSink {
 public:
  /// Waits for the reader of a FIFO, like open(2). `check_interrupt` is called when a signal interrupts that
  /// wait or a write; it throws to give up. Throws like ReplacementFile.
  explicit OutputFile(const std::filesystem::path& path, std::function<void()> check_interrupt);

  /// Throws io, also if the reader of a FIFO is gone.
  void write(std::string_view bytes) override;

  /// Completes the write; a regular file is durable on return. Throws io.
  void commit();

 private:
  void open(const std::filesystem::path& path, int flags);

  std::filesystem::path path_;
  std::function<void()> check_interrupt_;
  std::optional<ReplacementFile> replacement_;
  FileDescriptor stream_;
};

/// Follows symbolic links: where the file is, or would be if missing. Stops before a /proc link to an open
/// file, whose target is not a usable path. Throws invalid_input for too many links, and io.
std::filesystem::path end_of_links(const std::filesystem::path& path);

/// The descriptor number that a path refers to, if inherited from the caller: 1 for /dev/stdout, 3 for
/// /dev/fd/3 and, on Linux, /proc/self/fd/3. Descriptors opened by the program itself do not count: a path
/// must not reach state files through them.
std::optional<int> inherited_descriptor(const std::filesystem::path& path);

}  // namespace corral
