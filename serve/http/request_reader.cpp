#include "serve/http/request_reader.hpp"

#include <algorithm>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <cstring>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"

namespace corral::serve {

namespace beast = boost::beast;

namespace {

constexpr std::size_t buffer_bytes = std::size_t{8} << 10U;

/// Of a body that the client sends in chunks, a read returns at most this.
constexpr std::size_t read_bytes = std::size_t{64} << 10U;

BadRequest refusal(const beast::error_code& code) {
  using beast::http::error;
  if (code == error::header_limit) return {431, "the head of the request is too large"};
  if (code == error::body_limit) return {413, "the body of the request is too large"};
  if (code == error::bad_version) return {505, "only HTTP/1.0 and HTTP/1.1 are spoken here"};
  if (code == error::bad_transfer_encoding) return {501, "of transfer codings only chunked is known"};
  return {400, fmt::format("the request is malformed: {}", code.message())};
}

/// "localhost" of "LOCALHOST:8788", "::1" of "[::1]:8788".
std::string host_of(std::string_view authority) {
  if (authority.starts_with('[')) {
    const std::size_t end = authority.find(']');
    return ascii_lower(authority.substr(1, end == std::string_view::npos ? end : end - 1));
  }
  return ascii_lower(authority.substr(0, authority.find(':')));
}

bool is_authority(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == ':' || c == '[' || c == ']';
  });
}

/// Splits the target, in origin form or, as a client of a proxy has it, in absolute form.
void read_target(std::string_view target, Request& request) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!target.starts_with(scheme)) continue;
    target.remove_prefix(scheme.size());
    const std::size_t end = std::min(target.find_first_of("/?"), target.size());
    request.authority = target.substr(0, end);
    target.remove_prefix(end);
    if (!target.starts_with('/')) request.path = "/";
    break;
  }
  if (request.path.empty() && !target.starts_with('/')) throw BadRequest(400, "the target is not a path");
  target = target.substr(0, target.find('#'));
  const std::size_t question = std::min(target.find('?'), target.size());
  request.path += target.substr(0, question);
  request.query = target.substr(std::min(question + 1, target.size()));
}

}  // namespace

struct RequestReader::Parser {
  beast::http::request_parser<beast::http::buffer_body> beast;
};

RequestReader::RequestReader(Socket& socket, const Limits& limits) : socket_(socket), limits_(limits) {}

RequestReader::~RequestReader() = default;

bool RequestReader::fill(Deadline deadline) {
  if (begin_ == end_) begin_ = end_ = 0;
  if (end_ == buffer_.size()) {
    if (begin_ > 0) {
      std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
    } else {
      buffer_.resize(std::max(buffer_bytes, 2 * buffer_.size()));
    }
  }
  const std::size_t count = socket_.read({buffer_.data() + end_, buffer_.size() - end_}, deadline);
  end_ += count;
  return count > 0;
}

std::optional<Request> RequestReader::next() {
  const Deadline deadline = std::chrono::steady_clock::now() + limits_.head_time;
  parser_ = std::make_unique<Parser>();
  auto& parser = parser_->beast;
  parser.header_limit(static_cast<std::uint32_t>(limits_.head_bytes));
  parser.body_limit(limits_.body_bytes);
  keeps_alive_ = false;
  is_old_ = false;
  try {
    for (bool is_short = begin_ == end_; !parser.is_header_done();) {
      if (is_short) {
        // The parser wants the whole head in one piece.
        if (end_ - begin_ > limits_.head_bytes) throw BadRequest(431, "the head of the request is too large");
        if (!fill(deadline)) {
          if (begin_ == end_) return std::nullopt;
          throw Error(ErrorKind::io, "the client closed the connection within a request");
        }
      }
      beast::error_code error;
      begin_ += parser.put(boost::asio::const_buffer(buffer_.data() + begin_, end_ - begin_), error);
      is_short = error == beast::http::error::need_more;
      if (error && !is_short) throw refusal(error);
    }
  } catch (const BadRequest&) {
    throw;
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::unavailable && end_ > begin_)
      throw BadRequest(408, "the head of the request did not come in time");
    throw;
  }
  Request request;
  const auto& head = parser.get();
  is_old_ = head.version() < 11;
  keeps_alive_ = parser.keep_alive();
  request.method = std::string(head.method_string());
  read_target({head.target().data(), head.target().size()}, request);
  std::size_t hosts = 0;
  for (const auto& field : head) {
    request.headers.push_back({std::string(field.name_string()), std::string(field.value())});
    if (field.name() == beast::http::field::host) ++hosts;
  }
  if (hosts > 1 || (hosts == 0 && !is_old_)) throw BadRequest(400, "a request has one Host header");
  if (request.authority.empty()) request.authority = request.header("host").value_or("");
  if (!is_authority(request.authority)) throw BadRequest(400, "the Host header is malformed");
  request.host = host_of(request.authority);
  request.secure = socket_.is_secure();
  begin_body();
  request.body = this;
  return request;
}

