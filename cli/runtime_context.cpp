#include "cli/runtime_context.hpp"

#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/http/client.hpp"
#include "backends/identity.hpp"
#include "backends/snapshots/local_snapshots.hpp"
#include "cli/interrupt.hpp"
#include "cli/line/version.hpp"

namespace corral {

RuntimeContext::RuntimeContext(const Services& services, ProjectRequest request, Output& out, Input& in,
                               const Environment& environment, const Clock& clock,
                               UnfinishedRestore unfinished_restore)
    : services_(services),
      request_(std::move(request)),
      out_(out),
      in_(in),
      environment_(environment),
      clock_(clock),
      unfinished_restore_(unfinished_restore) {}

RuntimeContext::~RuntimeContext() = default;

ProjectSource& RuntimeContext::project() {
  if (!project_) project_ = services_.open_project(request_, environment_);
  return *project_;
}

Stores& RuntimeContext::stores(const StateOptions& options) {
  if (is_remote(options)) {
    if (!account_) account_ = services_.open_account(*this, request_, environment_);
    return *account_;
  }
  if (local_) return *local_;
  std::unique_ptr<Stores> stores = services_.open_stores(options, project(), environment_, clock_);
  settle_restore(*stores);
  local_ = std::move(stores);
  return *local_;
}

/// --remote, or CORRAL_REMOTE=1 where --local does not override it.
bool RuntimeContext::is_remote(const StateOptions& options) const {
  if (options.local && options.remote)
    throw Error(ErrorKind::usage, "--local and --remote exclude each other");
  const std::string variable = environment_.get("CORRAL_REMOTE").value_or("");
  if (!variable.empty() && variable != "0" && variable != "1") {
    throw Error(ErrorKind::usage,
                fmt::format("CORRAL_REMOTE is \"{}\", but must be 1, 0 or empty", shown(variable)));
  }
  if (!options.remote && (options.local || variable != "1")) return false;
  const std::string_view reason = options.remote ? "--remote" : "CORRAL_REMOTE=1";
  if (!options.takes_remote) {
    throw Error(ErrorKind::unavailable, "this command has no --remote: it works on local state only",
                options.remote ? "leave --remote out, or use wrangler for what the account holds"
                               : "add --local, which overrides CORRAL_REMOTE=1");
  }
  if (options.persist_to || options.backend) {
    throw Error(ErrorKind::usage,
                fmt::format("{} chooses local state, and {} the account",
                            options.persist_to ? "--persist-to" : "--backend", reason),
                "leave one of them out");
  }
  return true;
}

void RuntimeContext::settle_restore(Stores& stores) {
  const auto name = snapshots::unfinished_restore(stores.state_root());
  if (!name) return;
  if (unfinished_restore_ == UnfinishedRestore::refuse)
    throw Error(ErrorKind::unavailable, fmt::format("snapshot \"{}\" is being restored", shown(*name)));
  if (stores.snapshots().recover())
    out_.note(fmt::format("finished the restore of snapshot \"{}\", which had been cut short", shown(*name)));
}

std::unique_ptr<http::Client> RuntimeContext::http_client(http::ClientSettings settings) {
  settings.user_agent = user_agent;
  return http::open_client(environment_, std::move(settings));
}

Identity& RuntimeContext::identity() {
  if (!identity_) identity_ = services_.open_identity(*this, request_, environment_);
  return *identity_;
}

std::unique_ptr<Context> RuntimeContext::for_thread(Output& out) {
  auto context = std::make_unique<RuntimeContext>(services_, request_, out, in_, environment_, clock_,
                                                  unfinished_restore_);
  if (local_) context->local_ = local_->for_thread();
  return context;
}

void RuntimeContext::check_interrupt() {
  throw_if_interrupted();
}

}  // namespace corral
