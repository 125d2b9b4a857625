#pragma once

#include <string_view>

namespace corral {

class Context;

/// Asks before something is destroyed. Returns at once if `already_yes` (the flag was given). On a
/// terminal it asks "question [y/N]" on stderr; any answer but y or yes throws denied. Without a
/// terminal it asks nothing and throws denied, naming the flag: "--force".
void confirm(Context& context, std::string_view question, std::string_view flag, bool already_yes);

}  // namespace corral
