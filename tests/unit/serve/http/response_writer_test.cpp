#include "serve/http/response_writer.hpp"

#include <string>

#include <doctest/doctest.h>

#include "backends/error.hpp"
#include "tests/unit/serve/http/socket_pair.hpp"

namespace corral::serve {

namespace {

/// Of unknown length.
class Pieces final : public ByteSource {
 public:
  explicit Pieces(std::vector<std::string> pieces) : pieces_(std::move(pieces)) {}
  std::size_t read(std::span<char> buffer) override {
    if (at_ == pieces_.size()) return 0;
    const std::string& piece = pieces_[at_++];
    if (piece == "!") throw Error(ErrorKind::corrupt, "broken");
    return piece.copy(buffer.data(), buffer.size());
  }

 private:
  std::vector<std::string> pieces_;
  std::size_t at_ = 0;
};

std::string sent(Response response, ResponseForm form = {}) {
  testing::SocketPair sockets;
  const Limits limits;
  write_response(sockets.server, response, form, limits);
  return sockets.received();
}

bool has_line(const std::string& text, const std::string& line) {
  return text.find("\r\n" + line + "\r\n") != std::string::npos;
}

}  // namespace

TEST_CASE("a body of known length") {
  const std::string text = sent(text_response(200, "text/plain", "hello"));
  CHECK(text.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(has_line(text, "Content-Type: text/plain"));
  CHECK(has_line(text, "Content-Length: 5"));
  CHECK(has_line(text, "Date: Thu, 01 Jan 1970 00:00:00 GMT"));
  CHECK(text.ends_with("\r\n\r\nhello"));
}

TEST_CASE("HEAD has the length of the body and no body") {
  const std::string text = sent(text_response(200, "text/plain", "hello"), {.head_only = true});
  CHECK(has_line(text, "Content-Length: 5"));
  CHECK(text.ends_with("\r\n\r\n"));
}

TEST_CASE("a body of unknown length goes out in chunks, to HTTP/1.0 until the connection ends") {
  Response chunked;
  chunked.body = std::make_unique<Pieces>(std::vector<std::string>{"abc", "0123456789abcdef"});
  const std::string text = sent(std::move(chunked));
  CHECK(has_line(text, "Transfer-Encoding: chunked"));
  CHECK(text.ends_with("\r\n\r\n3\r\nabc\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n"));
  Response old;
  old.body = std::make_unique<Pieces>(std::vector<std::string>{"abc"});
  const std::string plain = sent(std::move(old), {.is_old = true});
  CHECK(has_line(plain, "Connection: close"));
  CHECK(plain.ends_with("\r\n\r\nabc"));
}

TEST_CASE("neither 204 nor 304 has a body or a length") {
  for (const int status : {204, 304}) {
    Response response;
    response.status = status;
    CHECK(sent(std::move(response)).find("Content-Length") == std::string::npos);
  }
}

TEST_CASE("a header value cannot begin another header") {
  Response response;
  response.add("X-Meta", "a\r\nSet-Cookie: b");
  CHECK(has_line(sent(std::move(response)), "X-Meta: aSet-Cookie: b"));
}

TEST_CASE("a body that breaks has no end") {
  testing::SocketPair sockets;
  Response response;
  response.body = std::make_unique<Pieces>(std::vector<std::string>{"abc", "!"});
  ResponseForm form;
  CHECK_THROWS_AS(write_response(sockets.server, response, form, Limits()), Error);
  CHECK(sockets.received().find("0\r\n\r\n") == std::string::npos);
}

}  // namespace corral::serve
