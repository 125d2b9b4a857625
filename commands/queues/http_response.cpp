#include "commands/queues/http_response.hpp"

#include <charconv>
#include <system_error>

#include "backends/bytes/text.hpp"

namespace corral::queues {

bool HttpResponse::complete() {
  constexpr int no_content = 204;
  const std::size_t head_end = text_.find("\r\n\r\n");
  if (head_end == std::string::npos) return false;
  const std::string head = ascii_lower(text_.substr(0, head_end + 2));
  const std::string_view rest = std::string_view(text_).substr(head_end + 4);
  constexpr std::size_t status_at = 9;  // "HTTP/1.1 200"
  if (!head.starts_with("http/1.") || head.size() < status_at + 3) return false;
  std::from_chars(head.data() + status_at, head.data() + status_at + 3, status_);
  if (head.find("\r\ntransfer-encoding: chunked") != std::string::npos) return join_chunks(rest);
  constexpr std::string_view length_field = "\r\ncontent-length:";
  const std::size_t field = head.find(length_field);
  if (field == std::string::npos) {
    body_ = rest;
    return ended_ || status_ == no_content;
  }
  const std::size_t digits = head.find_first_not_of(' ', field + length_field.size());
  std::size_t length = 0;
  const auto read = std::from_chars(head.data() + digits, head.data() + head.size(), length);
  if (read.ec == std::errc::result_out_of_range || rest.size() < length) return false;
  body_ = rest.substr(0, length);
  return true;
}

bool HttpResponse::join_chunks(std::string_view rest) {
  constexpr std::size_t line_break = 2;
  body_.clear();
  while (true) {
    const std::size_t line_end = rest.find("\r\n");
    if (line_end == std::string_view::npos) return false;
    std::size_t length = 0;
    constexpr int hexadecimal = 16;
    const auto read = std::from_chars(rest.data(), rest.data() + line_end, length, hexadecimal);
    if (read.ec != std::errc()) return false;
    if (length == 0) return true;
    rest.remove_prefix(line_end + line_break);
    if (rest.size() < line_break || rest.size() - line_break < length) return false;
    body_ += rest.substr(0, length);
    rest.remove_prefix(length + line_break);
  }
}

}  // namespace corral::queues
