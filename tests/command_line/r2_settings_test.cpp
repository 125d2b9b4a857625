// The settings of R2 buckets as a shell sees them, and what lock and lifecycle rules do.
#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/command_line/shell.hpp"

using corral::testing::ProcessResult;
using corral::testing::Shell;
using nlohmann::json;

namespace {

/// Runs `corral r2 bucket WORDS`.
ProcessResult bucket(Shell& shell, std::vector<std::string> words) {
  words.insert(words.begin(), {"r2", "bucket"});
  return shell.corral(words);
}

void put(Shell& shell, const std::string& path) {
  REQUIRE(shell.corral({"r2", "object", "put", path, "--pipe"}, "body").status == 0);
}

/// Backdates the upload of an object by a number of seconds, with the sqlite3 shell.
void age(Shell& shell, const std::string& key, long seconds) {
  REQUIRE(shell
              .script("sqlite3 \"$(ls .wrangler/state/v3/r2/miniflare-R2BucketObject/*.sqlite)\" \"UPDATE "
                      "_mf_objects "
                      "SET uploaded = uploaded - " +
                      std::to_string(seconds) + "000 WHERE key = '" + key + "'\"")
              .status == 0);
}

}  // namespace

TEST_CASE("locked objects cannot be overwritten, moved or deleted, until the rule lets go") {
  Shell shell;
  bucket(shell, {"create", "my-bucket"});
  put(shell, "my-bucket/keep/a");
  put(shell, "my-bucket/free");
  CHECK(bucket(shell, {"lock", "add", "my-bucket", "rule", "keep/", "--retention-days", "2"}).status == 0);
  CHECK(bucket(shell, {"lock", "add", "my-bucket", "rule", "x/", "--retention-days", "2"}).status == 1);
  CHECK(bucket(shell, {"lock", "add", "my-bucket", "two"}).status == 1);
  CHECK(bucket(shell, {"lock", "add", "my-bucket", "two", "--retention-days", "1.5"}).status == 1);
  CHECK(bucket(shell, {"lock", "add", "my-bucket", "--name", "two", "--retention-days", "1",
                       "--retention-indefinite"})
            .status == 1);
  CHECK(
      bucket(shell, {"lock", "add", "my-bucket", "--name", "two", "--prefix", "t/", "--retention-days", "1"})
          .status == 0);
  CHECK(bucket(shell, {"lock", "remove", "my-bucket", "--name", "two"}).status == 0);
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"object", "put", "my-bucket/keep/a", "--pipe"},
                                             {"object", "delete", "my-bucket/keep/a"},
                                             {"object", "delete", "my-bucket", "--prefix", "keep", "--force"},
                                             {"object", "move", "my-bucket/keep/a", "my-bucket/b"},
                                             {"object", "move", "my-bucket/keep/a", "other-bucket/b"},
                                             {"object", "copy", "my-bucket/free", "my-bucket/keep/a"},
                                             {"bucket", "delete", "my-bucket", "--force"}}) {
    std::vector<std::string> command = {"r2"};
    command.insert(command.end(), words.begin(), words.end());
    const ProcessResult result = shell.corral(command, "new");
    CAPTURE(words[1]);
    CHECK(result.status == 1);
    CHECK(result.err.find("locked by rule \"rule\"") != std::string::npos);
    CHECK(shell.corral({"r2", "object", "get", "my-bucket/keep/a", "--pipe"}).out == "body");
  }
  CHECK(shell.corral({"r2", "object", "list", "other-bucket"}).out == "[]\n");
  put(shell, "my-bucket/keep/new");
  age(shell, "keep/a", 2 * 86'400 + 1);
  put(shell, "my-bucket/keep/a");
  CHECK(shell.corral({"r2", "object", "delete", "my-bucket/keep/new"}).status == 1);
  const json rules = json::parse(bucket(shell, {"lock", "list", "my-bucket"}).out);
  CHECK(rules == json::parse(R"({"rules":[{"id":"rule","enabled":true,"prefix":"keep/",
                                 "condition":{"type":"Age","maxAgeSeconds":172800}}]})"));
  CHECK(bucket(shell, {"lock", "remove", "my-bucket", "--name", "none"}).status == 1);
  CHECK(bucket(shell, {"lock", "remove", "my-bucket", "--id", "rule"}).status == 0);
  CHECK(shell.corral({"r2", "object", "delete", "my-bucket/keep/new"}).status == 0);
}

