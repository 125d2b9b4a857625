#pragma once

#include <memory>

#include "backends/http/client.hpp"
#include "backends/http/connection.hpp"

namespace corral::http {

/// Takes a connection back that can be used again.
using Release = std::function<void(std::unique_ptr<Connection>)>;

/// Asks the proxy of the connection's route for a way through to the server (CONNECT). Throws ConnectionError
/// (not_sent) if it refuses.
void open_tunnel(Connection& connection);

/// Sends a request over a connection and returns when the head of its answer has arrived. The connection goes
/// to `release` when the body has been read to its end and the server keeps it open.
std::unique_ptr<Response> exchange(std::unique_ptr<Connection> connection, const Request& request,
                                   const std::string& user_agent, Release release);

}  // namespace corral::http
