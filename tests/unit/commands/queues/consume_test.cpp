// `consume` with real commands for consumers, in the test's time.
#include <algorithm>
#include <fstream>
#include <sys/stat.h>

#include <doctest/doctest.h>

#include "tests/unit/test_context.hpp"

using namespace corral;
using corral::testing::Ran;
using corral::testing::TestContext;
using nlohmann::json;

namespace {

struct ConsumedQueue : TestContext {
  ConsumedQueue() { output("queues create q"); }
  void send(const std::string& lines) { output("queues send q --lines", lines); }
  Ran consume(const std::string& flags) { return run("queues consume q " + flags); }
  json info(const std::string& queue = "q") { return answer("queues info " + queue); }
};

bool says(const std::vector<std::string>& remarks, const std::string& text) {
  return std::any_of(remarks.begin(), remarks.end(),
                     [&](const std::string& remark) { return remark.find(text) != std::string::npos; });
}

}  // namespace

TEST_CASE("consume --until-empty waits for retries, each after its delay") {
  ConsumedQueue queue;
  queue.send("x\n");
  const UnixMillis start = queue.time.now();
  const Ran ran = queue.consume(
      "--each --until-empty --message-retries 2 --retry-delay-secs 30 "
      "--exec 'echo $CORRAL_MESSAGE_ATTEMPTS; test $CORRAL_MESSAGE_ATTEMPTS = 3'");
  CHECK(ran.status == 0);
  CHECK(ran.out == "1\n2\n3\n");
  CHECK(queue.time.now() - start >= 60 * one_second);
  CHECK(queue.time.now() - start < 65 * one_second);
  CHECK(queue.info()["message_backlog_count"] == 0);
}

TEST_CASE("an outcome names its own delay, which counts before --retry-delay-secs") {
  ConsumedQueue queue;
  queue.send("x\n");
  const UnixMillis start = queue.time.now();
  CHECK(queue
            .consume(
                R"(--once --retry-delay-secs 5 --exec 'echo "{\"outcome\":\"retry\",\"delay_seconds\":90}"')")
            .status == 0);
  const json message = queue.answer("queues peek q --all")["messages"][0];
  CHECK(message["state"] == "delayed");
  CHECK(message["visible_at_ms"].get<UnixMillis>() - start >= 90 * one_second);
  CHECK(message["visible_at_ms"].get<UnixMillis>() - start < 95 * one_second);
}

TEST_CASE("consume --until-empty stays for what is delayed or leased by others, --once does not") {
  ConsumedQueue queue;
  queue.output("queues send q later --delay-seconds 40");
  queue.send("leased\n");
  queue.output("queues pull q --visibility-timeout 60");
  const UnixMillis start = queue.time.now();
  CHECK(queue.consume("--each --once --exec cat").out.empty());
  CHECK(queue.time.now() == start);
  CHECK(queue.consume("--each --until-empty --exec 'cat; echo'").out == "later\nleased\n");
  CHECK(queue.time.now() - start >= 60 * one_second);
}

TEST_CASE("what used up its attempts goes to the dead letter queue, and --exit-code says so") {
  ConsumedQueue queue;
  queue.output("queues create dead");
  queue.send("x\ny\n");
  const Ran ran = queue.consume(
      "--until-empty --message-retries 1 --retry-delay-secs 10 --dead-letter-queue dead --exit-code "
      "--exec 'exit 3'");
  CHECK(ran.status == 3);
  CHECK(says(ran.warnings, "2 messages used up all attempts: moved to the dead letter queue \"dead\""));
  CHECK(queue.info("dead")["ready"] == 2);
  CHECK(queue.info()["dead_lettered"] == 2);
}

TEST_CASE("--batch-timeout waits for a batch to fill, and delivers sooner when it is full") {
  ConsumedQueue queue;
  queue.send("1\n");
  const UnixMillis start = queue.time.now();
  queue.time.after_wait = [&] {
    if (queue.time.now() == start + 4 * one_second) queue.send("2\n");
  };
  const std::string flags = "--once --batch-size 3 --batch-timeout 10 --exec ";
  CHECK(says(queue.consume(flags + "'cat >/dev/null'").notes, "2 messages, 2 acked"));
  CHECK(queue.time.now() - start >= 10 * one_second);
  queue.time.after_wait = nullptr;
  queue.send("1\n2\n3\n");
  const UnixMillis full = queue.time.now();
  CHECK(says(queue.consume(flags + "'cat >/dev/null'").notes, "3 messages, 3 acked"));
  CHECK(queue.time.now() - full < 5 * one_second);
}

TEST_CASE("a lease is extended while its command runs, however long") {
  ConsumedQueue queue;
  queue.send("x\n");
  const std::string gate = (queue.folder() / "gate").native();
  REQUIRE(::mkfifo(gate.c_str(), 0600) == 0);
  const UnixMillis start = queue.time.now();
  int waits = 0;
  queue.time.after_wait = [&] {
    queue.time.advance(15 * one_second);
    if (++waits != 20) return;
    CHECK(queue.info()["in_flight"] == 1);
    std::ofstream(gate) << "done";  // waits for the command to open it
  };
  // With room for a one_second command, each look for more messages takes little real time.
  const Ran ran = queue.consume(
      "--each --until-empty --max-concurrency 2 --visibility-timeout 30 --exec 'cat " + gate + "'");
  CHECK(queue.time.now() - start > 10 * 30 * one_second);
  CHECK(ran.status == 0);
  CHECK(ran.out == "done");
  CHECK(says(ran.notes, "1 message, 1 acked"));
  CHECK(queue.info()["message_backlog_count"] == 0);
}

TEST_CASE("Ctrl-C: what was begun is settled, the rest is as if never taken") {
  ConsumedQueue queue;
  queue.send("1\n2\n3\n");
  queue.time.after_wait = [&] { queue.interrupted = true; };
  const Ran ran = queue.consume("--each --batch-timeout 0 --exec 'cat; echo'");
  CHECK(ran.status == 130);
  CHECK(ran.out == "1\n");
  CHECK(queue.info()["ready"] == 2);
  CHECK(queue.info()["in_flight"] == 0);
  const json peeked = queue.answer("queues peek q");
  for (const json& message : peeked["messages"]) CHECK(message["attempts"] == 0);
}

TEST_CASE("consume without an end waits on an empty queue until a message comes") {
  ConsumedQueue queue;
  const UnixMillis start = queue.time.now();
  bool sent = false;
  queue.time.after_wait = [&] {
    const UnixMillis passed = queue.time.now() - start;
    if (passed >= 600 * one_second && !sent) {
      sent = true;
      queue.send("late\n");
    }
    if (passed > 605 * one_second) queue.interrupted = true;
  };
  const Ran ran = queue.consume("--each --batch-timeout 0 --exec cat");
  CHECK(ran.status == 130);
  CHECK(ran.out == "late");
}
