#include "serve/http/server.hpp"

#include <array>

#include "backends/error.hpp"

namespace corral::serve {

namespace {

using std::chrono::steady_clock;
using Mode = platform::Readiness::Mode;

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
      threads_(limits.connections) {
  readiness_.watch(listener_.descriptor(), Mode::always, true);
}

Server::~Server() = default;

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
  std::array<pollfd, 1> ready{{{readiness_.descriptor(), POLLIN, 0}}};
  context_.clock().wait(ready, pause_ms);
  for (const int descriptor : readiness_.ready()) {
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
  readiness_.watch(listener_.descriptor(), Mode::paused, false);
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
  auto connection =
      std::make_unique<Connection>(std::move(accepted.descriptor), std::move(accepted.client), tls_, limits_);
  const std::scoped_lock lock(mutex_);
  places_[descriptor] = {std::move(connection), steady_clock::now()};
  ++metrics_.connections;
  readiness_.watch(descriptor, Mode::once, true);
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
    readiness_.watch(descriptor, Mode::once, false);
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
  readiness_.watch(listener_.descriptor(), Mode::always, false);
}

void Server::close_idle(Time since) {
  const std::scoped_lock lock(mutex_);
  metrics_.connections -= static_cast<std::int64_t>(std::erase_if(places_, [&](const auto& place) {
    return place.second.idle_since && *place.second.idle_since <= since;
  }));
  if (!is_accepting_ && !is_stopping_ && places_.size() < limits_.connections) {
    is_accepting_ = true;
    readiness_.watch(listener_.descriptor(), Mode::always, false);
  }
}

void Server::stop() {
  is_stopping_ = true;
  readiness_.watch(listener_.descriptor(), Mode::paused, false);
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
