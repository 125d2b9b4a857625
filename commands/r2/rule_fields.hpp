#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "backends/bytes/unix_time.hpp"
#include "commands/text/json.hpp"

namespace corral::r2 {

/// Reads the fields of one rule of a bucket's settings, from a file or the registry. Throws invalid_input,
/// naming the rule ("lifecycle rule 2"), the field and what is expected.
class RuleFields {
 public:
  /// `json` must outlive the reader. Throws if it is not an object.
  RuleFields(const Json& json, std::string where);

  [[nodiscard]] bool has(const char* name) const;
  [[nodiscard]] std::string text(const char* name) const;
  [[nodiscard]] std::string text_or(const char* name, std::string_view otherwise) const;
  [[nodiscard]] bool flag_or(const char* name, bool otherwise) const;
  /// A whole number of at least `least`.
  [[nodiscard]] std::int64_t number(const char* name, std::int64_t least) const;
  /// An ISO 8601 date.
  [[nodiscard]] UnixMillis date(const char* name) const;
  /// A nested object of the rule.
  [[nodiscard]] RuleFields inner(const char* name) const;
  /// An array of strings; each must be among `choices` unless that is empty.
  [[nodiscard]] std::vector<std::string> texts(const char* name,
                                               const std::vector<std::string_view>& choices = {}) const;

  /// Throws the error for a field.
  [[noreturn]] void refuse(std::string_view field, std::string_view reason) const;

 private:
  [[nodiscard]] const Json& field(const char* name) const;

  const Json& json_;
  std::string where_;
};

/// The array "rules" of settings in the API's shape. Throws invalid_input, naming `what` ("the lock rules").
const Json& rules_of(const Json& json, std::string_view what);

/// Throws conflict if two rules have the same id.
void check_rule_ids_differ(const std::vector<std::string>& ids, std::string_view what);

}  // namespace corral::r2
