// `corral queues create` and related commands, and `consume`, as a shell sees them.
#include <csignal>
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

ProcessResult queues(Shell& shell, Words words, const std::string& input = {}) {
  words.insert(words.begin(), "queues");
  return shell.corral(words, input);
}

json info(Shell& shell, const std::string& queue) {
  return json::parse(queues(shell, {"info", queue}).out);
}

json peeked(Shell& shell, const std::string& queue) {
  return json::parse(queues(shell, {"peek", queue}).out)["messages"];
}

}  // namespace

TEST_CASE("which leads to queues, buckets and classes that only the registry or the disk knows") {
  Shell shell;
  shell.corral({"queues", "create", "mails"});
  json found = json::parse(shell.corral({"which", "mails"}).out);
  REQUIRE(found.size() == 1);
  CHECK(found[0]["kind"] == "queue");
  CHECK(found[0]["name"] == "mails");
  CHECK(found[0]["file"].get<std::string>().ends_with("/v3/corral/queues/data.mdb"));
  // Another kind of the same name, and a queue that the config names too.
  shell.corral({"d1", "create", "mails"});
  shell.write("wrangler.json", R"({"queues":{"producers":[{"binding":"MAILS","queue":"mails"}],
                                             "consumers":[{"queue":"mails"}]}})");
  const std::string queue_id = found[0]["id"];
  found = json::parse(shell.corral({"which", "mails"}).out);
  REQUIRE(found.size() == 3);
  CHECK(found[0]["kind"] == "queue (producer)");
  CHECK(found[0]["id"] == queue_id);
  CHECK(found[1]["kind"] == "queue (consumer)");
  CHECK(found[1]["id"] == queue_id);
  CHECK(found[2]["kind"] == "D1 database");
  CHECK(found[2]["id"] != queue_id);
  shell.write("wrangler.json",
              R"({"name":"app","durable_objects":{"bindings":[{"name":"ROOMS","class_name":"Room"}]}})");
  REQUIRE(shell.corral({"do", "storage", "put", "Room", "--name", "lobby", "k", "1"}).status == 0);
  CHECK(json::parse(shell.corral({"which", "ROOMS"}).out)[0]["kind"] == "Durable Object class");
  shell.write("wrangler.json", "{}");
  found = json::parse(shell.corral({"which", "Room"}).out);
  REQUIRE(found.size() == 1);
  CHECK(found[0]["kind"] == "Durable Object class");
  CHECK(found[0]["source"] == "found on disk only");
  CHECK(found[0]["exists"] == true);
}

TEST_CASE("a queue is made, listed, changed and deleted") {
  Shell shell;
  const ProcessResult made = queues(
      shell, {"create", "my-q", "--delivery-delay-secs", "5", "--message-retention-period-secs", "60"});
  CHECK(made.status == 0);
  CHECK(json::parse(made.out) ==
        json::parse(R"({"queues":{"producers":[{"binding":"my_q","queue":"my-q"}]}})"));
  CHECK(queues(shell, {"create", "my-q"}).status == 1);
  json shown = info(shell, "my-q");
  CHECK(shown["settings"]["delivery_delay"] == 5);
  CHECK(shown["settings"]["message_retention_period"] == 60);
  CHECK(queues(shell, {"send", "my-q", "x"}).status == 0);
  CHECK(info(shell, "my-q")["delayed"] == 1);
  CHECK(queues(shell, {"update", "my-q", "--delivery-delay-secs", "0"}).status == 0);
  CHECK(queues(shell, {"send", "my-q", "x"}).status == 0);
  shown = info(shell, "my-q");
  CHECK(shown["ready"] == 1);
  CHECK(shown["settings"]["message_retention_period"] == 60);
  const json list = json::parse(queues(shell, {"list"}).out);
  REQUIRE(list.size() == 1);
  CHECK(list[0]["queue_name"] == "my-q");
  CHECK(list[0]["message_backlog_count"] == 2);
  CHECK(json::parse(queues(shell, {"list", "--page", "2"}).out).empty());
  CHECK(queues(shell, {"delete", "my-q"}).status == 1);
  CHECK(queues(shell, {"delete", "my-q", "--force"}).status == 0);
  CHECK(queues(shell, {"info", "my-q"}).status == 1);
  CHECK(queues(shell, {"create", "my-q"}).status == 0);
  CHECK(queues(shell, {"delete", "my-q"}).status == 0);  // nothing is lost with it
}

