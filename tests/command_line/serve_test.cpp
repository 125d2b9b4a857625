#include <string>
#include <sys/stat.h>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/command_line/shell.hpp"

namespace corral::testing {

namespace {

using nlohmann::json;

/// Starts a server in a script; its URL is in $URL, and it is stopped at the end.
std::string served(const std::string& script, const std::string& flags = {}) {
  return "rm -f url; corral serve --port 0 --ready-file url " + flags +
         " > out 2> log & SERVER=$!; trap 'kill $SERVER 2>/dev/null && wait $SERVER || true' EXIT\n"
         "until [ -s url ]; do sleep 0.05; done; URL=$(cat url)\n" +
         script;
}

std::string refusal(Shell& shell, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "serve");
  const ProcessResult result = shell.corral(std::move(arguments));
  CHECK(result.status == 1);
  CHECK(result.out.empty());
  return result.err;
}

}  // namespace

TEST_CASE("serve: it says where it listens, answers, and stops when it is told to") {
  Shell shell;
  const ProcessResult result =
      shell.script(served("test \"$(cat out)\" = \"listening on $URL\"\n"
                          "curl -sf $URL/healthz; curl -sf $URL/metrics | grep -c corral_requests_total\n"
                          "kill -TERM $SERVER; wait $SERVER && echo stopped"));
  CHECK(result.status == 0);
  CHECK(result.out.starts_with("ok\n"));
  CHECK(result.out.ends_with("stopped\n"));
  CHECK(shell.read("log").find("GET") != std::string::npos);
}

TEST_CASE("serve: what it refuses to start with") {
  Shell shell;
  CHECK(refusal(shell, {"--host", "0.0.0.0"}).find("--allow-remote") != std::string::npos);
  CHECK(refusal(shell, {"--host", "0.0.0.0", "--allow-remote"}).find("--token-file") != std::string::npos);
  CHECK(refusal(shell, {"--host", "example.com", "--allow-remote", "--token", "0123456789abcdef"})
            .find("address") != std::string::npos);
  CHECK(refusal(shell, {"--token", "short"}).find("16 characters") != std::string::npos);
  CHECK(refusal(shell, {"--port", "65536"}).find("--port") != std::string::npos);
  CHECK(refusal(shell, {"--tls-cert", "x"}).find("--tls-key") != std::string::npos);
  CHECK(refusal(shell, {"--tls-cert", "x", "--tls-key", "y"}).find("certificate x") != std::string::npos);
  const ProcessResult taken = shell.script(served("corral serve --port ${URL##*:}"));
  CHECK(taken.status == 1);
  CHECK(taken.err.find("--port 0") != std::string::npos);
}

TEST_CASE("serve: https") {
  Shell shell;
  const ProcessResult result = shell.script(
      "openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 1 -subj /CN=localhost "
      "-addext subjectAltName=IP:127.0.0.1 2>/dev/null\n" +
      served("curl -sf --cacert cert.pem $URL/healthz; ! curl -s http://${URL#https://}/healthz",
             "--tls-cert cert.pem --tls-key key.pem"));
  CHECK(result.status == 0);
  CHECK(result.out == "ok\n");
}

TEST_CASE("serve: names, methods and paths that are not for everyone") {
  Shell shell;
  const auto status = [&](const std::string& flags) {
    return shell.script(served("curl -s -o /dev/null -w '%{http_code}' " + flags)).out;
  };
  CHECK(status("-H 'Host: evil.example' $URL/healthz") == "403");
  CHECK(status("-H 'Host: evil.example' $URL/client/v4/accounts") == "403");
  CHECK(status("-H 'Origin: https://evil.example' $URL/metrics") == "403");
  CHECK(status("-X POST $URL/healthz") == "405");
  CHECK(status("--path-as-is $URL/../../../../etc/passwd") == "403");
  CHECK(status("$URL/") == "403");
}