TEST_CASE("lock rules from a file: dates, disabled ones, mistakes") {
  Shell shell;
  put(shell, "my-bucket/k");
  shell.write("past.json", R"({"rules":[{"id":"a","condition":{"type":"Date","date":"2020-01-01"}},
                               {"id":"b","enabled":false,"condition":{"type":"Indefinite"}}]})");
  shell.write("future.json", R"({"rules":[{"id":"a","condition":{"type":"Date","date":"2199-01-01"}}]})");
  CHECK(bucket(shell, {"lock", "set", "my-bucket", "--file", "past.json"}).status == 0);
  put(shell, "my-bucket/k");
  CHECK(bucket(shell, {"lock", "set", "my-bucket", "--file", "future.json"}).status == 1);
  CHECK(bucket(shell, {"lock", "set", "my-bucket", "--file", "future.json", "--force"}).status == 0);
  CHECK(shell.corral({"r2", "object", "delete", "my-bucket/k"}).status == 1);
  for (
      const char* wrong :
      {"[]", "{}", "{", R"({"rules":[5]})", R"({"rules":[{"id":"a"}]})",
       R"({"rules":[{"id":"","condition":{"type":"Indefinite"}}]})",
       R"({"rules":[{"id":"a","condition":{"type":"Never"}}]})",
       R"({"rules":[{"id":"a","condition":{"type":"Age"}}]})",
       R"({"rules":[{"id":"a","condition":{"type":"Age","maxAgeSeconds":0}}]})",
       R"({"rules":[{"id":"a","condition":{"type":"Date","date":"soon"}}]})",
       R"({"rules":[{"id":"a","condition":{"type":"Indefinite"}},{"id":"a","condition":{"type":"Indefinite"}}]})"}) {
    shell.write("wrong.json", wrong);
    CAPTURE(wrong);
    CHECK(bucket(shell, {"lock", "set", "my-bucket", "--file", "wrong.json", "--force"}).status == 1);
  }
  CHECK(json::parse(bucket(shell, {"lock", "list", "my-bucket"}).out)["rules"].size() == 1);
}

