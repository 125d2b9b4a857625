#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "backends/files/replacement_file.hpp"
#include "tests/command_line/run_process.hpp"

namespace corral::testing {

namespace {

/// A folder with the made-up program under the name `corral`, and its completion scripts.
class ShellFolder {
 public:
  ShellFolder() {
    std::string pattern = std::filesystem::temp_directory_path() / "corral-shells-XXXXXX";
    path_ = mkdtemp(pattern.data());
    std::filesystem::create_symlink(MADE_UP_PROGRAM, path_ / "corral");
    for (const auto& [shell, name] :
         {std::pair{"bash", "corral.bash"}, {"zsh", "_corral"}, {"fish", "corral.fish"}}) {
      replace_file(path_ / name, run_process({.command = {MADE_UP_PROGRAM, "__script", shell}}).out);
    }
    std::filesystem::create_directory(path_ / "files");
    replace_file(path_ / "files" / "one two.json", "");
    // Ctrl-X prints the line in double brackets and leaves.
    replace_file(path_ / ".zshrc",
                 "PS1=; unsetopt beep; fpath=($ZDOTDIR $fpath); autoload -U compinit; compinit -u -D\n"
                 "bindkey '^I' complete-word\n"
                 "leave() { print -r -- \"[[$BUFFER]]\"; exit; }; zle -N leave; bindkey '^X' leave\n");
  }
  ShellFolder(const ShellFolder&) = delete;
  ShellFolder& operator=(const ShellFolder&) = delete;
  ~ShellFolder() { std::filesystem::remove_all(path_); }

  [[nodiscard]] ProcessResult run(std::vector<std::string> command, const std::string& typed = {}) const {
    return run_process({.command = std::move(command),
                        .input = typed,
                        .environment = {{"PATH", path_.string() + ":" + std::getenv("PATH")},
                                        {"HOME", path_.string()},
                                        {"XDG_CONFIG_HOME", path_.string()},
                                        {"ZDOTDIR", path_.string()},
                                        {"TERM", "dumb"}},
                        .folder = path_.string(),
                        .terminal = {.in = !typed.empty(), .out = !typed.empty(), .err = !typed.empty()},
                        .keep_stdin_open = !typed.empty()});
  }

