#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/config/config_value.hpp"
#include "commands/command/project.hpp"

namespace corral::config {

/// Reads the fields of one config object and records problems.
class FieldReader {
 public:
  /// `path`: how messages name the object, "kv_namespaces[0]"; empty for the top.
  FieldReader(const Value& object, std::string path, ConfigSection section,
              std::vector<ConfigProblem>& problems)
      : object_(object), path_(std::move(path)), section_(section), problems_(problems) {}

  /// nullopt if the field is absent or has the wrong type (which is recorded).
  std::optional<std::string> text(std::string_view name);
  std::optional<double> number(std::string_view name);
  bool flag(std::string_view name);
  std::vector<std::string> texts(std::string_view name);
  const Value* array(std::string_view name);
  const Value* object(std::string_view name);

  /// Records a problem if the field is absent or empty.
  std::string required_text(std::string_view name);

  /// Whether nothing was wrong so far.
  [[nodiscard]] bool good() const { return good_; }

  void complain(std::string_view name, std::string message, SourceSpot at);
  [[nodiscard]] std::string path_of(std::string_view name) const;
  [[nodiscard]] const SourceSpot& at() const { return object_.at; }

 private:
  const Value* find(std::string_view name, Value::Type type, const char* words);

  const Value& object_;
  std::string path_;
  ConfigSection section_;
  std::vector<ConfigProblem>& problems_;
  bool good_ = true;
};

}  // namespace corral::config
