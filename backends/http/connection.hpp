#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "backends/http/client.hpp"
#include "backends/http/proxy.hpp"

namespace boost::asio::ssl {
class context;
}

namespace corral::http {

/// The way to a server.
struct Route {
  Url server;
  std::optional<Proxy> proxy;

  /// Whom the TCP connection goes to.
  [[nodiscard]] const Url& next_hop() const { return proxy ? proxy->url : server; }
};

/// One TCP connection, with TLS over it or without. Waits in slices, so that limits and interrupts are seen;
/// an error or an interrupt leaves it unusable. One thread at a time.
class Connection {
 public:
  /// Connects to the route's next hop, trying the next of its addresses after 250 ms beside the one before
  /// (RFC 8305). Throws ConnectionError (not_sent).
  Connection(Route route, const ClientSettings& settings);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Encrypts what follows. Throws ConnectionError (untrusted, or not_sent when nothing comes).
  void start_tls(boost::asio::ssl::context& context);

  /// Sends bytes; returns before all are sent only when an answer has begun to arrive (`hear_early`). Throws
  /// ConnectionError (no_answer).
  void write(std::string_view bytes);

  /// Returns what arrives, at most a buffer; 0: the server has closed the connection. Throws ConnectionError
  /// (no_answer).
  std::size_t read(std::span<char> buffer);

  /// From here on an answer is noticed while `write` is at work.
  void hear_early();
  [[nodiscard]] bool has_early_answer() const;

  /// Whether the server has neither closed the connection nor sent unrequested data.
  [[nodiscard]] bool is_idle();

  [[nodiscard]] const Route& route() const { return route_; }

 private:
  struct State;
  void connect();
  void wait_for(const bool& done, std::string_view what);

  Route route_;
  const ClientSettings& settings_;
  std::unique_ptr<State> state_;
};

}  // namespace corral::http
