#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "cli/config/config_value.hpp"

namespace corral::config {

enum class Format { jsonc, toml };

/// How a config is laid out, and how something is added so that it looks like what is there.
class TextShape {
 public:
  /// `root`: what `text` was read as. Both must outlive this.
  TextShape(std::string_view text, Format format, const Value& root);

  [[nodiscard]] std::string_view text() const { return text_; }
  [[nodiscard]] const std::string& line_break() const { return line_break_; }
  /// One step of indentation.
  [[nodiscard]] const std::string& step() const { return step_; }
  /// What the line of a byte begins with.
  [[nodiscard]] std::string_view line_indent(std::size_t offset) const;
  [[nodiscard]] bool spans_lines(std::size_t begin, std::size_t end) const;
  /// The end of the line that a byte is on, before its line break.
  [[nodiscard]] std::size_t line_end(std::size_t offset) const;

  /// The text with `element` after `last`, the last element of a container in brackets or braces.
  [[nodiscard]] std::string appended(const Value& container, const Value& last,
                                     const std::string& element) const;
  /// The text with `element` as the only one of a container without any. Comments in it stay.
  [[nodiscard]] std::string filled(const Value& container, const std::string& element) const;

 private:
  struct ElementEnd;
  [[nodiscard]] ElementEnd element_end(std::size_t end) const;

  std::string_view text_;
  Format format_;
  std::string line_break_;
  std::string step_ = "  ";
};

/// The member of an object whose value stands last in the text; the object must have one.
const Value& last_member(const Value& object);

}  // namespace corral::config
