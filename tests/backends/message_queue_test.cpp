// What the comments of backends/message_queue.hpp promise: sending, leases, attempts, delays, retention.
#include "backends/message_queue.hpp"

#include <filesystem>
#include <set>
#include <string>

#include <doctest/doctest.h>

#include "tests/backends/queue_fixture.hpp"
#include "tests/failure.hpp"

using namespace corral;
using namespace corral::testing;
using Texts = std::vector<std::string>;

TEST_CASE("a queue that never held anything is empty, and looking at it makes no file") {
  QueueFixture f;
  CHECK(f.pull().empty());
  CHECK(f.q->peek(10, true, f.now).empty());
  CHECK(f.q->list("", 10, f.now).empty());
  CHECK(f.q->last_ref().empty());
  CHECK(f.q->stats(f.now).messages == 0);
  CHECK(f.q->purge(f.now) == 0);
  CHECK(f.q->settle(std::vector<Settlement>(1), f.now) == std::vector<Settled>{Settled::stale});
  CHECK(f.q->extend(Texts{"x"}, 1000, f.now) == std::vector<bool>{false});
  CHECK(f.q->erase(Texts{"x"}, f.now) == std::vector<bool>{false});
  CHECK_FALSE(f.q->paused());
  f.q->set_paused(false);
  CHECK(f.backend.drop("q") == 0);
  CHECK(f.backend.stored_queues().empty());
  CHECK(std::filesystem::is_empty(f.folder.path()));
}

