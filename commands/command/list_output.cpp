#include "commands/command/list_output.hpp"

#include "commands/command/output.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"

namespace corral {

void print_list(Output& out, const Json& list, const Table& table, std::string_view none) {
  if (!out.for_person()) {
    out.data(json_text(list, 2) + "\n");
  } else if (table.empty()) {
    out.note(none);
  } else {
    table.print(out);
  }
}

}  // namespace corral