TEST_CASE("--update-config puts a producer into the config") {
  Shell shell;
  shell.write("wrangler.jsonc",
              R"({"queues": {"producers": [{"binding": "Q", "queue": "old", "delivery_delay": 5}]}})");
  CHECK(queues(shell, {"create", "new", "--binding", "Q", "--update-config"}).status == 0);
  CHECK(shell.read("wrangler.jsonc") ==
        R"({"queues": {"producers": [{"binding": "Q", "queue": "new", "delivery_delay": 5}]}})");
  CHECK(queues(shell, {"create", "more", "--update-config"}).status == 0);
  CHECK(queues(shell, {"send", "more", "x"}).status == 0);
  CHECK(shell.read("wrangler.jsonc").find(R"({"binding": "more", "queue": "more"})") != std::string::npos);
}

TEST_CASE("names and numbers outside their ranges are refused") {
  Shell shell;
  CHECK(queues(shell, {"create", "q"}).status == 0);
  const std::vector<Words> wrong = {{"create", "a b"},
                                    {"create", std::string(64, 'q')},
                                    {"create", "r", "--delivery-delay-secs", "86401"},
                                    {"create", "r", "--message-retention-period-secs", "59"},
                                    {"create", "r", "--message-retention-period-secs", "1209601"},
                                    {"create", "r", "--jurisdiction", "moon"},
                                    {"update", "q", "--delivery-delay-secs", "-1"},
                                    {"consumer", "add", "q", "w", "--batch-size", "101"},
                                    {"consumer", "add", "q", "w", "--batch-timeout", "61"},
                                    {"consumer", "add", "q", "w", "--message-retries", "101"},
                                    {"consumer", "add", "q", "w", "--max-concurrency", "0"},
                                    {"consumer", "add", "q", "w", "--max-concurrency", "251"},
                                    {"consumer", "add", "q", "w", "--retry-delay-secs", "86401"},
                                    {"consumer", "http", "add", "q", "--visibility-timeout-secs", "43201"},
                                    {"pull", "q", "--batch-size", "0"},
                                    {"pull", "q", "--batch-size", "101"},
                                    {"pull", "q", "--visibility-timeout-ms", "43200001"},
                                    {"pull", "nowhere"}};
  for (const Words& words : wrong) {
    CAPTURE(words.at(1));
    const ProcessResult result = queues(shell, words);
    CHECK(result.status == 1);
    CHECK(result.out.empty());
    CHECK_FALSE(result.err.empty());
  }
}

TEST_CASE("queues of the config exist, with its settings; the registry's come first") {
  Shell shell;
  shell.write("wrangler.jsonc", R"({"name": "w", "queues": {
      "producers": [{"binding": "Q", "queue": "jobs", "delivery_delay": 7}],
      "consumers": [{"queue": "jobs", "max_retries": 0, "dead_letter_queue": "lost", "max_batch_size": 2}]}})");
  json shown = info(shell, "jobs");
  CHECK(shown["queue_id"].is_null());
  CHECK(shown["settings"]["delivery_delay"] == 7);
  CHECK(shown["producers"] == json::parse(R"(["Q"])"));
  CHECK(shown["consumers"][0]["script"] == "w");
  CHECK(info(shell, "lost")["message_backlog_count"] == 0);
  CHECK(queues(shell, {"send", "Q", "--lines", "--delay-seconds", "0"}, "1\n2\n3\n").status == 0);
  CHECK(json::parse(queues(shell, {"pull", "jobs"}).out)["messages"].size() == 2);
  CHECK(queues(shell, {"consumer", "remove", "jobs", "w"}).status == 1);
  CHECK(queues(shell, {"consumer", "add", "jobs", "mine", "--batch-size", "1"}).status == 0);
  CHECK(queues(shell, {"consumer", "worker", "add", "jobs", "other"}).status == 1);
  CHECK(json::parse(queues(shell, {"consumer", "list", "jobs"}).out).size() == 2);
  CHECK(json::parse(queues(shell, {"consumer", "http", "list", "jobs"}).out).empty());
  CHECK(queues(shell, {"consumer", "remove", "jobs", "mine"}).status == 0);
  shell.write("wrangler.jsonc", R"({"queues": {"consumers": [{"queue": "jobs", "max_batch_size": 500}]}})");
  CHECK(queues(shell, {"info", "jobs"}).status == 1);
}

