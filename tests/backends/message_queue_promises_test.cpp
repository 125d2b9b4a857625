// What every implementation of MessageQueue promises, whosever clock it goes by: nothing here waits.
#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "backends/error.hpp"
#include "tests/backends/queue_backends.hpp"
#include "tests/temporary_folder.hpp"

using namespace corral;
using namespace corral::testing;

namespace {

constexpr UnixMillis sending_time = 1'800'000'000'000;

struct Queue {
  explicit Queue(const QueueImplementation& implementation)
      : backend(implementation.open(folder.path())), queue(backend->open("q")) {}

  void send(const std::vector<NewMessage>& messages) {
    const auto ids = queue->send(messages, queue_default_retention, sending_time);
    CHECK(ids.size() == (queue->traits().says_ids ? messages.size() : 0));
  }
  std::vector<QueueMessage> pull(std::size_t limit = 10) {
    return queue->pull({.limit = limit}, sending_time).messages;
  }
  Settled settle(const QueueMessage& message, Settlement::Kind kind, UnixMillis delay = 0) {
    const Settlement settlement{message.lease_id, kind, delay};
    return queue->settle({&settlement, 1}, sending_time).at(0);
  }

  TemporaryFolder folder;
  std::shared_ptr<QueueBackend> backend;
  std::unique_ptr<MessageQueue> queue;
};

NewMessage text(std::string body, UnixMillis delay = 0) {
  return {std::move(body), QueueContentType::text, delay};
}

template <typename Test>
void on_each(const Test& test) {
  for (const QueueImplementation& implementation : queue_implementations()) {
    CAPTURE(implementation.name);
    Queue queue(implementation);
    test(queue);
  }
}

}  // namespace

TEST_CASE("a message comes out as it went in, whatever its type") {
  on_each([](Queue& queue) {
    const std::vector<NewMessage> sent = {{"grüß\n\"\\", QueueContentType::text},
                                          {R"({"b":1.5,"a":[2,null]})", QueueContentType::json},
                                          {"1234", QueueContentType::json},
                                          {"\"1234\"", QueueContentType::json},
                                          {std::string("\0\xff\n", 3), QueueContentType::bytes},
                                          {"", QueueContentType::text},
                                          {"MTIz", QueueContentType::text}};
    queue.send(sent);
    const auto pulled = queue.pull();
    REQUIRE(pulled.size() == sent.size());
    for (const NewMessage& one : sent) {
      const auto found = std::find_if(pulled.begin(), pulled.end(), [&](const QueueMessage& message) {
        return message.body == one.body && message.content_type == one.content_type;
      });
      CHECK_MESSAGE(found != pulled.end(), one.body);
    }
    for (const QueueMessage& message : pulled) {
      CHECK(message.attempts == 1);
      CHECK(!message.lease_id.empty());
      CHECK(message.id.size() == 32);
    }
  });
}

TEST_CASE("a leased message is not delivered again; an acknowledged one is gone") {
  on_each([](Queue& queue) {
    queue.send({text("a"), text("b")});
    const auto first = queue.pull(1);
    const auto second = queue.pull();
    REQUIRE(first.size() == 1);
    REQUIRE(second.size() == 1);
    CHECK(first[0].body != second[0].body);
    CHECK(queue.pull().empty());
    CHECK(queue.settle(first[0], Settlement::Kind::ack) == Settled::done);
    CHECK(queue.settle(first[0], Settlement::Kind::ack) == Settled::stale);
    CHECK(queue.queue->pull({.limit = 1}, sending_time).backlog == 1);
  });
}

TEST_CASE("a retried message comes again with one more attempt, at once or after its delay") {
  on_each([](Queue& queue) {
    queue.send({text("a")});
    const auto first = queue.pull();
    REQUIRE(first.size() == 1);
    CHECK(queue.settle(first[0], Settlement::Kind::retry) == Settled::done);
    const auto again = queue.pull();
    REQUIRE(again.size() == 1);
    CHECK(again[0].id == first[0].id);
    CHECK(again[0].attempts == 2);
    CHECK(queue.settle(first[0], Settlement::Kind::ack) == Settled::stale);
    CHECK(queue.settle(again[0], Settlement::Kind::retry, 3'600'000) == Settled::done);
    CHECK(queue.pull().empty());
  });
}

TEST_CASE("a released message comes again") {
  on_each([](Queue& queue) {
    queue.send({text("a")});
    CHECK(queue.settle(queue.pull().at(0), Settlement::Kind::release) == Settled::done);
    CHECK(queue.pull().at(0).attempts == (queue.queue->traits().releases_freely ? 1 : 2));
  });
}

TEST_CASE("peek shows what a pull would give, and leases nothing") {
  on_each([](Queue& queue) {
    queue.send({text("a"), text("b"), text("later", 3'600'000)});
    CHECK(queue.queue->peek(1, false, sending_time).size() == 1);
    const auto seen = queue.queue->peek(10, false, sending_time);
    REQUIRE(seen.size() == 2);
    CHECK(!seen[0].ref.empty());
    CHECK(seen[0].lease_id.empty());
    CHECK(queue.pull().size() == 2);
    CHECK(queue.queue->peek(10, false, sending_time).empty());
  });
}

TEST_CASE("as many as one send takes arrive, and a purge leaves none") {
  on_each([](Queue& queue) {
    const std::vector<NewMessage> many(std::min<std::size_t>(queue.queue->traits().most_sent, 500),
                                       text("x"));
    queue.send(many);
    CHECK(queue.queue->pull({.limit = 1}, sending_time).backlog == many.size());
    const auto removed = queue.queue->purge(sending_time);
    CHECK(removed.value_or(many.size()) == many.size());
    CHECK(queue.pull().empty());
  });
}

TEST_CASE("a paused queue takes messages and gives none") {
  on_each([](Queue& queue) {
    queue.queue->set_paused(true);
    queue.send({text("a")});
    CHECK_THROWS_AS(queue.pull(), Error);
    queue.queue->set_paused(false);
    CHECK(queue.pull().size() == 1);
  });
}

TEST_CASE("what is beyond the limits is refused before anything is sent") {
  on_each([](Queue& queue) {
    CHECK_THROWS_AS(queue.send({text("ok"), text(std::string(queue_max_message_bytes + 1, 'x'))}), Error);
    CHECK_THROWS_AS(queue.queue->pull({.limit = queue_max_pull + 1}, sending_time), Error);
    CHECK_THROWS_AS(queue.queue->pull({.visibility = queue_max_visibility + 1}, sending_time), Error);
    CHECK(queue.pull().empty());
  });
}
