#pragma once

#include <memory>
#include <poll.h>
#include <string>
#include <string_view>
#include <vector>

#include "backends/message_queue.hpp"
#include "commands/command/shell_process.hpp"

namespace corral::http {
class Client;
struct Url;
}  // namespace corral::http

namespace corral::queues {

/// The outcome of delivering a batch to a consumer.
struct DeliveryResult {
  bool reached = true;  ///< false: the consumer was unreachable, so nothing was attempted
  bool succeeded = false;
  std::string reason;  ///< why not: "exit status 3"
  std::string hint;    ///< what to do about that; may be empty
  std::string answer;  ///< what the consumer said about single messages (outcomes.hpp)
};

/// A delivery in progress, advanced in non-blocking steps so that one thread can run many.
class Delivery {
 public:
  virtual ~Delivery() = default;

  /// What to poll for before the next step.
  [[nodiscard]] virtual std::vector<pollfd> waits() const = 0;

  /// Does whatever is possible without blocking. True once it has finished and `result` is available.
  virtual bool step() = 0;
  virtual DeliveryResult result() = 0;
};

/// Runs `sh -c command` (start_command) with `input` as its complete stdin. Exit status 0 is success; 126 and
/// 127, which mean that a command cannot be executed or was not found, count as unreachable. On Ctrl-C corral
/// lets it finish. Throws io if it cannot be started.
std::unique_ptr<Delivery> run_command(const std::string& command, std::string_view input,
                                      const std::vector<EnvironmentVariable>& environment);

/// POSTs `body` as application/json. It succeeds by a status of 200 to 299; the answer is the body of the
/// response. If no connection can be made, or none that can be trusted, it was not reached. `client` must
/// outlive it.
std::unique_ptr<Delivery> post(http::Client& client, const http::Url& url, std::string body);

}  // namespace corral::queues
