// What becomes of a command's work when its output cannot be written: stdout full, or its reader gone.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

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

namespace fs = std::filesystem;

namespace {

constexpr const char* no_space = "cannot write to stdout: No space left on device";

/// What a command did to a project: the differences of its state from the snapshot "before", without names
/// that are made up anew each time; the snapshots and files that there are.
std::string traces(Shell& shell) {
  const ProcessResult diff = shell.corral({"state", "diff", "before", "--json"});
  CAPTURE(diff.err);
  REQUIRE(diff.status == 0);
  std::multiset<std::string> lines;
  for (json change : json::parse(diff.out)) {
    for (const char* made_up : {"item", "file"}) change.erase(made_up);
    lines.insert(change.dump());
  }
  for (const auto& file : fs::recursive_directory_iterator(shell.folder())) {
    const std::string name = file.path().lexically_relative(shell.folder());
    if (!name.starts_with(".wrangler"))
      lines.insert(std::regex_replace(name, std::regex("[0-9]{14}"), "TIME"));
  }
  lines.insert("snapshots: " +
               std::to_string(json::parse(shell.corral({"state", "list", "--json"}).out).size()));
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

/// What the error may say of the work: all was done, or was given back.
bool says_what_became_of_it(const std::string& err) {
  return std::ranges::any_of(
      std::vector<std::string>{"the command was carried out and its changes are stored", "back in the queue",
                               "messages delivered so far", "the SQL up to here has been run"},
      [&](const std::string& words) { return err.find(words) != std::string::npos; });
}

/// A command that changes nothing this time ends like one that only reads; the output of another program
/// follows that program's rules.
bool says_no_more_than_why(const std::string& pipeline) {
  const std::string line = pipeline.substr(pipeline.rfind('|') + 1);  // npos + 1 is 0: all of it
  return line.find("--command 'SELECT") != std::string::npos || line.find("state exec") != std::string::npos;
}

/// The project of the examples, and the snapshot "before" of it.
const Shell& prepared() {
  static Shell shell;
  static const bool made = [] {
    make_example_project(shell);
    REQUIRE(shell.script("corral kv namespace create my-cache; corral state save before").status == 0);
    return true;
  }();
  static_cast<void>(made);
  return shell;
}

}  // namespace

TEST_CASE("every command that changes something does so once, and says so, when stdout is full") {
  int effective = 0;
  for (const auto& [path, command] : all_leaves()) {
    if (command["reads_only"]) continue;
    CAPTURE(path);
    for (const json& example : command["examples"]) {
      std::string line = example;
      Shell plain;
      fs::copy(prepared().folder(), plain.folder(), fs::copy_options::recursive);
      const std::string setting =
          path == "d1 migrations rollback" || line.find("--unapplied") != std::string::npos
              ? "corral d1 migrations apply my-db >/dev/null 2>&1; corral state save before --force;"
              : "";
      REQUIRE(plain.script(setting + "true").status == 0);
      ProcessResult usual = plain.script(line);
      CAPTURE(line);
      CAPTURE(usual.err);
      if (usual.out.empty()) continue;  // there is nothing to lose
      Shell full;
      fs::copy(prepared().folder(), full.folder(), fs::copy_options::recursive);
      REQUIRE(full.script(setting + "true").status == 0);
      const ProcessResult lost = full.script(line + " >/dev/full");
      CAPTURE(lost.err);
      CHECK(lost.status == (usual.status == 0 ? 1 : usual.status));
      CHECK(lost.err.find(no_space) != std::string::npos);
      if (usual.status == 0) CHECK(says_what_became_of_it(lost.err) != says_no_more_than_why(line));
      CHECK(lost.err.find("again") == std::string::npos);
      if (path.ends_with("pull")) {
        CHECK(traces(full).find("attempts") == std::string::npos);
        CHECK(traces(full).find("lease") == std::string::npos);
      } else {
        CHECK(traces(full) == traces(plain));
      }
      ++effective;
    }
  }
  CHECK(effective > 40);
}