TEST_CASE("serve: the log is JSON if asked for, and has no signature") {
  Shell shell;
  shell.script(
      served("corral r2 key create > /dev/null; corral r2 bucket create media 2> /dev/null\n"
             "curl -s \"$(corral r2 object presign media/k --endpoint $URL)\" > /dev/null\n"
             "curl -s -H 'Authorization: Bearer hush' $URL/k > /dev/null",
             "--log json"));
  const std::string log = shell.read("log");
  const json line = json::parse(log.substr(0, log.find('\n')));
  CHECK(line.at("operation") == "GetObject");
  CHECK(line.at("error") == "NoSuchKey");
  CHECK(line.at("status") == 404);
  CHECK(line.at("path") == "/media/k");
  CHECK(log.find("X-Amz") == std::string::npos);
  CHECK(log.find("hush") == std::string::npos);
}

TEST_CASE("serve: a token of the environment, and a warning of one that shows") {
  Shell shell;
  const std::string asked =
      "curl -s -o /dev/null -w '%{http_code}' -H 'Authorization: Bearer a-token-of-mine-42' "
      "$URL/client/v4/accounts";
  CHECK(shell.script("export CORRAL_SERVE_TOKEN=a-token-of-mine-42\n" + served(asked)).out == "200");
  CHECK(shell.read("log").find("a-token-of-mine") == std::string::npos);
  CHECK(shell.script("CORRAL_SERVE_TOKEN=a-token-of-mine-42 corral serve token").out ==
        "a-token-of-mine-42\n");
  CHECK(
      shell
          .script("printf 'a-token-of-mine-42\n' > token\nexport CORRAL_SERVE_TOKEN=another-one-entirely\n" +
                  served(asked, "--token-file token"))
          .out == "200");
  CHECK(shell.script(served(asked, "--token a-token-of-mine-42")).out == "200");
  CHECK(shell.read("log").find("warning: --token shows") != std::string::npos);
  CHECK(shell.script("CORRAL_SERVE_TOKEN=short corral serve").err.find("16 characters") != std::string::npos);
}

TEST_CASE("serve: a log that is not read stops nothing") {
  Shell shell;
  const ProcessResult result = shell.script(
      "rm -f url; mkfifo unread; exec 9<>unread\n"
      "corral serve --port 0 --ready-file url > /dev/null 2>unread & SERVER=$!; trap 'kill $SERVER' EXIT\n"
      "until [ -s url ]; do sleep 0.05; done; URL=$(cat url)\n"
      "P=$(printf '%0900d' 0)\n"
      "curl -s --max-time 60 -o /dev/null \"$URL/healthz?$P[1-1500]\"\n"
      "for i in 1 2 3 4 5 6; do curl -s --max-time 60 -o /dev/null \"$URL/none/$P/[1-300]\"; done\n"
      "curl -sf --max-time 5 $URL/metrics | grep '^corral_log_lines_dropped_total'; kill -TERM $SERVER\n"
      "wait $SERVER && echo stopped; trap - EXIT");
  CHECK(result.out.find("corral_log_lines_dropped_total ") == 0);
  CHECK(result.out.find("corral_log_lines_dropped_total 0\n") == std::string::npos);
  CHECK(result.out.ends_with("stopped\n"));
}

TEST_CASE("serve token: made once, kept") {
  Shell shell;
  const std::string token = shell.corral({"serve", "token"}).out;
  CHECK(token.size() == 65);
  CHECK(shell.corral({"serve", "token"}).out == token);
}

