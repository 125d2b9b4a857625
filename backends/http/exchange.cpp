#include "backends/http/exchange.hpp"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <limits>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"

namespace corral::http {

namespace beast = boost::beast;
using boost::system::error_code;
using Parser = beast::http::response_parser<beast::http::buffer_body>;

namespace {

constexpr std::size_t piece_bytes = 65'536;
constexpr std::uint32_t max_head_bytes = 131'072;
constexpr int ok_status = 200;
constexpr int last_interim_status = 199;

/// Reads answers from a connection: heads, and bodies as far as there is room for them.
class AnswerReader {
 public:
  explicit AnswerReader(Connection& connection) : connection_(connection) {}

  /// Reads a head; those of interim answers (100 Continue) are passed over. `has_no_body`: whatever the head
  /// says, as for HEAD and CONNECT.
  void read_head(bool has_no_body) {
    do {
      parser_.emplace();
      parser_->header_limit(max_head_bytes);
      parser_->body_limit(std::numeric_limits<std::uint64_t>::max());
      parser_->skip(has_no_body);
      parser_->eager(false);
      while (!parser_->is_header_done()) parse();
    } while (status() <= last_interim_status && status() != switching_protocols);
  }

  [[nodiscard]] int status() const { return static_cast<int>(parser_->get().result_int()); }
  [[nodiscard]] const Parser& parser() const { return *parser_; }
  [[nodiscard]] bool is_done() const { return parser_->is_done(); }
  /// Whether bytes have arrived that belong to no answer.
  [[nodiscard]] bool has_rest() const { return arrived_.size() > 0; }

  std::size_t read_body(std::span<char> buffer) {
    auto& body = parser_->get().body();
    while (!parser_->is_done()) {
      body.data = buffer.data();
      body.size = buffer.size();
      body.more = true;
      parse();
      if (const std::size_t count = buffer.size() - body.size; count > 0) return count;
    }
    return 0;
  }

 private:
  static constexpr int switching_protocols = 101;

  void parse() {
    error_code error;
    if (arrived_.size() > 0) {
      const std::size_t used = parser_->put(arrived_.data(), error);
      arrived_.consume(used);
      if (error == beast::http::error::need_buffer) return;
      if (error && error != beast::http::error::need_more) throw not_http(error);
      if (used > 0 && !error) return;
    }
    receive();
  }

  void receive() {
    error_code error;
    const auto room = arrived_.prepare(piece_bytes);
    const std::size_t count = connection_.read({static_cast<char*>(room.data()), room.size()});
    arrived_.commit(count);
    if (count > 0) return;
    if (!parser_->got_some()) throw hung_up();
    parser_->put_eof(error);
    if (error || !parser_->is_header_done()) throw cut_off();
  }

  [[nodiscard]] std::string server() const { return shown(connection_.route().server.authority()); }

  [[nodiscard]] ConnectionError hung_up() const {
    return {Failure::no_answer, fmt::format("{} hung up without an answer", server()),
            "try again; if it stays so, check the network and a proxy in between"};
  }
  [[nodiscard]] ConnectionError cut_off() const {
    return {Failure::broken_answer, fmt::format("{} hung up in the middle of its answer", server()),
            "try again; if it stays so, check the network and a proxy in between"};
  }
  [[nodiscard]] ConnectionError not_http(const error_code& error) const {
    return {Failure::broken_answer,
            fmt::format("the answer of {} is not HTTP/1.1: {}", server(), shown(error.message())),
            "is the address, its port and http or https right?"};
  }

