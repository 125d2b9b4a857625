#pragma once

#include <string_view>

#include "backends/bytes/byte_stream.hpp"
#include "commands/command/output.hpp"

namespace corral {

/// A ByteSink that writes to stdout.
class DataSink final : public ByteSink {
 public:
  explicit DataSink(Output& out) : out_(out) {}
  void write(std::string_view bytes) override { out_.data(bytes); }

 private:
  Output& out_;
};

}  // namespace corral
