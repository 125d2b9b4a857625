#include "serve/http/request_reader.hpp"

#include <string>

#include <doctest/doctest.h>

#include "tests/unit/serve/http/socket_pair.hpp"

namespace corral::serve {

namespace {

using testing::SocketPair;

Limits small_limits() {
  Limits limits;
  limits.head_bytes = 512;
  limits.body_bytes = 1000;
  limits.head_time = std::chrono::milliseconds(100);
  limits.silence = std::chrono::milliseconds(100);
  return limits;
}

struct Peer {
  SocketPair sockets;
  Limits limits = small_limits();
  RequestReader reader{sockets.server, limits};

  std::optional<Request> next(std::string_view bytes) {
    sockets.send(bytes);
    return reader.next();
  }
};

int refused_with(std::string_view bytes) {
  Peer peer;
  try {
    peer.next(bytes);
  } catch (const BadRequest& problem) {
    return problem.status();
  }
  return 0;
}

std::string body_of(Request& request) {
  return read_all(*request.body, 10'000, "the body");
}

}  // namespace

TEST_CASE("a request: target, headers, host") {
  Peer peer;
  auto request =
      peer.next("GET /a%20b/c?x=1&y HTTP/1.1\r\nHost: LocalHost:8788\r\nX-Two: a\r\nX-Two: b\r\n\r\n");
  REQUIRE(request);
  CHECK(request->method == "GET");
  CHECK(request->path == "/a%20b/c");
  CHECK(request->query == "x=1&y");
  CHECK(request->parameters() == http::Parameters{{"x", "1"}, {"y", ""}});
  CHECK(request->host == "localhost");
  CHECK(request->authority == "LocalHost:8788");
  CHECK(request->headers.size() == 3);
  CHECK(request->header("x-two") == "a");
  CHECK(peer.reader.keeps_alive());
  CHECK(body_of(*request).empty());
}

TEST_CASE("the host of an IPv6 address, and of a target in absolute form") {
  CHECK(Peer().next("GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n")->host == "::1");
  Peer peer;
  const auto request = peer.next("GET http://media.localhost:1/k?q HTTP/1.1\r\nHost: other\r\n\r\n");
  CHECK(request->host == "media.localhost");
  CHECK(request->path == "/k");
  CHECK(request->query == "q");
}

TEST_CASE("several requests in one piece, and one in many") {
  Peer peer;
  peer.sockets.send(
      "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
  auto first = peer.reader.next();
  CHECK(body_of(*first) == "abc");
  CHECK(peer.reader.has_more());
  CHECK(peer.reader.next()->path == "/2");
  for (const char c : std::string("GET /3 HTTP/1.1\r\nHost: a\r\n\r\n")) peer.sockets.send({&c, 1});
  CHECK(peer.reader.next()->path == "/3");
  peer.sockets.close_client();
  CHECK_FALSE(peer.reader.next());
}

TEST_CASE("a chunked body") {
  Peer peer;
  auto request = peer.next(
      "PUT /k HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: "
      "1\r\n\r\n"
      "GET /next HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK_FALSE(request->body->remaining());
  CHECK(body_of(*request) == "abcde");
  CHECK(peer.reader.next()->path == "/next");
}

TEST_CASE("a client that waits for 100 Continue gets it with the first read") {
  Peer peer;
  auto request = peer.next("PUT /k HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  CHECK(peer.sockets.received().empty());
  peer.sockets.send("hi");
  CHECK(body_of(*request) == "hi");
  CHECK(peer.sockets.received() == "HTTP/1.1 100 Continue\r\n\r\n");
}

TEST_CASE("a rejected body: small ones are skipped, large ones end the connection") {
  const Deadline soon = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  Peer peer;
  peer.next("PUT /k HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi");
  CHECK(peer.reader.skip_body(100, soon));
  peer.next("PUT /k HTTP/1.1\r\nHost: a\r\nContent-Length: 200\r\n\r\n");
  CHECK_FALSE(peer.reader.skip_body(100, soon));
  Peer waiting;
  waiting.next("PUT /k HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  CHECK_FALSE(waiting.reader.skip_body(100, soon));
}

TEST_CASE("what is not a request") {
  CHECK(refused_with("GET / HTTP/1.1\r\n\r\n") == 400);
  CHECK(refused_with("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n") == 400);
  CHECK(refused_with("GET / HTTP/1.1\r\nHost: a b\r\n\r\n") == 400);
  CHECK(refused_with("GET / HTTP/1.1\r\nHost: a\r\nBad Header: x\r\n\r\n") == 400);
  CHECK(refused_with("GET / HTTP/1.1\nHost: a\n\n") != 0);
  CHECK(refused_with("GET nothing HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
  CHECK(refused_with("GET / HTTP/2.0\r\nHost: a\r\n\r\n") != 0);
  CHECK(refused_with(std::string("GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n", 29)) == 400);
  CHECK(refused_with("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n") == 400);
  CHECK(refused_with(
            "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n") != 0);
  CHECK(refused_with("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n") == 400);
}

TEST_CASE("limits: head, announced body, chunked body, time") {
  CHECK(refused_with("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(1000, 'x') + "\r\n\r\n") == 431);
  CHECK(refused_with("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n") == 413);
  CHECK(refused_with("GET / HTTP/1.1\r\nHost") == 408);
  Peer large;
  auto request = large.next("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n" +
                            std::string(2000, 'x') + "\r\n0\r\n\r\n");
  CHECK_THROWS_AS(body_of(*request), Error);
  Peer slow;
  request = slow.next("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab");
  try {
    body_of(*request);
    FAIL("the rest of the body never came");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::unavailable);
  }
}

TEST_CASE("a body that is cut off") {
  Peer peer;
  auto request = peer.next("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab");
  peer.sockets.close_client();
  try {
    body_of(*request);
    FAIL("the body is not whole");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::io);
  }
}

}  // namespace corral::serve