  Connection& connection_;
  beast::flat_buffer arrived_;
  std::optional<Parser> parser_;
};

bool is_safe_in_head(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

/// The first line and the headers. A plain request through a proxy names the whole address.
std::string head_of(const Request& request, const Route& route, const std::string& user_agent) {
  const bool through_proxy = route.proxy && !route.server.secure;
  std::string head =
      fmt::format("{} {}{}{} HTTP/1.1\r\nHost: {}\r\n", request.method, through_proxy ? "http://" : "",
                  through_proxy ? request.url.authority() : "", request.url.target, request.url.authority());
  if (!user_agent.empty()) head += fmt::format("User-Agent: {}\r\n", user_agent);
  if (through_proxy && !route.proxy->authorization.empty())
    head += fmt::format("Proxy-Authorization: {}\r\n", route.proxy->authorization);
  for (const Header& header : request.headers) {
    if (!is_safe_in_head(header.name) || !is_safe_in_head(header.value)) {
      throw Error(ErrorKind::invalid_input,
                  fmt::format("the value of the header \"{}\" contains a line break", shown(header.name)));
    }
    head += fmt::format("{}: {}\r\n", header.name, header.value);
  }
  const auto length = request.body != nullptr ? request.body->remaining() : std::uint64_t{0};
  const bool expects_body = request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
  if (!length) {
    head += "Transfer-Encoding: chunked\r\n";
  } else if (request.body != nullptr || expects_body) {
    head += fmt::format("Content-Length: {}\r\n", *length);
  }
  return head + "\r\n";
}

/// Sends head and body. Returns whether all of it went out: a server may answer before.
bool send(Connection& connection, const Request& request, std::string head) {
  if (request.body == nullptr) {
    connection.write(head);
    return true;
  }
  const auto length = request.body->remaining();
  if (!length || *length > piece_bytes) connection.hear_early();
  std::string pending = std::move(head);
  std::vector<char> piece(piece_bytes);
  std::uint64_t sent = 0;
  while (true) {
    std::size_t count = request.body->read(piece);
    if (length && count > *length - sent) count = static_cast<std::size_t>(*length - sent);
    if (!length && count > 0) pending += fmt::format("{:x}\r\n", count);
    pending.append(piece.data(), count);
    if (!length) pending += count > 0 ? "\r\n" : "0\r\n\r\n";
    connection.write(pending);
    if (connection.has_early_answer()) return false;
    pending.clear();
    sent += count;
    if (length ? sent == *length : count == 0) return true;
    if (count == 0)
      throw Error(ErrorKind::io, fmt::format("the body ended after {} of {} bytes", sent, *length));
  }
}

class Exchange final : public Response, public ByteSource {
 public:
  Exchange(std::unique_ptr<Connection> connection, const Request& request, const std::string& user_agent,
           Release release)
      : connection_(std::move(connection)), release_(std::move(release)), reader_(*connection_) {
    const bool has_no_body = request.method == "HEAD";
    try {
      sent_all_ = send(*connection_, request, head_of(request, connection_->route(), user_agent));
    } catch (const ConnectionError&) {
      if (!read_last_words(has_no_body)) throw;
      take_headers();
      return;
    }
    reader_.read_head(has_no_body);
    take_headers();
    release_if_done();
  }

  [[nodiscard]] int status() const override { return status_; }
  [[nodiscard]] const std::vector<Header>& headers() const override { return headers_; }
  ByteSource& body() override { return *this; }

  std::size_t read(std::span<char> buffer) override {
    if (!connection_ || buffer.empty()) return 0;
    std::size_t count = 0;
    try {
      count = reader_.read_body(buffer);
    } catch (const ConnectionError& error) {
      throw ConnectionError(Failure::broken_answer, error.message(), error.hint());
    }
    if (remaining_) *remaining_ -= std::min<std::uint64_t>(count, *remaining_);
    release_if_done();
    return count;
  }
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override { return remaining_; }

 private:
  /// A server that refuses a large body may hang up in the middle of it, having said why.
  bool read_last_words(bool has_no_body) {
    try {
      reader_.read_head(has_no_body);
      return true;
    } catch (const ConnectionError&) {
      return false;
    }
  }

  void take_headers() {
    status_ = reader_.status();
    for (const auto& field : reader_.parser().get())
      headers_.push_back({std::string(field.name_string()), std::string(field.value())});
    const auto length = reader_.parser().content_length();
    if (length) remaining_ = reader_.is_done() ? 0 : *length;
  }

  void release_if_done() {
    if (!reader_.is_done()) return;
    if (sent_all_ && reader_.parser().get().keep_alive() && !reader_.has_rest())
      release_(std::move(connection_));
    connection_.reset();
  }

  std::unique_ptr<Connection> connection_;
  Release release_;
  AnswerReader reader_;
  bool sent_all_ = false;
  int status_ = 0;
  std::vector<Header> headers_;
  std::optional<std::uint64_t> remaining_;
};

}  // namespace

void open_tunnel(Connection& connection) {
  const Route& route = connection.route();
  const std::string server = fmt::format("{}:{}", route.server.host, route.server.port);
  std::string head = fmt::format("CONNECT {0} HTTP/1.1\r\nHost: {0}\r\n", server);
  if (!route.proxy->authorization.empty())
    head += fmt::format("Proxy-Authorization: {}\r\n", route.proxy->authorization);
  const std::string proxy = shown(route.proxy->url.authority());
  AnswerReader reader(connection);
  try {
    connection.write(head + "\r\n");
    reader.read_head(true);
  } catch (const ConnectionError& error) {
    throw ConnectionError(
        Failure::not_sent,
        fmt::format("the proxy {} opened no way to {}: {}", proxy, shown(server), error.message()),
        fmt::format("{} names this proxy", route.proxy->variable));
  }
  if (reader.status() == ok_status) return;
  constexpr int wants_credentials = 407;
  throw ConnectionError(
      Failure::not_sent,
      fmt::format("the proxy {} opened no way to {}: HTTP status {}", proxy, shown(server), reader.status()),
      reader.status() == wants_credentials
          ? fmt::format("put a user and password into {}: http://USER:PASSWORD@HOST:PORT",
                        route.proxy->variable)
          : fmt::format("{} names this proxy; NO_PROXY lists hosts that need none", route.proxy->variable));
}

std::unique_ptr<Response> exchange(std::unique_ptr<Connection> connection, const Request& request,
                                   const std::string& user_agent, Release release) {
  return std::make_unique<Exchange>(std::move(connection), request, user_agent, std::move(release));
}

}  // namespace corral::http
