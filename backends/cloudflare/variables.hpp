#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace corral {
class Environment;
}

namespace corral::cloudflare {

/// Where remarks for the user go: one line, without a line break.
using Remark = std::function<void(std::string_view)>;

/// The variables that wrangler knows, with the older names that it still takes: CF_API_TOKEN for
/// CLOUDFLARE_API_TOKEN. An older name counts only where the newer is not set at all, and is remarked on
/// once.
class Variables {
 public:
  Variables(const Environment& environment, Remark warn)
      : environment_(environment), warn_(std::move(warn)) {}

  struct Value {
    std::string name;  ///< the name under which it was found
    std::string text;  ///< not empty
  };

  /// `name`: the newer name, which begins with CLOUDFLARE_. nullopt: not set, or set to nothing.
  [[nodiscard]] std::optional<Value> find(const std::string& name) const;

  /// The value alone, of a variable that has no older name.
  [[nodiscard]] std::optional<std::string> text(const char* name) const;

 private:
  const Environment& environment_;
  Remark warn_;
};

}  // namespace corral::cloudflare
