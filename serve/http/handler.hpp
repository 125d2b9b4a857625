#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "commands/command/context.hpp"
#include "serve/http/request.hpp"
#include "serve/http/response.hpp"

namespace corral::serve {

/// What all requests of one server share. Does not change while it runs, so any thread may read it.
struct Site {
  std::string token;                    ///< the bearer token of the REST API; a secret
  std::string url;                      ///< "http://127.0.0.1:8788", without a slash at the end
  std::vector<std::string> hosts = {};  ///< further names it may be called by (--allow-host), lower case
};

/// Answers the requests of one protocol.
///
/// A server has several workspaces, each with a Context of its own and a handler of each protocol, and gives
/// each request one that is free. So a handler is used by one thread at a time and may keep open what it
/// opened; between two of its requests, other processes and other workspaces change the state.
/// `context.stores({})` are the workspace's own stores, `context.out()` writes to the log, and
/// `context.check_interrupt()` throws when the server stops at once. Before each request the server has
/// completed an interrupted restore of a snapshot.
class Handler {
 public:
  virtual ~Handler() = default;

  /// Answers a request. It has passed the checks of Host and Origin (gate.hpp), not of any credential. Errors
  /// are answered in the protocol's own form; what is thrown nevertheless becomes a bare status 500.
  virtual Response handle(Request& request) = 0;
};

/// Makes the handler of a workspace. Both arguments outlive it.
using MakeHandler = std::function<std::unique_ptr<Handler>(Context& context, const Site& site)>;

}  // namespace corral::serve
