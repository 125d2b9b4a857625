// What time does to messages: delays, retention, leases, and waiting for a message.
#include <doctest/doctest.h>

#include "tests/unit/test_context.hpp"

using namespace corral;
using corral::testing::TestContext;
using nlohmann::json;

namespace {

/// A queue "q" in a context of its own.
struct PulledQueue : TestContext {
  explicit PulledQueue(const std::string& flags = {}) { output("queues create q " + flags); }
  json pull(const std::string& flags = {}) { return answer("queues pull q " + flags)["messages"]; }
  json info() { return answer("queues info q"); }
};

}  // namespace

TEST_CASE("a delayed message is delivered from the end of its delay on") {
  PulledQueue queue("--delivery-delay-secs 10");
  queue.output("queues send q own --delay-seconds 60");
  queue.output("queues send q default");
  CHECK(queue.info()["delayed"] == 2);
  queue.time.advance(10 * one_second - 1);
  CHECK(queue.pull().empty());
  queue.time.advance(1);
  const json first = queue.pull();
  REQUIRE(first.size() == 1);
  CHECK(first[0]["body"] == "default");
  queue.time.advance(50 * one_second);
  CHECK(queue.pull("--batch-size 1")[0]["attempts"] == 2);  // the lease of 30 s has run out
  CHECK(queue.pull("--batch-size 1")[0]["body"] == "own");
}

TEST_CASE("retention deletes a message at its moment, in flight or not") {
  PulledQueue queue("--message-retention-period-secs 60");
  queue.output("queues send q waiting");
  queue.output("queues send q leased");
  CHECK(queue.pull("--batch-size 1 --visibility-timeout 3600").size() == 1);
  queue.time.advance(60 * one_second - 1);
  CHECK(queue.info()["message_backlog_count"] == 2);
  queue.time.advance(1);
  CHECK(queue.info()["message_backlog_count"] == 0);
  CHECK(queue.pull().empty());
  CHECK(queue.info()["expired"] == 2);
  // A longer retention is for what is sent from now on.
  queue.output("queues update q --message-retention-period-secs 120");
  queue.output("queues send q kept");
  queue.time.advance(119 * one_second);
  CHECK(queue.pull().size() == 1);
}

TEST_CASE("a lease that has run out brings the message back, and its id is no longer good") {
  PulledQueue queue;
  queue.output("queues send q x");
  const std::string lease = queue.pull("--visibility-timeout 60")[0]["lease_id"];
  queue.time.advance(60 * one_second - 1);
  CHECK(queue.pull().empty());
  CHECK(queue.info()["in_flight"] == 1);
  queue.time.advance(1);
  CHECK(queue.run("queues ack q " + lease).status == 1);
  CHECK(queue.run("queues extend-leases q " + lease).status == 1);
  const json again = queue.pull();
  REQUIRE(again.size() == 1);
  CHECK(again[0]["attempts"] == 2);
  queue.output("queues ack q " + again[0]["lease_id"].get<std::string>());
  CHECK(queue.info()["message_backlog_count"] == 0);
}

TEST_CASE("extending a lease counts from then, not from its old end") {
  PulledQueue queue;
  queue.output("queues send q x");
  const std::string lease = queue.pull("--visibility-timeout 60")[0]["lease_id"];
  queue.time.advance(30 * one_second);
  queue.output("queues extend-leases q --visibility-timeout 60 " + lease);
  queue.time.advance(60 * one_second - 1);
  CHECK(queue.pull().empty());
  queue.time.advance(1);
  CHECK(queue.pull().size() == 1);
}

TEST_CASE("a retry comes after its delay; the one after the last attempt is dead-lettered") {
  PulledQueue queue;
  queue.output("queues create dead");
  queue.output(
      "queues consumer http add q --message-retries 1 --retry-delay-secs 20 --dead-letter-queue dead");
  queue.output("queues send q x");
  const UnixMillis sent = queue.time.now();
  queue.output("queues retry q " + queue.pull()[0]["lease_id"].get<std::string>());
  queue.time.advance(20 * one_second - 1);
  CHECK(queue.pull().empty());
  queue.time.advance(1);
  const json last = queue.pull();
  REQUIRE(last.size() == 1);
  queue.output("queues retry q " + last[0]["lease_id"].get<std::string>());
  CHECK(queue.info()["dead_lettered"] == 1);
  const json dead = queue.answer("queues pull dead")["messages"];
  REQUIRE(dead.size() == 1);
  CHECK(dead[0]["id"] == last[0]["id"]);
  CHECK(dead[0]["timestamp_ms"] == sent);
  CHECK(dead[0]["attempts"] == 1);
}

TEST_CASE("the last lease that runs out leads to the dead letter queue, too") {
  PulledQueue queue;
  queue.output("queues create dead");
  queue.output("queues consumer http add q --message-retries 0 --dead-letter-queue dead");
  queue.output("queues send q x");
  CHECK(queue.pull("--visibility-timeout 60").size() == 1);
  queue.time.advance(60 * one_second);
  CHECK(queue.answer("queues info dead")["ready"] == 1);
  CHECK(queue.info()["message_backlog_count"] == 0);
  // Its retention there counts from the arrival: 4 days, whenever anyone looks.
  queue.time.advance(UnixMillis{4} * 86'400 * one_second - 1);
  CHECK(queue.answer("queues info dead")["ready"] == 1);
  queue.time.advance(1);
  CHECK(queue.answer("queues info dead")["ready"] == 0);
}

TEST_CASE("pull --wait ends with the first message, or when the time is over") {
  PulledQueue queue;
  const UnixMillis start = queue.time.now();
  CHECK(queue.pull("--wait 2.5").empty());
  CHECK(queue.time.now() == start + 2'500);
  queue.time.after_wait = [&] {
    if (queue.time.now() == start + 3'500) queue.output("queues send q late");
  };
  const json waited = queue.pull("--wait 10");
  REQUIRE(waited.size() == 1);
  CHECK(waited[0]["timestamp_ms"] == start + 3'500);
  CHECK(queue.time.now() == start + 3'500);
  queue.time.after_wait = [&] { queue.interrupted = true; };
  CHECK(queue.run("queues pull q --wait 10").status == 130);
}