void RequestReader::begin_body() {
  auto& parser = parser_->beast;
  left_ = 0;
  if (parser.chunked()) {
    left_ = std::nullopt;
  } else if (const auto length = parser.content_length()) {
    left_ = *length;
  }
  is_done_ = left_ == std::uint64_t{0};
  is_begun_ = false;
  body_read_ = 0;
  const auto found = parser.get().find(beast::http::field::expect);
  waits_for_continue_ =
      !is_done_ && found != parser.get().end() && beast::iequals(found->value(), "100-continue");
}

Deadline RequestReader::body_deadline() const {
  // At the least rate, what has come until now would have taken this long.
  const auto earned = std::chrono::milliseconds(body_read_ * 1000 / limits_.least_rate);
  return std::min(std::chrono::steady_clock::now() + limits_.silence, body_begun_ + limits_.silence + earned);
}

std::size_t RequestReader::read(std::span<char> buffer) {
  if (is_done_ || buffer.empty()) return 0;
  if (!is_begun_) {
    is_begun_ = true;
    body_begun_ = std::chrono::steady_clock::now();
    if (waits_for_continue_) socket_.write("HTTP/1.1 100 Continue\r\n\r\n", limits_.silence);
  }
  try {
    const std::size_t count =
        left_ ? read_sized(buffer, body_deadline()) : read_chunked(buffer, body_deadline());
    body_bytes_ += count;
    body_read_ += count;
    return count;
  } catch (...) {
    is_broken_ = true;
    throw;
  }
}

std::size_t RequestReader::read_sized(std::span<char> buffer, Deadline deadline) {
  auto count = static_cast<std::size_t>(std::min<std::uint64_t>({buffer.size(), *left_, read_bytes}));
  if (begin_ < end_) {
    count = std::min(count, end_ - begin_);
    std::memcpy(buffer.data(), buffer_.data() + begin_, count);
    begin_ += count;
  } else {
    count = socket_.read(buffer.first(count), deadline);
    if (count == 0) throw Error(ErrorKind::io, "the client closed the connection within a body");
  }
  *left_ -= count;
  is_done_ = *left_ == 0;
  return count;
}

std::size_t RequestReader::read_chunked(std::span<char> buffer, Deadline deadline) {
  auto& parser = parser_->beast;
  while (true) {
    if (begin_ == end_ && !fill(deadline))
      throw Error(ErrorKind::io, "the client closed the connection within a body");
    auto& body = parser.get().body();
    body.data = buffer.data();
    body.size = buffer.size();
    body.more = true;
    beast::error_code error;
    begin_ += parser.put(boost::asio::const_buffer(buffer_.data() + begin_, end_ - begin_), error);
    const std::size_t count = buffer.size() - body.size;
    is_done_ = parser.is_done();
    if (error == beast::http::error::need_more) {
      if (count == 0 && !fill(deadline))
        throw Error(ErrorKind::io, "the client closed the connection within a body");
    } else if (error == beast::http::error::body_limit) {
      throw Error(ErrorKind::limit, "the body of the request is too large");
    } else if (error && error != beast::http::error::need_buffer) {
      throw Error(ErrorKind::invalid_input, "the chunks of the body are malformed");
    }
    if (count > 0 || is_done_) return count;
  }
}

void RequestReader::rest() {
  parser_.reset();
  buffer_ = {};
  begin_ = end_ = 0;
}

bool RequestReader::skip_body(std::uint64_t bytes, Deadline deadline) noexcept {
  if (is_broken_) return false;
  if (is_done_) return true;
  // A client that waits for "100 Continue" may now send the body or not.
  if ((waits_for_continue_ && !is_begun_) || (left_ && *left_ > bytes)) return false;
  try {
    std::string passed(read_bytes, '\0');
    while (!is_done_) {
      if (std::chrono::steady_clock::now() >= deadline) return false;
      const std::size_t count = left_ ? read_sized(passed, deadline) : read_chunked(passed, deadline);
      if (count > bytes) return false;
      bytes -= count;
    }
    return true;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace corral::serve
