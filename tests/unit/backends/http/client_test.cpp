#include "backends/http/client.hpp"

#include <chrono>
#include <sstream>

#include <doctest/doctest.h>

#include "backends/error.hpp"
#include "tests/fixed_environment.hpp"
#include "tests/unit/backends/http/scripted_server.hpp"

using namespace corral;
using namespace corral::http;
using namespace corral::testing;

namespace {

constexpr const char* hello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

struct Fetched {
  int status = 0;
  std::string body;
};

Fetched fetch(Client& client, const std::string& address, const std::string& method = "GET") {
  const auto response = client.send({.method = method, .url = parse_url(address)});
  return {response->status(), read_all(response->body(), 1U << 24U, "the body")};
}

std::unique_ptr<Client> plain_client(ClientSettings settings = {}) {
  static const FixedEnvironment nothing;
  return open_client(nothing, std::move(settings));
}

ConnectionError failure_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const ConnectionError& error) {
    CHECK_FALSE(error.hint().empty());
    return error;
  }
  FAIL("no error");
  return {Failure::not_sent, "", ""};
}

/// Bytes of any number, without a length.
class Zeros final : public ByteSource {
 public:
  explicit Zeros(std::uint64_t count, bool has_length = false) : left_(count), has_length_(has_length) {}
  std::size_t read(std::span<char> buffer) override {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), left_));
    std::fill_n(buffer.data(), count, '0');
    left_ -= count;
    return count;
  }
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override {
    return has_length_ ? std::optional(left_) : std::nullopt;
  }

 private:
  std::uint64_t left_;
  bool has_length_;
};

}  // namespace

TEST_CASE("a request and its answer, and the connection is used again") {
  std::string seen;
  ScriptedServer server([&](ServedConnection& connection) {
    while (true) {
      const std::string request = connection.read_request();
      if (request.empty()) return;
      seen += request;
      connection.write(hello);
    }
  });
  const auto client = plain_client({.user_agent = "corral/test"});
  for (int i = 0; i < 3; ++i) {
    const Fetched answer = fetch(*client, server.address("/a?b=c"));
    CHECK(answer.status == 200);
    CHECK(answer.body == "hello");
  }
  CHECK(server.connections() == 1);
  CHECK(seen.starts_with("GET /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) +
                         "\r\nUser-Agent: corral/test\r\n\r\nGET"));
}

TEST_CASE("bodies go out with their length, or in chunks") {
  std::string seen;
  ScriptedServer server([&](ServedConnection& connection) {
    while (true) {
      std::string request = connection.read_request();
      if (request.empty()) return;
      seen = std::move(request);
      connection.write(hello);
    }
  });
  const auto client = plain_client();
  const auto sent = [&](const std::string& method, ByteSource* body) {
    read_all(client->send({.method = method, .url = parse_url(server.address()), .body = body})->body(), 100,
             "x");
    return seen.substr(seen.find("\r\n") + 2);
  };
  const std::string host = "Host: 127.0.0.1:" + std::to_string(server.port()) + "\r\n";
  MemorySource text("abc");
  CHECK(sent("PUT", &text) == host + "Content-Length: 3\r\n\r\nabc");
  MemorySource empty("");
  CHECK(sent("PUT", &empty) == host + "Content-Length: 0\r\n\r\n");
  CHECK(sent("POST", nullptr) == host + "Content-Length: 0\r\n\r\n");
  CHECK(sent("DELETE", nullptr) == host + "\r\n");
  Zeros unknown(3);
  CHECK(sent("POST", &unknown) == host + "Transfer-Encoding: chunked\r\n\r\n3\r\n000\r\n0\r\n\r\n");
}

