#include "serve/rest/durable_objects.hpp"

#include <array>

#include <fmt/format.h>

#include "backends/bytes/hashing.hpp"
#include "backends/bytes/text.hpp"
#include "backends/durable_objects.hpp"

namespace corral::serve::rest {

namespace {

namespace code = cloudflare::code;

constexpr std::int64_t usual_page = 20;
constexpr std::int64_t largest_page = 1000;
constexpr std::int64_t largest_list = 10'000;
constexpr std::int64_t usual_list = 1000;

/// A class has no id in a state folder, so it is made of its names. 32 hex digits.
std::string id_of(const DurableClass& one) {
  constexpr std::size_t digits = 32;
  return hex(sha256(fmt::format("corral: the id of class {} of {}", one.name, one.script))).substr(0, digits);
}

Response namespaces(Call& call) {
  const NumberedPage page(call, usual_page, largest_page, code::do_no_such_namespace);
  return page_of(page, call.stores().durable_objects().stored_classes(), [](const DurableClass& one) {
    return Json{{"id", id_of(one)},
                {"name", one.script + "_" + one.name},
                {"script", one.script},
                {"class", one.name},
                {"use_sqlite", true}};
  });
}

Response objects(Call& call) {
  DurableObjectRange range;
  range.limit = static_cast<std::uint64_t>(
      call.number("limit", 1, largest_list, code::do_no_such_namespace).value_or(usual_list));
  range.cursor = call.parameter("cursor");
  DurableObjectBackend& backend = call.stores().durable_objects();
  for (const DurableClass& one : backend.stored_classes()) {
    if (id_of(one) != call["namespace"]) continue;
    Json list = Json::array();
    const auto cursor = backend.list(one, range, [&](std::span<const ListedObject> some) {
      for (const ListedObject& object : some) list.push_back({{"id", object.id}, {"hasStoredData", true}});
    });
    const Json info{{"count", list.size()}, {"cursor", cursor.value_or("")}};
    return success(list, info);
  }
  throw Refusal(404, code::do_no_such_namespace,
                fmt::format("there is no Durable Object namespace {}", shown(call["namespace"])));
}

constexpr std::array routes = {
    Route{"do.namespaces", "GET", "accounts/:account/workers/durable_objects/namespaces", namespaces},
    Route{"do.objects", "GET", "accounts/:account/workers/durable_objects/namespaces/:namespace/objects",
          objects},
};

}  // namespace

std::span<const Route> durable_object_routes() {
  return routes;
}

}  // namespace corral::serve::rest
