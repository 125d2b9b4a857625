#include "cli/config/text_shape.hpp"

#include <algorithm>

namespace corral::config {

/// The end of an element and of what follows it on its line: a comma, spaces, a comment.
struct TextShape::ElementEnd {
  bool has_comma = false;
  std::size_t comma_at = 0;  ///< where to insert a missing comma
  std::size_t line_end = 0;  ///< after a comment on the same line
  bool takes_line = false;   ///< that comment extends to the end of the line
};

TextShape::TextShape(std::string_view text, Format format, const Value& root)
    : text_(text), format_(format), line_break_(text.find("\r\n") != std::string_view::npos ? "\r\n" : "\n") {
  for (const Member& member : root.members) {
    if (const std::string_view indent = line_indent(member.value.begin); !indent.empty()) {
      step_ = indent;
      return;
    }
  }
}

std::string_view TextShape::line_indent(std::size_t offset) const {
  const std::size_t before = text_.rfind('\n', offset == 0 ? 0 : offset - 1);
  const std::size_t start = before == std::string_view::npos || offset == 0 ? 0 : before + 1;
  const std::size_t end = std::min(text_.find_first_not_of(" \t", start), text_.size());
  return text_.substr(start, std::min(end, offset) - start);
}

bool TextShape::spans_lines(std::size_t begin, std::size_t end) const {
  return text_.substr(begin, end - begin).find('\n') != std::string_view::npos;
}

std::size_t TextShape::line_end(std::size_t offset) const {
  const std::size_t end = std::min(text_.find('\n', offset), text_.size());
  return end > offset && end < text_.size() && text_[end - 1] == '\r' ? end - 1 : end;
}

TextShape::ElementEnd TextShape::element_end(std::size_t end) const {
  ElementEnd result{false, end, end, false};
  std::size_t position = end;
  while (position < text_.size()) {
    const std::string_view rest = text_.substr(position);
    if (rest[0] == ' ' || rest[0] == '\t') {
      ++position;
    } else if (rest[0] == ',' && !result.has_comma) {
      result.has_comma = true;
      result.line_end = ++position;
    } else if ((format_ == Format::jsonc && rest.starts_with("//")) ||
               (format_ == Format::toml && rest[0] == '#')) {
      result.line_end = std::min(text_.find_first_of("\r\n", position), text_.size());
      result.takes_line = true;
      return result;
    } else if (format_ == Format::jsonc && rest.starts_with("/*")) {
      const std::size_t close = text_.find("*/", position);
      if (close == std::string_view::npos || spans_lines(position, close)) return result;
      position = close + 2;
      result.line_end = position;
    } else {
      return result;
    }
  }
  return result;
}

std::string TextShape::appended(const Value& container, const Value& last, const std::string& element) const {
  const ElementEnd end = element_end(last.end);
  std::string edited(text_);
  if (end.takes_line || spans_lines(container.begin, last.begin)) {
    const std::string indent(line_indent(last.begin));
    edited.insert(end.line_end, line_break_ + indent + element + (end.has_comma ? "," : ""));
  } else {
    edited.insert(end.line_end, " " + element + (end.has_comma ? "," : ""));
  }
  if (!end.has_comma) edited.insert(end.comma_at, 1, ',');
  return edited;
}

std::string TextShape::filled(const Value& container, const std::string& element) const {
  const std::string indent(line_indent(container.begin));
  const std::size_t close = container.end - 1;
  const std::size_t inner_end = text_.find_last_not_of(" \t\r\n", close - 1) + 1;
  std::string edited(text_);
  edited.replace(inner_end, close - inner_end, line_break_ + indent + step_ + element + line_break_ + indent);
  return edited;
}

const Value& last_member(const Value& object) {
  const auto last =
      std::max_element(object.members.begin(), object.members.end(),
                       [](const Member& a, const Member& b) { return a.value.end < b.value.end; });
  return last->value;
}

}  // namespace corral::config
