#pragma once

#include <cstdint>
#include <memory>
#include <poll.h>
#include <string>
#include <string_view>
#include <vector>

#include "backends/clock.hpp"
#include "backends/message_queue.hpp"

namespace corral::queues {

/// The outcome of delivering a batch to a consumer.
struct DeliveryResult {
  bool reached = true;  ///< false: the consumer was unreachable, so nothing was attempted
  bool succeeded = false;
  std::string reason;  ///< why it failed: "exit status 3"
  std::string answer;  ///< the consumer's output about single messages (outcomes.hpp)
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

/// A variable of a command's environment.
using EnvironmentVariable = std::pair<std::string, std::string>;

/// Throws usage if sh cannot parse the command.
void check_command(const std::string& command);

/// Runs `sh -c command` with `input` as its complete stdin; stderr is corral's. Exit status 0 is success; 126
/// and 127, which mean that a command cannot be executed or was not found (POSIX, 2.8.2), count as
/// unreachable. It leads a process group of its own, so that Ctrl-C reaches only corral, which then lets it
/// finish; if corral dies, it gets SIGTERM. Throws io if it cannot be started.
std::unique_ptr<Delivery> run_command(const std::string& command, std::string_view input,
                                      const std::vector<EnvironmentVariable>& environment);

/// An http:// address whose host needs no DNS: an IP address or localhost.
struct HttpAddress {
  std::string host;                    ///< as in the URL, for the Host header: "localhost:8787"
  std::vector<std::string> addresses;  ///< tried in this order: "127.0.0.1", "::1"
  std::uint16_t port = 80;
  std::string path = "/";
};

/// Throws usage with an explanation for anything else, including https.
HttpAddress parse_http_url(const std::string& url);

/// POSTs `body` as application/json over HTTP/1.1. A status of 200 to 299 is success; the answer is the
/// response body. If no connection can be made, the consumer is unreachable. Fails after 15 minutes without
/// data from the server. `clock` must outlive the delivery.
std::unique_ptr<Delivery> post(const HttpAddress& address, const std::string& body, const Clock& clock);

}  // namespace corral::queues
