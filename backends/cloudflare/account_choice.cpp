#include "backends/cloudflare/account_choice.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "backends/bytes/json.hpp"
#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/files/durable_file.hpp"
#include "backends/files/replacement_file.hpp"

namespace corral::cloudflare {

namespace fs = std::filesystem;

namespace {

constexpr const char* cache_name = "wrangler-account.json";
constexpr std::uint64_t max_cache_bytes = 65'536;

bool is_account_id(std::string_view id) {
  return !id.empty() && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

AccountInUse checked(std::string id, std::string source) {
  if (is_account_id(id)) return {std::move(id), std::move(source)};
  throw Error(ErrorKind::invalid_input,
              fmt::format("\"{}\" ({}) is not an account id", shown(id), shown(source)),
              "the dashboard shows the id of an account; it has letters, digits, - and _ only");
}

/// Where wrangler keeps the choice that was made for a project.
fs::path cache_folder(const Variables& variables, const fs::path& folder) {
  if (const auto named = variables.text("WRANGLER_CACHE_DIR")) return folder / *named;
  std::error_code ignored;
  if (fs::is_directory(folder / "node_modules", ignored))
    return folder / "node_modules" / ".cache" / "wrangler";
  return folder / ".wrangler" / "cache";
}

/// nullopt also for a cache that cannot be read: it is only a memory of an answer.
std::optional<AccountInUse> cached(const fs::path& file) {
  try {
    FileSource source(open_for_reading(file), file.native());
    const auto json = read_json(read_all(source, max_cache_bytes, "the cache"));
    const nlohmann::ordered_json::json_pointer place("/account/id");
    if (!json.is_object() || !json.contains(place) || !json[place].is_string()) return std::nullopt;
    std::string id = json[place].get<std::string>();
    if (!is_account_id(id)) return std::nullopt;
    return AccountInUse{std::move(id), file.native()};
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace

std::optional<AccountInUse> choose_account(const Variables& variables,
                                           const std::optional<std::string>& configured,
                                           const fs::path& folder, const std::vector<Account>& reachable) {
  if (configured && !configured->empty()) return checked(*configured, "account_id in the config");
  if (auto variable = variables.find("CLOUDFLARE_ACCOUNT_ID")) return checked(variable->text, variable->name);
  if (auto choice = cached(cache_folder(variables, folder) / cache_name)) return choice;
  if (reachable.size() == 1) return AccountInUse{reachable.front().id, "the only account"};
  return std::nullopt;
}

void remember_account(const Variables& variables, const fs::path& folder, const Account& account) {
  if (!is_account_id(account.id)) return;
  const nlohmann::ordered_json json{{"account", {{"id", account.id}, {"name", account.name}}}};
  const fs::path cache = cache_folder(variables, folder);
  try {
    std::error_code ignored;
    fs::create_directories(cache, ignored);
    replace_file(cache / cache_name, write_json(json, {.indent = 2, .replace_invalid_utf8 = true}));
  } catch (const Error&) {
    return;
  }
}

}  // namespace corral::cloudflare
