#include "backends/bytes/utf8.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"

namespace corral {

namespace {

/// Whether these bytes could be the start of a longer character.
bool may_begin_character(std::string_view bytes) {
  const auto lead = static_cast<unsigned char>(bytes.front());
  if (lead < 0xC2 || lead > 0xF4) return false;
  const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (bytes.size() >= length) return false;
  // Only the second byte's range depends on the lead byte; fill the rest with any continuation byte.
  std::string whole(bytes);
  whole.resize(length, '\x80');
  return bytes.size() == 1 || is_utf8(whole);
}

}  // namespace

void append_utf8(std::string& text, char32_t code) {
  const auto put = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
    return;
  }
  if (code < 0x800) {
    put(0xC0U | code >> 6U);
  } else {
    if (code < 0x10000) {
      put(0xE0U | code >> 12U);
    } else {
      put(0xF0U | code >> 18U);
      put(0x80U | (code >> 12U & 0x3FU));
    }
    put(0x80U | (code >> 6U & 0x3FU));
  }
  put(0x80U | (code & 0x3FU));
}

void TextPlace::move_over(std::string_view text) noexcept {
  const auto breaks = static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
  if (breaks > 0) {
    line += breaks;
    column = 1;
    text.remove_prefix(text.rfind('\n') + 1);
  }
  column += static_cast<std::uint64_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

Utf8Check::Utf8Check(std::string name, std::string hint) : name_(std::move(name)), hint_(std::move(hint)) {}

void Utf8Check::check(std::string_view bytes) {
  while (!unfinished_.empty() && !bytes.empty()) {
    unfinished_ += bytes.front();
    bytes.remove_prefix(1);
    if (is_utf8(unfinished_)) {
      place_.move_over(unfinished_);
      unfinished_.clear();
    } else if (!may_begin_character(unfinished_)) {
      refuse(unfinished_.front());
    }
  }
  const std::size_t valid = valid_utf8_bytes(bytes);
  place_.move_over(bytes.substr(0, valid));
  bytes.remove_prefix(valid);
  if (!bytes.empty() && !may_begin_character(bytes)) refuse(bytes.front());
  unfinished_ += bytes;
}

void Utf8Check::end() const {
  if (!unfinished_.empty()) refuse(unfinished_.front());
}

void Utf8Check::refuse(char byte) const {
  const auto value = static_cast<unsigned char>(byte);
  // UTF-16 starts with a two-byte byte order mark; neither byte ever occurs in UTF-8.
  const bool utf16 = value >= 0xFE && place_.line == 1 && place_.column == 1;
  throw Error(ErrorKind::invalid_input,
              fmt::format("{} is not UTF-8{}: line {}, column {} has the byte 0x{:02X}", shown(name_),
                          utf16 ? " but, as it seems, UTF-16" : "", place_.line, place_.column, value),
              hint_);
}

void require_utf8(std::string_view text, std::string name) {
  Utf8Check check(std::move(name));
  check.check(text);
  check.end();
}

std::size_t Utf8Source::read(std::span<char> buffer) {
  const std::size_t count = source_.read(buffer);
  if (count == 0) {
    check_.end();
  } else {
    check_.check({buffer.data(), count});
  }
  return count;
}

}  // namespace corral
