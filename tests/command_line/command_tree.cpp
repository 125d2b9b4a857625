#include "tests/command_line/command_tree.hpp"

#include <nlohmann/json.hpp>

#include "tests/command_line/shell.hpp"

namespace corral::testing {

using nlohmann::json;

namespace {

void collect(const json& command, const std::string& path, std::map<std::string, json>& leaves) {
  if (command.contains("commands") && !command["commands"].empty()) {
    for (const json& child : command["commands"]) {
      collect(child, (path.empty() ? "" : path + " ") + std::string(child["name"]), leaves);
    }
    return;
  }
  leaves[path] = command;
}

}  // namespace

std::map<std::string, json> all_leaves() {
  Shell shell;
  std::map<std::string, json> leaves;
  collect(json::parse(shell.corral({"help", "--json"}).out), "", leaves);
  return leaves;
}

}  // namespace corral::testing
