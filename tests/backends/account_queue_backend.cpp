// The queues of an account, for the conformance suite. Every backend gets an account of its own.
#include <memory>
#include <utility>

#include "backends/cloudflare/message_queue.hpp"
#include "backends/cloudflare/queue_definitions.hpp"
#include "tests/backends/account_session.hpp"
#include "tests/backends/queue_backends.hpp"

namespace corral::testing {

namespace {

struct Account {
  explicit Account(const std::shared_ptr<cloudflare::Session>& session)
      : queues(session), backend(session, queues) {}
  cloudflare::AccountQueues queues;
  cloudflare::AccountQueueBackend backend;
};

std::shared_ptr<QueueBackend> open_account_queues(const std::filesystem::path& /*state_root*/) {
  const auto account = std::make_shared<Account>(open_account_session());
  return {account, &account->backend};
}

}  // namespace

const std::vector<QueueImplementation>& queue_implementations() {
  static const std::vector<QueueImplementation> all = {{"account", open_account_queues}};
  return all;
}

}  // namespace corral::testing
