#include "backends/http/connection.hpp"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <chrono>
#include <cstring>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/http/lookup.hpp"
#include "backends/http/tls.hpp"

namespace corral::http {

namespace asio = boost::asio;
using boost::system::error_code;
using SteadyClock = std::chrono::steady_clock;

namespace {

constexpr auto slice = std::chrono::milliseconds(100);
constexpr auto head_start = std::chrono::milliseconds(250);  // of an address before the next one
constexpr std::size_t buffer_bytes = 65'536;

std::string seconds(std::chrono::milliseconds time) {
  constexpr double milliseconds = 1000;
  return fmt::format("{:g} seconds", static_cast<double>(time.count()) / milliseconds);
}

/// An operation that is under way, and how it ended.
struct Operation {
  bool done = true;
  error_code error;
  std::size_t bytes = 0;

  auto begin() {
    done = false;
    return [this](const error_code& result, std::size_t count = 0) {
      done = true;
      error = result;
      bytes = count;
    };
  }
};

}  // namespace

struct Connection::State {
  asio::io_context io{1};
  asio::ip::tcp::socket socket{io};
  std::optional<asio::ssl::stream<asio::ip::tcp::socket&>> tls;
  Operation reading;
  Operation writing;
  std::vector<char> outgoing;   ///< what is being written, as it may outlive the call that brought it
  bool heard_early = false;     ///< a read of hear_early is under way, or its bytes wait
  std::vector<char> early;      ///< its buffer
  std::size_t early_taken = 0;  ///< bytes of it that were handed out

