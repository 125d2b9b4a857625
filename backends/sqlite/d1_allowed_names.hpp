#pragma once

#include <string_view>

namespace corral::sqlite {

/// Whether D1 lets SQL call this function, named as SQLite names it (docs/reference/d1.md).
bool is_d1_function(std::string_view name) noexcept;

/// What may stand behind the name of a pragma that D1 allows.
enum class PragmaArgument {
  refused,  ///< the pragma itself is refused
  none,
  optional_boolean,
  object,
  optional_object,
  optional_number,
  optional_number_or_object,
};

PragmaArgument d1_pragma_argument(std::string_view name) noexcept;

/// Whether D1 lets SQL make virtual tables of this module.
bool is_d1_module(std::string_view name) noexcept;

/// Whether a name is reserved for Cloudflare: it starts with "_cf_", in any case.
bool is_reserved_name(std::string_view name) noexcept;

}  // namespace corral::sqlite
