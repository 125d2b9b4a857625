#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "cli/line/help.hpp"

namespace corral {

struct HelpRow {
  std::string left;
  std::string right;
};

/// Builds a help text from paragraphs and sections of two aligned columns.
class HelpPage {
 public:
  explicit HelpPage(const HelpStyle& style);

  /// A line as it stands.
  void line(std::string_view text);
  void heading(std::string_view text);
  /// A heading and rows; nothing if there are no rows.
  void section(std::string_view title, const std::vector<HelpRow>& rows);
  void rows(const std::vector<HelpRow>& rows);
  /// Text indented by two columns, broken to fit.
  void paragraph(std::string_view text);

  std::string take() { return std::move(text_); }

 private:
  /// Breaks `text` to fit; the first line stands after what is there, `first` columns further on, the others
  /// are indented.
  void wrap(std::string_view text, std::size_t first, std::size_t indent);

  std::size_t width_;
  bool colour_;
  std::string text_;
};

}  // namespace corral
