#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "backends/platform/sockets.hpp"
#include "serve/http/connection.hpp"
#include "serve/http/listener.hpp"
#include "serve/http/tls_context.hpp"
#include "serve/http/worker_threads.hpp"

namespace corral::serve {

/// An HTTP/1.1 server on one socket.
///
/// The thread that calls `run` accepts connections and watches those that wait for a request; a request is
/// read, answered and sent by a thread that has nothing else to do meanwhile
/// (docs/decisions/0017-a-thread-a-request.md). So a waiting connection costs a descriptor and some hundred
/// bytes, and handlers are plain blocking code.
class Server {
 public:
  /// All must outlive it; `context` must have opened its stores. `tls`: nullptr for http.
  Server(Listener& listener, const TlsContext* tls, Context& context, const Site& site, Limits limits,
         AccessLog& log, Handlers handlers);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Serves until `context.check_interrupt()` throws. Then requests under way are finished, for as long as
  /// the limits grant, and the rest is cut off.
  void run();

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Place {
    std::unique_ptr<Connection> connection;
    std::optional<Time> idle_since;  ///< nullopt: a thread serves it
  };

  void poll();
  void accept_waiting();
  /// Whether there is room for a connection, made by closing an idle one if need be.
  bool make_room();
  void add(Accepted accepted);
  void serve(int descriptor);
  void park(int descriptor);
  void close(int descriptor);
  void close_idle(Time since);
  void stop();

  Listener& listener_;
  const TlsContext* tls_;
  Context& context_;
  Limits limits_;
  AccessLog& log_;
  Metrics metrics_;
  Workspaces workspaces_;
  std::atomic<bool> is_stopping_ = false;
  Services services_;
  platform::Readiness readiness_;
  bool is_accepting_ = true;
  std::mutex mutex_;
  std::map<int, Place> places_;  ///< by descriptor
  WorkerThreads threads_;        ///< last: its threads use the rest
};

}  // namespace corral::serve
