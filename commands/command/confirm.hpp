#pragma once

#include <string_view>

namespace corral {

class Context;

/// Asks for confirmation before a destructive operation. Returns immediately if `already_yes` (the flag was
/// given). On a terminal, prompts "question [y/N]" on stderr and throws denied unless the answer is y or yes.
/// Without a terminal, throws denied without prompting, naming the flag: "--force".
void confirm(Context& context, std::string_view question, std::string_view flag, bool already_yes);

}  // namespace corral
