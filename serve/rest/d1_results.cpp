#include "serve/rest/d1_results.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/javascript_number.hpp"
#include "commands/sql/json_results.hpp"
#include "commands/text/json_text.hpp"

namespace corral::serve::rest {

namespace {

void add(ApiResults::Totals& totals, const SqlStatementStats& stats) {
  ++totals.statements;
  totals.duration_ms += stats.duration_ms;
  totals.changes += stats.changes;
  totals.last_row_id = stats.last_row_id;
  totals.rows_read += stats.rows_read;
  totals.rows_written += stats.rows_written;
}

/// Pieces of a source, each followed by a text.
class AlternatingSource final : public ByteSource {
 public:
  struct Piece {
    std::uint64_t length;  ///< of the source
    std::string after;
  };
  AlternatingSource(std::unique_ptr<ByteSource> source, std::vector<Piece> pieces)
      : source_(std::move(source)), pieces_(std::move(pieces)) {
    for (const Piece& piece : pieces_) remaining_ += piece.length + piece.after.size();
  }

  std::size_t read(std::span<char> buffer) override {
    while (at_ < pieces_.size() && !buffer.empty()) {
      Piece& piece = pieces_[at_];
      std::size_t count = 0;
      if (piece.length > 0) {
        count = source_->read(
            buffer.first(static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), piece.length))));
        if (count == 0) return 0;
        piece.length -= count;
      } else if (!piece.after.empty()) {
        count = std::min(buffer.size(), piece.after.size());
        std::copy_n(piece.after.begin(), count, buffer.begin());
        piece.after.erase(0, count);
      } else {
        ++at_;
        continue;
      }
      remaining_ -= count;
      return count;
    }
    return 0;
  }
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override { return remaining_; }

 private:
  std::unique_ptr<ByteSource> source_;
  std::vector<Piece> pieces_;
  std::size_t at_ = 0;
  std::uint64_t remaining_ = 0;
};

}  // namespace

std::string meta_text(const ApiResults::Totals& totals, std::uint64_t size_after) {
  constexpr double places = 10'000;  // of a millisecond
  const std::string duration = javascript_number(std::round(totals.duration_ms * places) / places);
  return fmt::format(
      R"({{"served_by":"corral","served_by_region":"LOCAL","served_by_primary":true,)"
      R"("timings":{{"sql_duration_ms":{0}}},"duration":{0},"changes":{1},"last_row_id":{2},)"
      R"("changed_db":{3},"size_after":{4},"rows_read":{5},"rows_written":{6},"total_attempts":1}})",
      duration, totals.changes, totals.last_row_id, totals.changes > 0 || totals.rows_written > 0, size_after,
      totals.rows_read, totals.rows_written);
}

void ApiResults::begin(const sql::ScriptStatement& /*statement*/, const std::vector<std::string>& columns) {
  text_ = R"({"results":)";
  if (columns != columns_ || lead_.empty()) {
    columns_ = columns;
    lead_.clear();
    order_.clear();
    if (form_ == RowForm::objects) {
      for (const RowMember& member : row_members(columns)) {
        lead_.push_back((lead_.empty() ? "{" : ",") + json_string(member.name) + ":");
        order_.push_back(member.column);
      }
    } else {
      for (std::size_t i = 0; i < columns.size(); ++i) {
        lead_.emplace_back(i == 0 ? "[" : ",");
        order_.push_back(i);
      }
    }
  }
  if (form_ == RowForm::arrays) {
    text_ += R"({"columns":[)";
    for (std::size_t i = 0; i < columns.size(); ++i) text_ += (i == 0 ? "" : ",") + json_string(columns[i]);
    text_ += R"(],"rows":)";
  }
  text_ += "[";
  held_.write(text_);
  first_row_ = true;
}

void ApiResults::row(SqlRow row) {
  text_ = first_row_ ? "" : ",";
  first_row_ = false;
  for (std::size_t i = 0; i < order_.size(); ++i) {
    text_ += lead_[i];
    append_json_value(text_, row[order_[i]], BlobForm::array);
  }
  text_ += form_ == RowForm::objects ? "}" : "]";
  held_.write(text_);
}

void ApiResults::end(const SqlStatementStats& stats) {
  held_.write(form_ == RowForm::objects ? R"(],"success":true,"meta":)" : R"(]},"success":true,"meta":)");
  parts_.push_back({held_.size(), stats});
  add(totals_, stats);
}

std::unique_ptr<ByteSource> ApiResults::take(std::uint64_t size_after) {
  std::vector<AlternatingSource::Piece> pieces{{0, "["}};
  std::uint64_t start = 0;
  for (const Part& part : parts_) {
    Totals alone;
    add(alone, part.stats);
    const bool is_last = &part == &parts_.back();
    pieces.push_back({part.end - start, meta_text(alone, size_after) + (is_last ? "}" : "},")});
    start = part.end;
  }
  pieces.push_back({0, "]"});
  return std::make_unique<AlternatingSource>(held_.take(), std::move(pieces));
}

void CountedResults::begin(const sql::ScriptStatement& /*statement*/,
                           const std::vector<std::string>& /*columns*/) {}

void CountedResults::end(const SqlStatementStats& stats) {
  add(totals_, stats);
}

}  // namespace corral::serve::rest