TEST_CASE("pause and resume") {
  Shell shell;
  CHECK(queues(shell, {"create", "q"}).status == 0);
  CHECK(queues(shell, {"pause-delivery", "q"}).status == 0);
  CHECK(queues(shell, {"send", "q", "x"}).status == 0);
  CHECK(info(shell, "q")["settings"]["delivery_paused"] == true);
  CHECK(queues(shell, {"pull", "q"}).status == 1);
  const ProcessResult consumed = queues(shell, {"consume", "q", "--exec", "cat", "--until-empty"});
  CHECK(consumed.status == 0);
  CHECK(consumed.out.empty());
  CHECK(queues(shell, {"resume-delivery", "q"}).status == 0);
  CHECK(json::parse(queues(shell, {"pull", "q"}).out)["messages"].size() == 1);
}

TEST_CASE("subscriptions are kept, listed, changed and deleted") {
  Shell shell;
  CHECK(queues(shell, {"create", "q"}).status == 0);
  const json made = json::parse(queues(shell, {"subscription", "create", "q", "--source", "workersAi.model",
                                               "--events", "batch.queued, x", "--model-name", "m"})
                                    .out);
  CHECK(made["source"]["model_name"] == "m");
  CHECK(made["events"] == json::parse(R"(["batch.queued","x"])"));
  const std::string id = made["id"];
  CHECK(
      queues(shell, {"subscription", "create", "q", "--source", "workersAi.model", "--events", "x"}).status ==
      1);
  CHECK(queues(shell, {"subscription", "create", "q", "--source", "kv", "--events", " ,"}).status == 1);
  CHECK(json::parse(queues(shell, {"subscription", "list", "q"}).out).size() == 1);
  const json changed = json::parse(
      queues(shell, {"subscription", "update", "q", "--id", id, "--enabled", "false", "--name", "n"}).out);
  CHECK(changed["enabled"] == false);
  CHECK(changed["name"] == "n");
  CHECK(json::parse(queues(shell, {"subscription", "get", "q", "--id", id}).out) == changed);
  CHECK(queues(shell, {"subscription", "delete", "q", "--id", id}).status == 1);
  CHECK(queues(shell, {"subscription", "delete", "q", "--id", id, "-y"}).status == 0);
  CHECK(queues(shell, {"subscription", "get", "q", "--id", id}).status == 1);
}

TEST_CASE("consume runs a command a batch, and takes its word on single messages") {
  Shell shell;
  CHECK(queues(shell, {"create", "q"}).status == 0);
  CHECK(queues(shell, {"send", "q", "--lines"}, "1\n2\n3\n").status == 0);
  const std::string first = peeked(shell, "q")[0]["id"];
  const ProcessResult failed = queues(
      shell, {"consume", "q", "--once", "--exec",
              "cat > batch; echo '{\"outcome\":\"ack\",\"id\":\"" + first + "\"}'; echo said; exit 3"});
  CHECK(failed.status == 0);
  CHECK(failed.out == "said\n");
  CHECK(failed.err.find("3 messages, 1 acked, 2 to be retried") != std::string::npos);
  CHECK(failed.err.find("exit status 3") != std::string::npos);
  CHECK(json::parse(shell.read("batch"))["messages"].size() == 3);
  CHECK(json::parse(shell.read("batch"))["queue"] == "q");
  const ProcessResult retried = queues(
      shell, {"consume", "q", "--once", "--exec", "echo '{\"outcome\":\"retry\",\"delay_seconds\":600}'"});
  CHECK(retried.status == 0);
  CHECK(info(shell, "q")["delayed"] == 2);
  CHECK(queues(shell, {"consume", "q", "--once", "--exec", "exit 1"}).err.empty());
}

