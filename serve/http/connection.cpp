#include "serve/http/connection.hpp"

#include <exception>

#include "backends/bytes/hashing.hpp"
#include "serve/http/gate.hpp"
#include "serve/http/router.hpp"

namespace corral::serve {

namespace {

using std::chrono::steady_clock;

/// A busy client sends its next request within this time, which is cheaper to wait for than to hand over.
constexpr auto between_requests = std::chrono::milliseconds(20);

/// How much of a body that was not wanted is read so that the connection can be used again, or the client
/// sees the response before the connection ends.
constexpr std::uint64_t unwanted_bytes = std::uint64_t{256} << 10U;
constexpr auto unwanted_time = std::chrono::seconds(2);

Response plain(int status, std::string_view text) {
  return text_response(status, "text/plain; charset=utf-8", std::string(text) + "\n");
}

Response of_server(const Request& request, Endpoint endpoint, Services& services) {
  if (request.method != "GET" && request.method != "HEAD") {
    Response response = plain(405, "only GET is allowed here");
    response.add("Allow", "GET, HEAD");
    return response;
  }
  if (endpoint == Endpoint::health) {
    Response response = plain(200, "ok");
    response.operation = "health";
    return response;
  }
  if (!http::is_this_machine(request.client) && !has_token(request, services.site)) {
    Response response = plain(401, "from another machine, the metrics need the token of the server");
    response.add("WWW-Authenticate", "Bearer");
    return response;
  }
  Response response = text_response(200, "text/plain; version=0.0.4; charset=utf-8",
                                    services.metrics.text(services.log.dropped()));
  response.operation = "metrics";
  return response;
}

Response of_error(const Error& error) {
  Response response =
      plain(error.kind() == ErrorKind::busy || error.kind() == ErrorKind::unavailable ? 503 : 500,
            "the server could not answer");
  response.problem = name_of(error.kind());
  response.close = true;
  return response;
}

Response of_workspace(Request& request, Endpoint endpoint, Services& services) {
  const auto lease = services.workspaces.lend(steady_clock::now() + services.limits.silence);
  if (!lease) {
    Response response = plain(503, "too many requests are at work");
    response.add("Retry-After", "1");
    response.problem = "busy";
    response.close = true;
    return response;
  }
  Workspace& workspace = **lease;
  if (endpoint == Endpoint::rest && workspace.rest) return workspace.rest->handle(request);
  return workspace.s3->handle(request);
}

Response respond(Request& request, Services& services) {
  try {
    const Endpoint endpoint = endpoint_of(request, services.site);
    if (auto refusal = refusal_at_gate(request, endpoint)) return std::move(*refusal);
    if (endpoint == Endpoint::health || endpoint == Endpoint::metrics)
      return of_server(request, endpoint, services);
    return of_workspace(request, endpoint, services);
  } catch (const Error& error) {
    services.log.warning(request.id + ": " + error.message());
    return of_error(error);
  } catch (const std::exception& error) {
    services.log.warning(request.id + ": unexpected failure: " + error.what());
    return of_error(Error(ErrorKind::io, error.what()));
  }
}

}  // namespace

bool Connection::deliver(Services& services, const Request& request, Response& response, LogEntry& entry) {
  // A body that cannot be skipped leaves the connection unusable, and the client is told so beforehand.
  const bool is_skipped =
      !response.close && reader_.skip_body(unwanted_bytes, steady_clock::now() + unwanted_time);
  ResponseForm form{.head_only = request.method == "HEAD",
                    .is_old = reader_.is_old(),
                    .keep_alive = is_skipped && reader_.keeps_alive() && !services.is_stopping,
                    .now = services.clock.now()};
  try {
    entry.bytes_out = write_response(socket_, response, form, services.limits);
  } catch (const Error& error) {
    entry.problem = entry.problem.empty() ? "Incomplete" : entry.problem;
    if (error.kind() != ErrorKind::io && error.kind() != ErrorKind::unavailable)
      services.log.warning(request.id + ": " + error.message());
    socket_.cut();
    return false;
  }
  if (form.keep_alive) return true;
  linger();
  return false;
}

bool Connection::answer(Services& services, Request& request) {
  const auto begun = steady_clock::now();
  request.client = client_;
  request.received = services.clock.now();
  request.id = random_hex(8);
  ++services.metrics.requests_at_work;
  const std::uint64_t read_before = reader_.body_bytes();
  Response response = respond(request, services);
  LogEntry entry{.received = request.received,
                 .client = client_,
                 .id = request.id,
                 .method = request.method,
                 .host = request.authority,
                 .path = request.path,
                 .operation = response.operation,
                 .problem = response.problem,
                 .status = response.status};
  const bool goes_on = deliver(services, request, response, entry);
  entry.bytes_in = reader_.body_bytes() - read_before;
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - begun);
  entry.microseconds = static_cast<std::uint64_t>(took.count());
  --services.metrics.requests_at_work;
  services.metrics.count(entry);
  services.log.add(entry);
  return goes_on;
}

void Connection::refuse(Services& services, const BadRequest& problem) {
  ++services.metrics.refused_heads;
  Response response = plain(problem.status(), problem.message());
  ResponseForm form{.keep_alive = false, .now = services.clock.now()};
  write_response(socket_, response, form, services.limits);
  linger();
}

/// A connection that is closed with unread bytes is reset, and the client may lose the response.
void Connection::linger() noexcept {
  socket_.end();
  try {
    const Deadline deadline = steady_clock::now() + unwanted_time;
    std::array<char, 4096> passed{};
    for (std::uint64_t bytes = 0; bytes < unwanted_bytes;) {
      const std::size_t count = socket_.read(passed, deadline);
      if (count == 0) return;
      bytes += count;
    }
  } catch (const Error&) {
    return;
  }
}

Connection::Outcome Connection::serve(Services& services) noexcept {
  try {
    socket_.shake_hands(steady_clock::now() + services.limits.head_time);
    while (true) {
      std::optional<Request> request = reader_.next();
      if (!request || !answer(services, *request)) return Outcome::ended;
      if (services.is_stopping) return Outcome::ended;
      if (!reader_.has_more() && !socket_.is_readable(steady_clock::now() + between_requests)) {
        reader_.rest();
        return Outcome::idle;
      }
    }
  } catch (const BadRequest& problem) {
    try {
      refuse(services, problem);
    } catch (const Error&) {
      return Outcome::ended;
    }
  } catch (const Error&) {
    // The client is gone, or was too slow.
    return Outcome::ended;
  } catch (const std::exception& error) {
    services.log.warning(std::string("unexpected failure of a connection: ") + error.what());
  }
  return Outcome::ended;
}

}  // namespace corral::serve
