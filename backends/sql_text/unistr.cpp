#include "backends/sql_text/unistr.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/utf8.hpp"
#include "backends/sql_text/literal.hpp"
#include "backends/sql_text/token.hpp"
#include "backends/sql_text/words.hpp"

namespace corral::sql {

namespace {

constexpr std::string_view function = "UNISTR";

/// Whether the name occurs at all, so that most statements are not tokenized.
bool may_call(std::string_view statement) {
  for (const char first : {'u', 'U'}) {
    for (std::size_t at = statement.find(first); at != std::string_view::npos;
         at = statement.find(first, at + 1)) {
      if (is_keyword(statement.substr(at, function.size()), function)) return true;
    }
  }
  return false;
}

/// Whether this word is followed by a name rather than a value: INSERT INTO unistr('a') names a table.
bool precedes_name(std::string_view word, bool makes_index) {
  constexpr auto keywords = std::to_array<std::string_view>(
      {"TABLE", "EXISTS", "VIEW", "INTO", "REFERENCES", "FROM", "JOIN", "WITH", "RECURSIVE", "USING"});
  return word == "." || (makes_index && is_keyword(word, "ON")) ||
         std::any_of(keywords.begin(), keywords.end(),
                     [&](std::string_view keyword) { return is_keyword(word, keyword); });
}

/// A token iterator that skips comments and white space.
class Tokens {
 public:
  explicit Tokens(std::string_view text) : text_(text) {}

  /// The next token; empty: none left.
  std::string_view next() {
    while (end_ < text_.size()) {
      const Token token = first_token(text_.substr(end_), true);
      const std::size_t begin = std::exchange(end_, end_ + token.length);
      if (token.kind != TokenKind::space) return text_.substr(begin, token.length);
    }
    return {};
  }

  /// The end offset of the last token.
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

/// The content of a literal, with doubled quotes unescaped.
std::string text_of(std::string_view literal) {
  std::string text;
  for (std::size_t at = 0; at < literal.size(); ++at) {
    text += literal[at];
    if (literal[at] == '\'') ++at;  // a doubled quote
  }
  return text;
}

/// Decodes the text between the quotes of a literal; for any other text, `is_literal` is false. `bad`: set to
/// the malformed escape, with its offset in the text.
std::string decoded(std::string_view literal, bool is_literal,
                    std::optional<DecodedStatement::BadEscape>& bad) {
  std::string text;
  for (std::size_t at = 0; at < literal.size() && !bad;) {
    const char c = literal[at];
    if (c != '\\') {
      text += c;
      at += is_literal && c == '\'' ? 2 : 1;
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

/// The argument and the end of a call whose "(" has been read: a literal, one in parentheses, or another
/// call. Reads on in `tokens`.
class Call {
 public:
  Call(Tokens& tokens, std::string_view statement) : tokens_(tokens), statement_(statement) {}

  /// The call's result; nullopt: its argument is anything else.
  std::optional<std::string> text() {
    auto argument = inner(0);
    if (!argument || bad_) return argument;
    if (literal_) return decoded_literal();
    return decoded_text(*argument);
  }
  [[nodiscard]] const std::optional<DecodedStatement::BadEscape>& bad() const noexcept { return bad_; }

 private:
  static constexpr int deepest = 16;

  /// The argument up to its ")". If it is a literal, possibly in parentheses, that is stored in `literal_`.
  std::optional<std::string> inner(int depth) {
    const std::string_view word = tokens_.next();
    std::optional<std::string> argument;
    if (word.size() >= 2 && word.front() == '\'') {
      literal_ = word.substr(1, word.size() - 2);
      argument = text_of(*literal_);
    } else if (word == "(" && depth < deepest) {
      argument = inner(depth + 1);
    } else if (is_keyword(word, function) && depth < deepest && tokens_.next() == "(") {
      call_ = offset_of(word);
      argument = inner(depth + 1);
      if (argument && !bad_) argument = literal_ ? decoded_literal() : decoded_text(*argument);
      literal_.reset();
    }
    if (!argument || tokens_.next() != ")") return std::nullopt;
    return argument;
  }

  std::string decoded_literal() {
    std::string text = decoded(*literal_, true, bad_);
    if (bad_) bad_->offset += offset_of(*literal_);
    return text;
  }
  std::string decoded_text(std::string_view argument) {
    std::string text = decoded(argument, false, bad_);
    if (bad_) bad_->offset = call_;
    return text;
  }
  [[nodiscard]] std::size_t offset_of(std::string_view part) const {
    return static_cast<std::size_t>(part.data() - statement_.data());
  }

  Tokens& tokens_;
  std::string_view statement_;
  std::optional<std::string_view> literal_;
  std::size_t call_ = 0;  ///< start of the call that produces the argument
  std::optional<DecodedStatement::BadEscape> bad_;
};

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
    Tokens end = tokens;
    if (end.next() != "(") continue;
    Call call(end, statement);
    const auto text = call.text();
    result.bad_escape_ = call.bad();
    if (result.bad_escape_) return result;
    if (!text) continue;
    const auto begin = static_cast<std::size_t>(word.data() - statement.data());
    result.text_ += statement.substr(copied, begin - copied);
    const std::size_t replaced_at = result.text_.size();
    append_literal(result.text_, *text);
    result.replacements_.push_back({replaced_at, result.text_.size(), begin, end.end()});
    copied = end.end();
    tokens = end;
    word = ")";
  }
  if (result.replacements_.empty()) return std::nullopt;
  result.text_ += statement.substr(copied);
  return result;
}

}  // namespace corral::sql
