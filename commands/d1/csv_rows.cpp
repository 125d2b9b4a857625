#include <algorithm>
#include <array>
#include <csv.h>
#include <deque>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/d1/row_source.hpp"

namespace corral::d1 {

namespace {

using Row = std::vector<SqlValue>;

/// libcsv's parser, wrapped so that its memory is also freed if the header is invalid.
class Parser {
 public:
  explicit Parser(char delimiter) {
    if (csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI | CSV_EMPTY_IS_NULL) != 0) {
      throw Error(ErrorKind::unavailable, "there is not enough memory for this");
    }
    csv_set_delim(&parser_, static_cast<unsigned char>(delimiter));
    // Spaces around a field are part of it.
    csv_set_space_func(&parser_, [](unsigned char) { return 0; });
  }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;
  ~Parser() { csv_free(&parser_); }

  csv_parser* get() noexcept { return &parser_; }

 private:
  csv_parser parser_{};
};

class CsvRows final : public RowSource {
 public:
  CsvRows(ByteSource& source, std::string name, char delimiter)
      : source_(source), name_(std::move(name)), parser_(delimiter) {
    Row header;
    if (!read_row(header)) {
      throw Error(ErrorKind::invalid_input, fmt::format("{} is empty", shown(name_)),
                  "the first line names the columns");
    }
    // "sep=;", with which Excel declares the delimiter, is not a header.
    if (header.size() == 2 && header[0].bytes == "sep=" && header[1].bytes.empty()) read_row(header);
    for (SqlValue& value : header) columns_.push_back(std::move(value.bytes));
    check_header(delimiter);
  }
  [[nodiscard]] const std::vector<std::string>& columns() const override { return columns_; }

  bool next(Row& row) override {
    if (!read_row(row)) return false;
    if (row.size() == columns_.size()) return true;
    throw Error(ErrorKind::invalid_input,
                fmt::format("{}, row {}: {} field{}, but the header has {}", shown(name_), rows_read_,
                            row.size(), row.size() == 1 ? "" : "s", columns_.size()),
                "fields that hold a comma or line break stand in double quotes");
  }

 private:
  static void field(void* bytes, std::size_t length, void* self) {
    auto& rows = *static_cast<CsvRows*>(self);
    rows.current_.push_back(bytes == nullptr ? SqlValue{}
                                             : SqlValue::of_text({static_cast<const char*>(bytes), length}));
  }
  static void end_of_row(int, void* self) {
    auto& rows = *static_cast<CsvRows*>(self);
    rows.waiting_.push_back(std::exchange(rows.current_, {}));
  }

  void check_header(char delimiter) const {
    const auto refuse = [&](const std::string& why) {
      const std::string header = fmt::format("{}", fmt::join(columns_, std::string(1, delimiter)));
      throw Error(ErrorKind::invalid_input,
                  fmt::format("{}: {} in the header: {}", shown(name_), why, shown(header)),
                  "the first line names each column once; --delimiter says what separates them");
    };
    std::set<std::string> known;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i].empty()) refuse(fmt::format("column {} has no name", i + 1));
      if (!known.insert(ascii_lower(columns_[i])).second)
        refuse(fmt::format("column \"{}\" is there twice", shown(columns_[i])));
    }
  }

  [[noreturn]] void malformed() {
    throw Error(ErrorKind::invalid_input,
                fmt::format("{}, row {}: {}", shown(name_), rows_read_ + waiting_.size() + 1,
                            csv_strerror(csv_error(parser_.get()))),
                "a quote within a quoted field is written twice");
  }

  bool read_row(Row& row) {
    while (waiting_.empty() && !ended_) {
      const std::size_t count = source_.read(buffer_);
      ended_ = count == 0;
      const bool fine =
          ended_ ? csv_fini(parser_.get(), field, end_of_row, this) == 0
                 : csv_parse(parser_.get(), buffer_.data(), count, field, end_of_row, this) == count;
      if (!fine) malformed();
    }
    if (waiting_.empty()) return false;
    row = std::move(waiting_.front());
    waiting_.pop_front();
    ++rows_read_;
    return true;
  }

  ByteSource& source_;
  std::string name_;
  Parser parser_;
  std::vector<std::string> columns_;
  std::array<char, 65'536> buffer_{};
  Row current_;
  std::deque<Row> waiting_;
  std::uint64_t rows_read_ = 0;
  bool ended_ = false;
};

}  // namespace

char csv_delimiter(std::string_view beginning) {
  constexpr std::string_view candidates = ",;\t|";
  std::array<std::size_t, candidates.size()> counts{};
  bool in_quotes = false;
  for (const char c : beginning) {
    if (c == '"') in_quotes = !in_quotes;
    if (in_quotes) continue;
    if (c == '\n' || c == '\r') break;
    if (const std::size_t at = candidates.find(c); at != std::string_view::npos) ++counts[at];
  }
  // max_element returns the first of several maxima, so the comma wins a tie.
  return candidates[static_cast<std::size_t>(std::max_element(counts.begin(), counts.end()) -
                                             counts.begin())];
}

std::unique_ptr<RowSource> read_csv(ByteSource& source, std::string name, char delimiter) {
  return std::make_unique<CsvRows>(source, std::move(name), delimiter);
}

}  // namespace corral::d1
