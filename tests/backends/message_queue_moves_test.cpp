// What the comments of backends/message_queue.hpp promise: dead letters, purging, moving, pages.
#include <string>

#include <doctest/doctest.h>

#include "backends/message_queue.hpp"
#include "tests/backends/queue_fixture.hpp"
#include "tests/failure.hpp"

using namespace corral;
using namespace corral::testing;
using Texts = std::vector<std::string>;

namespace {

Texts bodies_of(const std::vector<QueueMessage>& messages) {
  Texts texts;
  for (const QueueMessage& message : messages) texts.push_back(message.body);
  return texts;
}

MoveRequest to(std::optional<std::string> name) {
  MoveRequest request;
  request.to = std::move(name);
  request.retention = [](const std::string&) { return queue_default_retention; };
  return request;
}

}  // namespace

TEST_CASE("after max_retries + 1 deliveries a message goes to the dead letter queue, with id and timestamp") {
  QueueFixture f;
  f.request.max_retries = 2;
  f.request.dead_letter = DeadLetterQueue{"dlq", queue_min_retention};
  const std::string id = f.send("poison");
  for (std::uint32_t attempt = 1; attempt <= 3; ++attempt) {
    f.now += 10;
    const auto pulled = f.pull();
    REQUIRE(pulled.size() == 1);
    CHECK(pulled[0].attempts == attempt);
    CHECK(f.retry(pulled[0], 5));
  }
  f.now += 1'000;
  CHECK(f.pull().empty());
  const QueueStats stats = f.q->stats(f.now);
  CHECK(stats.messages == 0);
  CHECK(stats.dead_lettered == 1);
  CHECK(stats.dropped == 0);
  const auto dlq = f.backend.open("dlq");
  const auto dead = f.pull(10, dlq.get());
  REQUIRE(dead.size() == 1);
  CHECK(dead[0].id == id);
  CHECK(dead[0].timestamp == queue_noon);
  CHECK(dead[0].attempts == 1);
  CHECK(dead[0].body == "poison");
  CHECK(dead[0].source == "q");
  CHECK(dead[0].expires_at == queue_noon + 30 + queue_min_retention);
}

TEST_CASE("a settlement says what became of a message that has no attempts left") {
  QueueFixture f;
  const auto retry = [&] {
    const Settlement settlement{f.pull(1).at(0).lease_id, Settlement::Kind::retry, 0};
    return f.q->settle({&settlement, 1}, f.now).at(0);
  };
  f.send("x");
  f.request.max_retries = 1;
  CHECK(retry() == Settled::done);
  CHECK(retry() == Settled::dropped);
  f.send("x");
  f.request.max_retries = 0;
  f.request.dead_letter = DeadLetterQueue{"dead", queue_default_retention};
  CHECK(retry() == Settled::dead_lettered);
}

TEST_CASE("a pull that allows fewer attempts than one before it names what it does not deliver") {
  QueueFixture f;
  const std::string id = f.send("x");
  CHECK(f.retry(f.pull(1).at(0)));
  f.request.max_retries = 0;
  const PullResult result = f.q->pull(f.request, f.now);
  CHECK(result.messages.empty());
  REQUIRE(result.used_up.size() == 1);
  CHECK(result.used_up[0].id == id);
  CHECK(result.used_up[0].attempts == 1);
}

TEST_CASE("without a dead letter queue it is dropped") {
  QueueFixture f;
  f.request.max_retries = 0;
  f.send("x");
  CHECK(f.retry(f.pull().at(0)));
  CHECK(f.q->stats(f.now).dropped == 1);
  CHECK(f.pull().empty());
}

