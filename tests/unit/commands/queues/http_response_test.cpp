#include "commands/queues/http_response.hpp"

#include <string>

#include <doctest/doctest.h>

using corral::queues::HttpResponse;

namespace {

/// What a response is once it is complete: "200 body"; "incomplete" if it never is, though the server has
/// hung up.
std::string outcome(const std::string& bytes) {
  HttpResponse response;
  response.add(bytes);
  response.end();
  if (!response.complete()) return "incomplete";
  return std::to_string(response.status()) + " " + response.take_body();
}

/// The number of bytes after which the response is complete.
std::size_t complete_after(const std::string& bytes) {
  HttpResponse response;
  for (const char& byte : bytes) {
    response.add({&byte, 1});
    if (response.complete()) break;
  }
  return response.size();
}

}  // namespace

TEST_CASE("a body ends after its Content-Length") {
  const std::string whole = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
  CHECK(outcome(whole) == "200 hello");
  CHECK(complete_after(whole + "more") == whole.size());
  CHECK(outcome("HTTP/1.0 503 Not now\r\ncontent-LENGTH:0\r\nX: y\r\n\r\n") == "503 ");
  CHECK(outcome("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello") == "incomplete");
  CHECK(outcome("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nhello") == "incomplete");
}

TEST_CASE("chunks are put together, whatever their extensions and trailers") {
  const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string whole = head + "5\r\nhello\r\nA;name=value\r\n0123456789\r\n0\r\n";
  CHECK(outcome(whole + "Trailer: x\r\n\r\n") == "200 hello0123456789");
  CHECK(complete_after(whole + "\r\n") == whole.size());
  CHECK(outcome(head + "0\r\n\r\n") == "200 ");
  CHECK(outcome(head + "5\r\nhello\r\n") == "incomplete");
  CHECK(outcome(head + "5\r\nhel") == "incomplete");
  CHECK(outcome(head + "five\r\nhello\r\n0\r\n\r\n") == "incomplete");
  for (const char* huge : {"ffffffffffffffff", "fffffffffffffffe", "fffffffffffffffd", "1ffffffffffffffff"}) {
    CAPTURE(huge);
    CHECK(outcome(head + huge + "\r\nhello\r\n0\r\n\r\n") == "incomplete");
  }
}

TEST_CASE("without a length the body ends with the connection") {
  HttpResponse response;
  response.add("HTTP/1.1 200 OK\r\n\r\nhel");
  CHECK_FALSE(response.complete());
  response.add("lo");
  CHECK_FALSE(response.complete());
  response.end();
  REQUIRE(response.complete());
  CHECK(response.take_body() == "hello");
  // 204 has no body to wait for.
  CHECK(complete_after("HTTP/1.1 204 No Content\r\n\r\nx") == 27);
}

TEST_CASE("what is not a response is never complete") {
  for (const char* wrong : {"", "HTTP/1.1 200 OK\r\n", "HTTP/1.1\r\n\r\n", "HTTP/2 200\r\n\r\n",
                            "SSH-2.0-server\r\n\r\n", "\r\n\r\n"}) {
    CAPTURE(wrong);
    CHECK(outcome(wrong) == "incomplete");
  }
  CHECK(outcome("HTTP/1.1 abc OK\r\n\r\n") == "0 ");  // a status that is not a success
}
