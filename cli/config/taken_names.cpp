#include "cli/config/taken_names.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

namespace corral::config {

namespace {

/// Objects whose members are bindings.
constexpr std::array<std::string_view, 4> maps = {"vars", "wasm_modules", "text_blobs", "data_blobs"};

class Collector {
 public:
  void read(const Value& scope) {
    for (const Member& member : scope.members) {
      if (member.name == "env") continue;
      if (std::find(maps.begin(), maps.end(), member.name) == maps.end()) {
        visit(member.value, member.name, "binding");
      } else if (member.value.type == Value::Type::object) {
        for (const Member& one : member.value.members) names.emplace(one.name, member.name);
      }
    }
  }

  std::multimap<std::string, std::string> names;

 private:
  /// `key`: the member with a binding's name: "binding", or "name" below "bindings", as for Durable Objects.
  void visit(const Value& value, const std::string& path, std::string_view key) {
    const Value* name = value.find(key);
    if (name != nullptr && name->type == Value::Type::string) names.emplace(name->text, path);
    for (const Member& member : value.members) {
      visit(member.value, fmt::format("{}.{}", path, member.name),
            member.name == "bindings" ? "name" : "binding");
    }
    for (std::size_t i = 0; i < value.items.size(); ++i) {
      visit(value.items[i], fmt::format("{}[{}]", path, i), key);
    }
  }
};

}  // namespace

std::multimap<std::string, std::string> taken_names(const Value& scope) {
  Collector collector;
  collector.read(scope);
  return std::move(collector.names);
}

}  // namespace corral::config
