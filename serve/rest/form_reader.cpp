#include "serve/rest/form_reader.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"

namespace corral::serve::rest {

namespace {

constexpr std::size_t read_bytes = 65'536;
constexpr std::size_t max_header_bytes = 8'192;
constexpr std::size_t max_headers = 16;

[[noreturn]] void refuse(const char* why) {
  throw Error(ErrorKind::invalid_input, std::string("the body is not multipart/form-data: ") + why);
}

/// The parameter of a header such as `form-data; name="value"`; nullopt: it has none.
std::optional<std::string> parameter_of(std::string_view header, std::string_view name) {
  std::size_t at = header.find(';');
  while (at != std::string_view::npos) {
    at = header.find_first_not_of("; \t", at);
    if (at == std::string_view::npos) return std::nullopt;
    const std::size_t equals = header.find('=', at);
    if (equals == std::string_view::npos) return std::nullopt;
    const std::string found = ascii_lower(header.substr(at, equals - at));
    std::string value;
    std::size_t end = equals + 1;
    if (end < header.size() && header[end] == '"') {
      for (++end; end < header.size() && header[end] != '"'; ++end) {
        if (header[end] == '\\' && end + 1 < header.size()) ++end;
        value += header[end];
      }
      if (end == header.size()) return std::nullopt;
      ++end;
    } else {
      end = std::min(header.find_first_of("; \t", end), header.size());
      value = header.substr(equals + 1, end - equals - 1);
    }
    if (found == name) return value;
    at = header.find(';', end);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> FormReader::boundary_of(std::string_view content_type) {
  constexpr std::size_t longest = 70;  // RFC 2046, section 5.1.1
  if (ascii_lower(content_type.substr(0, content_type.find(';'))) != "multipart/form-data")
    return std::nullopt;
  auto boundary = parameter_of(content_type, "boundary");
  if (!boundary || boundary->empty() || boundary->size() > longest) return std::nullopt;
  return boundary;
}

FormReader::FormReader(ByteSource& body, std::string_view boundary)
    : body_(body), delimiter_("\r\n--" + std::string(boundary)), buffer_("\r\n") {}

bool FormReader::fill() {
  if (ended_) return false;
  buffer_.erase(0, at_);
  at_ = 0;
  const std::size_t held = buffer_.size();
  buffer_.resize(held + read_bytes);
  const std::size_t count = body_.read({buffer_.data() + held, read_bytes});
  buffer_.resize(held + count);
  ended_ = count == 0;
  return !ended_;
}

/// Fills the buffer up to this number of bytes.
void FormReader::require(std::size_t bytes) {
  while (buffer_.size() - at_ < bytes) {
    if (!fill()) refuse("it ends too early");
  }
}

std::string FormReader::take_line(std::size_t limit) {
  while (true) {
    const std::size_t end = buffer_.find("\r\n", at_);
    if (end != std::string::npos) {
      std::string line = buffer_.substr(at_, end - at_);
      at_ = end + 2;
      return line;
    }
    if (buffer_.size() - at_ > limit) refuse("a header is too long");
    if (!fill()) refuse("it ends too early");
  }
}

/// Content up to the next delimiter.
std::size_t FormReader::read_content(std::span<char> buffer) {
  if (!in_part_ || buffer.empty()) return 0;
  std::size_t end = buffer_.find(delimiter_, at_);
  while (end == std::string::npos && buffer_.size() - at_ < delimiter_.size()) {
    if (!fill()) refuse("it ends too early");
    end = buffer_.find(delimiter_, at_);
  }
  // What could be the start of a delimiter stays.
  if (end == std::string::npos) end = buffer_.size() - delimiter_.size() + 1;
  if (end == at_) {
    in_part_ = false;
    return 0;
  }
  const std::size_t count = std::min(buffer.size(), end - at_);
  std::memcpy(buffer.data(), buffer_.data() + at_, count);
  at_ += count;
  return count;
}

/// Moves past a delimiter at the present place; false: it was the last.
bool FormReader::after_boundary() {
  require(delimiter_.size() + 2);
  at_ += delimiter_.size();
  if (buffer_.compare(at_, 2, "--") == 0) return false;
  if (!take_line(max_header_bytes).empty()) refuse("text follows a boundary");
  return true;
}

bool FormReader::next() {
  if (!begun_) {
    begun_ = true;
    in_part_ = true;  // what stands before the first boundary counts for nothing
  }
  std::array<char, 4096> skipped;
  while (read_content(skipped) > 0) {
  }
  if (!after_boundary()) return false;
  name_.clear();
  bool has_name = false;
  for (std::size_t headers = 0;; ++headers) {
    const std::string line = take_line(max_header_bytes);
    if (line.empty()) break;
    if (headers == max_headers) refuse("a part has too many headers");
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos || ascii_lower(line.substr(0, colon)) != "content-disposition") continue;
    if (auto name = parameter_of(line, "name")) {
      name_ = *std::move(name);
      has_name = true;
    }
  }
  if (!has_name) refuse("a part has no name");
  in_part_ = true;
  return true;
}

}  // namespace corral::serve::rest
