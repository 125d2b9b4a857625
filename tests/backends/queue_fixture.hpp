#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "backends/bytes/unix_time.hpp"
#include "backends/lmdb/environment.hpp"
#include "backends/lmdb/queue_backend.hpp"
#include "backends/message_queue.hpp"
#include "tests/temporary_folder.hpp"

namespace corral::testing {

/// The moment at which the tests of queues take place.
inline constexpr UnixMillis queue_noon = 1'800'000'000'000;

/// The queues of a state folder of its own, with a clock that tests turn and short forms.
class QueueFixture {
 public:
  QueueFixture()
      : environment(folder.path() / "v3" / "corral" / "queues"), backend(environment), q(backend.open("q")) {}

  std::string send(std::string body, UnixMillis delay = 0) {
    const NewMessage message{std::move(body), QueueContentType::text, delay};
    return q->send({&message, 1}, retention, now).at(0);
  }

  std::vector<QueueMessage> pull(std::size_t limit = 10, MessageQueue* queue = nullptr) {
    request.limit = limit;
    return (queue != nullptr ? queue : q.get())->pull(request, now).messages;
  }

  /// The bodies of a pull, in order.
  std::vector<std::string> bodies(std::size_t limit = 10) {
    std::vector<std::string> texts;
    for (const QueueMessage& message : pull(limit)) texts.push_back(message.body);
    return texts;
  }

  bool settle(const QueueMessage& message, Settlement::Kind kind, UnixMillis delay = 0,
              MessageQueue* queue = nullptr) {
    const Settlement settlement{message.lease_id, kind, delay};
    return (queue != nullptr ? queue : q.get())->settle({&settlement, 1}, now).at(0) != Settled::stale;
  }
  bool ack(const QueueMessage& message) { return settle(message, Settlement::Kind::ack); }
  bool retry(const QueueMessage& message, UnixMillis delay = 0) {
    return settle(message, Settlement::Kind::retry, delay);
  }

  TemporaryFolder folder;
  lmdb::Environment environment;
  lmdb::LmdbQueueBackend backend;
  std::unique_ptr<MessageQueue> q;
  UnixMillis now = queue_noon;
  UnixMillis retention = queue_default_retention;
  PullRequest request;
};

}  // namespace corral::testing