TEST_CASE("a last lease that runs out ends the message at its moment, seen from any queue") {
  QueueFixture f;
  const auto dlq = f.backend.open("dlq");
  f.request.max_retries = 0;
  f.request.visibility = 1'000;
  f.request.dead_letter = DeadLetterQueue{"dlq", queue_min_retention};
  f.send("x");
  const auto pulled = f.pull();
  f.now += 999;
  CHECK(dlq->peek(1, true, f.now).empty());
  CHECK(f.q->extend(Texts{pulled.at(0).lease_id}, 2'000, f.now).at(0));  // still the last
  f.now += 1'999;
  CHECK(dlq->stats(f.now).messages == 0);
  CHECK(f.q->peek(5, true, f.now).at(0).state == MessageState::in_flight);
  f.now += 1;
  CHECK(dlq->stats(f.now).ready == 1);
  CHECK_FALSE(f.ack(pulled[0]));
  CHECK(f.q->stats(f.now).messages == 0);
  // Looked at late, its retention there has counted from the end of the lease.
  const UnixMillis end = f.now;
  f.send("y");
  f.pull();
  f.now = end + 1'000 + queue_min_retention;
  CHECK(dlq->stats(f.now).messages == 0);
  CHECK(dlq->stats(f.now).expired == 2);
}

TEST_CASE("a dead letter queue may have one too, and may be the queue itself") {
  QueueFixture f;
  const auto second = f.backend.open("second");
  const auto third = f.backend.open("third");
  f.request.max_retries = 0;
  f.request.dead_letter = DeadLetterQueue{"second", queue_default_retention};
  const std::string id = f.send("x");
  CHECK(f.retry(f.pull().at(0)));
  f.request.dead_letter = DeadLetterQueue{"third", queue_default_retention};
  CHECK(f.settle(f.pull(1, second.get()).at(0), Settlement::Kind::retry, 0, second.get()));
  f.request.dead_letter = DeadLetterQueue{"third", queue_default_retention};
  const auto last = f.pull(1, third.get());
  REQUIRE(last.size() == 1);
  CHECK(last[0].id == id);
  CHECK(last[0].source == "second");
  CHECK(f.settle(last[0], Settlement::Kind::retry, 0, third.get()));
  CHECK(f.pull(10, third.get()).at(0).attempts == 1);
}

TEST_CASE("a lower limit of retries ends what has had its deliveries") {
  QueueFixture f;
  f.request.max_retries = 5;
  f.send("x");
  f.send("y");
  CHECK(f.retry(f.pull(1).at(0)));
  CHECK(f.retry(f.pull(1).at(0)));
  CHECK(f.retry(f.pull(1).at(0)));
  f.request.max_retries = 1;
  f.request.dead_letter = DeadLetterQueue{"dlq", queue_default_retention};
  CHECK(f.bodies() == Texts{"y"});
  CHECK(f.backend.open("dlq")->stats(f.now).messages == 1);
}

TEST_CASE("purge removes all, in flight, delayed and large; leases are void") {
  QueueFixture f;
  f.send("in flight");
  f.request.max_retries = 0;
  f.send("last lease");
  const auto pulled = f.pull();
  f.send(std::string(5'000, 'l'));
  f.send("delayed", 1'000);
  CHECK(f.q->purge(f.now) == 4);
  CHECK_FALSE(f.ack(pulled.at(0)));
  CHECK_FALSE(f.retry(pulled.at(1)));
  CHECK(f.q->stats(f.now).messages == 0);
  f.now += queue_max_delay;
  CHECK(f.pull().empty());
  CHECK(f.q->stats(f.now).dropped == 0);
  f.send("after");
  CHECK(f.bodies() == Texts{"after"});
}

TEST_CASE("erase takes single messages by their ref") {
  QueueFixture f;
  for (const char* body : {"1", "2", "3"}) f.send(body);
  const auto seen = f.q->peek(10, false, f.now);
  const auto pulled = f.pull(1);
  CHECK(pulled.at(0).ref == seen.at(0).ref);
  CHECK(f.q->erase(Texts{seen[0].ref, seen[2].ref, seen[2].ref, "x"}, f.now) ==
        std::vector<bool>{true, true, false, false});
  CHECK_FALSE(f.ack(pulled[0]));
  CHECK(f.bodies() == Texts{"2"});
  std::string wrong = seen[1].ref;
  wrong.back() = wrong.back() == '0' ? '1' : '0';
  CHECK(f.q->erase(Texts{wrong}, f.now) == std::vector<bool>{false});
}

TEST_CASE("pages go through all messages in the order of arrival") {
  QueueFixture f;
  for (int i = 0; i < 25; ++i) f.send(std::to_string(i), i % 2 == 0 ? 500 : 0);
  f.pull(3);
  Texts all;
  std::string after;
  for (auto page = f.q->list(after, 10, f.now); !page.empty(); page = f.q->list(after, 10, f.now)) {
    for (const QueueMessage& message : page) all.push_back(message.body);
    after = page.back().ref;
  }
  REQUIRE(all.size() == 25);
  for (int i = 0; i < 25; ++i) CHECK(all[static_cast<std::size_t>(i)] == std::to_string(i));
  const std::string last = f.q->last_ref();
  CHECK(f.q->list(last, 10, f.now).empty());
  f.send("new");
  CHECK(bodies_of(f.q->list(last, 10, f.now)) == Texts{"new"});
}

TEST_CASE("moving keeps id, timestamp and delay, starts the attempts again and leaves what is in flight") {
  QueueFixture f;
  const std::string id = f.send("a");
  f.send(std::string(3'000, 'b'));
  f.send("delayed", 1'000);
  CHECK(f.retry(f.pull(1).at(0), 1));
  f.pull(1);  // the large one
  f.now += 10;
  const MoveResult moved = f.backend.move("q", to("other"), f.now);
  CHECK(moved.moved == 2);
  CHECK(moved.skipped == 1);
  MoveRequest rest = to("other");
  rest.after_ref = moved.last_ref;
  CHECK(f.backend.move("q", rest, f.now).last_ref.empty());
  const auto other = f.backend.open("other");
  const auto there = f.pull(10, other.get());
  REQUIRE(there.size() == 1);
  CHECK(there[0].id == id);
  CHECK(there[0].timestamp == queue_noon);
  CHECK(there[0].attempts == 1);
  CHECK(other->stats(f.now).delayed == 1);
  f.now = queue_noon + 1'000;
  CHECK(bodies_of(f.pull(10, other.get())) == Texts{"delayed"});
  CHECK(f.q->stats(f.now).in_flight == 1);
  CHECK(kind_of_failure([&] { f.backend.move("q", to("q"), f.now); }) == ErrorKind::invalid_input);
}

TEST_CASE("redriving brings dead letters back to where they came from") {
  QueueFixture f;
  const auto other = f.backend.open("other");
  const auto dlq = f.backend.open("dlq");
  f.request.max_retries = 0;
  f.request.dead_letter = DeadLetterQueue{"dlq", queue_default_retention};
  f.send("from q");
  CHECK(f.retry(f.pull().at(0)));
  const std::vector<NewMessage> one = {{"from other", QueueContentType::text, 0}};
  other->send(one, f.retention, f.now);
  CHECK(f.settle(f.pull(1, other.get()).at(0), Settlement::Kind::retry, 0, other.get()));
  dlq->send(std::vector<NewMessage>{{"own", QueueContentType::text, 0}}, f.retention, f.now);
  const MoveResult result = f.backend.move("dlq", to(std::nullopt), f.now);
  CHECK(result.moved == 2);
  CHECK(result.skipped == 1);
  CHECK(bodies_of(dlq->peek(10, true, f.now)) == Texts{"own"});
  const auto back = f.pull(10, other.get());
  REQUIRE(back.size() == 1);
  CHECK(back[0].body == "from other");
  CHECK(back[0].attempts == 1);
  CHECK(back[0].source.empty());
  CHECK(f.bodies() == Texts{"from q"});
}

TEST_CASE("dropping a queue removes it; leases of the old one mean nothing to a new one of the name") {
  QueueFixture f;
  f.send("old");
  const auto pulled = f.pull();
  f.send("waiting");
  f.backend.open("kept")->set_paused(true);
  CHECK(f.backend.stored_queues() == Texts{"kept", "q"});
  CHECK(f.backend.drop("q") == 2);
  CHECK(f.backend.stored_queues() == Texts{"kept"});
  f.send("new");
  CHECK_FALSE(f.ack(pulled.at(0)));
  CHECK(f.bodies() == Texts{"new"});
}
