#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "commands/text/json.hpp"

namespace corral::serve::rest {

/// The members of a JSON object in a request. A member that is null counts as left out. What is of the wrong
/// type throws Refusal (400, `code`), naming the member.
class Fields {
 public:
  /// Throws if it is no object. It must outlive this.
  Fields(const Json& object, int code);

  /// Throws if there is none or it is empty.
  [[nodiscard]] std::string text(std::string_view name) const;
  [[nodiscard]] std::optional<std::string> text_if_any(std::string_view name) const;
  [[nodiscard]] std::optional<bool> flag(std::string_view name) const;
  /// A whole number in the range.
  [[nodiscard]] std::optional<std::int64_t> number(std::string_view name, std::int64_t least,
                                                   std::int64_t most) const;
  [[nodiscard]] std::optional<std::vector<std::string>> texts(std::string_view name) const;
  /// nullptr if it is missing.
  [[nodiscard]] const Json* array(std::string_view name) const;
  [[nodiscard]] const Json* object(std::string_view name) const;
  [[nodiscard]] const Json* any(std::string_view name) const;

  [[noreturn]] void refuse(std::string_view name, std::string_view why) const;

 private:
  const Json& object_;
  int code_;
};

}  // namespace corral::serve::rest
