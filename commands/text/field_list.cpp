#include "commands/text/field_list.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "commands/command/output.hpp"

namespace corral {

void FieldList::print(Output& out) const {
  std::size_t widest = 0;
  for (const auto& field : fields_) widest = std::max(widest, field.first.size());
  for (const auto& [name, value] : fields_) {
    const std::string label = out.colour() ? fmt::format("\x1B[1m{}\x1B[0m", name) : name;
    out.styled(fmt::format("{}{:{}}  {}\n", label, "", widest - name.size(), shown(value)));
  }
}

}  // namespace corral
