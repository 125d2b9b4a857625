#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/bytes/byte_stream.hpp"
#include "backends/error.hpp"
#include "backends/http/url.hpp"

namespace corral {
class Environment;
}

namespace corral::http {

/// The status codes that callers tell apart (RFC 9110, 6585).
namespace status {
inline constexpr int ok = 200;
inline constexpr int no_content = 204;
inline constexpr int reset_content = 205;
inline constexpr int partial_content = 206;
inline constexpr int not_found = 404;
inline constexpr int precondition_failed = 412;
inline constexpr int payload_too_large = 413;
inline constexpr int range_not_satisfiable = 416;
inline constexpr int too_many_requests = 429;
}  // namespace status

struct Header {
  std::string name;
  std::string value;
};

/// The value of the first header with this name, compared without regard to case; nullopt if it is missing.
std::optional<std::string_view> find_header(const std::vector<Header>& headers, std::string_view name);

/// The same, or "".
std::string header_text(const std::vector<Header>& headers, std::string_view name);

/// The classes of a status (RFC 9110, section 15).
bool is_success(int status);
bool is_server_error(int status);

/// Whether the method only reads: GET and HEAD, of those that corral sends (RFC 9110, section 9.2.1).
bool is_safe(std::string_view method);

struct Request {
  std::string method = "GET";
  Url url;
  /// Host, Content-Length, Transfer-Encoding and User-Agent are added by the client.
  std::vector<Header> headers = {};
  /// Read once, while it is sent; goes out with its length where `remaining` knows it, else in chunks.
  /// nullptr: no body.
  ByteSource* body = nullptr;
};

/// An answer whose head has arrived. Its body comes while it is read, in constant memory; dropped before its
/// end, it closes the connection.
class Response {
 public:
  virtual ~Response() = default;
  [[nodiscard]] virtual int status() const = 0;
  [[nodiscard]] virtual const std::vector<Header>& headers() const = 0;
  /// Throws ConnectionError (broken_answer) if the connection ends before the body does.
  virtual ByteSource& body() = 0;
};

/// How far a request came that failed below HTTP.
enum class Failure {
  untrusted,      ///< the server's certificate cannot be trusted: it has seen nothing of it
  not_sent,       ///< no connection: the server has seen nothing of it
  no_answer,      ///< sent, or begun: whether the server has acted on it is not known
  broken_answer,  ///< an answer came, and was cut off or is not HTTP: the server has acted
};

class ConnectionError : public Error {
 public:
  ConnectionError(Failure failure, std::string message, std::string hint)
      : Error(ErrorKind::io, std::move(message), std::move(hint)), failure_(failure) {}
  [[nodiscard]] Failure failure() const noexcept { return failure_; }
  /// Whether the server may have acted on the request.
  [[nodiscard]] bool may_have_arrived() const noexcept {
    return failure_ == Failure::no_answer || failure_ == Failure::broken_answer;
  }

 private:
  Failure failure_;
};

struct ClientSettings {
  std::chrono::milliseconds connect_limit = std::chrono::seconds(30);
  /// A server that neither sends nor takes a byte for longer has failed.
  std::chrono::milliseconds silence_limit = std::chrono::minutes(5);
  /// Called about ten times a second while there is nothing to do but wait, in the thread that waits. What it
  /// throws ends the request.
  std::function<void()> check_interrupt = {};
  std::string user_agent = {};
};

/// Sends requests over HTTP/1.1, over TLS for https: the certificate must be valid for the host and lead to
/// an authority of this machine (trust.hpp). Connections are kept and used again; the environment's proxies
/// are heeded (proxy.hpp). Redirects are not followed, and nothing is sent twice. Any number of threads may
/// send at once, each over a connection of its own.
class Client {
 public:
  virtual ~Client() = default;

  /// Returns once the head of the answer is there, whatever its status. Throws ConnectionError, which names
  /// the host, and what reading the body throws. A server that answers before it has read the whole body is
  /// heard.
  virtual std::unique_ptr<Response> send(const Request& request) = 0;
};

/// A client that connects to nothing, reads no certificates and looks at no variable before the first
/// request. `environment` must outlive it.
std::unique_ptr<Client> open_client(const Environment& environment, ClientSettings settings);

}  // namespace corral::http
