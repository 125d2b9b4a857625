#include "commands/command/list_output.hpp"

#include <nlohmann/json.hpp>

#include "commands/command/output.hpp"
#include "commands/text/json_text.hpp"

namespace corral {

void print_list(Output& out, const nlohmann::ordered_json& list, const Table& table, std::string_view none) {
  if (!out.for_person()) {
    out.data(json_text(list, 2) + "\n");
  } else if (table.empty()) {
    out.note(none);
  } else {
    table.print(out);
  }
}

}  // namespace corral
