#pragma once

#include <string_view>

namespace corral::sqlite {

/// Whether D1 allows this function, by its SQLite name (docs/reference/d1.md).
bool is_d1_function(std::string_view name) noexcept;

/// The arguments D1 allows for a pragma.
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

/// Whether D1 allows virtual tables of this module.
bool is_d1_module(std::string_view name) noexcept;

/// Whether a name is reserved for Cloudflare: it starts with "_cf_", in any case.
bool is_reserved_name(std::string_view name) noexcept;

}  // namespace corral::sqlite
