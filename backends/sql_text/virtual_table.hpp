#pragma once

#include <string>
#include <string_view>

namespace corral::sql {

/// What a CREATE VIRTUAL TABLE statement says of where the table's rows are.
struct VirtualTable {
  enum class Content {
    own,       ///< the table holds its rows: all of R*Tree, most of FTS5
    external,  ///< an FTS5 index over another table (content=other)
    none,      ///< a contentless FTS5 index (content='')
    derived,   ///< derived from another index: fts5vocab
  };
  std::string module;  ///< in lower case
  Content content = Content::own;
};

VirtualTable read_virtual_table(std::string_view create_statement);

}  // namespace corral::sql
