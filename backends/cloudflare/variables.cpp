#include "backends/cloudflare/variables.hpp"

#include <fmt/format.h>

#include "backends/environment.hpp"

namespace corral::cloudflare {

std::optional<Variables::Value> Variables::find(const std::string& name) const {
  constexpr std::string_view newer = "CLOUDFLARE_";
  if (auto text = environment_.get(name.c_str())) {
    if (text->empty()) return std::nullopt;
    return Value{name, std::move(*text)};
  }
  const std::string older = "CF_" + name.substr(newer.size());
  auto text = environment_.get(older.c_str());
  if (!text || text->empty()) return std::nullopt;
  warn_(fmt::format("{} is an old name; set {} instead", older, name));
  return Value{older, std::move(*text)};
}

std::optional<std::string> Variables::text(const char* name) const {
  auto text = environment_.get(name);
  if (text && text->empty()) return std::nullopt;
  return text;
}

}  // namespace corral::cloudflare
