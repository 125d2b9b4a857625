#include "cli/line/unknown_command.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "cli/line/command_line.hpp"
#include "cli/line/suggestion.hpp"

namespace corral {

namespace {

/// Commands of other wrangler versions that another command has replaced.
constexpr std::array<std::array<std::string_view, 2>, 3> replaced = {
    {{"corral d1 backup", "corral d1 time-travel"},
     {"corral d1 console", "corral d1 shell"},
     {"corral r2 bucket event-notification", "corral r2 bucket notification"}}};

/// wrangler's (4.164.0) commands other than storage commands.
constexpr std::array wranglers_own = {"ai",
                                      "ai-search",
                                      "agent-memory",
                                      "artifacts",
                                      "auth",
                                      "basin",
                                      "browser",
                                      "build",
                                      "cert",
                                      "check",
                                      "containers",
                                      "delete",
                                      "deploy",
                                      "deployments",
                                      "dev",
                                      "dispatch-namespace",
                                      "docs",
                                      "email",
                                      "flagship",
                                      "generate",
                                      "hyperdrive",
                                      "init",
                                      "k2",
                                      "login",
                                      "logout",
                                      "mtls-certificate",
                                      "pages",
                                      "pipelines",
                                      "preview",
                                      "publish",
                                      "pubsub",
                                      "rollback",
                                      "route",
                                      "secret",
                                      "secrets-store",
                                      "setup",
                                      "subdomain",
                                      "tail",
                                      "triggers",
                                      "tunnel",
                                      "turnstile",
                                      "types",
                                      "vectorize",
                                      "versions",
                                      "vpc",
                                      "whoami",
                                      "workflows"};

/// The path and, if it leads further, the next word: "corral kv key", "put".
std::string with_next(const Command& command, std::string path, std::string_view next) {
  if (command.children == nullptr || next.empty()) return path;
  const std::vector<Command> children = command.children();
  const Command* const found = find_child(children, next);
  return found == nullptr ? path : fmt::format("{} {}", path, found->name());
}

/// All visible commands below a group that are named `word`, those closest to the group first.
std::vector<std::string> by_name(const std::vector<Command>& children, std::string_view path,
                                 std::string_view word, std::string_view next) {
  std::vector<std::string> found;
  std::vector<std::pair<std::string, std::vector<Command>>> level;
  level.emplace_back(path, children);
  while (!level.empty()) {
    std::vector<std::pair<std::string, std::vector<Command>>> below;
    for (const auto& [group, commands] : level) {
      for (const Command& command : commands) {
        if (command.hidden) continue;
        const std::string own = fmt::format("{} {}", group, command.name());
        if (std::find(command.names.begin(), command.names.end(), word) != command.names.end())
          found.push_back(with_next(command, own, next));
        if (command.children != nullptr) below.emplace_back(own, command.children());
      }
    }
    level = std::move(below);
  }
  return found;
}

/// "kv:key", as wrangler spelled it before version 3.60.
std::vector<std::string> by_colon(const std::vector<Command>& children, std::string_view path,
                                  std::string_view word, std::string_view next) {
  const std::size_t colon = word.find(':');
  if (colon == std::string_view::npos) return {};
  const Command* const group = find_child(children, word.substr(0, colon));
  if (group == nullptr || group->children == nullptr) return {};
  const std::vector<Command> grandchildren = group->children();
  const Command* const command = find_child(grandchildren, word.substr(colon + 1));
  if (command == nullptr) return {};
  return {with_next(*command, fmt::format("{} {} {}", path, group->name(), command->name()), next)};
}

std::vector<std::string> alike(const std::vector<Command>& children, std::string_view path,
                               std::string_view word) {
  std::vector<std::string> candidates;
  for (const Command& command : children) {
    if (!command.hidden) candidates.insert(candidates.end(), command.names.begin(), command.names.end());
  }
  const std::string_view near = nearest(word, candidates);
  if (near.empty()) return {};
  return {fmt::format("{} {}", path, near)};
}

/// `"a", "b" or "c"`
std::string listed(std::span<const std::string> paths) {
  std::string list;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    list += i == 0 ? "" : i + 1 == paths.size() ? " or " : ", ";
    list += fmt::format("\"{}\"", paths[i]);
  }
  return list;
}

}  // namespace

Error unknown_command(const std::vector<Command>& children, std::string_view path, std::string_view word,
                      std::string_view next) {
  constexpr std::size_t most = 3;
  const std::string written = fmt::format("{} {}", path, word);
  const auto* const known =
      std::find_if(replaced.begin(), replaced.end(), [&](const auto& one) { return one[0] == written; });
  std::vector<std::string> meant;
  if (known != replaced.end()) meant.emplace_back((*known)[1]);
  const bool only_wranglers =
      path == "corral" && std::find(wranglers_own.begin(), wranglers_own.end(), word) != wranglers_own.end();
  if (only_wranglers) {
    return {ErrorKind::usage, fmt::format("\"{}\" is a command of wrangler that corral does not have", word),
            fmt::format("corral has the storage commands; run \"wrangler {}\"", word)};
  }
  if (meant.empty()) meant = by_colon(children, path, word, next);
  if (meant.empty()) meant = by_name(children, path, word, next);
  if (meant.empty()) meant = alike(children, path, word);
  std::string hint;
  if (!meant.empty())
    hint = fmt::format("did you mean {}? ", listed(std::span(meant).first(std::min(meant.size(), most))));
  hint += fmt::format("\"{} --help\" lists the commands", path);
  return {ErrorKind::usage, fmt::format("unknown command \"{} {}\"", path, shown(word)), hint};
}

}  // namespace corral
