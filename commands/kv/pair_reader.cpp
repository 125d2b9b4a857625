#include "commands/kv/pair_reader.hpp"

#include <array>
#include <iterator>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "backends/error.hpp"
#include "backends/text.hpp"
#include "commands/kv/pair_builder.hpp"

namespace corral::kv {

namespace {

/// The longest run of text between two JSON tokens: a value of 25 MiB, each byte as \u00XX.
constexpr std::uint64_t max_token_bytes = 6 * kv_max_value_bytes + 1024;

/// Hands out a source's bytes one at a time.
class ByteReader {
 public:
  explicit ByteReader(ByteSource& source) : source_(source) {}

  /// Whether all bytes were taken.
  bool at_end() {
    if (position_ < filled_) return false;
    position_ = 0;
    total_ += filled_;
    filled_ = source_.read(buffer_);
    if (total_ - token_start_ > max_token_bytes) {
      throw Error(ErrorKind::limit, fmt::format("line {}: a string is larger than a KV value may be", line_));
    }
    return filled_ == 0;
  }
  [[nodiscard]] char current() const { return buffer_.at(position_); }
  void advance() {
    if (buffer_[position_] == '\n') ++line_;
    ++position_;
  }
  void skip_space() {
    while (!at_end() && std::string_view(" \t\r\n").find(current()) != std::string_view::npos) advance();
  }
  void token_done() { token_start_ = bytes_read(); }
  [[nodiscard]] std::uint64_t bytes_read() const { return total_ + position_; }
  [[nodiscard]] std::size_t line() const { return line_; }

 private:
  ByteSource& source_;
  std::array<char, 65'536> buffer_{};
  std::size_t position_ = 0;
  std::size_t filled_ = 0;
  std::uint64_t total_ = 0;
  std::uint64_t token_start_ = 0;
  std::size_t line_ = 1;
};

/// An input iterator over a ByteReader, as the JSON parser wants it; copies share the reader. The default one
/// is the end.
class ByteIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = char;

  ByteIterator() = default;
  explicit ByteIterator(ByteReader& reader) : reader_(&reader) {}
  char operator*() const { return reader_->current(); }
  ByteIterator& operator++() {
    reader_->advance();
    return *this;
  }
  bool operator==(const ByteIterator& other) const { return ends() == other.ends(); }
  bool operator!=(const ByteIterator& other) const { return !(*this == other); }

 private:
  [[nodiscard]] bool ends() const { return reader_ == nullptr || reader_->at_end(); }
  ByteReader* reader_ = nullptr;
};

/// Passes events on and tells the reader where an item ended.
class TrackingVisitor final : public PairVisitor {
 public:
  TrackingVisitor(ByteReader& reader, PairVisitor& inner) : reader_(reader), inner_(inner) {}
  void pair(const Pair& pair) override {
    inner_.pair(pair);
    item_done();
  }
  void bad_item(std::size_t index, const std::string& reason) override {
    inner_.bad_item(index, reason);
    item_done();
  }
  void expired_item(std::size_t index) override {
    inner_.expired_item(index);
    item_done();
  }
  void unknown_property(std::size_t index, const std::string& name) override {
    inner_.unknown_property(index, name);
  }
  void read_up_to(std::uint64_t bytes) override { inner_.read_up_to(bytes); }

 private:
  void item_done() {
    reader_.token_done();
    inner_.read_up_to(reader_.bytes_read());
  }
  ByteReader& reader_;
  PairVisitor& inner_;
};

void skip_byte_order_mark(ByteReader& reader) {
  for (const char expected : std::string_view("\xEF\xBB\xBF")) {
    if (reader.at_end() || reader.current() != expected) return;
    reader.advance();
  }
}

}  // namespace

void read_pairs(ByteSource& source, std::string_view file, UnixMillis now, bool skip_expired,
                PairVisitor& visitor) {
  ByteReader reader(source);
  TrackingVisitor tracking(reader, visitor);
  PairBuilder builder(now, skip_expired, tracking);
  skip_byte_order_mark(reader);
  reader.skip_space();
  const bool array = !reader.at_end() && reader.current() == '[';
  builder.expect_array(array);
  if (reader.at_end()) {
    throw Error(ErrorKind::invalid_input, fmt::format("{} is empty", shown(file)),
                "a JSON array of {\"key\", \"value\"} objects is expected, or one object a line");
  }
  do {
    const bool parsed = nlohmann::json::sax_parse(ByteIterator(reader), ByteIterator(), &builder,
                                                  nlohmann::json::input_format_t::json, false);
    if (!parsed) {
      throw Error(ErrorKind::invalid_input,
                  fmt::format("{}, line {}: {}", shown(file), reader.line(), builder.syntax_error()),
                  "nothing of the file was stored if it had not been checked whole before");
    }
    reader.skip_space();
  } while (!array && !reader.at_end());
  if (!reader.at_end()) {
    throw Error(ErrorKind::invalid_input,
                fmt::format("{}, line {}: text follows the end of the array", shown(file), reader.line()));
  }
}

}  // namespace corral::kv