 private:
  std::filesystem::path path_;
};

/// What bash would offer for a line whose cursor is at its end: the words broken as readline breaks them.
std::string bash_offers(const ShellFolder& folder, const std::string& line, const std::string& words) {
  const std::string script =
      "source ./corral.bash; COMP_LINE='" + line + "'; COMP_POINT=${#COMP_LINE}; COMP_WORDS=(" + words +
      "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _corral corral; " + R"(printf '%s\n' "${COMPREPLY[@]}")";
  const ProcessResult result = folder.run({"bash", "--norc", "-c", script});
  CHECK(result.err.empty());
  return result.out;
}

std::string fish_offers(const ShellFolder& folder, const std::string& line) {
  const ProcessResult result =
      folder.run({"fish", "--no-config", "-c", "source ./corral.fish; complete -C '" + line + "'"});
  CHECK(result.err.empty());
  return result.out;
}

/// Types the line and a tab into a real zsh and returns what the line became.
std::string zsh_completes(const ShellFolder& folder, const std::string& line) {
  const ProcessResult result = folder.run({"zsh", "-d", "-i"}, line + "\t\x18");
  const std::size_t start = result.screen.rfind("[[");
  const std::size_t end = result.screen.rfind("]]");
  if (start == std::string::npos || end == std::string::npos) return result.screen;
  return result.screen.substr(start + 2, end - start - 2);
}

}  // namespace

TEST_CASE("bash completes words, flags and live values") {
  const ShellFolder folder;
  CHECK(bash_offers(folder, "corral k", "corral k") == "kv\n");
  CHECK(bash_offers(folder, "corral kv ", "corral kv ''") == "key\n");
  CHECK(bash_offers(folder, "corral -e x keyvalue k g", "corral -e x keyvalue k g") == "get\n");
  CHECK(bash_offers(folder, "corral show --nam", "corral show --nam") == "--namespace-id\n");
  CHECK(bash_offers(folder, "corral kv --js", "corral kv --js") == "--json\n");
  CHECK(bash_offers(folder, "corral show --place f", "corral show --place f") == "fedramp\n");
  CHECK(bash_offers(folder, "corral show --place=f", "corral show --place = f") == "fedramp\n");
  CHECK(bash_offers(folder, "corral kv key get --binding=", "corral kv key get --binding =") ==
        "CACHE\nSESSIONS\n");
  CHECK(bash_offers(folder, "corral kv key get user:", "corral kv key get user :") == "1\n2\n");
  CHECK(bash_offers(folder, "corral kv key get user:1", "corral kv key get user : 1") == "1\n");
  CHECK(bash_offers(folder, "corral kv key get \"user:", "corral kv key get '\"user:'") ==
        "user:1\nuser:2\n");
  CHECK(bash_offers(folder, "corral kv key get with", "corral kv key get with") == "with\\ space\n");
  CHECK(bash_offers(folder, "corral kv key get with\\ s", "corral kv key get 'with\\ s'") ==
        "with\\ space\n");
  CHECK(bash_offers(folder, "corral kv key get --binding A:B ", "corral kv key get --binding A : B ''")
            .find("A:B\n") != std::string::npos);
  CHECK(bash_offers(folder, "corral show --path files/o", "corral show --path files/o") ==
        "files/one two.json\n");
  CHECK(bash_offers(folder, "corral nonsense ", "corral nonsense ''").find("kv\n") != std::string::npos);
}

TEST_CASE("fish completes words, flags and live values, with descriptions") {
  const ShellFolder folder;
  CHECK(fish_offers(folder, "corral k") == "kv\tKeys and values\n");
  CHECK(fish_offers(folder, "corral kv key ge") == "get\tRead one value\n");
  CHECK(fish_offers(folder, "corral show --nam") == "--namespace-id\tThe id of the namespace\n");
  CHECK(fish_offers(folder, "corral show --place f") == "fedramp\n");
  CHECK(fish_offers(folder, "corral show --place=f") == "--place=fedramp\n");
  CHECK(fish_offers(folder, "corral kv key get user:") == "user:1\nuser:2\n");
  CHECK(fish_offers(folder, "corral kv key get with") == "with space\n");
  CHECK(fish_offers(folder, "corral kv key get --binding ") == "CACHE\nSESSIONS\n");
  CHECK(fish_offers(folder, "corral show --path files/o").find("files/one two.json") != std::string::npos);
}

// PowerShell is not available here, so this checks only the script's structure.
TEST_CASE("the script for PowerShell registers a completer that asks corral") {
  const std::string script = run_process({.command = {MADE_UP_PROGRAM, "__script", "powershell"}}).out;
  CHECK(script.find("Register-ArgumentCompleter -Native -CommandName corral -ScriptBlock {\n") !=
        std::string::npos);
  CHECK(script.find("param($wordToComplete, $commandAst, $cursorPosition)") != std::string::npos);
  CHECK(script.find("__complete '--' @words $typed") != std::string::npos);
  for (const char* form : {"':files'", "':dirs'", "\"`t\""}) CHECK(script.find(form) != std::string::npos);
  for (const auto& [open, close] : {std::pair{'{', '}'}, {'(', ')'}, {'[', ']'}}) {
    CHECK(std::count(script.begin(), script.end(), open) == std::count(script.begin(), script.end(), close));
  }
}

TEST_CASE("zsh completes words, flags and live values") {
  const ShellFolder folder;
  CHECK(folder.run({"zsh", "-n", "_corral"}).status == 0);
  CHECK(zsh_completes(folder, "corral sho") == "corral show ");
  CHECK(zsh_completes(folder, "corral kv k") == "corral kv key ");
  CHECK(zsh_completes(folder, "corral show --nam") == "corral show --namespace-id ");
  CHECK(zsh_completes(folder, "corral show --place f") == "corral show --place fedramp ");
  CHECK(zsh_completes(folder, "corral kv key get --binding=S") == "corral kv key get --binding=SESSIONS ");
  CHECK(zsh_completes(folder, "corral kv key get wi") == "corral kv key get with\\ space ");
  CHECK(zsh_completes(folder, "corral kv key get us") == "corral kv key get user:");
  CHECK(zsh_completes(folder, "corral show --path files/o") == "corral show --path files/one\\ two.json ");
}

}  // namespace corral::testing
