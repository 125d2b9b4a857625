#include "backends/sqlite/virtual_table.hpp"

#include <algorithm>
#include <vector>

#include "backends/sql/words.hpp"
#include "backends/text.hpp"

namespace corral::sqlite {

namespace {}  // namespace

VirtualTable read_virtual_table(std::string_view create_statement) {
  constexpr std::size_t more_than_any = 100'000;
  const std::vector<std::string_view> words = sql::first_words(create_statement, more_than_any);
  VirtualTable table;
  for (std::size_t i = 0; i + 1 < words.size() && table.module.empty(); ++i) {
    if (sql::is_keyword(words[i], "USING")) table.module = ascii_lower(sql::unquoted(words[i + 1]));
  }
  if (table.module == "fts5vocab") table.content = VirtualTable::Content::derived;
  if (table.module != "fts5") return table;
  for (std::size_t i = 0; i + 2 < words.size(); ++i) {
    // An option stands behind a parenthesis or comma; a column of that name has no '='.
    const bool starts_argument = i > 0 && (words[i - 1] == "(" || words[i - 1] == ",");
    if (!starts_argument || !sql::is_keyword(words[i], "CONTENT") || words[i + 1] != "=") continue;
    table.content =
        sql::unquoted(words[i + 2]).empty() ? VirtualTable::Content::none : VirtualTable::Content::external;
  }
  return table;
}

}  // namespace corral::sqlite
