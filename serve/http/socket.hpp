#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "backends/files/durable_file.hpp"

struct ssl_st;

namespace corral::serve {

class TlsContext;

/// A moment on the monotonic clock by which something must have happened.
using Deadline = std::chrono::steady_clock::time_point;

/// A connection that a client has opened: TCP, with TLS over it or without. The descriptor never blocks;
/// calls wait for it until their deadline. One thread at a time, but `cut` may be called by any.
class Socket {
 public:
  /// Takes an accepted connection. `tls` (nullptr if absent) must outlive it.
  Socket(FileDescriptor descriptor, const TlsContext* tls);
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket();

  /// Does the TLS handshake, if there is one to do. Throws io; unavailable at the deadline.
  void shake_hands(Deadline deadline);

  /// Returns what arrives, at most a buffer; 0: the client has closed the connection. Throws io if it broke,
  /// unavailable at the deadline.
  std::size_t read(std::span<char> buffer, Deadline deadline);

  /// Sends all bytes. Throws io if the connection broke, unavailable if the client takes nothing for
  /// `patience`.
  void write(std::string_view bytes, std::chrono::milliseconds patience);

  /// Sends a part of a file, without TLS straight from the page cache (sendfile). Throws like write; corrupt
  /// if the file is shorter.
  void write_file(int file, std::uint64_t offset, std::uint64_t length, std::chrono::milliseconds patience);

  /// Whether bytes have arrived that `read` would return at once, or do until the deadline.
  bool is_readable(Deadline deadline);

  /// Tells the client that nothing more will come.
  void end() noexcept;

  /// Ends every call that waits for the connection, in whichever thread.
  void cut() noexcept;

  [[nodiscard]] int descriptor() const noexcept { return descriptor_.get(); }
  [[nodiscard]] bool is_secure() const noexcept { return tls_ != nullptr; }

 private:
  /// Waits for the descriptor; false: the deadline has passed.
  [[nodiscard]] bool wait(short events, Deadline deadline) const;
  /// Waits for what TLS needs after a call that returned `result`; false: the client has closed the
  /// connection.
  bool wait_for_tls(int result, Deadline deadline);

  struct FreeTls {
    void operator()(ssl_st* tls) const noexcept;
  };
  FileDescriptor descriptor_;
  std::unique_ptr<ssl_st, FreeTls> tls_;
  bool is_shaken_ = false;
};

}  // namespace corral::serve