TEST_CASE("answers of every framing") {
  for (const auto& [answer, body] : std::vector<std::pair<std::string, std::string>>{
           {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: "
            "1\r\n\r\n",
            "abcde"},
           {"HTTP/1.1 200 OK\r\n\r\nto the end", "to the end"},
           {"HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok", "ok"},
           {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", "x"},
           {"HTTP/1.1 204 No Content\r\n\r\n", ""},
           {"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", ""}}) {
    CAPTURE(answer);
    // Byte by byte too: nothing may depend on how it arrives.
    for (const bool in_one : {true, false}) {
      ScriptedServer server([&, text = answer](ServedConnection& connection) {
        connection.read_request();
        for (std::size_t i = 0; i < text.size(); i += in_one ? text.size() : 1)
          connection.write(std::string_view(text).substr(i, in_one ? text.size() : 1));
      });
      CHECK(fetch(*plain_client(), server.address()).body == body);
    }
  }
  ScriptedServer head([](ServedConnection& connection) {
    connection.read_request();
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
    connection.wait_for_end();
  });
  CHECK(fetch(*plain_client(), head.address(), "HEAD").body.empty());
}

TEST_CASE("large bodies pass in both directions") {
  constexpr std::uint64_t bytes = std::uint64_t{20} << 20U;
  ScriptedServer server([&](ServedConnection& connection) {
    const std::string request = connection.read_request();
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: " +
                     std::to_string(request.size() - request.find("\r\n\r\n") - 4) + "\r\n\r\n");
    connection.write(request.substr(request.find("\r\n\r\n") + 4));
  });
  Zeros body(bytes, true);
  const auto client = plain_client();
  const auto response = client->send({.method = "PUT", .url = parse_url(server.address()), .body = &body});
  CHECK(response->body().remaining() == bytes);
  std::vector<char> buffer(65'536);
  std::uint64_t count = 0;
  while (const std::size_t got = response->body().read(buffer)) count += got;
  CHECK(count == bytes);
}

TEST_CASE("a server that answers before it has read everything is heard") {
  for (const bool closes : {true, false}) {
    CAPTURE(closes);
    ScriptedServer server([&](ServedConnection& connection) {
      connection.read_until("\r\n\r\n");
      connection.write("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig");
      if (!closes) connection.read_until("never comes");
    });
    Zeros body(std::uint64_t{64} << 20U, true);
    const auto client = plain_client({.silence_limit = std::chrono::seconds(5)});
    std::unique_ptr<Response> response;
    try {
      response = client->send({.method = "PUT", .url = parse_url(server.address()), .body = &body});
      CHECK(response->status() == 413);
      CHECK(read_all(response->body(), 100, "x") == "big");
    } catch (const ConnectionError& error) {
      // Unread bytes make the system reset what was closed, which can overtake the answer.
      CHECK(closes);
      CHECK(error.failure() == Failure::no_answer);
    }
  }
}

TEST_CASE("a connection that the server has closed is not used again") {
  std::atomic<int> closed = 0;
  ScriptedServer server([&](ServedConnection& connection) {
    connection.read_request();
    connection.write(hello);
    connection.close();
    ++closed;
  });
  const auto client = plain_client();
  for (int i = 0; i < 3; ++i) {
    CHECK(fetch(*client, server.address(), "POST").body == "hello");
    while (closed <= i) std::this_thread::yield();
  }
  CHECK(server.connections() == 3);
}

TEST_CASE("a body that is dropped closes its connection") {
  ScriptedServer server([](ServedConnection& connection) {
    connection.read_request();
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello");
    connection.wait_for_end();
  });
  const auto client = plain_client();
  client->send({.url = parse_url(server.address())}).reset();
  client->send({.url = parse_url(server.address())}).reset();
  CHECK(server.connections() == 2);
}

TEST_CASE("several requests at once have a connection each") {
  std::atomic<int> waiting = 0;
  ScriptedServer server([&](ServedConnection& connection) {
    connection.read_request();
    ++waiting;
    while (waiting < 4) std::this_thread::yield();
    connection.write(hello);
    connection.wait_for_end();
  });
  const auto client = plain_client();
  std::vector<std::thread> threads;
  std::atomic<int> good = 0;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] { good += fetch(*client, server.address()).body == "hello" ? 1 : 0; });
  for (std::thread& thread : threads) thread.join();
  CHECK(good == 4);
  CHECK(server.connections() == 4);
}

