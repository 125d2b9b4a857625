#pragma once

#include <memory>
#include <string>

#include "backends/clock.hpp"
#include "serve/http/access_log.hpp"
#include "serve/http/handler.hpp"
#include "serve/http/limits.hpp"
#include "serve/http/metrics.hpp"
#include "serve/http/request_reader.hpp"
#include "serve/http/response_writer.hpp"
#include "serve/http/workspaces.hpp"

namespace corral::serve {

/// What the connections of a server share.
struct Services {
  const Site& site;
  const Limits& limits;
  const Clock& clock;
  Workspaces& workspaces;
  Metrics& metrics;
  AccessLog& log;
  std::atomic<bool>& is_stopping;  ///< connections end after the response that is under way
};

/// One client's connection: its requests one after the other, on whichever thread serves it at the moment.
class Connection {
 public:
  Connection(FileDescriptor descriptor, std::string client, const TlsContext* tls, const Limits& limits)
      : client_(std::move(client)), socket_(std::move(descriptor), tls), reader_(socket_, limits) {}

  enum class Outcome {
    idle,   ///< it waits for the next request; nothing has arrived
    ended,  ///< it is to be closed
  };

  /// Answers requests until none has come for a moment or the connection ends. Throws nothing: what goes
  /// wrong is logged and ends it.
  Outcome serve(Services& services) noexcept;

  [[nodiscard]] Socket& socket() { return socket_; }

 private:
  /// False: the connection ends.
  bool answer(Services& services, Request& request);
  bool deliver(Services& services, const Request& request, Response& response, LogEntry& entry);
  void refuse(Services& services, const BadRequest& problem);
  void linger() noexcept;

  std::string client_;
  Socket socket_;
  RequestReader reader_;
};

}  // namespace corral::serve
