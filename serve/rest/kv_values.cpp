#include <array>
#include <charconv>
#include <memory>

#include <fmt/format.h>

#include "backends/bytes/base64.hpp"
#include "backends/bytes/text.hpp"
#include "backends/bytes/unix_time.hpp"
#include "backends/files/spool.hpp"
#include "commands/kv/expiry.hpp"
#include "commands/text/json_reader.hpp"
#include "commands/text/json_text.hpp"
#include "serve/rest/form_reader.hpp"
#include "serve/rest/kv.hpp"

namespace corral::serve::rest {

namespace {

namespace code = cloudflare::code;

constexpr std::size_t smallest_list = 10;
constexpr std::size_t largest_list = 1000;

Refusal no_such_key(std::string_view key) {
  return {404, code::kv_no_such_key, fmt::format("there is no key \"{}\"", shown(key))};
}

Json metadata_of(const KvItem& item) {
  if (!item.metadata) return nullptr;
  return json_if_valid(*item.metadata).value_or(Json(nullptr));
}

/// A cursor is the last key of its page.
std::string key_of_cursor(const std::string& cursor) {
  auto key = base64_decode(cursor);
  if (key && is_utf8(*key) && base64url_encode(*key) == cursor) return *std::move(key);
  throw Refusal(400, code::kv_bad_page, "the cursor is not one that a list of keys gave");
}

Response list(Call& call) {
  const auto store = open_namespace(call);
  KvListOptions options;
  options.prefix = call.parameter("prefix").value_or("");
  options.limit = static_cast<std::size_t>(
      call.number("limit", smallest_list, largest_list, code::kv_bad_page).value_or(largest_list));
  if (const auto cursor = call.parameter("cursor")) options.after = key_of_cursor(*cursor);
  const KvPage page = store->list(options, call.now());
  Json result = Json::array();
  for (const KvItem& item : page.items) {
    Json one{{"name", item.key}};
    if (item.expiration) one["expiration"] = *item.expiration / one_second;
    if (item.metadata) one["metadata"] = metadata_of(item);
    result.push_back(std::move(one));
  }
  const std::string cursor = page.complete ? std::string() : base64url_encode(page.items.back().key);
  const Json info{{"count", page.items.size()}, {"cursor", cursor}};
  return success(result, info);
}

Response get(Call& call) {
  auto value = open_namespace(call)->get(call["key"], call.now());
  if (!value) throw no_such_key(call["key"]);
  Response response;
  response.add("content-type", "application/octet-stream");
  if (value->expiration) response.add("expiration", std::to_string(*value->expiration / one_second));
  response.body = std::move(value->body);
  return response;
}

Response metadata(Call& call) {
  const auto item = open_namespace(call)->head(call["key"], call.now());
  if (!item) throw no_such_key(call["key"]);
  return success(metadata_of(*item));
}

/// The expiration that the query asks for.
void set_expiration(const Call& call, KvEntry& entry) {
  const auto given = [&](const char* name) { return call.number(name, 0, INT64_MAX, code::kv_bad_request); };
  entry.ttl_seconds = given("expiration_ttl");
  entry.expires_at_seconds = given("expiration");
  const char* wrong = nullptr;
  if (entry.ttl_seconds) {
    wrong = kv::wrong_ttl(*entry.ttl_seconds);
  } else if (entry.expires_at_seconds) {
    wrong = kv::wrong_expiration(*entry.expires_at_seconds, call.now());
  }
  if (wrong != nullptr) {
    throw Refusal(400, code::kv_bad_request,
                  fmt::format("{} {}", entry.ttl_seconds ? "expiration_ttl" : "expiration", wrong));
  }
  entry.expiration = kv::expiry_of(entry.ttl_seconds, entry.expires_at_seconds, call.now());
}

/// A form has the value and, before or after it, the metadata.
std::unique_ptr<RereadableInput> read_form(const Call& call, std::string_view boundary, KvEntry& entry) {
  constexpr std::uint64_t max_metadata_text = 65'536;
  FormReader form(*call.request.body, boundary);
  std::unique_ptr<RereadableInput> value;
  while (form.next()) {
    if (form.name() == "value") {
      value = std::make_unique<RereadableInput>(form.content(), "the value");
    } else if (form.name() == "metadata") {
      const std::string text = read_all(form.content(), max_metadata_text, "the metadata");
      const auto json = json_if_valid(text);
      if (!json) throw Refusal(400, code::kv_bad_request, "the metadata is not JSON");
      entry.metadata = json_text(*json, 0);
    }
  }
  if (!value) throw Refusal(400, code::kv_bad_request, "the form has no field \"value\"");
  return value;
}

Response put(Call& call) {
  const auto store = open_namespace(call);
  KvEntry entry;
  entry.key = call["key"];
  set_expiration(call, entry);
  const auto boundary = FormReader::boundary_of(call.header("content-type"));
  if (boundary) {
    const auto value = read_form(call, *boundary, entry);
    check_kv_entry(entry);
    store->put(entry, *value->read_again(), KvStore::Condition::always, call.now());
  } else {
    check_kv_entry(entry);
    store->put(entry, *call.request.body, KvStore::Condition::always, call.now());
  }
  return success(nullptr);
}

Response erase(Call& call) {
  check_kv_key(call["key"]);
  open_namespace(call)->erase_key(call["key"]);
  return success(nullptr);
}

constexpr std::array routes = {
    Route{"kv.list", "GET", "accounts/:account/storage/kv/namespaces/:namespace/keys", list},
    Route{"kv.get", "GET", "accounts/:account/storage/kv/namespaces/:namespace/values/*key", get},
    Route{"kv.put", "PUT", "accounts/:account/storage/kv/namespaces/:namespace/values/*key", put},
    Route{"kv.erase", "DELETE", "accounts/:account/storage/kv/namespaces/:namespace/values/*key", erase},
    Route{"kv.metadata", "GET", "accounts/:account/storage/kv/namespaces/:namespace/metadata/*key", metadata},
};

}  // namespace

std::span<const Route> kv_value_routes() {
  return routes;
}

}  // namespace corral::serve::rest
