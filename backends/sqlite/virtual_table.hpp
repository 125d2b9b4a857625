#pragma once

#include <string>
#include <string_view>

namespace corral::sqlite {

/// What a CREATE VIRTUAL TABLE statement says, as far as an export depends on it.
struct VirtualTable {
  enum class Content {
    own,       ///< the table holds its rows: all of R*Tree, most of FTS5
    external,  ///< an FTS5 index over another table (content=other)
    none,      ///< an FTS5 index whose text is kept nowhere (content='')
    derived,   ///< a view of another index, without rows of its own: fts5vocab
  };
  std::string module;  ///< in lower case
  Content content = Content::own;
};

VirtualTable read_virtual_table(std::string_view create_statement);

}  // namespace corral::sqlite
