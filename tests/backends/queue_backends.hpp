#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "backends/message_queue.hpp"

namespace corral::testing {

/// An implementation of the queues' messages, for the suite that all of them pass.
struct QueueImplementation {
  std::string_view name;
  /// Opens it for a state folder of the test's own.
  std::function<std::shared_ptr<QueueBackend>(const std::filesystem::path& state_root)> open;
};

/// All that the program under test has.
const std::vector<QueueImplementation>& queue_implementations();

}  // namespace corral::testing
