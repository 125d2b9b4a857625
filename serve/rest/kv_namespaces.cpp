#include "backends/kv_namespaces.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "commands/kv/known_namespaces.hpp"
#include "serve/rest/fields.hpp"
#include "serve/rest/kv.hpp"

namespace corral::serve::rest {

namespace {

namespace code = cloudflare::code;

constexpr std::int64_t usual_page = 20;
constexpr std::int64_t largest_page = 1000;
constexpr std::size_t max_title_bytes = 512;

/// What lists call a namespace that has no title, being known from the config or its entries alone.
const std::string& title_of(const kv::KnownNamespace& one) {
  if (!one.title.empty()) return one.title;
  return one.bindings.empty() ? one.id : one.bindings.front();
}

Json described(std::string_view id, std::string_view title) {
  return {{"id", id}, {"title", title}, {"supports_url_encoding", true}};
}

Json described(const kv::KnownNamespace& one) {
  return described(one.id, title_of(one));
}

kv::KnownNamespace find_namespace(const Call& call) {
  const std::string& id = call["namespace"];
  if (auto found = call.stores().kv_namespaces().find_id(id)) return {.id = found->id, .title = found->title};
  for (kv::KnownNamespace& one : kv::known_namespaces(call.context, Call::state)) {
    if (one.id == id) return std::move(one);
  }
  throw Refusal(404, code::kv_no_such_namespace, fmt::format("there is no KV namespace {}", shown(id)));
}

Response list(Call& call) {
  const NumberedPage page(call, usual_page, largest_page, code::kv_bad_request);
  std::vector<kv::KnownNamespace> all = kv::known_namespaces(call.context, Call::state);
  const bool by_id = call.parameter("order") == "id";
  const auto key = [&](const kv::KnownNamespace& one) -> const std::string& {
    return by_id ? one.id : title_of(one);
  };
  std::stable_sort(all.begin(), all.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
  if (call.parameter("direction") == "desc") std::reverse(all.begin(), all.end());
  return page_of(page, all, [](const kv::KnownNamespace& one) { return described(one); });
}

std::string title_in(const Call& call) {
  const Json body = call.json(code::kv_bad_request);
  const Fields fields(body, code::kv_bad_request);
  std::string title = fields.text("title");
  if (title.size() > max_title_bytes) fields.refuse("title", "is longer than 512 bytes");
  return title;
}

Response create(Call& call) {
  const Json body = call.json(code::kv_bad_request);
  const Fields fields(body, code::kv_bad_request);
  NewKvNamespace wanted{.title = fields.text("title"),
                        .jurisdiction = fields.text_if_any("jurisdiction"),
                        .mode = fields.text_if_any("mode")};
  if (wanted.title.size() > max_title_bytes) fields.refuse("title", "is longer than 512 bytes");
  try {
    const KvNamespace made = call.stores().kv_namespaces().create(wanted);
    return success(described(made.id, made.title));
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::conflict) throw;
    throw Refusal(400, code::kv_title_taken,
                  fmt::format("there is a KV namespace with the title \"{}\"", shown(wanted.title)));
  }
}

Response get(Call& call) {
  return success(described(find_namespace(call)));
}

Response rename(Call& call) {
  const kv::KnownNamespace found = find_namespace(call);
  const std::string title = title_in(call);
  if (found.title.empty()) {
    throw Refusal(400, code::kv_bad_request,
                  fmt::format("the KV namespace {} has no title: it was not created here", shown(found.id)));
  }
  try {
    call.stores().kv_namespaces().rename(found.id, title);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::conflict) throw;
    throw Refusal(400, code::kv_title_taken,
                  fmt::format("there is a KV namespace with the title \"{}\"", shown(title)));
  }
  return success(described(found.id, title));
}

Response remove(Call& call) {
  call.stores().kv_namespaces().remove(find_namespace(call).id);
  return success(nullptr);
}

constexpr std::array routes = {
    Route{"kv.namespaces.list", "GET", "accounts/:account/storage/kv/namespaces", list},
    Route{"kv.namespaces.create", "POST", "accounts/:account/storage/kv/namespaces", create},
    Route{"kv.namespaces.get", "GET", "accounts/:account/storage/kv/namespaces/:namespace", get},
    Route{"kv.namespaces.rename", "PUT", "accounts/:account/storage/kv/namespaces/:namespace", rename},
    Route{"kv.namespaces.remove", "DELETE", "accounts/:account/storage/kv/namespaces/:namespace", remove},
};

}  // namespace

std::span<const Route> kv_namespace_routes() {
  return routes;
}

std::unique_ptr<KvStore> open_namespace(const Call& call) {
  return call.stores().kv().open(find_namespace(call).id);
}

}  // namespace corral::serve::rest
