#include "commands/command/confirm.hpp"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "backends/error.hpp"
#include "commands/command/context.hpp"

namespace corral {

void confirm(Context& context, std::string_view question, std::string_view flag, bool already_yes) {
  if (already_yes) return;
  if (!context.in().is_terminal()) {
    throw Error(ErrorKind::denied,
                fmt::format("cannot ask \"{}\": standard input is not a terminal", question),
                fmt::format("add {} to answer yes beforehand", flag));
  }
  std::string answer = context.in().ask(fmt::format("{} [y/N]", question));
  std::erase_if(answer, [](char c) { return c == ' ' || c == '\t'; });
  std::transform(answer.begin(), answer.end(), answer.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (answer != "y" && answer != "yes") {
    throw Error(ErrorKind::denied, "the answer was no; nothing was changed");
  }
}

}  // namespace corral