TEST_CASE("lifecycle run expires what is old, and nothing that is locked") {
  Shell shell;
  for (const char* key : {"logs/old", "logs/new", "logs/locked", "other"})
    put(shell, std::string("my-bucket/") + key);
  for (const char* key : {"logs/old", "logs/locked", "other"}) age(shell, key, 40 * 86'400);
  CHECK(bucket(shell, {"lifecycle", "add", "my-bucket", "thirty", "logs/", "--expire-days", "30"}).status ==
        0);
  CHECK(bucket(shell, {"lifecycle", "add", "my-bucket", "nothing"}).status == 1);
  CHECK(bucket(shell,
               {"lifecycle", "add", "my-bucket", "both", "--expire-days", "1", "--expire-date", "2030-01-01"})
            .status == 1);
  bucket(shell, {"lock", "add", "my-bucket", "keep", "logs/locked", "--retention-indefinite"});
  const json plan = json::parse(bucket(shell, {"lifecycle", "run", "my-bucket", "--dry-run"}).out);
  CHECK(plan == json::parse(R"([{"action":"delete","key":"logs/old","size":4,"rule":"thirty"}])"));
  CHECK(shell.corral({"r2", "object", "get", "my-bucket/logs/old", "--pipe"}).out == "body");
  CHECK(json::parse(bucket(shell, {"lifecycle", "run", "my-bucket"}).out) == plan);
  CHECK(shell.corral({"r2", "object", "list", "my-bucket", "--names"}).out ==
        "logs/locked\nlogs/new\nother\n");
  CHECK(bucket(shell, {"lifecycle", "run", "my-bucket"}).out == "[]\n");
  CHECK(bucket(shell, {"lifecycle", "remove", "my-bucket", "--name", "thirty"}).status == 0);
  CHECK(bucket(shell, {"lifecycle", "remove", "my-bucket", "--name", "thirty"}).status == 1);
}

TEST_CASE("lifecycle rules come back from list as set took them, and uploads are aborted") {
  Shell shell;
  put(shell, "my-bucket/k");
  const json rules = json::parse(R"({"rules":[{"id":"all","enabled":true,"conditions":{"prefix":"p/"},
    "deleteObjectsTransition":{"condition":{"type":"Date","date":"2199-01-01T00:00:00.000Z"}},
    "storageClassTransitions":[{"condition":{"type":"Age","maxAge":86400},"storageClass":"InfrequentAccess"}],
    "abortMultipartUploadsTransition":{"condition":{"type":"Age","maxAge":604800}}}]})");
  shell.write("rules.json", rules.dump());
  CHECK(bucket(shell, {"lifecycle", "set", "my-bucket", "--file", "rules.json"}).status == 0);
  CHECK(json::parse(bucket(shell, {"lifecycle", "list", "my-bucket"}).out) == rules);
  for (const char* upload : {"p/old", "q/old"}) {
    REQUIRE(
        shell
            .script(std::string("sqlite3 \"$(ls .wrangler/state/v3/r2/miniflare-R2BucketObject/*.sqlite)\" \""
                                "INSERT INTO _mf_multipart_uploads VALUES('") +
                    upload + "', '" + upload + "', '{}', '{}', 0); INSERT INTO _mf_multipart_parts VALUES('" +
                    upload +
                    "', 1, "
                    "'00000000000000000000000000000000000000000000000000000000000000000000016000000000', 3, "
                    "'e', 'm', NULL)\"")
            .status == 0);
  }
  const json done = json::parse(bucket(shell, {"lifecycle", "run", "my-bucket"}).out);
  CHECK(done == json::parse(R"([{"action":"abort upload","key":"p/old","size":3,"rule":"all"}])"));
  const json left = json::parse(shell.corral({"r2", "multipart", "list", "my-bucket"}).out);
  REQUIRE(left.size() == 1);
  CHECK(left[0]["key"] == "q/old");
  CHECK(shell.corral({"r2", "multipart", "abort", "my-bucket", "--all"}).status == 1);
  CHECK(shell.corral({"r2", "multipart", "abort", "my-bucket", "--all", "--force"}).status == 0);
  CHECK(shell.corral({"r2", "multipart", "abort", "my-bucket", "none"}).status == 1);
  CHECK(shell.corral({"r2", "multipart", "list", "my-bucket"}).out == "[]\n");
}

TEST_CASE("CORS rules") {
  Shell shell;
  bucket(shell, {"create", "my-bucket"});
  const json rules =
      json::parse(R"({"rules":[{"allowed":{"origins":["https://a.example"],"methods":["GET","PUT"],
    "headers":["x-a"]},"exposeHeaders":["etag"],"maxAgeSeconds":60}]})");
  shell.write("cors.json", rules.dump());
  CHECK(bucket(shell, {"cors", "set", "my-bucket", "--file", "cors.json"}).status == 0);
  CHECK(json::parse(bucket(shell, {"cors", "list", "my-bucket"}).out) == rules);
  shell.write("wrong.json", R"({"rules":[{"allowed":{"origins":["*"],"methods":["PATCH"]}}]})");
  CHECK(bucket(shell, {"cors", "set", "my-bucket", "--file", "wrong.json", "-y"}).status == 1);
  CHECK(bucket(shell, {"cors", "delete", "my-bucket"}).status == 1);
  CHECK(bucket(shell, {"cors", "delete", "my-bucket", "-y"}).status == 0);
  CHECK(json::parse(bucket(shell, {"cors", "list", "my-bucket"}).out)["rules"].empty());
  CHECK(bucket(shell, {"cors", "list", "no-such-bucket"}).status == 1);
}

