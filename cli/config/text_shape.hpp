#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "cli/config/config_value.hpp"

namespace corral::config {

enum class Format { jsonc, toml };

/// Detects a config's formatting, and adds elements in the same style.
class TextShape {
 public:
  /// `root`: the parsed `text`. Both must outlive this.
  TextShape(std::string_view text, Format format, const Value& root);

  [[nodiscard]] std::string_view text() const { return text_; }
  [[nodiscard]] const std::string& line_break() const { return line_break_; }
  /// One step of indentation.
  [[nodiscard]] const std::string& step() const { return step_; }
  /// The leading white space of the line that contains a byte.
  [[nodiscard]] std::string_view line_indent(std::size_t offset) const;
  [[nodiscard]] bool spans_lines(std::size_t begin, std::size_t end) const;
  /// The end of the line that a byte is on, before its line break.
  [[nodiscard]] std::size_t line_end(std::size_t offset) const;

  /// The text with `element` inserted after `last`, the last element of a bracketed container.
  [[nodiscard]] std::string appended(const Value& container, const Value& last,
                                     const std::string& element) const;
  /// The text with `element` inserted into an empty container, preserving comments in it.
  [[nodiscard]] std::string filled(const Value& container, const std::string& element) const;

 private:
  struct ElementEnd;
  [[nodiscard]] ElementEnd element_end(std::size_t end) const;

  std::string_view text_;
  Format format_ = Format::jsonc;
  std::string line_break_;
  std::string step_ = "  ";
};

/// The member of an object whose value comes last in the text; the object must have a member.
const Value& last_member(const Value& object);

}  // namespace corral::config
