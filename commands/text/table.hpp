#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace corral {

class Output;

/// The columns a text occupies on a terminal: East Asian wide characters and emoji count 2, combining marks
/// 0. The text must be free of control characters (`shown`).
std::size_t display_width(std::string_view text);

/// The longest prefix of the text that fits in `columns`, ending in "…" if truncated.
std::string cut_to_width(std::string_view text, std::size_t columns);

/// A table for display.
class Table {
 public:
  enum class Align { left, right };
  struct Column {
    std::string heading;
    Align align = Align::left;
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// Adds a row: one cell per column, missing ones are empty. Cells are escaped.
  void add(std::vector<std::string> cells);

  [[nodiscard]] bool empty() const { return rows_.empty(); }

  /// The table as text, each line terminated. `width` 0: as wide as needed; otherwise the widest columns are
  /// truncated until it fits. Headings are bold with `colour`.
  [[nodiscard]] std::string text(std::size_t width, bool colour) const;

  /// Writes it to `out`, with the terminal's width and colour setting.
  void print(Output& out) const;

  /// Writes and discards the rows added since the last part, so that a long table needs little memory. The
  /// first part has the headings and sets the column widths; wider cells in later parts are truncated.
  void print_part(Output& out);

 private:
  [[nodiscard]] std::vector<std::size_t> column_widths(std::size_t width) const;
  [[nodiscard]] std::string line(const std::vector<std::size_t>& widths,
                                 const std::vector<std::string>* row) const;
  [[nodiscard]] std::string heading_line(const std::vector<std::size_t>& widths, bool colour) const;

  std::vector<std::size_t> part_widths_;
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace corral
