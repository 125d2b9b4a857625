#include "commands/d1/text_encoding.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/bytes/utf8.hpp"
#include "backends/error.hpp"

namespace corral::d1 {

namespace {

constexpr std::size_t read_bytes = 32'768;

/// Converts a text piece by piece.
class Decoder : public ByteSource {
 public:
  Decoder(ByteSource& source, std::string name) : source_(source), name_(std::move(name)) {}

  std::size_t read(std::span<char> buffer) override {
    while (at_ == text_.size()) {
      if (is_end_) return 0;
      place_.move_over(text_);
      text_.clear();
      at_ = 0;
      std::array<char, read_bytes> bytes;  // NOLINT(cppcoreguidelines-pro-type-member-init): read writes it
      const std::size_t count = source_.read(bytes);
      is_end_ = count == 0;
      decode({bytes.data(), count}, is_end_, text_);
    }
    const std::size_t count = std::min(buffer.size(), text_.size() - at_);
    std::copy_n(text_.data() + at_, count, buffer.data());
    at_ += count;
    return count;
  }

 protected:
  /// Appends the conversion of the next bytes, or of the end.
  virtual void decode(std::string_view bytes, bool is_end, std::string& text) = 0;

  /// `text`: the part of the current piece before the error.
  [[noreturn]] void refuse(std::string_view text, std::string_view encoding, std::string_view what) const {
    TextPlace place = place_;
    place.move_over(text);
    throw Error(ErrorKind::invalid_input,
                fmt::format("{} is not {}: line {}, column {} has {}", shown(name_), encoding, place.line,
                            place.column, what),
                "is it cut short? otherwise name its encoding with --encoding");
  }

 private:
  ByteSource& source_;
  std::string name_;
  TextPlace place_;
  std::string text_;
  std::size_t at_ = 0;
  bool is_end_ = false;
};

/// Every byte is a character; 0x80 to 0x9F as in Windows-1252.
class Windows1252 final : public Decoder {
 public:
  using Decoder::Decoder;

 protected:
  void decode(std::string_view bytes, bool /*is_end*/, std::string& text) override {
    constexpr auto windows = std::to_array<char32_t>(
        {0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
         0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
         0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178});
    constexpr unsigned first = 0x80;
    for (const char c : bytes) {
      const auto byte = static_cast<unsigned char>(c);
      const bool is_windows = byte >= first && byte < first + windows.size();
      append_utf8(text, is_windows ? windows[byte - first] : byte);
    }
  }
};

class Utf16 final : public Decoder {
 public:
  Utf16(ByteSource& source, std::string name, bool big_endian)
      : Decoder(source, std::move(name)), big_endian_(big_endian) {}

 protected:
  void decode(std::string_view bytes, bool is_end, std::string& text) override {
    rest_ += bytes;
    std::size_t at = 0;
    for (; at + 1 < rest_.size(); at += 2) take(unit_at(at), text);
    rest_.erase(0, at);
    if (!is_end) return;
    if (high_ != 0) refuse(text, "UTF-16", "half of a surrogate pair");
    if (!rest_.empty()) refuse(text, "UTF-16", "half of a character");
  }

 private:
  [[nodiscard]] char32_t unit_at(std::size_t at) const {
    const auto byte = [&](std::size_t i) -> char32_t { return static_cast<unsigned char>(rest_[at + i]); };
    return big_endian_ ? byte(0) << 8U | byte(1) : byte(1) << 8U | byte(0);
  }

  void take(char32_t unit, std::string& text) {
    const bool is_high = unit >= 0xD800 && unit < 0xDC00;
    const bool is_low = unit >= 0xDC00 && unit < 0xE000;
    if (is_low != (high_ != 0)) refuse(text, "UTF-16", "half of a surrogate pair");
    if (is_high) {
      high_ = unit;
    } else if (is_low) {
      append_utf8(text, 0x10000 + ((std::exchange(high_, 0) - 0xD800) << 10U) + (unit - 0xDC00));
    } else {
      append_utf8(text, unit);
    }
  }

  bool big_endian_;
  std::string rest_;   ///< the first byte of a split unit
  char32_t high_ = 0;  ///< the first half of a split surrogate pair
};

/// Drops the byte order mark, U+FEFF in every encoding.
class WithoutMark final : public ByteSource {
 public:
  explicit WithoutMark(std::unique_ptr<ByteSource> text) : text_(std::move(text)) {}

  std::size_t read(std::span<char> buffer) override {
    constexpr std::string_view mark = "\xEF\xBB\xBF";
    while (!is_begun_) {
      std::array<char, mark.size()> bytes{};
      const std::size_t count = text_->read(std::span(bytes).first(mark.size() - beginning_.size()));
      beginning_.append(bytes.data(), count);
      is_begun_ = count == 0 || beginning_.size() == mark.size();
      if (is_begun_ && beginning_ == mark) beginning_.clear();
    }
    if (beginning_.empty()) return text_->read(buffer);
    const std::size_t count = std::min(buffer.size(), beginning_.size());
    std::copy_n(beginning_.data(), count, buffer.data());
    beginning_.erase(0, count);
    return count;
  }

 private:
  std::unique_ptr<ByteSource> text_;
  std::string beginning_;
  bool is_begun_ = false;
};

std::unique_ptr<ByteSource> decoder(ByteSource& source, TextEncoding encoding, const std::string& name) {
  switch (encoding) {
    case TextEncoding::windows_1252: return std::make_unique<Windows1252>(source, name);
    case TextEncoding::utf16_le: return std::make_unique<Utf16>(source, name, false);
    case TextEncoding::utf16_be: return std::make_unique<Utf16>(source, name, true);
    case TextEncoding::utf8: break;
  }
  return std::make_unique<Utf8Source>(
      source, name, "--encoding latin1 or --encoding utf-16 converts it, or save it as UTF-8");
}

}  // namespace

TextEncoding encoding_of(std::string_view beginning) {
  if (beginning.starts_with("\xFF\xFE")) return TextEncoding::utf16_le;
  if (beginning.starts_with("\xFE\xFF")) return TextEncoding::utf16_be;
  if (beginning.size() < 4) return TextEncoding::utf8;
  const auto is_nul = [&](std::size_t at) { return beginning[at] == '\0'; };
  if (!is_nul(0) && is_nul(1) && !is_nul(2) && is_nul(3)) return TextEncoding::utf16_le;
  if (is_nul(0) && !is_nul(1) && is_nul(2) && !is_nul(3)) return TextEncoding::utf16_be;
  return TextEncoding::utf8;
}

TextEncoding encoding_of_name(std::string_view name, std::string_view beginning) {
  if (name == "latin1" || name == "windows-1252") return TextEncoding::windows_1252;
  if (name == "utf-16le") return TextEncoding::utf16_le;
  if (name == "utf-16be") return TextEncoding::utf16_be;
  if (name == "utf-8") return TextEncoding::utf8;
  return encoding_of(beginning) == TextEncoding::utf16_be ? TextEncoding::utf16_be : TextEncoding::utf16_le;
}

std::unique_ptr<ByteSource> as_utf8(ByteSource& source, TextEncoding encoding, const std::string& name) {
  return std::make_unique<WithoutMark>(decoder(source, encoding, name));
}

}  // namespace corral::d1