  void begin_read(asio::mutable_buffer buffer) {
    if (tls) {
      tls->async_read_some(buffer, reading.begin());
    } else {
      socket.async_read_some(buffer, reading.begin());
    }
  }
  void begin_write(asio::const_buffer buffer) {
    if (tls) {
      tls->async_write_some(buffer, writing.begin());
    } else {
      socket.async_write_some(buffer, writing.begin());
    }
  }
  /// Lets operations go on for a while; returns early when one has ended.
  void run(std::chrono::milliseconds time) {
    io.restart();
    io.run_one_for(time);
  }
};

Connection::Connection(Route route, const ClientSettings& settings)
    : route_(std::move(route)), settings_(settings), state_(std::make_unique<State>()) {
  connect();
}

Connection::~Connection() = default;

void Connection::connect() {
  struct Attempt {
    explicit Attempt(asio::io_context& io) : socket(io) {}
    asio::ip::tcp::socket socket;
    Operation operation;
    bool counted = false;
  };
  const Url& hop = route_.next_hop();
  const auto start = SteadyClock::now();
  const auto patience = [&] {
    if (settings_.check_interrupt) settings_.check_interrupt();
    if (SteadyClock::now() - start <= settings_.connect_limit) return;
    throw ConnectionError(Failure::not_sent,
                          fmt::format("{} cannot be reached: no connection after {}", shown(hop.authority()),
                                      seconds(settings_.connect_limit)),
                          "check the network connection, a firewall and HTTPS_PROXY");
  };
  const std::vector<std::string> addresses = look_up(hop.host, patience);
  std::vector<std::unique_ptr<Attempt>> attempts;
  auto last_start = start;
  std::size_t running = 0;
  error_code failure;
  while (true) {
    const auto now = SteadyClock::now();
    if (attempts.size() < addresses.size() && (running == 0 || now - last_start >= head_start)) {
      Attempt& attempt = *attempts.emplace_back(std::make_unique<Attempt>(state_->io));
      const auto address = asio::ip::make_address(addresses[attempts.size() - 1]);
      attempt.socket.async_connect({address, hop.port}, attempt.operation.begin());
      last_start = now;
      ++running;
    }
    state_->run(slice);
    for (const auto& attempt : attempts) {
      if (!attempt->operation.done || attempt->counted) continue;
      attempt->counted = true;
      --running;
      failure = attempt->operation.error;
      if (failure) continue;
      state_->socket = std::move(attempt->socket);
      error_code ignored;
      state_->socket.set_option(asio::ip::tcp::no_delay(true), ignored);
      for (const auto& other : attempts) other->socket.close(ignored);
      state_->io.restart();
      state_->io.poll();  // the handlers of the others, which must not outlive them
      return;
    }
    if (running == 0 && attempts.size() == addresses.size()) break;
    patience();
  }
  const bool refused = failure == asio::error::connection_refused;
  throw ConnectionError(Failure::not_sent,
                        fmt::format("{}{} cannot be reached: {}", route_.proxy ? "the proxy " : "",
                                    shown(hop.authority()), shown(failure.message())),
                        route_.proxy ? fmt::format("{} names this proxy", route_.proxy->variable)
                        : refused    ? "is the server running, and the port right?"
                                     : "check the network connection");
}

void Connection::wait_for(const bool& done, std::string_view what) {
  const auto start = SteadyClock::now();
  while (!done) {
    state_->run(slice);
    if (done) return;
    if (state_->heard_early && state_->reading.done && &done != &state_->reading.done) return;
    if (settings_.check_interrupt) settings_.check_interrupt();
    if (SteadyClock::now() - start <= settings_.silence_limit) continue;
    throw ConnectionError(
        Failure::no_answer,
        fmt::format("{} {} for {}", shown(route_.server.authority()), what, seconds(settings_.silence_limit)),
        "check the network connection, and try again later");
  }
}

void Connection::start_tls(asio::ssl::context& context) {
  state_->tls.emplace(state_->socket, context);
  expect_host(state_->tls->native_handle(), route_.server.host);
  Operation handshake;
  state_->tls->async_handshake(asio::ssl::stream_base::client,
                               [done = handshake.begin()](const error_code& error) { done(error); });
  try {
    wait_for(handshake.done, "said nothing while the encrypted connection was being set up");
  } catch (const ConnectionError& error) {
    throw ConnectionError(Failure::not_sent, error.message(), error.hint());
  }
  if (handshake.error)
    throw handshake_failure(state_->tls->native_handle(), route_.server, handshake.error.message());
}

void Connection::write(std::string_view bytes) {
  while (!bytes.empty() && !has_early_answer()) {
    const std::string_view piece = bytes.substr(0, buffer_bytes);
    state_->outgoing.assign(piece.begin(), piece.end());
    state_->begin_write(asio::buffer(state_->outgoing));
    wait_for(state_->writing.done, "took no more of the request");
    if (!state_->writing.done) return;
    if (state_->writing.error) {
      throw ConnectionError(
          Failure::no_answer,
          fmt::format("{} broke the connection off while the request was being sent: {}",
                      shown(route_.server.authority()), shown(state_->writing.error.message())),
          "try again; if it stays so, check the network and a proxy in between");
    }
    bytes.remove_prefix(state_->writing.bytes);
  }
}

std::size_t Connection::read(std::span<char> buffer) {
  State& state = *state_;
  if (!state.heard_early) {
    state.begin_read(asio::buffer(buffer.data(), buffer.size()));
  }
  wait_for(state.reading.done, "sent nothing");
  const bool is_end =
      state.reading.error == asio::error::eof || state.reading.error == asio::ssl::error::stream_truncated;
  if (is_end) return 0;
  if (state.reading.error) {
    throw ConnectionError(Failure::no_answer,
                          fmt::format("{} broke the connection off: {}", shown(route_.server.authority()),
                                      shown(state.reading.error.message())),
                          "try again; if it stays so, check the network and a proxy in between");
  }
  if (!state.heard_early) return state.reading.bytes;
  const std::size_t count = std::min(buffer.size(), state.reading.bytes - state.early_taken);
  std::memcpy(buffer.data(), state.early.data() + state.early_taken, count);
  state.early_taken += count;
  if (state.early_taken == state.reading.bytes) state.heard_early = false;
  return count;
}

void Connection::hear_early() {
  if (state_->heard_early) return;
  state_->heard_early = true;
  state_->early.resize(buffer_bytes);
  state_->early_taken = 0;
  state_->begin_read(asio::buffer(state_->early));
}

bool Connection::has_early_answer() const {
  return state_->heard_early && state_->reading.done;
}

bool Connection::is_idle() {
  if (state_->heard_early) return false;
  std::array<char, 1> byte{};
  error_code error;
  state_->socket.non_blocking(true, error);
  const std::size_t count =
      state_->socket.receive(asio::buffer(byte), asio::socket_base::message_peek, error);
  return count == 0 && error == asio::error::would_block;
}

}  // namespace corral::http
