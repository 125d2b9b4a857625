// What the README, the guides and the help show works as it stands, and wrangler's commands are all there.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
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

namespace {

std::string text_of(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

/// A fenced block of a document, with the HTML comment on the line above it.
struct Block {
  std::string mark;      ///< "test: NAME", "prints", "not a test: REASON"; empty if absent
  std::string language;  ///< "sh"
  std::string text;
};

std::vector<Block> blocks_of(const std::string& document) {
  constexpr std::string_view fence = "```";
  constexpr std::string_view comment = "<!-- ";
  constexpr std::string_view comment_end = " -->";
  std::vector<Block> blocks;
  std::istringstream lines(document);
  std::string before;
  bool inside = false;
  for (std::string line; std::getline(lines, line); before = line) {
    if (inside && line == fence) {
      inside = false;
    } else if (inside) {
      blocks.back().text += line + "\n";
    } else if (line.starts_with(fence)) {
      inside = true;
      Block& block = blocks.emplace_back();
      block.language = line.substr(fence.size());
      if (before.starts_with(comment) && before.ends_with(comment_end))
        block.mark = before.substr(comment.size(), before.size() - comment.size() - comment_end.size());
    }
  }
  return blocks;
}

/// The README and all guides, by name.
std::vector<std::filesystem::path> documents() {
  const std::filesystem::path source = CORRAL_SOURCE;
  std::vector<std::filesystem::path> files = {source / "README.md"};
  for (const auto& entry : std::filesystem::directory_iterator(source / "docs" / "guide"))
    files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

bool is_shell(const std::string& language) {
  return std::set<std::string>{"sh", "bash", "zsh", "fish", "shell"}.contains(language);
}

/// How many lines of a document mark a block to be run.
std::size_t count_marks(const std::string& document) {
  std::size_t count = 0;
  std::istringstream lines(document);
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("<!-- test: ")) ++count;
  return count;
}

/// Runs the blocks of a document one after the other in one folder, and compares what they print with what
/// the document says they print. Returns how many ran.
std::size_t run_blocks(const std::filesystem::path& document) {
  Shell shell;
  ProcessResult last;
  std::size_t count = 0;
  for (const Block& block : blocks_of(text_of(document))) {
    CAPTURE(block.mark);
    CAPTURE(block.text);
    if (block.mark.starts_with("test: ")) {
      last = shell.script(block.text);
      CAPTURE(last.err);
      CHECK(last.status == 0);
      ++count;
    } else if (block.mark == "prints") {
      CHECK(last.out == block.text);
    } else {
      CHECK_MESSAGE((!is_shell(block.language) || block.mark.starts_with("not a test: ")),
                    "a block of commands that nothing runs; mark it with <!-- test: NAME -->");
    }
  }
  return count;
}

/// The examples that do not end with 0 in that project: what they are asked to tell, or to ask.
const std::map<std::string, int> other_statuses = {
    {"corral kv namespace delete my-cache", 1},
    {"corral d1 delete my-db", 1},
    {"corral d1 migrations status my-db --exit-code", 3},
    {"corral d1 migrations check my-db", 3},
    {"corral d1 migrations check my-db --with-data", 3},
    {"corral d1 migrations check my-db --allow-pending --format markdown", 3},
    {"corral d1 time-travel restore my-db --timestamp 2026-07-13T08:46:42Z", 1},
    {"corral d1 schema diff my-db ./migrations --exit-code", 3},
    {"corral queues consume mails --url http://localhost:8787/queue --message-retries 0 --once", 1},
    {"corral whoami", 1},
    // There is no account.
    {"corral state diff --remote CACHE --exit-code", 1},
    {"corral state pull --dry-run", 1},
    {"corral state pull CACHE --prefix user: --limit 1000", 1},
    {"corral state pull --kv --env staging", 1},
    {"corral state push CACHE --preview --dry-run", 1},
    {"corral state push --kv --env staging --force", 1},
};

}  // namespace

TEST_CASE("every block of commands in the README and the guides runs, and prints what they say") {
  for (const std::filesystem::path& document : documents()) {
    CAPTURE(document);
    const std::size_t blocks = run_blocks(document);
    CHECK(blocks == count_marks(text_of(document)));
    const bool is_index = document.parent_path().filename() == "guide" && document.filename() == "README.md";
    if (!is_index) CHECK(blocks > 0);
  }
}

TEST_CASE("the index of the guides names every guide") {
  const std::string index = text_of(CORRAL_SOURCE "/docs/guide/README.md");
  for (const std::filesystem::path& document : documents()) {
    CAPTURE(document);
    const std::string name = document.filename();
    CHECK((name == "README.md" || index.find("](" + name + ")") != std::string::npos));
  }
}

TEST_CASE("every link in the documents leads to a file of the project") {
  const std::filesystem::path source = CORRAL_SOURCE;
  std::vector<std::filesystem::path> files = {source / "README.md", source / "CONTRIBUTING.md"};
  for (const auto& entry : std::filesystem::recursive_directory_iterator(source / "docs")) {
    if (entry.path().extension() == ".md") files.push_back(entry.path());
  }
  int links = 0;
  for (const std::filesystem::path& file : files) {
    const std::string text = text_of(file);
    for (std::size_t at = text.find("]("); at != std::string::npos; at = text.find("](", at + 1)) {
      const std::string target = text.substr(at + 2, text.find_first_of(")#", at) - at - 2);
      if (target.empty() || target.find("://") != std::string::npos) continue;
      CAPTURE(file);
      CAPTURE(target);
      CHECK(std::filesystem::exists(file.parent_path() / target));
      ++links;
    }
  }
  CHECK(links > 50);
}

TEST_CASE("every example in the help runs") {
  Shell prepared;
  make_example_project(prepared);
  for (const auto& [path, command] : all_leaves()) {
    CAPTURE(path);
    CHECK_FALSE(command["examples"].empty());
    for (const json& example : command["examples"]) {
      Shell shell;
      std::filesystem::copy(prepared.folder(), shell.folder(), std::filesystem::copy_options::recursive);
      const std::string line = example;
      if (line.find("my-cache") != std::string::npos) {
        REQUIRE(shell.script("corral kv namespace create my-cache").status == 0);
      }
      if (path == "d1 migrations rollback" || line.find("--unapplied") != std::string::npos) {
        REQUIRE(shell.script("corral d1 migrations apply my-db").status == 0);
      }
      const auto other = other_statuses.find(line);
      const ProcessResult result = shell.script(line);
      CAPTURE(line);
      CAPTURE(result.err);
      CHECK(result.status == (other == other_statuses.end() ? 0 : other->second));
    }
  }
}

TEST_CASE("wrangler's commands are all there, with every argument and flag") {
  const auto leaves = all_leaves();
  const json surface =
      json::parse(text_of(CORRAL_SOURCE "/tests/command_line/wrangler-4.164.0-surface.json"));
  int commands = 0;
  for (const json& theirs : surface) {
    const std::string path = theirs["command"];
    ++commands;
    CAPTURE(path);
    REQUIRE(leaves.contains(path));
    const json& ours = leaves.at(path);
    std::set<std::string> names;
    for (const json& option : ours["options"]) {
      for (const json& name : option["names"]) names.insert(name);
    }
    for (const json& option : theirs["options"]) {
      for (const json& name : option["names"]) {
        CAPTURE(name);
        CHECK((names.contains(name) || name == "--remote" || name == "--json"));
      }
    }
    for (std::size_t i = 0; i < theirs["positionals"].size(); ++i) {
      REQUIRE(ours["positionals"].size() > i);
      CHECK(ours["positionals"][i]["name"] == theirs["positionals"][i]["name"]);
    }
  }
  CHECK(commands == 11 + 12 + 38 + 22);
}
