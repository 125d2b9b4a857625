#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "commands/command/project.hpp"

namespace corral::config {

struct Member;

/// A value of a config file with its position in the text, as produced by both the JSONC and the TOML reader.
struct Value {
  Value();
  Value(const Value& other);
  Value(Value&& other) noexcept;
  Value& operator=(const Value& other);
  Value& operator=(Value&& other) noexcept;
  ~Value();

  enum class Type { null, boolean, number, string, array, object, other };

  Type type = Type::null;
  bool boolean = false;
  double number = 0;
  std::string text;             ///< of a string
  std::vector<Value> items;     ///< of an array
  std::vector<Member> members;  ///< of an object, in file order, names unique

  SourceSpot at;
  std::size_t begin = 0;  ///< byte offset; both are 0 for TOML tables defined by headers
  std::size_t end = 0;

  /// The member with this name; nullptr if there is none or this is not an object.
  [[nodiscard]] const Value* find(std::string_view name) const;

  /// "a string", "an array", ... for messages.
  [[nodiscard]] const char* type_words() const;
};

/// A named value of an object.
struct Member {
  std::string name;
  Value value;
};

/// The maximum nesting depth in either format.
inline constexpr std::size_t max_depth = 100;

/// The maximum size of a config in bytes.
inline constexpr std::size_t max_config_bytes = std::size_t{1} << 20U;

/// Throws invalid_input: "<file>:<line>:<column>: <reason>", followed by the line with a caret under the
/// spot. `offset`: byte offset in the text.
[[noreturn]] void throw_syntax_error(std::string_view text, std::string_view file, std::size_t offset,
                                     std::string_view reason);

/// Line and column of a byte of the text.
SourceSpot spot_of(std::string_view text, std::size_t offset);

}  // namespace corral::config
