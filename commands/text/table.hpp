#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace corral {

class Output;

/// The columns that a text takes on a terminal: East Asian wide characters and emoji count 2, combining
/// marks 0. The text must be free of control characters (`shown`).
std::size_t display_width(std::string_view text);

/// The longest beginning of the text that fits into `columns`, ending in "…" if something was cut.
std::string cut_to_width(std::string_view text, std::size_t columns);

/// Rows and columns for a person to read.
class Table {
 public:
  enum class Align { left, right };
  struct Column {
    std::string heading;
    Align align = Align::left;
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// Adds a row: one cell a column, missing ones are empty. Cells are made safe to show.
  void add(std::vector<std::string> cells);

  [[nodiscard]] bool empty() const { return rows_.empty(); }

  /// The table as text, a line break after each line. `width` 0: as wide as it needs to be; otherwise
  /// the widest columns are cut until it fits. Headings are bold with `colour`.
  [[nodiscard]] std::string text(std::size_t width, bool colour) const;

  /// Writes it to `out` as its terminal wants it.
  void print(Output& out) const;

  /// Writes the rows that were added since the last part and forgets them, so that a long table needs little
  /// memory. The first part has the headings and sets the widths; what is too wide in later ones is cut.
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