TEST_CASE("consume --each: 1,000 succeed, the poison ends in the dead letter queue with the right attempts") {
  Shell shell;
  const ProcessResult result = shell.script(R"(
    corral queues create jobs; corral queues create dead
    seq 1100 | corral queues send jobs --lines
    corral queues consume jobs --each --until-empty --max-concurrency 4 --batch-size 100 --message-retries 2 \
      --dead-letter-queue dead --exec 'n=$(cat); echo $n $CORRAL_MESSAGE_ATTEMPTS >> tried
        if [ $((n % 11)) = 0 ]; then exit 1; fi; echo $n >> done'
    sort -u done | wc -l > count; wc -l < done >> count; wc -l < tried >> count
    grep -c ' 3$' tried >> count)");
  CAPTURE(result.err);
  CHECK(result.status == 0);
  CHECK(shell.read("count") == "1000\n1000\n1300\n100\n");
  CHECK(info(shell, "dead")["ready"] == 100);
  CHECK(info(shell, "jobs")["message_backlog_count"] == 0);
}

TEST_CASE("a signal stops consume cleanly: what was begun is settled, the rest is as if never taken") {
  Shell shell;
  CHECK(queues(shell, {"create", "q"}).status == 0);
  CHECK(queues(shell, {"send", "q", "--lines"}, "1\n2\n3\n4\n5\n").status == 0);
  for (const char* signal : {"INT", "TERM"}) {
    const ProcessResult result =
        shell.script(std::string("rm -f begun go; corral queues consume q --each --batch-timeout 0 --exec "
                                 "'touch begun; until test -e go; do sleep 0.01; done; cat' & "
                                 "until test -e begun; do sleep 0.01; done; kill -") +
                     signal + " $!; touch go; wait $!");
    CHECK(result.status == 130);
    CHECK(result.out.size() == 1);
  }
  const json shown = info(shell, "q");
  CHECK(shown["ready"] == 3);
  CHECK(shown["in_flight"] == 0);
  for (const json& message : peeked(shell, "q")) CHECK(message["attempts"] == 0);
}

TEST_CASE("consume --url refuses in words what it cannot reach") {
  Shell shell;
  CHECK(queues(shell, {"create", "q"}).status == 0);
  for (const char* url :
       {"ftp://localhost/", "http://", "http://localhost:0/", "https://[::1/", "http://localhost:99999/",
        "http://u@localhost/", "http://a b/", "localhost:8787"}) {
    CAPTURE(url);
    const ProcessResult result = queues(shell, {"consume", "q", "--once", "--url", url});
    CHECK(result.status == 1);
  }
  CHECK(queues(shell, {"consume", "q"}).status == 1);
  CHECK(queues(shell, {"consume", "q", "--exec", "true", "--url", "http://localhost"}).status == 1);
  CHECK(queues(shell, {"send", "q", "x"}).status == 0);
}

TEST_CASE("consume ends at once when its consumer cannot be reached; the messages are as before") {
  Shell shell;
  CHECK(queues(shell, {"create", "q"}).status == 0);
  CHECK(queues(shell, {"create", "dead"}).status == 0);
  CHECK(queues(shell, {"send", "q", "--lines"}, "1\n2\n3\n4\n5\n").status == 0);
  shell.write("data", "no program");
  shell.write("folder/x", "");
  const std::vector<Words> unreachable = {{"--exec", "no-such-program"},
                                          {"--exec", "no-such-program", "--each", "--max-concurrency", "2"},
                                          {"--exec", "./data"},
                                          {"--exec", "./folder"},
                                          {"--exec", "cat | no-such-program"},
                                          {"--exec", "cat >/dev/null; no-such-program"},
                                          {"--exec", "exec 2>/dev/null /no/such/program"},
                                          {"--exec", "exit 127"},
                                          {"--url", "http://127.0.0.1:9/"}};
  for (Words words : unreachable) {
    CAPTURE(words.at(1));
    words.insert(words.begin(), {"consume", "q", "--until-empty", "--message-retries", "0",
                                 "--dead-letter-queue", "dead", "--batch-size", "2"});
    const ProcessResult result = queues(shell, words);
    CHECK(result.status == 1);
    CHECK(result.err.find("the consumer could not be reached") != std::string::npos);
    CHECK(result.err.find("dead letter") == std::string::npos);
    const json shown = info(shell, "q");
    CHECK(shown["ready"] == 5);
    CHECK(shown["in_flight"] == 0);
    for (const json& message : peeked(shell, "q")) CHECK(message["attempts"] == 0);
  }
  // sh can see this without a message.
  const ProcessResult wrong = queues(shell, {"consume", "q", "--once", "--exec", "if then"});
  CHECK(wrong.status == 1);
  CHECK(wrong.err.find("sh cannot read the command") != std::string::npos);
  // What it did before it could not go on counts.
  const ProcessResult part = queues(shell, {"consume", "q", "--once", "--exec",
                                            "echo '{\"outcome\":\"ack\",\"id\":\"'$(grep -o "
                                            "'\"id\": *\"[^\"]*' | head -1 | sed 's/.*\"//')'\"}'; no-such"});
  CHECK(part.status == 1);
  CHECK(info(shell, "q")["ready"] == 4);
}

