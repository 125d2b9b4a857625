#include "commands/list_output.hpp"

#include <nlohmann/json.hpp>

#include "commands/json_text.hpp"
#include "commands/output.hpp"

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