TEST_CASE("a message comes back byte for byte, with id, timestamp, content type and attempts") {
  QueueFixture f;
  std::string every_byte;
  for (int i = 0; i < 256; ++i) every_byte += static_cast<char>(i);
  const std::vector<NewMessage> sent = {{every_byte, QueueContentType::bytes, 0},
                                        {"", QueueContentType::text, 0},
                                        {R"({"a":1})", QueueContentType::json, 0},
                                        {std::string(1'000, 'i'), QueueContentType::text, 0},
                                        {std::string(1'001, 'o'), QueueContentType::text, 0},
                                        {std::string(queue_max_message_bytes, 'x'), QueueContentType::v8, 0}};
  const Texts ids = f.q->send(sent, f.retention, f.now);
  REQUIRE(ids.size() == sent.size());
  CHECK(std::set<std::string>(ids.begin(), ids.end()).size() == sent.size());
  f.now += 5;
  const auto pulled = f.pull(100);
  REQUIRE(pulled.size() == sent.size());
  for (std::size_t i = 0; i < sent.size(); ++i) {
    CHECK(pulled[i].id == ids[i]);
    CHECK(pulled[i].id.size() == 32);
    CHECK(pulled[i].body == sent[i].body);
    CHECK(pulled[i].content_type == sent[i].content_type);
    CHECK(pulled[i].timestamp == queue_noon);
    CHECK(pulled[i].attempts == 1);
    CHECK(pulled[i].state == MessageState::in_flight);
    CHECK(pulled[i].expires_at == queue_noon + queue_default_retention);
    CHECK(pulled[i].source.empty());
    CHECK(f.ack(pulled[i]));
  }
  CHECK(f.q->stats(f.now).messages == 0);
}

TEST_CASE("sizes, counts, delays and lengths of time beyond the limits are refused, and nothing is sent") {
  QueueFixture f;
  const auto refused = [&](NewMessage message) {
    const std::vector<NewMessage> both = {{"fine", QueueContentType::text, 0}, std::move(message)};
    return kind_of_failure([&] { f.q->send(both, f.retention, f.now); }) == ErrorKind::limit;
  };
  CHECK(refused({std::string(queue_max_message_bytes + 1, 'x'), QueueContentType::text, 0}));
  CHECK(refused({"x", QueueContentType::text, -1}));
  CHECK(refused({"x", QueueContentType::text, queue_max_delay + 1}));
  CHECK(f.q->stats(f.now).messages == 0);
  const auto pull_refused = [&](auto change) {
    PullRequest request;
    change(request);
    return kind_of_failure([&] { f.q->pull(request, f.now); }) == ErrorKind::limit;
  };
  CHECK(pull_refused([](PullRequest& request) { request.limit = 0; }));
  CHECK(pull_refused([](PullRequest& request) { request.limit = 101; }));
  CHECK(pull_refused([](PullRequest& request) { request.visibility = 0; }));
  CHECK(pull_refused([](PullRequest& request) { request.visibility = queue_max_visibility + 1; }));
  CHECK(pull_refused([](PullRequest& request) { request.max_retries = 101; }));
  CHECK(kind_of_failure([&] { f.q->extend(Texts{"x"}, 0, f.now); }) == ErrorKind::limit);
  const std::vector<Settlement> late = {{"x", Settlement::Kind::retry, queue_max_delay + 1}};
  CHECK(kind_of_failure([&] { f.q->settle(late, f.now); }) == ErrorKind::limit);
  for (const std::string& name :
       {std::string(), std::string(256, 'n'), std::string("\xFF"), std::string(1, '\0')})
    CHECK(kind_of_failure([&] { f.backend.open(name); }) == ErrorKind::invalid_input);
  CHECK(kind_of_failure([&] { f.q->list("no ref", 1, f.now); }) == ErrorKind::invalid_input);
}

TEST_CASE("oldest first; backlog counts what is in flight too") {
  QueueFixture f;
  for (const char* body : {"1", "2", "3", "4", "5", "6"}) f.send(body);
  f.request.limit = 4;
  const PullResult first = f.q->pull(f.request, f.now);
  CHECK(first.backlog == 6);
  CHECK(first.messages.size() == 4);
  CHECK(first.messages[0].body == "1");
  CHECK(f.bodies() == Texts{"5", "6"});
  CHECK(f.bodies().empty());
  CHECK(f.ack(first.messages[3]));
  CHECK(f.q->pull(f.request, f.now).backlog == 5);
}

TEST_CASE("a lease holds to its last millisecond and not longer") {
  QueueFixture f;
  f.request.visibility = 1'000;
  f.send("x");
  const auto first = f.pull();
  REQUIRE(first.size() == 1);
  f.now = queue_noon + 999;
  CHECK(f.pull().empty());
  CHECK(f.q->peek(1, true, f.now).at(0).state == MessageState::in_flight);
  f.now = queue_noon + 1'000;
  CHECK_FALSE(f.ack(first[0]));
  CHECK_FALSE(f.retry(first[0]));
  CHECK(f.q->extend(Texts{first[0].lease_id}, 1'000, f.now) == std::vector<bool>{false});
  CHECK(f.q->peek(1, false, f.now).at(0).state == MessageState::ready);
  const auto second = f.pull();
  REQUIRE(second.size() == 1);
  CHECK(second[0].attempts == 2);
  CHECK(second[0].id == first[0].id);
  CHECK(second[0].lease_id != first[0].lease_id);
  CHECK_FALSE(f.ack(first[0]));
  f.now += 999;
  CHECK(f.ack(second[0]));
  CHECK_FALSE(f.ack(second[0]));
  f.now += 1'000'000;
  CHECK(f.pull().empty());
}

TEST_CASE("extending a lease sets its end anew, from now") {
  QueueFixture f;
  f.request.visibility = 1'000;
  f.send("x");
  const auto first = f.pull();
  f.now += 900;
  CHECK(f.q->extend(Texts{first.at(0).lease_id, "0", first.at(0).lease_id}, 500, f.now) ==
        std::vector<bool>{true, false, true});
  f.now += 499;
  CHECK(f.pull().empty());
  CHECK(f.q->extend(Texts{first[0].lease_id}, 1, f.now) == std::vector<bool>{true});  // shorter, too
  f.now += 1;
  CHECK(f.pull().size() == 1);
}

TEST_CASE("a retry comes at once or after its delay, to the millisecond") {
  QueueFixture f;
  f.send("x");
  auto pulled = f.pull();
  CHECK(f.retry(pulled.at(0)));
  pulled = f.pull();
  REQUIRE(pulled.size() == 1);
  CHECK(pulled[0].attempts == 2);
  CHECK(f.retry(pulled[0], 2'000));
  CHECK_FALSE(f.retry(pulled[0]));
  f.now += 1'999;
  CHECK(f.pull().empty());
  CHECK(f.q->stats(f.now).delayed == 1);
  f.now += 1;
  pulled = f.pull();
  REQUIRE(pulled.size() == 1);
  CHECK(pulled[0].attempts == 3);
}

TEST_CASE("a release takes the delivery back") {
  QueueFixture f;
  f.request.max_retries = 0;
  f.send("x");
  for (int i = 0; i < 5; ++i) {
    const auto pulled = f.pull();
    REQUIRE(pulled.size() == 1);
    CHECK(pulled[0].attempts == 1);
    CHECK(f.settle(pulled[0], Settlement::Kind::release));
    CHECK_FALSE(f.ack(pulled[0]));
  }
  CHECK(f.q->stats(f.now).ready == 1);
}

TEST_CASE("of several outcomes of one delivery the first counts") {
  QueueFixture f;
  f.send("a");
  f.send("b");
  const auto pulled = f.pull();
  const std::vector<Settlement> outcomes = {{pulled.at(0).lease_id, Settlement::Kind::ack, 0},
                                            {pulled.at(0).lease_id, Settlement::Kind::retry, 0},
                                            {pulled.at(1).lease_id, Settlement::Kind::retry, 0},
                                            {pulled.at(1).lease_id, Settlement::Kind::ack, 0},
                                            {"nonsense", Settlement::Kind::ack, 0}};
  CHECK(f.q->settle(outcomes, f.now) ==
        std::vector<Settled>{Settled::done, Settled::stale, Settled::done, Settled::stale, Settled::stale});
  CHECK(f.bodies() == Texts{"b"});
}

TEST_CASE("a delay holds a message back, and does not hold up others") {
  QueueFixture f;
  f.send("late", 1'000);
  f.send("latest", queue_max_delay);
  f.send("now");
  CHECK(f.bodies() == Texts{"now"});
  const QueueStats stats = f.q->stats(f.now);
  CHECK(stats.delayed == 2);
  CHECK(stats.in_flight == 1);
  CHECK(stats.ready == 0);
  CHECK(stats.messages == 3);
  CHECK(stats.bytes == 13);
  f.now += 999;
  CHECK(f.pull().empty());
  f.now += 1;
  CHECK(f.bodies() == Texts{"late"});
  f.now = queue_noon + queue_max_delay;
  f.request.max_retries = 100;
  CHECK(f.bodies() == Texts{"now", "late", "latest"});
}

TEST_CASE("retention deletes a message at its moment: waiting, delayed or in flight") {
  QueueFixture f;
  f.retention = queue_min_retention;
  f.request.visibility = 2 * queue_min_retention;
  f.send("in flight");
  const auto pulled = f.pull();
  f.send("waiting");
  f.send("delayed", queue_min_retention + 1);
  f.retention = queue_max_retention;
  f.send("stays");
  f.now += queue_min_retention - 1;
  CHECK(f.q->stats(f.now).messages == 4);
  f.now += 1;
  CHECK_FALSE(f.ack(pulled.at(0)));
  const QueueStats stats = f.q->stats(f.now);
  CHECK(stats.messages == 1);
  CHECK(stats.expired == 3);
  CHECK(f.bodies() == Texts{"stays"});
  f.now = queue_noon + queue_max_retention;
  CHECK(f.q->peek(10, true, f.now).empty());
}

TEST_CASE("messages sent together expire together, and what was acked before does no harm") {
  QueueFixture f;
  f.retention = queue_min_retention;
  const std::vector<NewMessage> batch(500, {"x", QueueContentType::text, 0});
  f.q->send(batch, f.retention, f.now);
  const auto pulled = f.pull(100);
  for (const QueueMessage& message : pulled) CHECK(f.ack(message));
  f.send("alone");
  f.now += queue_min_retention;
  f.send("later");
  const QueueStats stats = f.q->stats(f.now);
  CHECK(stats.messages == 1);
  CHECK(stats.expired == 401);
}

TEST_CASE("pause stops delivery and nothing else") {
  QueueFixture f;
  f.request.visibility = 1'000;
  f.send("a");
  const auto pulled = f.pull();
  f.q->set_paused(true);
  CHECK(f.q->paused());
  CHECK(f.q->stats(f.now).paused);
  f.send("b");
  CHECK(kind_of_failure([&] { f.pull(); }) == ErrorKind::conflict);
  CHECK(f.q->peek(10, false, f.now).size() == 1);
  CHECK(f.ack(pulled.at(0)));
  f.now += 10'000;
  CHECK(f.backend.open("q")->paused());
  CHECK_FALSE(f.backend.open("other")->paused());
  f.q->set_paused(false);
  CHECK(f.bodies() == Texts{"b"});
}