TEST_CASE("consume reports every message that used up its attempts, and their number") {
  Shell shell;
  for (const char* name : {"q", "dead"}) CHECK(queues(shell, {"create", name}).status == 0);
  CHECK(queues(shell, {"send", "q", "--lines"}, "1\n2\n3\n").status == 0);
  const Words fail = {"consume", "q", "--until-empty", "--message-retries", "1", "--exec", "exit 3"};
  const json ids = peeked(shell, "q");
  Words words = fail;
  words.emplace_back("--exit-code");
  ProcessResult result = queues(shell, words);
  CAPTURE(result.err);
  CHECK(result.status == 3);
  for (const json& message : ids) {
    CHECK(result.err.find("warning: message " + message["id"].get<std::string>() +
                          " was dropped after 2 attempts (exit status 3)") != std::string::npos);
  }
  CHECK(result.err.find("warning: 3 messages used up all attempts: dropped") != std::string::npos);
  CHECK(info(shell, "q")["dropped"] == 3);

  CHECK(queues(shell, {"send", "q", "x"}).status == 0);
  words = fail;
  words.insert(words.end(), {"--dead-letter-queue", "dead", "--json"});
  result = queues(shell, words);
  CHECK(result.status == 0);  // no check was asked for
  CHECK(result.err.find("went to the dead letter queue \"dead\" after 2 attempts") != std::string::npos);
  CHECK(result.err.find("1 message used up all attempts: moved to the dead letter queue \"dead\"") !=
        std::string::npos);
  CHECK(queues(shell, {"consume", "dead", "--until-empty", "--exit-code", "--exec", "true"}).status == 0);
}

TEST_CASE("pull and retry say when a message is lost with its last attempt") {
  Shell shell;
  CHECK(queues(shell, {"create", "q"}).status == 0);
  CHECK(queues(shell, {"consumer", "http", "add", "q", "--message-retries", "0"}).status == 0);
  CHECK(queues(shell, {"send", "q", "x"}).status == 0);
  const ProcessResult retried = shell.script("corral queues pull q | corral queues retry q");
  CHECK(retried.status == 0);
  CHECK(retried.err.find("1 message used up all attempts: dropped") != std::string::npos);
  // An earlier pull allowed more attempts than the queue's consumer does now.
  CHECK(queues(shell, {"consumer", "http", "remove", "q"}).status == 0);
  CHECK(queues(shell, {"send", "q", "x"}).status == 0);
  CHECK(shell.script("corral queues pull q | corral queues retry q").err.empty());
  CHECK(queues(shell, {"consumer", "http", "add", "q", "--message-retries", "0"}).status == 0);
  CHECK(queues(shell, {"pull", "q"}).err.find("was dropped after 1 attempt") != std::string::npos);
}

TEST_CASE("consume stops when its output cannot be written; what was not begun is as before") {
  Shell shell;
  CHECK(queues(shell, {"create", "q"}).status == 0);
  CHECK(queues(shell, {"send", "q", "--lines"}, "1\n2\n3\n4\n5\n").status == 0);
  const ProcessResult full =
      shell.script("corral queues consume q --each --until-empty --exec 'cat; echo' >/dev/full || echo $?");
  CHECK(full.out == "1\n");
  CHECK(full.err.find("No space left on device; the messages delivered so far are acknowledged or retried, "
                      "the rest are still in the queue") != std::string::npos);
  CHECK(info(shell, "q")["ready"] == 4);
  CHECK(info(shell, "q")["in_flight"] == 0);
  const ProcessResult gone = shell.script(
      "corral queues consume q --each --until-empty --exec "
      "'until test -e unread; do sleep 0.01; done; cat; echo' | { exec <&-; touch unread; }; "
      "echo ${PIPESTATUS[0]}");
  CHECK(gone.out == "0\n");
  CHECK(info(shell, "q")["ready"] == 3);
  for (const json& message : peeked(shell, "q")) CHECK(message["attempts"] == 0);
}
