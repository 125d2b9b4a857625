// The whole handler, in process: what it answers as time passes and other processes change the state.
#include "serve/rest/rest_handler.hpp"

#include <doctest/doctest.h>

#include "tests/unit/test_context.hpp"

using namespace corral;
using corral::testing::TestContext;
using nlohmann::json;

namespace {

constexpr const char* account = "/client/v4/accounts/any";

struct Answer {
  int status = 0;
  std::vector<http::Header> headers;
  std::string body;
  [[nodiscard]] json result() const { return json::parse(body)["result"]; }
  [[nodiscard]] int code() const { return json::parse(body)["errors"][0]["code"]; }
};

/// A handler on a state of its own.
struct Api {
  Api() : handler(serve::rest::rest_handlers()(context, site)) {}

  Answer ask(const std::string& method, const std::string& path, std::string body = {},
             std::vector<http::Header> headers = {}) {
    MemorySource source(body);
    serve::Request request;
    request.method = method;
    request.path = path.substr(0, path.find('?'));
    if (request.path.size() < path.size()) request.query = path.substr(request.path.size() + 1);
    request.headers = std::move(headers);
    request.headers.push_back({"Authorization", "Bearer " + site.token});
    request.authority = "127.0.0.1:8788";
    request.body = &source;
    serve::Response response = handler->handle(request);
    Answer answer{.status = response.status, .headers = response.headers, .body = {}};
    if (response.body) answer.body = read_all(*response.body, 100'000'000, "the answer");
    return answer;
  }
  json result(const std::string& method, const std::string& path, const std::string& body = {}) {
    const Answer answer = ask(method, account + path, body);
    CAPTURE(answer.body);
    REQUIRE(answer.status == 200);
    return answer.result();
  }

  TestContext context;
  serve::Site site{.token = "the-token-of-this-test", .url = "http://127.0.0.1:8788"};
  std::unique_ptr<serve::Handler> handler;
};

}  // namespace

TEST_CASE("KV entries expire by the clock") {
  Api api;
  const std::string id = api.result("POST", "/storage/kv/namespaces", R"({"title":"n"})")["id"];
  const std::string values = account + ("/storage/kv/namespaces/" + id) + "/values/";
  CHECK(api.ask("PUT", values + "k?expiration_ttl=60", "v").status == 200);
  api.context.time.advance(59 * one_second);
  CHECK(api.ask("GET", values + "k").body == "v");
  api.context.time.advance(2 * one_second);
  const Answer gone = api.ask("GET", values + "k");
  CHECK(gone.status == 404);
  CHECK(gone.code() == 10009);
}

TEST_CASE("a query is one of a form: a plus is a blank") {
  Api api;
  const std::string id = api.result("POST", "/storage/kv/namespaces", R"({"title":"n"})")["id"];
  const std::string base = account + ("/storage/kv/namespaces/" + id);
  for (const char* key : {"a%20b", "a%2Bb"})
    CHECK(api.ask("PUT", base + "/values/" + key, "v").status == 200);
  CHECK(api.ask("GET", base + "/keys?prefix=a+b").result()[0]["name"] == "a b");
  CHECK(api.ask("GET", base + "/keys?prefix=a%2Bb").result()[0]["name"] == "a+b");
}

TEST_CASE("messages come back when their lease ends, and go when their time is over") {
  Api api;
  const std::string id =
      api.result("POST", "/queues", R"({"queue_name":"q","settings":{"delivery_delay":10}})")["queue_id"];
  const std::string messages = "/queues/" + id + "/messages";
  api.result("POST", messages, R"({"body":"late"})");
  api.result("POST", messages, R"({"body":"soon","delay_seconds":0})");
  const auto pull = [&] {
    return api.result("POST", messages + "/pull", R"({"visibility_timeout_ms":5000})")["messages"];
  };
  const json first = pull();
  REQUIRE(first.size() == 1);
  CHECK(first[0]["body"] == "soon");
  CHECK(pull().empty());
  api.context.time.advance(5 * one_second);
  const std::string lease = pull()[0]["lease_id"];
  CHECK(api.result("POST", messages + "/ack",
                   json{{"acks", {{{"lease_id", first[0]["lease_id"]}}}}}.dump())["ackCount"] == 0);
  CHECK(api.result("POST", messages + "/ack", json{{"acks", {{{"lease_id", lease}}}}}.dump())["ackCount"] ==
        1);
  api.context.time.advance(5 * one_second);
  CHECK(pull()[0]["body"] == "late");
}

TEST_CASE("an upload is good for an hour and for its database") {
  Api api;
  const std::string one = api.result("POST", "/d1/database", R"({"name":"one"})")["uuid"];
  const std::string two = api.result("POST", "/d1/database", R"({"name":"two"})")["uuid"];
  const auto init = [&] {
    return api.result("POST", "/d1/database/" + one + "/import", R"({"action":"init"})");
  };
  const auto ingest = [&](const std::string& id, const json& upload) {
    return api.result("POST", "/d1/database/" + id + "/import",
                      json{{"action", "ingest"}, {"filename", upload["filename"]}}.dump());
  };
  const auto path_of = [](const json& upload) {
    const std::string url = upload["upload_url"];
    return url.substr(url.find("/client"));
  };
  const json upload = init();
  CHECK(std::string(upload["upload_url"]).starts_with("http://127.0.0.1:8788/client/v4/"));
  CHECK(ingest(one, upload)["success"] == false);
  CHECK(api.ask("PUT", path_of(upload), "CREATE TABLE t(a)").status == 200);
  CHECK(ingest(two, upload)["success"] == false);
  const json done = ingest(one, upload);
  CHECK(done["status"] == "complete");
  CHECK(done["result"]["num_queries"] == 1);
  const json late = init();
  api.context.time.advance(UnixMillis{3601} * one_second);
  CHECK(api.ask("PUT", path_of(late), "x").status == 404);
}

TEST_CASE("what corral's commands do, the API sees") {
  Api api;
  api.context.write("wrangler.json", R"({"name":"w","kv_namespaces":[{"binding":"B","id":"the-id"}],
    "r2_buckets":[{"binding":"F","bucket_name":"files"}],"queues":{"producers":[{"binding":"Q","queue":"jobs"}]}})");
  CHECK(api.ask("GET", account + std::string("/storage/kv/namespaces/the-id/keys")).status == 200);
  CHECK(api.ask("GET", account + std::string("/storage/kv/namespaces/no-id/keys")).code() == 10013);
  CHECK(api.result("GET", "/r2/buckets/files")["name"] == "files");
  const json queue = api.result("GET", "/queues?name=jobs")[0];
  CHECK(queue["producers"][0]["script"] == "w");
  // It has no id of its own before it is changed, and keeps the one it was called by.
  const std::string id = queue["queue_id"];
  api.result("PATCH", "/queues/" + id, R"({"settings":{"delivery_delay":5}})");
  CHECK(api.result("GET", "/queues/" + id)["settings"]["delivery_delay"] == 5);
  CHECK(api.result("GET", "/workers/scripts/w/settings")["bindings"][0]["namespace_id"] == "the-id");
}
