#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corral {

class Output;

/// The fields of one item for display, one per line, with values aligned and escaped.
class FieldList {
 public:
  void add(std::string_view name, std::string_view value) { fields_.emplace_back(name, value); }

  /// Adds the field unless the value is empty.
  void add_if_any(std::string_view name, std::string_view value) {
    if (!value.empty()) add(name, value);
  }

  void print(Output& out) const;

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

}  // namespace corral
