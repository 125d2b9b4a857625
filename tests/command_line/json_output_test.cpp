// With --json stderr stays empty unless something is wrong, so that `2>&1 | jq` works.
#include <filesystem>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/command_line/command_tree.hpp"
#include "tests/command_line/example_project.hpp"
#include "tests/command_line/shell.hpp"

using corral::testing::all_leaves;
using corral::testing::make_example_project;
using corral::testing::ProcessResult;
using corral::testing::Shell;
using nlohmann::json;

namespace {

/// One JSON value, or one a line.
bool is_json(const std::string& text) {
  if (json::accept(text)) return true;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!json::accept(line)) return false;
  }
  return true;
}

/// What they print is the stored bytes, SQL, a script or what another program prints, with --json too.
const std::set<std::string> raw = {"kv key get", "r2 object get", "d1 export",     "do export",
                                   "complete",   "state exec",    "queues consume"};

}  // namespace

TEST_CASE("with --json a command that succeeds writes JSON and nothing beside it") {
  Shell prepared;
  make_example_project(prepared);
  int checked = 0;
  for (const auto& [path, command] : all_leaves()) {
    CAPTURE(path);
    for (const json& example : command["examples"]) {
      Shell shell;
      std::filesystem::copy(prepared.folder(), shell.folder(), std::filesystem::copy_options::recursive);
      // The flag must be the last command's, and that corral.
      const std::string text = example;
      if (text.find("xargs") != std::string::npos || text.find("sqlite3") != std::string::npos) continue;
      const std::string line =
          std::regex_replace(text, std::regex(" \\| corral"), " --json | corral") + " --json";
      const ProcessResult result = shell.script(line);
      if (result.status != 0) continue;
      CAPTURE(line);
      CAPTURE(result.out);
      std::istringstream lines(result.err);
      for (std::string remark; std::getline(lines, remark);) CHECK(remark.starts_with("warning: "));
      if (!raw.contains(path) && line.find("--format") == std::string::npos) CHECK(is_json(result.out));
      ++checked;
    }
  }
  CHECK(checked > 200);
}
