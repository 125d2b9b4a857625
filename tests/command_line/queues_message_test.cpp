// `corral queues` as a shell sees it: sending, pulling, settling, moving.
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/command_line/shell.hpp"

using corral::testing::ProcessResult;
using corral::testing::Shell;
using nlohmann::json;
using Words = std::vector<std::string>;

namespace {

json answer(Shell& shell, Words words, const std::string& input = {}) {
  words.insert(words.begin(), "queues");
  const ProcessResult result = shell.corral(words, input);
  CAPTURE(result.err);
  REQUIRE(result.status == 0);
  return json::parse(result.out);
}

void run(Shell& shell, Words words, const std::string& input = {}) {
  words.insert(words.begin(), "queues");
  const ProcessResult result = shell.corral(words, input);
  CAPTURE(result.err);
  REQUIRE(result.status == 0);
}

}  // namespace

TEST_CASE("a message from argument, file and standard input, in the REST API's shape") {
  Shell shell;
  run(shell, {"create", "q"});
  const std::string id = shell.corral({"queues", "send", "q", "héllo"}).out;
  CHECK(id.size() == 33);
  shell.write("body.json", "{ \"a\": [1, null] }\n");
  run(shell, {"messages", "push", "q", "--file", "body.json", "--content-type", "json"});
  run(shell, {"send", "q", "--content-type", "bytes"}, std::string("\x00\xFF", 2));
  run(shell, {"send", "q", ""});
  CHECK(shell.corral({"queues", "send", "q"}, "\xFF").status == 1);
  CHECK(shell.corral({"queues", "send", "q", "{", "--content-type", "json"}).status == 1);
  CHECK(shell.corral({"queues", "send", "q", "x", "--file", "body.json"}).status == 1);
  CHECK(shell.corral({"queues", "send", "q", std::string(128'001, 'x')}).status == 1);
  CHECK(shell.corral({"queues", "send", "q", std::string(100'000, 'x'), "--delay-seconds", "86400"}).status ==
        0);
  CHECK(shell.corral({"queues", "send", "q", "x", "--delay-seconds", "86401"}).status == 1);
  const json pulled = answer(shell, {"pull", "q"});
  CHECK(pulled["message_backlog_count"] == 5);
  REQUIRE(pulled["messages"].size() == 4);
  const json& first = pulled["messages"][0];
  CHECK(first["id"] == id.substr(0, 32));
  CHECK(first["body"] == "héllo");
  CHECK(first["attempts"] == 1);
  CHECK(first["timestamp_ms"].is_number_integer());
  CHECK(first["lease_id"].is_string());
  CHECK(first["metadata"]["CF-Content-Type"] == "text");
  CHECK(pulled["messages"][1]["body"] == json::parse("{\"a\":[1,null]}"));
  CHECK(pulled["messages"][2]["body"] == "AP8=");
  CHECK(pulled["messages"][3]["body"] == "");
}

TEST_CASE("many at once: an array, NDJSON, the REST API's form, lines") {
  Shell shell;
  run(shell, {"create", "q"});
  const std::string items =
      R"([{"body":"a"}, {"body":{"b":"]}"},"x":1},{"body":"Yw==","content_type":"bytes"}])";
  shell.write("items.json", items);
  const ProcessResult sent = shell.corral({"queues", "messages", "bulk-push", "q", "items.json"});
  CHECK(sent.status == 0);
  CHECK(sent.out.size() == 3 * 33);
  CHECK(json::parse(shell.corral({"queues", "send", "q", "--batch", "items.json", "--json"}).out).size() ==
        3);
  run(shell, {"messages", "bulk-push", "q", "-"}, "{\"body\":1}\n\n{\"body\":2,\"delay_seconds\":3}\n");
  run(shell, {"send", "q", "--batch"}, R"({"messages":[{"body":"x"},{"body":"y"}]})");
  run(shell, {"send", "q", "--lines"}, "one\r\n\r\n\n \t\nthree");
  const json info = answer(shell, {"info", "q"});
  CHECK(info["message_backlog_count"] == 12);
  CHECK(info["delayed"] == 1);
  for (const char* wrong :
       {"[{\"body\":1}", "[1]", "{}", "{\"body\":1,\"content_type\":\"text\"}", "nonsense",
        "[{\"body\":1} {\"body\":2}]", "{\"body\":\"!\",\"content_type\":\"bytes\"}",
        "{\"body\":\"x\",\"delay_seconds\":-1}", "[{\"body\":1}] x"}) {
    CAPTURE(wrong);
    const ProcessResult refused = shell.corral({"queues", "send", "q", "--batch"}, wrong);
    CHECK(refused.status == 1);
    CHECK(refused.err.find("message ") != std::string::npos);
  }
  const ProcessResult exported = shell.corral({"queues", "export", "q"});
  run(shell, {"create", "copy"});
  run(shell, {"send", "copy", "--batch"}, exported.out);
  CHECK(answer(shell, {"info", "copy"})["message_backlog_count"] == 12);
}

TEST_CASE("of lines the line break is left out whole, and blank lines are no messages") {
  Shell shell;
  run(shell, {"create", "q"});
  CHECK(shell.corral({"queues", "send", "q", "--lines"}, "a\r\n\r\n  \n\tb \r\r\nc\r").out.size() == 3 * 33);
  const json messages = answer(shell, {"peek", "q"})["messages"];
  REQUIRE(messages.size() == 3);
  CHECK(messages[0]["body"] == "a");
  CHECK(messages[1]["body"] == "\tb \r");
  CHECK(messages[2]["body"] == "c");
}

TEST_CASE("an empty file or stdin is no message unless it is meant") {
  Shell shell;
  run(shell, {"create", "q"});
  shell.write("empty", "");
  for (const Words& words : {Words{"queues", "send", "q"}, Words{"queues", "send", "q", "--file", "empty"},
                             Words{"queues", "messages", "push", "q", "--file", "-"}}) {
    const ProcessResult refused = shell.corral(words);
    CHECK(refused.status == 1);
    CHECK(refused.err.find("--allow-empty") != std::string::npos);
  }
  CHECK(answer(shell, {"info", "q"})["message_backlog_count"] == 0);
  CHECK(shell.corral({"queues", "send", "q", "--allow-empty"}).status == 0);
  CHECK(shell.corral({"queues", "send", "q", "--lines"}).status == 0);
  CHECK(answer(shell, {"info", "q"})["message_backlog_count"] == 1);
}

TEST_CASE("what a pull cannot print is back in the queue, attempts as before") {
  Shell shell;
  run(shell, {"create", "q"});
  run(shell, {"send", "q", "--lines"}, "1\n2\n3\n");
  for (const char* to : {">/dev/full", ">&-"}) {
    CAPTURE(to);
    const ProcessResult lost = shell.script(std::string("corral queues pull q ") + to);
    CHECK(lost.status == 1);
    CHECK(lost.err.find("the messages are back in the queue") != std::string::npos);
  }
  const ProcessResult unread = shell.script(
      "{ until test -e unread; do sleep 0.01; done; corral queues pull q; } | { exec <&-; touch unread; }");
  CHECK(unread.status == 0);
  CHECK(unread.err.empty());
  const json info = answer(shell, {"info", "q"});
  CHECK(info["ready"] == 3);
  const json peeked = answer(shell, {"peek", "q"});
  for (const json& message : peeked["messages"]) CHECK(message["attempts"] == 0);
}

TEST_CASE("ack, retry and extend by words and from standard input; a dead lease is refused") {
  Shell shell;
  run(shell, {"create", "q"});
  run(shell, {"send", "q", "--lines"}, "1\n2\n3\n4\n");
  const ProcessResult pulled = shell.corral({"queues", "pull", "q", "--visibility-timeout", "600"});
  const json messages = json::parse(pulled.out)["messages"];
  REQUIRE(messages.size() == 4);
  const auto lease = [&](std::size_t i) { return messages[i]["lease_id"].get<std::string>(); };
  CHECK(answer(shell, {"extend-leases", "q", "--visibility-timeout", "900"}, pulled.out)["extendCount"] == 4);
  CHECK(answer(shell, {"ack", "q", lease(0)})["ackCount"] == 1);
  const ProcessResult again = shell.corral({"queues", "ack", "q", lease(0), lease(1)});
  CHECK(again.status == 1);
  CHECK(json::parse(again.out)["ackCount"] == 1);
  CHECK(json::parse(again.out)["warnings"].contains(lease(0)));
  CHECK(answer(shell, {"messages", "retry", "q"}, lease(2) + "\n")["retryCount"] == 1);
  const json rest = {{"acks", json::array()}, {"retries", {{{"lease_id", lease(3)}, {"delay_seconds", 60}}}}};
  CHECK(answer(shell, {"ack", "q", "-"}, rest.dump())["retryCount"] == 1);
  const json info = answer(shell, {"info", "q"});
  CHECK(info["ready"] == 1);
  CHECK(info["delayed"] == 1);
  const json second = answer(shell, {"messages", "pull", "q"});
  REQUIRE(second["messages"].size() == 1);
  CHECK(second["messages"][0]["attempts"] == 2);
  CHECK(second["messages"][0]["body"] == "3");
}

TEST_CASE("pull waits for a message, and a lease that has run out brings it back") {
  Shell shell;
  run(shell, {"create", "q"});
  CHECK(answer(shell, {"pull", "q"})["messages"].empty());
  const ProcessResult waited = shell.script(
      "corral queues pull q --wait 60 --visibility-timeout-ms 50 & corral queues send q late >/dev/null; "
      "wait $!");
  CHECK(json::parse(waited.out)["messages"].size() == 1);
  const json again = answer(shell, {"pull", "q", "--wait", "60"});
  REQUIRE(again["messages"].size() == 1);
  CHECK(again["messages"][0]["attempts"] == 2);
}

TEST_CASE("peek shows refs that purge takes; move and redrive") {
  Shell shell;
  for (const char* name : {"q", "dead"}) run(shell, {"create", name});
  run(shell, {"consumer", "http", "add", "q", "--message-retries", "0", "--dead-letter-queue", "dead"});
  run(shell, {"send", "q", "--lines"}, "1\n2\n3\n");
  const json seen = answer(shell, {"peek", "q", "--limit", "2"});
  REQUIRE(seen["messages"].size() == 2);
  run(shell, {"messages", "purge", "q", seen["messages"][0]["ref"]});
  CHECK(shell.corral({"queues", "messages", "purge", "q", seen["messages"][0]["ref"]}).status == 1);
  CHECK(shell.script("corral queues pull q | corral queues retry q").status == 0);
  json info = answer(shell, {"info", "q"});
  CHECK(info["message_backlog_count"] == 0);
  CHECK(info["dead_lettered"] == 2);
  const json dead = answer(shell, {"peek", "dead"});
  REQUIRE(dead["messages"].size() == 2);
  CHECK(dead["messages"][0]["dead_letter_source"] == "q");
  CHECK(dead["messages"][0]["id"] == seen["messages"][1]["id"]);
  run(shell, {"redrive", "dead"});
  CHECK(answer(shell, {"info", "q"})["ready"] == 2);
  run(shell, {"messages", "move", "q", "dead"});
  CHECK(answer(shell, {"info", "dead"})["ready"] == 2);
  CHECK(shell.corral({"queues", "move", "q", "q"}).status == 1);
  CHECK(shell.corral({"queues", "purge", "dead"}).status == 1);
  run(shell, {"purge", "dead", "--force"});
  CHECK(answer(shell, {"info", "dead"})["message_backlog_count"] == 0);
}

TEST_CASE("tail follows without taking; stored text cannot steer a terminal") {
  Shell shell;
  run(shell, {"create", "q"});
  run(shell, {"send", "q", "before"});
  const ProcessResult tail = shell.script(
      "corral queues tail q > seen 2> said & until grep -q waiting said; do sleep 0.01; done 2>/dev/null; "
      "corral queues send q after >/dev/null; until test -s seen; do sleep 0.01; done; "
      "kill -INT $!; wait $! || [ $? = 130 ]; cat seen");
  CHECK(tail.status == 0);
  const json line = json::parse(tail.out);
  CHECK(line["body"] == "after");
  CHECK(answer(shell, {"info", "q"})["ready"] == 2);
  run(shell, {"send", "q", "evil\x1B[2J"});
  for (const Words& words :
       {Words{"queues", "peek", "q"}, Words{"queues", "tail", "q", "--from-start", "--for", "0"},
        Words{"queues", "pull", "q"}}) {
    const ProcessResult shown = shell.on_terminal(words);
    CHECK(shown.status == 0);
    CHECK(shown.screen.find("\x1B[2J") == std::string::npos);
    CHECK(shown.screen.find("evil\\x1b[2J") != std::string::npos);
  }
}

TEST_CASE("the store is a folder beside the registry; its flushing is chosen by a word") {
  Shell shell;
  run(shell, {"create", "q"});
  CHECK(shell.script("CORRAL_QUEUE_SYNC=off corral queues send q x").status == 0);
  CHECK(shell.script("CORRAL_QUEUE_SYNC=never corral queues send q x").status == 1);
  CHECK(std::filesystem::exists(shell.folder() / ".wrangler/state/v3/corral/queues/data.mdb"));
  CHECK(answer(shell, {"info", "q"})["message_backlog_count"] == 1);
}
