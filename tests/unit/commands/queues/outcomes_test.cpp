#include "commands/queues/outcomes.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace corral;
using corral::queues::Outcomes;
using corral::queues::read_outcomes;
using Kind = corral::Settlement::Kind;

namespace {

std::vector<QueueMessage> messages() {
  std::vector<QueueMessage> messages(3);
  for (std::size_t i = 0; i < messages.size(); ++i) {
    messages[i].id = std::string(1, static_cast<char>('a' + i));
    messages[i].lease_id = "lease-" + messages[i].id;
  }
  return messages;
}

/// Each message's settlement: "ack", "retry 5000", "release", in order.
std::string words(const Outcomes& outcomes) {
  std::string words;
  for (const Settlement& one : outcomes.settlements) {
    if (!words.empty()) words += ", ";
    words += one.kind == Kind::ack ? "ack" : one.kind == Kind::retry ? "retry" : "release";
    if (one.kind == Kind::retry) words += " " + std::to_string(one.delay);
  }
  return words;
}

Outcomes outcomes_of(std::string_view answer, Kind otherwise = Kind::ack, UnixMillis delay = 7'000) {
  return read_outcomes(answer, otherwise, messages(), delay);
}

}  // namespace

TEST_CASE("what nothing was said of is settled as the delivery went") {
  CHECK(words(outcomes_of("")) == "ack, ack, ack");
  CHECK(words(outcomes_of("", Kind::retry)) == "retry 7000, retry 7000, retry 7000");
  CHECK(words(outcomes_of("", Kind::release)) == "release, release, release");
  const Outcomes outcomes = outcomes_of("");
  CHECK(outcomes.settlements[2].lease_id == "lease-c");
  CHECK(outcomes.remainder.empty());
}

TEST_CASE("a line speaks of the message that it names, or of all that are left") {
  CHECK(words(outcomes_of(R"({"outcome":"retry","id":"b"})")) == "ack, retry 7000, ack");
  CHECK(words(outcomes_of("{\"outcome\":\"ack\",\"id\":\"b\"}\n{\"outcome\":\"retry\"}\n")) ==
        "retry 7000, ack, retry 7000");
  CHECK(words(outcomes_of("{\"outcome\":\"ack\"}", Kind::retry)) == "ack, ack, ack");
  CHECK(words(outcomes_of(R"({"outcome":"retry","id":"other"})")) == "ack, ack, ack");
}

TEST_CASE("the first outcome of a message counts") {
  CHECK(words(outcomes_of("{\"outcome\":\"retry\",\"id\":\"a\"}\n{\"outcome\":\"ack\",\"id\":\"a\"}\n")) ==
        "retry 7000, ack, ack");
  CHECK(words(outcomes_of("{\"outcome\":\"retry\"}\n{\"outcome\":\"ack\",\"id\":\"a\"}\n")) ==
        "retry 7000, retry 7000, retry 7000");
}

TEST_CASE("delay_seconds is for this retry; it is held within the product's limits") {
  const auto delay = [](const std::string& seconds) {
    return outcomes_of(R"({"outcome":"retry","delay_seconds":)" + seconds + "}").settlements[0].delay;
  };
  CHECK(delay("5") == 5'000);
  CHECK(delay("0.25") == 250);
  CHECK(delay("0") == 0);
  CHECK(delay("-1") == 0);
  CHECK(delay("1e300") == queue_max_delay);
  CHECK(delay("\"5\"") == 7'000);
  CHECK(outcomes_of(R"({"outcome":"ack","delay_seconds":5})").settlements[0].delay == 0);
}

TEST_CASE("lines that are no outcomes are what is left of the answer, unchanged") {
  const std::string no_outcomes =
      "text\n"
      "\n"
      "{\"outcome\":\"done\"}\n"
      "{\"outcome\":\"ack\",\"id\":5}\n"
      "{\"outcome\"\n"
      "[{\"outcome\":\"ack\"}]\n"
      "\"ack\"\r\n"
      "\xff\n"
      "no line break";
  const Outcomes outcomes = outcomes_of(no_outcomes, Kind::retry);
  CHECK(outcomes.remainder == no_outcomes);
  CHECK(words(outcomes) == "retry 7000, retry 7000, retry 7000");
  CHECK(outcomes_of("before\n \t{\"outcome\":\"ack\"}\r\nafter").remainder == "before\nafter");
}
