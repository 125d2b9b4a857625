#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "serve/http/access_log.hpp"
#include "serve/http/handler.hpp"
#include "serve/http/socket.hpp"

namespace corral::serve {

/// What answers one request at a time: a context with its own stores, and a handler of each protocol.
struct Workspace {
  std::unique_ptr<Context> context;
  std::unique_ptr<Handler> s3;
  std::unique_ptr<Handler> rest;
};

/// The handlers of a server.
struct Handlers {
  MakeHandler s3;
  MakeHandler rest;
};

/// The workspaces of a server, made when needed. The one used last is used next, since its files are open.
class Workspaces {
 public:
  /// All must outlive it; `context` must have opened its stores. `most`: how many there are at once.
  Workspaces(Context& context, const Site& site, AccessLog& log, Handlers handlers, std::size_t most);

  /// A workspace while it is lent.
  class Lease {
   public:
    Lease(Workspaces& owner, std::unique_ptr<Workspace> workspace)
        : owner_(&owner), workspace_(std::move(workspace)) {}
    Lease(Lease&&) noexcept = default;
    Lease& operator=(Lease&&) = delete;
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease();
    Workspace& operator*() const { return *workspace_; }
    Workspace* operator->() const { return workspace_.get(); }

   private:
    Workspaces* owner_;
    std::unique_ptr<Workspace> workspace_;
  };

  /// Waits for a workspace until the deadline; nullopt: all were busy. Completes an interrupted restore of
  /// the state first, or waits for one that is running. Throws busy if that takes long.
  std::optional<Lease> lend(Deadline deadline);

 private:
  void take_back(std::unique_ptr<Workspace> workspace) noexcept;
  std::unique_ptr<Workspace> make();

  Context& context_;
  const Site& site_;
  LogOutput output_;
  Handlers handlers_;
  std::size_t most_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Workspace>> free_;
  std::size_t made_ = 0;
};

}  // namespace corral::serve
