#include "cli/config/toml.hpp"

#include <string>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/toml/library.hpp"

namespace corral::config {

namespace {

/// Scans the text before the parser does: checks the number of parts in a key, the bracket depth, and how
/// many tables all headers open in total. Skips strings and comments.
class Scan {
 public:
  Scan(std::string_view text, std::string_view file) : text_(text), file_(file) {}

  void run() {
    while (position_ < text_.size()) step();
  }

 private:
  [[noreturn]] void fail(std::string_view reason) const {
    throw_syntax_error(text_, file_, position_, reason);
  }

  void step() {
    switch (const char c = text_[position_]; c) {
      case '#': position_ = std::min(text_.find('\n', position_), text_.size()); return;
      case '"':
      case '\'': skip_string(c); return;
      case '[':
      case '{':
        if (++depth_ > max_depth) fail(fmt::format("nested more than {} deep", max_depth));
        dots_ = 0;
        break;
      case ']':
      case '}':
        if (depth_ > 0) --depth_;
        break;
      case '.':
        if (++dots_ >= max_key_parts) fail(fmt::format("a key has more than {} parts", max_key_parts));
        if (++all_dots_ > max_all_parts) fail(fmt::format("more than {} dotted keys", max_all_parts));
        break;
      case '\n':
      case '=':
      case ',': dots_ = 0; break;
      default: break;
    }
    ++position_;
  }

  void skip_string(char quote) {
    const std::string triple(3, quote);
    if (text_.substr(position_).starts_with(triple)) {
      position_ += 3;
      while (position_ < text_.size() && !text_.substr(position_).starts_with(triple)) {
        position_ += text_[position_] == '\\' && quote == '"' ? 2U : 1U;
      }
      position_ = std::min(position_ + 3, text_.size());
      // Up to two quotes may directly precede the three that end the string.
      for (int more = 0; more < 2 && position_ < text_.size() && text_[position_] == quote; ++more)
        ++position_;
      return;
    }
    for (++position_; position_ < text_.size(); ++position_) {
      const char c = text_[position_];
      if (c == '\\' && quote == '"') {
        ++position_;
      } else if (c == quote || c == '\n') {
        ++position_;
        return;
      }
    }
  }

  static constexpr std::size_t max_key_parts = 32;
  static constexpr std::size_t max_all_parts = 20'000;

  std::string_view text_;
  std::string_view file_;
  std::size_t position_ = 0;
  std::size_t depth_ = 0;
  std::size_t dots_ = 0;
  std::size_t all_dots_ = 0;
};

/// The offsets of all line starts, so that a line and column convert to an offset directly.
class LineStarts {
 public:
  explicit LineStarts(std::string_view text) : text_(text) {
    // toml++ does not count a byte order mark.
    if (text.starts_with("\xEF\xBB\xBF")) starts_.front() = 3;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\n') starts_.push_back(i + 1);
    }
  }

  /// toml++ counts columns in code points.
  [[nodiscard]] std::size_t offset_of(const toml::source_position& position) const {
    if (position.line == 0 || position.line > starts_.size()) return 0;
    std::size_t offset = starts_[position.line - 1];
    for (std::size_t column = 1; column < position.column && offset < text_.size(); ++column) {
      ++offset;
      while (offset < text_.size() && (static_cast<unsigned char>(text_[offset]) & 0xC0U) == 0x80) ++offset;
    }
    return offset;
  }

 private:
  std::string_view text_;
  std::vector<std::size_t> starts_ = {0};
};

Value convert(const toml::node& node, const LineStarts& lines) {
  Value value;
  const toml::source_region& region = node.source();
  value.at = {region.begin.line, region.begin.column};
  value.begin = lines.offset_of(region.begin);
  value.end = lines.offset_of(region.end);
  if (const toml::table* table = node.as_table()) {
    value.type = Value::Type::object;
    for (const auto& [key, member] : *table) {
      value.members.push_back({std::string(key.str()), convert(member, lines)});
    }
  } else if (const toml::array* array = node.as_array()) {
    value.type = Value::Type::array;
    for (const toml::node& item : *array) value.items.push_back(convert(item, lines));
  } else if (const auto* text = node.as_string()) {
    value.type = Value::Type::string;
    value.text = text->get();
  } else if (const auto* boolean = node.as_boolean()) {
    value.type = Value::Type::boolean;
    value.boolean = boolean->get();
  } else if (const auto* integer = node.as_integer()) {
    value.type = Value::Type::number;
    value.number = static_cast<double>(integer->get());
  } else if (const auto* number = node.as_floating_point()) {
    value.type = Value::Type::number;
    value.number = number->get();
  } else {
    value.type = Value::Type::other;
  }
  return value;
}

}  // namespace

Value parse_toml(std::string_view text, std::string_view file) {
  Scan(text, file).run();
  const LineStarts lines(text);
  try {
    const toml::table table = toml::parse(text, std::string(file));
    return convert(table, lines);
  } catch (const toml::parse_error& error) {
    throw_syntax_error(text, file, lines.offset_of(error.source().begin), error.description());
  } catch (const BrokenTomlAssumption&) {
    throw Error(ErrorKind::invalid_input, fmt::format("{} is not TOML", shown(file)),
                "look for a key or header that begins with none of a letter, a digit or a quote");
  }
}

}  // namespace corral::config
