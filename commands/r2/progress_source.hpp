#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "backends/bytes/byte_stream.hpp"
#include "commands/command/context.hpp"

namespace corral::r2 {

/// A stream that shows its progress and stops on Ctrl-C.
class ProgressSource final : public ByteSource {
 public:
  ProgressSource(Context& context, ByteSource& source, std::string_view what)
      : context_(context),
        source_(source),
        progress_(context.out().progress(what, source.remaining().value_or(0), ProgressUnit::bytes)) {}

  std::size_t read(std::span<char> buffer) override {
    context_.check_interrupt();
    const std::size_t count = source_.read(buffer);
    done_ += count;
    progress_->update(done_);
    return count;
  }
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override { return source_.remaining(); }
  bool rewind() override {
    if (!source_.rewind()) return false;
    done_ = 0;
    return true;
  }

 private:
  Context& context_;
  ByteSource& source_;
  std::unique_ptr<Progress> progress_;
  std::uint64_t done_ = 0;
};

}  // namespace corral::r2