TEST_CASE("what goes wrong below HTTP, in words") {
  const auto fails = [](const std::function<void(ServedConnection&)>& serve,
                        std::chrono::milliseconds silence) {
    ScriptedServer server(serve);
    ConnectionError error =
        failure_of([&] { fetch(*plain_client({.silence_limit = silence}), server.address()); });
    CHECK(error.message().find("127.0.0.1:" + std::to_string(server.port())) != std::string::npos);
    return error;
  };
  constexpr auto long_time = std::chrono::seconds(30);
  const ConnectionError refused = failure_of([] { fetch(*plain_client(), "http://127.0.0.1:9/"); });
  CHECK(refused.failure() == Failure::not_sent);
  CHECK(refused.message().find("Connection refused") != std::string::npos);
  const ConnectionError reset = fails(
      [](ServedConnection& connection) {
        connection.read_request();
        connection.reset();
      },
      long_time);
  CHECK(reset.failure() == Failure::no_answer);
  CHECK(fails([](ServedConnection& connection) { connection.read_request(); }, long_time).failure() ==
        Failure::no_answer);
  const ConnectionError half = fails(
      [](ServedConnection& connection) {
        connection.read_request();
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello");
      },
      long_time);
  CHECK(half.failure() == Failure::broken_answer);
  CHECK(half.message().find("in the middle") != std::string::npos);
  for (const char* text : {"SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
                           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
    CAPTURE(text);
    const ConnectionError other = fails(
        [&](ServedConnection& connection) {
          connection.read_request();
          connection.write(text);
        },
        long_time);
    CHECK(other.failure() == Failure::broken_answer);
    CHECK(other.message().find("not HTTP") != std::string::npos);
  }
  const ConnectionError silent =
      fails([](ServedConnection& connection) { connection.wait_for_end(); }, std::chrono::milliseconds(150));
  CHECK(silent.failure() == Failure::no_answer);
  CHECK(silent.message().find("0.15 seconds") != std::string::npos);
}

TEST_CASE("an interrupt ends the wait") {
  ScriptedServer server([](ServedConnection& connection) { connection.wait_for_end(); });
  int calls = 0;
  const auto client = plain_client({.check_interrupt = [&] {
    if (++calls > 1) throw Error(ErrorKind::interrupted, "interrupted");
  }});
  try {
    fetch(*client, server.address());
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::interrupted);
  }
}

TEST_CASE("a header cannot smuggle in another one") {
  const auto client = plain_client();
  ScriptedServer server([](ServedConnection& connection) { connection.wait_for_end(); });
  for (const char* value : {"a\r\nX: y", "a\nb", "a\rb"}) {
    CHECK_THROWS_AS(client->send({.url = parse_url(server.address()), .headers = {{"X-One", value}}}), Error);
  }
}

TEST_CASE("http goes through a proxy with the whole address") {
  std::string seen;
  ScriptedServer proxy([&](ServedConnection& connection) {
    seen = connection.read_request();
    connection.write(hello);
  });
  const FixedEnvironment variables{{"http_proxy", "http://me:pw@127.0.0.1:" + std::to_string(proxy.port())}};
  const auto client = open_client(variables, {});
  CHECK(fetch(*client, "http://far.example/x").body == "hello");
  CHECK(seen ==
        "GET http://far.example/x HTTP/1.1\r\nHost: far.example\r\nProxy-Authorization: Basic "
        "bWU6cHc=\r\n\r\n");
}

TEST_CASE("a proxy that opens no way to an https server is named") {
  std::string seen;
  ScriptedServer proxy([&](ServedConnection& connection) {
    seen = connection.read_request();
    connection.write("HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n");
  });
  // No certificates are needed before the way is open, but they are read.
  const FixedEnvironment variables{{"HTTPS_PROXY", "http://127.0.0.1:" + std::to_string(proxy.port())},
                                   {"SSL_CERT_DIR", "/nowhere"}};
  const auto client = open_client(variables, {});
  const ConnectionError error = failure_of([&] { fetch(*client, "https://far.example/x"); });
  CHECK(seen.starts_with("CONNECT far.example:443 HTTP/1.1\r\nHost: far.example:443\r\n"));
  CHECK(error.failure() == Failure::not_sent);
  CHECK(error.message().find("407") != std::string::npos);
  CHECK(error.hint().find("HTTPS_PROXY") != std::string::npos);
}
