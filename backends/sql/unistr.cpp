#include "backends/sql/unistr.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "backends/sql/literal.hpp"
#include "backends/sql/token.hpp"
#include "backends/sql/words.hpp"
#include "backends/utf8.hpp"

namespace corral::sql {

namespace {

constexpr std::string_view function = "UNISTR";

/// Whether the name occurs at all: most statements need no look at their tokens.
bool may_call(std::string_view statement) {
  for (const char first : {'u', 'U'}) {
    for (std::size_t at = statement.find(first); at != std::string_view::npos;
         at = statement.find(first, at + 1)) {
      if (is_keyword(statement.substr(at, function.size()), function)) return true;
    }
  }
  return false;
}

/// Whether a name, not a value, comes after this word: INSERT INTO unistr('a') fills a column of a table.
bool precedes_name(std::string_view word, bool makes_index) {
  constexpr auto keywords = std::to_array<std::string_view>(
      {"TABLE", "EXISTS", "VIEW", "INTO", "REFERENCES", "FROM", "JOIN", "WITH", "RECURSIVE", "USING"});
  return word == "." || (makes_index && is_keyword(word, "ON")) ||
         std::any_of(keywords.begin(), keywords.end(),
                     [&](std::string_view keyword) { return is_keyword(word, keyword); });
}

/// Tokens one after another, comments and space passed over.
class Tokens {
 public:
  explicit Tokens(std::string_view text) : text_(text) {}

  /// The next one; empty: there is none.
  std::string_view next() {
    while (end_ < text_.size()) {
      const Token token = first_token(text_.substr(end_), true);
      const std::size_t begin = std::exchange(end_, end_ + token.length);
      if (token.kind != TokenKind::space) return text_.substr(begin, token.length);
    }
    return {};
  }

  /// Where the last one ends.
  [[nodiscard]] std::size_t end() const noexcept { return end_; }

 private:
  std::string_view text_;
  std::size_t end_ = 0;
};

struct Escape {
  std::size_t prefix = 0;  ///< characters before the digits
  std::size_t digits = 0;
};

Escape escape_at(std::string_view text) {
  switch (text.size() > 1 ? text[1] : '\0') {
    case 'u': return {2, 4};
    case '+': return {2, 6};
    case 'U': return {2, 8};
    default: return {1, 4};
  }
}

/// Decodes the text between the quotes of a literal. `bad`: set to what is wrong with an escape, its offset
/// in the literal.
std::string decoded(std::string_view literal, std::optional<DecodedStatement::BadEscape>& bad) {
  std::string text;
  for (std::size_t at = 0; at < literal.size() && !bad;) {
    const char c = literal[at];
    if (c != '\\') {
      text += c;
      at += c == '\'' ? 2 : 1;
      continue;
    }
    if (literal.substr(at).starts_with("\\\\")) {
      text += '\\';
      at += 2;
      continue;
    }
    const Escape escape = escape_at(literal.substr(at));
    const std::string_view digits =
        literal.substr(std::min(at + escape.prefix, literal.size()), escape.digits);
    std::uint32_t code = 0;
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
    if (failure != std::errc() || digits.size() != escape.digits || end != digits.data() + digits.size()) {
      bad = {at, R"(an escape is \XXXX, \uXXXX, \+XXXXXX, \UXXXXXXXX or \\, with hexadecimal digits)"};
    } else if (code >= 0xD800 && code <= 0xDFFF) {
      bad = {at, fmt::format(R"(\{:04X} is half of a surrogate pair: write the whole character as \+XXXXXX)",
                             code)};
    } else if (code > 0x10FFFF) {
      bad = {at, "the last character is U+10FFFF"};
    } else {
      append_utf8(text, code);
      at += escape.prefix + escape.digits;
    }
  }
  return text;
}

void append_literal(std::string& sql, std::string_view text) {
  if (text.find('\0') == std::string_view::npos) {
    sql += quoted_text(text);
    return;
  }
  sql += "CAST(";
  append_blob(sql, text);
  sql += " AS TEXT)";
}

bool makes_an_index(std::string_view statement) {
  const std::vector<std::string_view> words = first_words(statement, 3);
  return words.size() == 3 && is_keyword(words[0], "CREATE") &&
         (is_keyword(words[1], "INDEX") || is_keyword(words[2], "INDEX"));
}

}  // namespace

std::size_t DecodedStatement::source_offset(std::size_t offset) const noexcept {
  const auto after = std::find_if(replacements_.rbegin(), replacements_.rend(),
                                  [&](const Replacement& one) { return one.begin <= offset; });
  if (after == replacements_.rend()) return offset;
  return offset < after->end ? after->source_begin : after->source_end + (offset - after->end);
}

std::optional<DecodedStatement> decode_unistr(std::string_view statement) {
  if (!may_call(statement)) return std::nullopt;
  const bool makes_index = makes_an_index(statement);
  DecodedStatement result;
  std::size_t copied = 0;
  Tokens tokens(statement);
  std::string_view previous;
  for (std::string_view word = tokens.next(); !word.empty(); previous = std::exchange(word, tokens.next())) {
    if (!is_keyword(word, function) || precedes_name(previous, makes_index)) continue;
    Tokens call = tokens;
    if (call.next() != "(") continue;
    const std::string_view literal = call.next();
    if (literal.size() < 2 || literal.front() != '\'' || call.next() != ")") continue;
    const auto begin = static_cast<std::size_t>(word.data() - statement.data());
    const std::string text = decoded(literal.substr(1, literal.size() - 2), result.bad_escape_);
    if (result.bad_escape_) {
      result.bad_escape_->offset += static_cast<std::size_t>(literal.data() - statement.data()) + 1;
      return result;
    }
    result.text_ += statement.substr(copied, begin - copied);
    const std::size_t replaced_at = result.text_.size();
    append_literal(result.text_, text);
    result.replacements_.push_back({replaced_at, result.text_.size(), begin, call.end()});
    copied = call.end();
    tokens = call;
    word = ")";
  }
  if (result.replacements_.empty()) return std::nullopt;
  result.text_ += statement.substr(copied);
  return result;
}

}  // namespace corral::sql
