#pragma once

#include <memory>
#include <poll.h>
#include <string>
#include <string_view>
#include <vector>

#include "backends/message_queue.hpp"

namespace corral::http {
class Client;
struct Url;
}  // namespace corral::http

namespace corral::queues {

/// What became of a batch that was handed to a consumer.
struct DeliveryResult {
  bool reached = true;  ///< false: there was no consumer to hand it to, so nothing was tried
  bool succeeded = false;
  std::string reason;  ///< why not: "exit status 3"
  std::string hint;    ///< what to do about that; may be empty
  std::string answer;  ///< what the consumer said about single messages (outcomes.hpp)
};

/// A batch on its way, worked on in small steps that never wait, so that one thread can have many.
class Delivery {
 public:
  virtual ~Delivery() = default;

  /// What to wait for before the next step has something to do.
  [[nodiscard]] virtual std::vector<pollfd> waits() const = 0;

  /// Does what can be done without waiting. True: it is finished, and `result` can be asked for.
  virtual bool step() = 0;
  virtual DeliveryResult result() = 0;
};

/// A variable of a command's environment.
using EnvironmentVariable = std::pair<std::string, std::string>;

/// Throws usage unless sh can read the command.
void check_command(const std::string& command);

/// Runs `sh -c command` with `input` as its stdin, whole from the start; stderr goes where corral's goes. It
/// succeeds by exit status 0; by 126 and 127, which mean that a command in it cannot be executed or was not
/// found (POSIX, 2.8.2), it was not reached. It is the leader of a process group of its own, so that Ctrl-C
/// reaches corral alone, which then lets it finish; if corral dies, it gets SIGTERM. Throws io if it cannot
/// be started.
std::unique_ptr<Delivery> run_command(const std::string& command, std::string_view input,
                                      const std::vector<EnvironmentVariable>& environment);

/// POSTs `body` as application/json. It succeeds by a status of 200 to 299; the answer is the body of the
/// response. If no connection can be made, or none that can be trusted, it was not reached. `client` must
/// outlive it.
std::unique_ptr<Delivery> post(http::Client& client, const http::Url& url, std::string body);

}  // namespace corral::queues