TEST_CASE("notification rules") {
  Shell shell;
  bucket(shell, {"create", "my-bucket"});
  CHECK(bucket(shell,
               {"notification", "create", "my-bucket", "--event-types", "object-create", "object-delete",
                "--queue", "jobs", "--prefix", "img/", "--suffix", ".png", "--description", "thumbnails"})
            .status == 0);
  CHECK(bucket(shell,
               {"notification", "create", "my-bucket", "--event-type", "object-moved", "--queue", "jobs"})
            .status == 1);
  const ProcessResult overlap = bucket(
      shell, {"notification", "create", "my-bucket", "--event-type", "object-create", "--queue", "other"});
  CHECK(overlap.status == 1);
  const json list = json::parse(bucket(shell, {"notification", "list", "my-bucket"}).out);
  CHECK(list["queues"][0]["queueName"] == "jobs");
  const json rule = list["queues"][0]["rules"][0];
  CHECK(rule["actions"] ==
        json::parse(
            R"(["PutObject","CompleteMultipartUpload","CopyObject","DeleteObject","LifecycleDeletion"])"));
  CHECK(rule["prefix"] == "img/");
  CHECK(bucket(shell, {"notification", "get", "my-bucket"}).out ==
        bucket(shell, {"notification", "list", "my-bucket"}).out);
  CHECK(bucket(shell, {"notification", "delete", "my-bucket", "--queue", "jobs", "--rule", "none"}).status ==
        1);
  CHECK(bucket(shell, {"notification", "delete", "my-bucket", "--queue", "jobs", "--rule", rule["ruleId"]})
            .status == 0);
  CHECK(json::parse(bucket(shell, {"notification", "list", "my-bucket"}).out)["queues"].empty());
  CHECK(bucket(shell, {"notification", "delete", "my-bucket", "--queue", "jobs"}).status == 1);
}

TEST_CASE("notification rules put messages on their queue") {
  Shell shell;
  const auto object = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"r2", "object"});
    return shell.corral(words).status;
  };
  for (const char* name : {"my-bucket", "other"}) bucket(shell, {"create", name});
  shell.corral({"queues", "create", "jobs"});
  shell.write("a.png", "12345");
  bucket(shell, {"notification", "create", "my-bucket", "--event-types", "object-create", "object-delete",
                 "--queue", "jobs", "--suffix", ".png"});
  CHECK(object({"put", "my-bucket/a.png", "--file", "a.png"}) == 0);
  CHECK(object({"put", "my-bucket/a.txt", "--file", "a.png"}) == 0);  // no rule wants it
  CHECK(object({"put", "other/o.png", "--file", "a.png"}) == 0);      // no rule there
  CHECK(object({"copy", "other/o.png", "my-bucket/c.png"}) == 0);
  CHECK(object({"move", "my-bucket/c.png", "my-bucket/d.png"}) == 0);
  CHECK(object({"move", "my-bucket/d.png", "other/d.png"}) == 0);
  CHECK(object({"delete", "my-bucket/a.png", "my-bucket/never.png"}) == 0);
  shell.write("bulk.json", R"([{"key":"b1.png","file":"a.png"},{"key":"b2.txt","file":"a.png"}])");
  CHECK(shell.corral({"r2", "bulk", "put", "my-bucket", "--filename", "bulk.json"}).status == 0);
  bucket(shell, {"lifecycle", "add", "my-bucket", "now", "b1", "--expire-date", "2020-01-01"});
  CHECK(bucket(shell, {"lifecycle", "run", "my-bucket", "--dry-run"}).status == 0);
  CHECK(bucket(shell, {"lifecycle", "run", "my-bucket"}).status == 0);
  const json pulled =
      json::parse(shell.corral({"queues", "pull", "jobs", "--batch-size", "100"}).out)["messages"];
  std::vector<std::string> seen;
  for (const json& message : pulled) {
    const json& event = message["body"];
    CHECK(event["bucket"] == "my-bucket");
    CHECK(event["account"].is_string());
    CHECK(event["eventTime"].get<std::string>().ends_with("Z"));
    seen.push_back(event["action"].get<std::string>() + " " + event["object"]["key"].get<std::string>());
    if (event["action"] == "PutObject") {
      CHECK(event["object"]["size"] == 5);
      CHECK(event["object"]["eTag"] == "827ccb0eea8a706c4c34a16891f84e7b");
    }
    if (seen.back() == "CopyObject c.png") {
      CHECK(event["copySource"] == json({{"bucket", "other"}, {"object", "o.png"}}));
    }
  }
  CHECK(seen == std::vector<std::string>{"PutObject a.png", "CopyObject c.png", "CopyObject d.png",
                                         "DeleteObject c.png", "DeleteObject d.png", "DeleteObject a.png",
                                         "PutObject b1.png", "LifecycleDeletion b1.png"});
}

