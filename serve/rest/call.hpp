#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "backends/bytes/unix_time.hpp"
#include "commands/command/context.hpp"
#include "commands/text/json.hpp"
#include "serve/http/handler.hpp"
#include "serve/rest/reply.hpp"

namespace corral::serve::rest {

class Jobs;
class Transfers;

/// A request to an endpoint, taken apart. What it refers to outlives it.
struct Call {
  Request& request;
  Context& context;
  const Site& site;
  Transfers& transfers;
  Jobs& jobs;
  std::vector<std::pair<std::string_view, std::string>> captured = {};  ///< of the path, decoded (route.hpp)
  http::Parameters query = {};  ///< decoded, as a form is: '+' is a space

  /// What a capture of the route's pattern stands for.
  [[nodiscard]] const std::string& operator[](std::string_view name) const;

  /// The first parameter of the query with this name; nullopt if it is missing or empty.
  [[nodiscard]] std::optional<std::string> parameter(std::string_view name) const;

  /// The same as a whole number. Throws Refusal (400, `code`) for any other text, and outside the range.
  [[nodiscard]] std::optional<std::int64_t> number(std::string_view name, std::int64_t least,
                                                   std::int64_t most, int code) const;

  /// The value of a header, or "".
  [[nodiscard]] std::string_view header(std::string_view name) const {
    return request.header(name).value_or(std::string_view());
  }

  [[nodiscard]] Stores& stores() const { return context.stores(state); }
  [[nodiscard]] UnixMillis now() const { return context.clock().now(); }

  /// The body as JSON: at most `limit` bytes and 1,000 levels. Throws Refusal (400 or 413, `code`).
  [[nodiscard]] Json json(int code, std::uint64_t limit = default_json_bytes) const;

  /// The stores of the server's state.
  static const StateOptions state;
  static constexpr std::uint64_t default_json_bytes = std::uint64_t{10} << 20U;
};

/// An endpoint.
using Handle = Response (*)(Call& call);

/// A part of a list that comes in numbered pages: the parameters `page` and `per_page`.
class NumberedPage {
 public:
  /// Throws Refusal (400, `code`) for a page below 1 or a size that is not 1 to `most`.
  NumberedPage(const Call& call, std::int64_t usual, std::int64_t most, int code);

  /// The elements `first()` to `end(total)` of the whole list are on the page.
  [[nodiscard]] std::size_t first(std::size_t total) const;
  [[nodiscard]] std::size_t end(std::size_t total) const;

  /// {"page", "per_page", "count", "total_count", "total_pages"}
  [[nodiscard]] Json info(std::size_t total) const;

 private:
  std::int64_t page_;
  std::int64_t size_;
};

/// The page of `items`, each as `describe` has it.
template <typename Items, typename Describe>
Response page_of(const NumberedPage& page, const Items& items, const Describe& describe) {
  Json result = Json::array();
  for (std::size_t i = page.first(items.size()); i < page.end(items.size()); ++i)
    result.push_back(describe(items[i]));
  return success(result, page.info(items.size()));
}

}  // namespace corral::serve::rest