TEST_CASE("r2 key: create, list, delete; a file for the owner alone") {
  Shell shell;
  const json key = json::parse(shell.corral({"r2", "key", "create", "--name", "a", "--bucket", "media"}).out);
  const std::string id = key.at("accessKeyId");
  const std::string secret = key.at("secretAccessKey");
  CHECK(id.size() == 32);
  CHECK(secret.size() == 64);
  const std::string list = shell.corral({"r2", "key", "list"}).out;
  CHECK(json::parse(list).at(0).at("buckets") == json::array({"media"}));
  CHECK(list.find(secret) == std::string::npos);
  struct stat status {};
  REQUIRE(::stat((shell.folder() / ".wrangler/state/v3/corral/access.json").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  CHECK(shell.corral({"r2", "key", "delete", id}).status == 1);
  CHECK(shell.corral({"r2", "key", "delete", id, "--force"}).status == 0);
  CHECK(shell.corral({"r2", "key", "delete", id, "--force"}).status == 1);
  CHECK(shell.corral({"r2", "key", "list"}).out == "[]\n");
}

TEST_CASE("a key is good for its buckets and for reading, if that is what it was made for") {
  Shell shell;
  const ProcessResult result = shell.script(
      served("corral r2 object put media/k --pipe <<< x; corral r2 object put other/k --pipe <<< x\n"
             "status() { curl -s -o /dev/null -w '%{http_code} ' \"$@\"; }\n"
             "ID=$(corral r2 key create --bucket media --read-only --json | grep -o '\"accessKeyId\": "
             "\"[^\"]*' | cut -d'\"' -f4)\n"
             "sign() { corral r2 object presign \"$1\" --endpoint $URL --key $ID --method $2; }\n"
             "status \"$(sign media/k GET)\"; status \"$(sign other/k GET)\"; status -X PUT -d y \"$(sign "
             "media/k PUT)\"\n"
             "corral r2 key delete $ID --force; corral r2 key create > /dev/null\n"
             "status \"$(corral r2 object presign media/k --endpoint $URL)\"; status $URL/media/k"));
  CHECK(result.out == "200 403 403 200 403 ");
}

TEST_CASE("a public bucket: its objects, and nothing else") {
  Shell shell;
  const ProcessResult result = shell.script(
      served("corral r2 object put media/k --pipe <<< x 2>/dev/null\n"
             "status() { curl -s -o /dev/null -w '%{http_code} ' \"$@\"; }\n"
             "H='Host: media.localhost'; D='Host: files.example.com'\n"
             "status -H \"$H\" $URL/k; status -H \"$D\" $URL/k\n"
             "corral r2 bucket dev-url enable media 2>/dev/null\n"
             "corral r2 bucket domain add media --domain files.example.com --zone-id z 2>/dev/null\n"
             "status -H \"$H\" $URL/k; status -H \"$D\" $URL/k; status -I -H \"$H\" $URL/k; status -H \"$H\" "
             "$URL/none\n"
             "status -H \"$H\" $URL/; status -X DELETE -H \"$H\" $URL/k; status -X PUT -d y -H \"$H\" "
             "$URL/k; status $URL/media/k"));
  CHECK(result.out == "403 403 200 200 200 404 403 403 403 403 ");
}

TEST_CASE("rules act: locks, notifications, lifecycle") {
  Shell shell;
  const ProcessResult result = shell.script(
      "corral r2 object put media/tmp/old --pipe <<< x 2>/dev/null\n"
      "corral r2 bucket lifecycle add media past tmp/ --expire-date 2020-01-01 2>/dev/null\n" +
      served(
          "corral r2 key create > /dev/null\n"
          "corral r2 bucket lock add media keep kept/ --retention-days 1 2>/dev/null\n"
          "corral r2 bucket notification create media --event-type object-create --queue events 2>/dev/null\n"
          "put() { curl -s -o /dev/null -w '%{http_code} ' -X PUT -d $2 "
          "\"$(corral r2 object presign media/$1 --method PUT --endpoint $URL)\"; }\n"
          "put kept/k 1; put kept/k 2; put free 1\n"
          "until grep -q lifecycle log; do sleep 0.05; done; corral r2 object list media --names\n"
          "corral queues peek events | grep -o '\"action\": *\"[A-Za-z]*\"' | sort | uniq -c | tr -d ' '"));
  CHECK(result.out.find("200 403 200 ") == 0);
  CHECK(result.out.find("tmp/old") == std::string::npos);
}

}  // namespace corral::testing
