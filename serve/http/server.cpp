#include "serve/http/server.hpp"

#include <array>
#include <cerrno>
#include <sys/epoll.h>

#include "backends/error.hpp"

namespace corral::serve {

namespace {

using std::chrono::steady_clock;

/// How often the server looks for interrupts and for connections that have been idle for too long.
constexpr UnixMillis pause_ms = 250;

}  // namespace

Server::Server(Listener& listener, const TlsContext* tls, Context& context, const Site& site, Limits limits,
               AccessLog& log, Handlers handlers)
    : listener_(listener),
      tls_(tls),
      context_(context),
      limits_(limits),
      log_(log),
      workspaces_(context, site, log, std::move(handlers), limits.workspaces),
      services_{site, limits_, context.clock(), workspaces_, metrics_, log, is_stopping_},
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      threads_(limits.connections) {
  if (!epoll_) throw system_error(errno, "cannot wait for connections");
  watch(listener_.descriptor(), EPOLL_CTL_ADD, EPOLLIN);
}

Server::~Server() = default;

void Server::watch(int descriptor, int operation, unsigned events) const {
  epoll_event event{};
  event.events = events;
  event.data.fd = descriptor;
  if (::epoll_ctl(epoll_.get(), operation, descriptor, &event) != 0)
    throw system_error(errno, "cannot wait for a connection");
}

void Server::run() {
  try {
    while (true) {
      poll();
      context_.check_interrupt();
    }
  } catch (const Error& error) {
    stop();
    if (error.kind() != ErrorKind::interrupted) throw;
  }
}

void Server::poll() {
  std::array<pollfd, 1> ready{{{epoll_.get(), POLLIN, 0}}};
  context_.clock().wait(ready, pause_ms);
  std::array<epoll_event, 64> events{};
  const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), 0);
  for (int i = 0; i < count; ++i) {
    const int descriptor = events.at(static_cast<std::size_t>(i)).data.fd;
    if (descriptor == listener_.descriptor()) {
      accept_waiting();
    } else {
      serve(descriptor);
    }
  }
  close_idle(steady_clock::now() - limits_.idle_time);
}

void Server::accept_waiting() {
  try {
    while (make_room()) {
      std::optional<Accepted> accepted = listener_.accept();
      if (!accepted) return;
      add(std::move(*accepted));
    }
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::limit) throw;
    log_.warning(error.message() + "; " + error.hint());
  }
  // The next ones wait in the listen queue until a connection ends.
  const std::scoped_lock lock(mutex_);
  is_accepting_ = false;
  watch(listener_.descriptor(), EPOLL_CTL_MOD, 0);
}

bool Server::make_room() {
  const std::scoped_lock lock(mutex_);
  if (places_.size() < limits_.connections) return true;
  auto oldest = places_.end();
  for (auto place = places_.begin(); place != places_.end(); ++place) {
    if (place->second.idle_since &&
        (oldest == places_.end() || *place->second.idle_since < *oldest->second.idle_since))
      oldest = place;
  }
  if (oldest == places_.end()) return false;
  places_.erase(oldest);
  --metrics_.connections;
  return true;
}

void Server::add(Accepted accepted) {
  const int descriptor = accepted.descriptor.get();
  const std::scoped_lock lock(mutex_);
  places_[descriptor] = {
      std::make_unique<Connection>(std::move(accepted.descriptor), std::move(accepted.client), tls_, limits_),
      steady_clock::now()};
  ++metrics_.connections;
  watch(descriptor, EPOLL_CTL_ADD, EPOLLIN | EPOLLRDHUP | EPOLLONESHOT);
}

void Server::serve(int descriptor) {
  Connection* connection = nullptr;
  {
    const std::scoped_lock lock(mutex_);
    const auto place = places_.find(descriptor);
    if (place == places_.end() || !place->second.idle_since) return;
    place->second.idle_since = std::nullopt;
    connection = place->second.connection.get();
  }
  threads_.run([this, connection, descriptor] {
    if (connection->serve(services_) == Connection::Outcome::idle && !is_stopping_) {
      park(descriptor);
    } else {
      close(descriptor);
    }
  });
}

void Server::park(int descriptor) {
  const std::scoped_lock lock(mutex_);
  places_.at(descriptor).idle_since = steady_clock::now();
  try {
    watch(descriptor, EPOLL_CTL_MOD, EPOLLIN | EPOLLRDHUP | EPOLLONESHOT);
  } catch (const Error&) {
    places_.erase(descriptor);
    --metrics_.connections;
  }
}

void Server::close(int descriptor) {
  const std::scoped_lock lock(mutex_);
  places_.erase(descriptor);
  --metrics_.connections;
  if (is_accepting_ || is_stopping_) return;
  is_accepting_ = true;
  watch(listener_.descriptor(), EPOLL_CTL_MOD, EPOLLIN);
}

void Server::close_idle(Time since) {
  const std::scoped_lock lock(mutex_);
  metrics_.connections -= static_cast<std::int64_t>(std::erase_if(places_, [&](const auto& place) {
    return place.second.idle_since && *place.second.idle_since <= since;
  }));
  if (!is_accepting_ && !is_stopping_ && places_.size() < limits_.connections) {
    is_accepting_ = true;
    watch(listener_.descriptor(), EPOLL_CTL_MOD, EPOLLIN);
  }
}

void Server::stop() {
  is_stopping_ = true;
  watch(listener_.descriptor(), EPOLL_CTL_DEL, 0);
  close_idle(steady_clock::now());
  const auto is_empty = [&] {
    const std::scoped_lock lock(mutex_);
    return places_.empty();
  };
  const Deadline end = steady_clock::now() + limits_.grace;
  while (!is_empty() && steady_clock::now() < end) {
    constexpr UnixMillis moment = 20;
    context_.clock().sleep(moment);
  }
  const std::scoped_lock lock(mutex_);
  for (auto& [descriptor, place] : places_) place.connection->socket().cut();
}

}  // namespace corral::serve
