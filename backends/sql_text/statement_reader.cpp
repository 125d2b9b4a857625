#include "backends/sql_text/statement_reader.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/sql_text/token.hpp"

namespace corral::sql {

namespace {

constexpr std::size_t first_read_bytes = 4096;
constexpr std::size_t read_bytes = 65'536;

/// The progress within a statement. States and transitions are those of sqlite3_complete.
enum class State : unsigned char { start, normal, explain, create, trigger, after_semicolon, after_end };

/// The token classes of the state machine.
enum class Input : unsigned char { semicolon, other, explain, create, temp, trigger, end };

constexpr std::array<std::array<State, 7>, 7> transitions = [] {
  using enum State;
  return std::array<std::array<State, 7>, 7>{{
      // semicolon,     other,   explain, create,  temp,    trigger, end
      {start, normal, explain, create, normal, normal, normal},                   // start
      {start, normal, normal, normal, normal, normal, normal},                    // normal
      {start, explain, normal, create, normal, normal, normal},                   // explain
      {start, normal, normal, normal, create, trigger, normal},                   // create
      {after_semicolon, trigger, trigger, trigger, trigger, trigger, trigger},    // trigger
      {after_semicolon, trigger, trigger, trigger, trigger, trigger, after_end},  // after ;
      {start, trigger, trigger, trigger, trigger, trigger, trigger},              // after END
  }};
}();

Input input_of(TokenKind kind, std::string_view token) {
  if (kind == TokenKind::semicolon) return Input::semicolon;
  if (kind != TokenKind::word) return Input::other;
  switch (token.front() | 0x20) {
    case 'c': return is_keyword(token, "CREATE") ? Input::create : Input::other;
    case 't':
      if (is_keyword(token, "TRIGGER")) return Input::trigger;
      return is_keyword(token, "TEMP") || is_keyword(token, "TEMPORARY") ? Input::temp : Input::other;
    case 'e':
      if (is_keyword(token, "END")) return Input::end;
      return is_keyword(token, "EXPLAIN") ? Input::explain : Input::other;
    default: return Input::other;
  }
}

State after(State state, Input input) {
  return transitions[static_cast<std::size_t>(state)][static_cast<std::size_t>(input)];
}

}  // namespace

StatementReader::StatementReader(ByteSource& source, std::string script, std::size_t max_bytes)
    : source_(source), script_(std::move(script)), max_bytes_(max_bytes), encoding_(script_) {}

bool StatementReader::refill() {
  if (is_end_) return false;
  const std::size_t kept = start_ == none ? at_ : start_;
  count_lines(kept);
  buffer_.erase(0, kept);
  forgotten_ += kept;
  at_ -= kept;
  counted_ -= kept;
  if (start_ != none) start_ = 0;
  // A statement that fills the buffer grows it by half, so that rescanning a long string stays cheap.
  const std::size_t old_size = buffer_.size();
  const std::size_t wanted =
      forgotten_ + old_size == 0 ? first_read_bytes : std::max(read_bytes, old_size / 2);
  buffer_.resize(old_size + wanted);
  const std::size_t count = source_.read({buffer_.data() + old_size, wanted});
  buffer_.resize(old_size + count);
  is_end_ = count == 0;
  encoding_.check(std::string_view(buffer_).substr(old_size));
  if (is_end_) encoding_.end();
  return true;
}

void StatementReader::count_lines(std::size_t end) {
  place_.move_over(std::string_view(buffer_).substr(counted_, end - counted_));
  counted_ = end;
}

void StatementReader::check_length(std::size_t end) {
  const std::size_t start = start_ == none ? at_ : start_;
  if (end - start <= max_bytes_) return;
  count_lines(start);
  throw Error(ErrorKind::limit,
              fmt::format("{}: the statement on line {} is longer than {} bytes (it starts with \"{}\")",
                          shown(script_), place_.line, max_bytes_,
                          shown(first_characters(std::string_view(buffer_).substr(start), 40))),
              "is the end of a string or comment missing? otherwise split it");
}

void StatementReader::check_nul(std::size_t from, std::size_t end) {
  const std::size_t nul = std::string_view(buffer_).substr(0, end).find('\0', from);
  if (nul == std::string_view::npos) return;
  count_lines(std::max(nul, counted_));
  throw Error(ErrorKind::invalid_input,
              fmt::format("{}: a NUL byte on line {}, column {}: SQL text cannot hold one", shown(script_),
                          place_.line, place_.column),
              "write char(0) in place of it");
}

bool StatementReader::next(ScriptStatement& statement) {
  start_ = none;
  State state = State::start;
  std::size_t from = at_;
  std::size_t last_word = at_;
  while (true) {
    const std::string_view rest = std::string_view(buffer_).substr(at_);
    const Token token = rest.empty() ? Token{} : first_token(rest, is_end_);
    if (token.length == 0) {
      const std::size_t before = at_;
      check_nul(from, at_);
      check_length(buffer_.size());
      if (refill()) {
        // Positions have shifted by the discarded bytes.
        last_word -= std::min(last_word, before - at_);
        from = at_;
        continue;
      }
      if (start_ == none) return false;
      break;
    }
    if (token.kind == TokenKind::nul) check_nul(at_, at_ + 1);
    const Input input =
        token.kind == TokenKind::space ? Input::other : input_of(token.kind, rest.substr(0, token.length));
    at_ += token.length;
    if (token.kind == TokenKind::space) continue;
    state = after(state, input);
    if (state == State::start) {
      if (start_ == none) continue;
      break;
    }
    if (start_ == none) {
      start_ = at_ - token.length;
      count_lines(start_);
    }
    last_word = at_;
  }
  check_nul(from, at_);
  check_length(last_word);
  statement.has_end = state == State::start;
  statement.text = std::string_view(buffer_).substr(start_, last_word - start_);
  statement.place = {++statements_, place_.line, place_.column};
  return true;
}

StatementPlace place_within(const StatementPlace& place, std::string_view text, std::size_t offset) {
  StatementPlace result = place;
  TextPlace reached{.line = place.line, .column = place.column};
  reached.move_over(text.substr(0, std::min(offset, text.size())));
  result.line = reached.line;
  result.column = reached.column;
  return result;
}

}  // namespace corral::sql
