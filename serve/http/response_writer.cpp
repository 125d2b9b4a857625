#include "serve/http/response_writer.hpp"

#include <algorithm>
#include <boost/beast/http/status.hpp>

#include <fmt/format.h>

#include "backends/files/file_backed_source.hpp"
#include "backends/http/date.hpp"

namespace corral::serve {

namespace {

constexpr std::size_t write_bytes = std::size_t{32} << 10U;

bool has_no_body(int status) {
  return status < 200 || status == 204 || status == 304;
}

void add_header(std::string& head, std::string_view name, std::string_view value) {
  head += name;
  head += ": ";
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte >= 0x20 || c == '\t') && byte != 0x7F) head += c;
  }
  head += "\r\n";
}

/// How a body's end is known.
enum class Framing { none, length, chunks, connection };

struct Body {
  Framing framing = Framing::none;
  std::uint64_t length = 0;
};

Body body_of(const Response& response, const ResponseForm& form) {
  if (has_no_body(response.status)) return {};
  if (response.body == nullptr) return {Framing::length, response.length.value_or(0)};
  if (const auto length = response.body->remaining()) return {Framing::length, *length};
  return {form.is_old ? Framing::connection : Framing::chunks, 0};
}

std::string head_of(const Response& response, const ResponseForm& form, const Body& body) {
  std::string head = fmt::format("HTTP/1.1 {} {}\r\n", response.status, reason_of(response.status));
  for (const http::Header& header : response.headers) add_header(head, header.name, header.value);
  if (body.framing == Framing::length) add_header(head, "Content-Length", std::to_string(body.length));
  if (body.framing == Framing::chunks) add_header(head, "Transfer-Encoding", "chunked");
  if (!form.keep_alive) add_header(head, "Connection", "close");
  if (form.keep_alive && form.is_old) add_header(head, "Connection", "keep-alive");
  add_header(head, "Date", http::http_date(form.now));
  add_header(head, "Server", "corral");
  return head + "\r\n";
}

class BodyWriter {
 public:
  BodyWriter(Socket& socket, const Limits& limits, std::string head)
      : socket_(socket), limits_(limits), pending_(std::move(head)) {}

  /// Sends exactly `length` bytes.
  void write_sized(ByteSource& source, std::uint64_t length) {
    if (auto* const files = dynamic_cast<FileBackedSource*>(&source);
        files != nullptr && length > write_bytes) {
      write_pending();
      write_files(*files, length);
      return;
    }
    std::string buffer(std::min<std::uint64_t>(write_bytes, length), '\0');
    for (std::uint64_t left = length; left > 0;) {
      const std::size_t count = source.read({buffer.data(), std::min<std::uint64_t>(buffer.size(), left)});
      if (count == 0) throw Error(ErrorKind::corrupt, "a body is shorter than announced");
      left -= count;
      sent_ += count;
      send({buffer.data(), count});
    }
    write_pending();
  }

  void write_to_end(ByteSource& source, bool in_chunks) {
    std::string buffer(write_bytes, '\0');
    while (const std::size_t count = source.read(buffer)) {
      sent_ += count;
      if (in_chunks) pending_ += fmt::format("{:x}\r\n", count);
      send({buffer.data(), count});
      if (in_chunks) pending_ += "\r\n";
    }
    if (in_chunks) pending_ += "0\r\n\r\n";
    write_pending();
  }

  void write_pending() {
    socket_.write(pending_, limits_.silence);
    pending_.clear();
  }

  [[nodiscard]] std::uint64_t sent() const { return sent_; }

 private:
  /// After what is pending, in one call if both are small.
  void send(std::string_view bytes) {
    pending_ += bytes;
    if (pending_.size() >= write_bytes) write_pending();
  }

  void write_files(FileBackedSource& files, std::uint64_t length) {
    while (length > 0) {
      const FileBackedSource::Range range = files.take_range();
      if (range.length == 0) throw Error(ErrorKind::corrupt, "a body is shorter than announced");
      const std::uint64_t count = std::min(range.length, length);
      socket_.write_file(range.file, range.offset, count, limits_.silence);
      length -= count;
      sent_ += count;
    }
  }

  Socket& socket_;
  const Limits& limits_;
  std::string pending_;
  std::uint64_t sent_ = 0;
};

}  // namespace

std::string_view reason_of(int status) {
  const auto reason =
      boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(static_cast<unsigned>(status)));
  return {reason.data(), reason.size()};
}

std::uint64_t write_response(Socket& socket, Response& response, ResponseForm& form, const Limits& limits) {
  const Body body = body_of(response, form);
  if (body.framing == Framing::connection) form.keep_alive = false;
  BodyWriter writer(socket, limits, head_of(response, form, body));
  if (form.head_only || body.framing == Framing::none || response.body == nullptr) {
    writer.write_pending();
  } else if (body.framing == Framing::length) {
    writer.write_sized(*response.body, body.length);
  } else {
    writer.write_to_end(*response.body, body.framing == Framing::chunks);
  }
  return writer.sent();
}

}  // namespace corral::serve
