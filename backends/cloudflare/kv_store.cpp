#include "backends/cloudflare/kv_store.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "backends/bytes/hashing.hpp"
#include "backends/bytes/text.hpp"
#include "backends/bytes/unix_time.hpp"
#include "backends/cloudflare/api_codes.hpp"
#include "backends/cloudflare/form_data.hpp"
#include "backends/cloudflare/kv_bulk.hpp"
#include "backends/cloudflare/kv_namespaces.hpp"
#include "backends/cloudflare/kv_scan.hpp"
#include "backends/cloudflare/retry.hpp"
#include "backends/error.hpp"
#include "backends/http/url.hpp"

namespace corral::cloudflare {

namespace {

constexpr std::size_t smallest_page = 10;
constexpr std::size_t largest_page = 1'000;

KvItem item_of(const nlohmann::ordered_json& json) {
  KvItem item;
  item.key = text_of(json, "name");
  if (!json.is_object()) return item;
  const auto expiration = json.find("expiration");
  if (expiration != json.end() && expiration->is_number())
    item.expiration = expiration->get<UnixMillis>() * one_second;
  const auto metadata = json.find("metadata");
  if (metadata != json.end() && !metadata->is_null()) item.metadata = metadata->dump();
  return item;
}

bool is_expired(const KvItem& item, UnixMillis now) {
  return item.expiration && *item.expiration <= now;
}

bool is_key_missing(const ApiError& error) {
  return error.kind() == ErrorKind::not_found && error.code() != code::kv_no_such_namespace;
}

}  // namespace

AccountKvStore::AccountKvStore(std::shared_ptr<Session> session, std::string id)
    : session_(std::move(session)), id_(std::move(id)), part_size_(pairs_a_call) {
  if (id_.empty() || !is_utf8(id_)) throw Error(ErrorKind::invalid_input, "the id of a KV namespace is text");
}

std::string AccountKvStore::base() const {
  return session_->account_path() + "/storage/kv/namespaces/" + http::path_segment(id_);
}

std::string AccountKvStore::path_of(std::string_view key) const {
  return base() + "/values/" + http::path_segment(key);
}

/// The answer with the value; nullptr if the key does not exist.
std::unique_ptr<http::Response> AccountKvStore::fetch(std::string_view key) {
  check_kv_key(key);
  try {
    return session_->api().fetch({.path = path_of(key)});
  } catch (const ApiError& error) {
    if (is_key_missing(error)) return nullptr;
    throw;
  }
}

/// The value; nullopt if the key does not exist. It is read completely before any of it is passed on, so that
/// an answer that is cut off can be requested again.
std::optional<std::string> AccountKvStore::fetch_whole(std::string_view key) {
  check_kv_key(key);
  try {
    return session_->api().fetch_whole({.path = path_of(key), .max_answer_bytes = kv_max_value_bytes});
  } catch (const ApiError& error) {
    if (is_key_missing(error)) return std::nullopt;
    throw;
  }
}

/// What a list says of a key: the API has its expiration nowhere else.
std::optional<KvItem> AccountKvStore::find(std::string_view key, UnixMillis now) {
  check_kv_key(key);
  const nlohmann::ordered_json found =
      session_->api()
          .call({.path = base() + "/keys",
                 .query = {{"prefix", std::string(key)}, {"limit", std::to_string(smallest_page)}}})
          .result;
  for (const nlohmann::ordered_json& json : found) {
    KvItem item = item_of(json);
    if (item.key == key && !is_expired(item, now)) return item;
  }
  return std::nullopt;
}

std::optional<KvValue> AccountKvStore::get(std::string_view key, UnixMillis now) {
  std::optional<KvItem> item = find(key, now);
  if (!item) return std::nullopt;
  std::optional<std::string> bytes = fetch_whole(key);
  if (!bytes) return std::nullopt;
  KvValue value;
  static_cast<KvItem&>(value) = std::move(*item);
  value.size = bytes->size();
  value.version = hex(
      sha256(fmt::format("{}\n{}\n{}", value.expiration.value_or(0), value.metadata.value_or(""), *bytes)));
  value.body = std::make_unique<OwnedSource>(*std::move(bytes));
  return value;
}

std::unique_ptr<ByteSource> AccountKvStore::value(std::string_view key, UnixMillis /*now*/) {
  std::optional<std::string> bytes = fetch_whole(key);
  return bytes ? std::make_unique<OwnedSource>(*std::move(bytes)) : nullptr;
}

std::vector<std::optional<std::string>> AccountKvStore::values(std::span<const std::string> keys,
                                                               UnixMillis /*now*/) {
  for (const std::string& key : keys) check_kv_key(key);
  return KvBulk(*session_, base()).values(keys, [&](const std::string& key) { return fetch_whole(key); });
}

void AccountKvStore::scan(const KvScanOptions& options, UnixMillis now, const KvTake& take) {
  session_->api();  // what is found once is found before the threads begin
  KvScan([&](const KvListOptions& range) { return list(range, now); },
         [&](const std::vector<std::string>& keys) { return values(keys, now); },
         [&] { session_->check_interrupt(); })
      .run(options, take);
}

std::optional<KvItem> AccountKvStore::head(std::string_view key, UnixMillis now) {
  std::optional<KvItem> item = find(key, now);
  if (!item) return std::nullopt;
  const auto response = fetch(key);
  if (!response) return std::nullopt;
  item->size = response->body().remaining();
  if (!item->size) item->size = read_all(response->body(), kv_max_value_bytes, "the value").size();
  return item;
}

bool AccountKvStore::put(const KvEntry& entry, ByteSource& value, Condition condition, UnixMillis now) {
  check_kv_entry(entry);
  if (condition == Condition::if_absent && find(entry.key, now)) return false;
  std::string bytes =
      read_all(value, kv_max_value_bytes, fmt::format("the value of \"{}\"", shown(entry.key)));
  Call call{.method = "PUT", .path = path_of(entry.key), .repeatable = true};
  for (const auto& [name, seconds] : expiry_parameters(entry))
    call.query.emplace_back(name, std::to_string(seconds));
  const bool is_text = entry.form != KvForm::bytes;
  if (entry.metadata) {
    FormData form;
    form.add("value", bytes, is_text ? std::nullopt : std::optional<std::string_view>("blob"));
    form.add("metadata", *entry.metadata);
    call.content_type = form.content_type();
    call.body = form.finish();
  } else {
    call.content_type = is_text ? "text/plain;charset=UTF-8" : "";
    call.body = std::move(bytes);
  }
  session_->api().call(call);
  return true;
}

std::unique_ptr<KvBatch> AccountKvStore::begin_batch() {
  return std::make_unique<AccountKvBatch>(session_, base(), part_size_);
}

std::size_t AccountKvStore::erase(std::span<const std::string> keys) {
  KvBulk(*session_, base()).erase(keys, part_size_);
  return keys.size();
}

bool AccountKvStore::erase_key(std::string_view key) {
  check_kv_key(key);
  try {
    session_->api().call({.method = "DELETE", .path = path_of(key), .repeatable = true});
    return true;
  } catch (const ApiError& error) {
    if (error.kind() == ErrorKind::not_found && error.code() != code::kv_no_such_namespace) return false;
    throw;
  }
}

bool AccountKvStore::erase_version(std::string_view key, std::string_view version) {
  const std::optional<KvValue> present = get(key, session_->clock().now());
  return present && present->version == version && erase_key(key);
}

bool AccountKvStore::rename(std::string_view from, std::string_view to, UnixMillis now) {
  check_kv_key(to);
  std::optional<KvValue> value = get(from, now);
  if (!value) return false;
  if (from == to) return true;
  KvEntry entry;
  entry.key = to;
  entry.expiration = value->expiration;
  entry.metadata = value->metadata;
  put(entry, *value->body, Condition::always, now);
  erase_key(from);
  return true;
}

KvPage AccountKvStore::list(const KvListOptions& options, UnixMillis now) {
  // Longer than a key can be, or not a key's beginning: nothing starts with it.
  if (options.prefix.size() > kv_max_key_bytes || !is_utf8(options.prefix)) return {};
  std::string cursor = options.cursor;
  if (cursor.empty() && next_page_.prefix == options.prefix && next_page_.after == options.after)
    cursor = next_page_.cursor;
  KvPage page;
  // The API's pages may be smaller than asked for, and entries in them may have expired.
  while (page.complete) {
    Call call{.path = base() + "/keys", .query = {{"prefix", options.prefix}}};
    if (options.limit < largest_page)
      call.query.emplace_back("limit", std::to_string(std::max(options.limit, smallest_page)));
    if (!cursor.empty()) call.query.emplace_back("cursor", cursor);
    const Answer answer = session_->api().call(call);
    for (const nlohmann::ordered_json& json : answer.result) {
      KvItem item = item_of(json);
      if (item.key <= options.after || is_expired(item, now)) continue;
      page.complete = page.items.size() < options.limit;
      if (!page.complete) break;  // the next page begins within this one of the API
      page.items.push_back(std::move(item));
    }
    if (!page.complete) break;
    cursor = text_of(answer.result_info, "cursor");
    if (cursor.empty()) return page;
    page.complete = page.items.size() < options.limit;
  }
  page.cursor = cursor;
  next_page_ = {options.prefix, page.items.back().key, cursor};
  return page;
}

KvStats AccountKvStore::stats(UnixMillis now, std::size_t /*biggest*/) {
  KvStats stats;
  KvListOptions range;
  for (bool complete = false; !complete;) {
    const KvPage page = list(range, now);
    stats.keys += page.items.size();
    complete = page.complete;
    if (!page.items.empty()) range.after = page.items.back().key;
  }
  return stats;
}

std::string AccountKvStore::location() const {
  return fmt::format("KV namespace {} of account {}", id_, session_->account().id);
}

KvTraits AccountKvStore::traits() const {
  return {.atomic = false,
          .counts_erased = false,
          .knows_sizes = false,
          .values_at_once = values_a_call * calls_at_once,
          .entries_a_part = pairs_a_call,
          .parts_at_once = calls_at_once,
          .bare_values = true};
}

std::unique_ptr<KvStore> AccountKvBackend::open(std::string_view namespace_id) {
  return std::make_unique<AccountKvStore>(session_, std::string(namespace_id));
}

std::vector<std::string> AccountKvBackend::stored_namespaces() {
  std::vector<std::string> ids;
  for (KvNamespace& one : AccountKvNamespaces(session_).list()) ids.push_back(std::move(one.id));
  std::sort(ids.begin(), ids.end());
  return ids;
}

std::uint64_t AccountKvBackend::drop(std::string_view namespace_id) {
  return AccountKvNamespaces(session_).remove(namespace_id).value_or(0);
}

}  // namespace corral::cloudflare