TEST_CASE("domains, dev-url, sippy and local-uploads are kept") {
  Shell shell;
  bucket(shell, {"create", "my-bucket"});
  CHECK(bucket(shell, {"domain", "add", "my-bucket", "--domain", "Files.Example.com", "--zone-id", "z1",
                       "--min-tls", "1.2"})
            .status == 0);
  CHECK(bucket(shell, {"domain", "add", "my-bucket", "--domain", "files.example.com", "--zone-id", "z1"})
            .status == 1);
  CHECK(bucket(shell, {"domain", "add", "my-bucket", "--domain", "-bad-", "--zone-id", "z1"}).status == 1);
  CHECK(bucket(shell, {"domain", "update", "my-bucket", "--domain", "files.example.com", "--min-tls", "1.3"})
            .status == 0);
  CHECK(json::parse(bucket(shell, {"domain", "get", "my-bucket", "--domain", "files.example.com"}).out) ==
        json::parse(R"({"domain":"files.example.com","enabled":true,"zoneId":"z1","minTLS":"1.3"})"));
  CHECK(json::parse(bucket(shell, {"domain", "list", "my-bucket"}).out)["domains"].size() == 1);
  CHECK(bucket(shell, {"domain", "remove", "my-bucket", "--domain", "files.example.com"}).status == 1);
  CHECK(bucket(shell, {"domain", "remove", "my-bucket", "--domain", "files.example.com", "--force"}).status ==
        0);
  CHECK(bucket(shell, {"domain", "get", "my-bucket", "--domain", "files.example.com"}).status == 1);
  for (const char* setting : {"dev-url", "local-uploads"}) {
    CHECK(json::parse(bucket(shell, {setting, "get", "my-bucket"}).out)["enabled"] == false);
    CHECK(bucket(shell, {setting, "enable", "my-bucket", "-y"}).status == 0);
    CHECK(json::parse(bucket(shell, {setting, "get", "my-bucket"}).out)["enabled"] == true);
    CHECK(bucket(shell, {setting, "disable", "my-bucket"}).status == 0);
    CHECK(json::parse(bucket(shell, {setting, "get", "my-bucket"}).out)["enabled"] == false);
  }
  std::vector<std::string> sippy = {"sippy",      "enable",
                                    "my-bucket",  "--provider",
                                    "AWS",        "--bucket",
                                    "old",        "--region",
                                    "eu",         "--access-key-id",
                                    "id",         "--secret-access-key",
                                    "top-secret", "--r2-access-key-id",
                                    "r"};
  CHECK(bucket(shell, sippy).status == 1);
  sippy.insert(sippy.end(), {"--r2-secret-access-key", "top-secret"});
  CHECK(bucket(shell, sippy).status == 0);
  const json kept = json::parse(bucket(shell, {"sippy", "get", "my-bucket"}).out);
  CHECK(kept["source"] == json::parse(R"({"provider":"aws","bucket":"old","region":"eu"})"));
  CHECK(shell.script("! grep -rq top-secret .wrangler").status == 0);
  CHECK(bucket(shell, {"sippy", "disable", "my-bucket"}).status == 0);
  CHECK(bucket(shell, {"sippy", "get", "my-bucket"}).out == "{\n  \"enabled\": false\n}\n");
}
