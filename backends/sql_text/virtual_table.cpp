#include "backends/sql_text/virtual_table.hpp"

#include <vector>

#include "backends/bytes/text.hpp"
#include "backends/sql_text/words.hpp"

namespace corral::sql {

VirtualTable read_virtual_table(std::string_view create_statement) {
  constexpr std::size_t more_than_any = 100'000;
  const std::vector<std::string_view> words = first_words(create_statement, more_than_any);
  VirtualTable table;
  for (std::size_t i = 0; i + 1 < words.size() && table.module.empty(); ++i) {
    if (is_keyword(words[i], "USING")) table.module = ascii_lower(unquoted(words[i + 1]));
  }
  if (table.module == "fts5vocab") table.content = VirtualTable::Content::derived;
  if (table.module != "fts5") return table;
  for (std::size_t i = 0; i + 2 < words.size(); ++i) {
    // An option follows a parenthesis or comma; a column of that name has no '='.
    const bool starts_argument = i > 0 && (words[i - 1] == "(" || words[i - 1] == ",");
    if (!starts_argument || !is_keyword(words[i], "CONTENT") || words[i + 1] != "=") continue;
    table.content =
        unquoted(words[i + 2]).empty() ? VirtualTable::Content::none : VirtualTable::Content::external;
  }
  return table;
}

}  // namespace corral::sql
