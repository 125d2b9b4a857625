#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "backends/files/durable_file.hpp"

namespace corral::testing {

/// One connection that a ScriptedServer has accepted. Waits of more than 10 seconds end the connection.
class ServedConnection {
 public:
  ServedConnection(FileDescriptor socket, int number) : socket_(std::move(socket)), number_(number) {}

  /// Counted from 0 in the order in which they came.
  [[nodiscard]] int number() const { return number_; }

  /// Reads a request: its head, and a body as its headers say. Empty: the client has gone.
  std::string read_request();
  /// Reads until the text has come or the client has gone; returns everything since the last call.
  std::string read_until(std::string_view text);
  void write(std::string_view bytes);
  void close() { socket_ = FileDescriptor(); }
  /// Closes so that the client sees a reset instead of an end.
  void reset();
  /// Until the client closes.
  void wait_for_end();

 private:
  bool receive();

  FileDescriptor socket_;
  std::string arrived_;
  int number_;
};

/// A server on 127.0.0.1 whose every byte a test decides. `serve` runs in a thread for each connection, which
/// is closed when it returns.
class ScriptedServer {
 public:
  explicit ScriptedServer(std::function<void(ServedConnection&)> serve);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string address(std::string_view path = "/") const;
  [[nodiscard]] int connections() const { return connections_; }

 private:
  void accept_all();

  std::function<void(ServedConnection&)> serve_;
  FileDescriptor listener_;
  std::uint16_t port_ = 0;
  std::atomic<int> connections_ = 0;
  std::vector<std::thread> threads_;
  std::thread accepting_;
};

}  // namespace corral::testing
