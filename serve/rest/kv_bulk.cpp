#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/files/spool.hpp"
#include "commands/kv/pair_reader.hpp"
#include "commands/text/json_reader.hpp"
#include "serve/rest/fields.hpp"
#include "serve/rest/kv.hpp"

namespace corral::serve::rest {

namespace {

namespace code = cloudflare::code;

// Limits of the API (developers.cloudflare.com/api, "Write multiple key-value pairs").
constexpr std::size_t max_pairs = 10'000;
constexpr std::uint64_t max_body_bytes = 100'000'000;
constexpr std::size_t max_keys_of_get = 100;
/// Of the values of one get, as text.
constexpr std::size_t max_values_bytes = kv_max_value_bytes;

/// Of one transaction, to bound memory and the time for which other writers wait.
constexpr std::uint64_t bytes_a_transaction = 16U << 20U;

/// First pass: finds every error before anything is written.
class Checker final : public kv::PairVisitor {
 public:
  void pair(const kv::Pair& /*pair*/) override { count(); }
  void bad_item(std::size_t index, const std::string& reason) override {
    throw Refusal(400, code::kv_bad_request, fmt::format("item {}: {}", index, reason));
  }
  void unknown_property(std::size_t /*index*/, const std::string& /*name*/) override {}
  void expired_item(std::size_t /*index*/) override {}
  void read_up_to(std::uint64_t /*bytes*/) override {}

 private:
  void count() {
    if (++pairs_ <= max_pairs) return;
    throw Refusal(400, code::kv_too_many_pairs, fmt::format("more than {} pairs", max_pairs));
  }
  std::size_t pairs_ = 0;
};

/// Second pass: writes in consecutive transactions.
class Writer final : public kv::PairVisitor {
 public:
  explicit Writer(KvStore& store) : store_(store), batch_(store.begin_batch()) {}

  void pair(const kv::Pair& pair) override {
    batch_->put(pair.entry, pair.value);
    ++written_;
    bytes_ += pair.value.size();
    if (bytes_ >= bytes_a_transaction) commit();
  }
  void bad_item(std::size_t /*index*/, const std::string& /*reason*/) override {}
  void unknown_property(std::size_t /*index*/, const std::string& /*name*/) override {}
  void expired_item(std::size_t /*index*/) override {}
  void read_up_to(std::uint64_t /*bytes*/) override {}

  void commit() {
    batch_->commit();
    bytes_ = 0;
    batch_ = store_.begin_batch();
  }
  [[nodiscard]] std::size_t written() const { return written_; }

 private:
  KvStore& store_;
  std::unique_ptr<KvBatch> batch_;
  std::uint64_t bytes_ = 0;
  std::size_t written_ = 0;
};

/// Lets a limited number of bytes through.
class LimitedSource final : public ByteSource {
 public:
  LimitedSource(ByteSource& source, std::uint64_t limit) : source_(source), left_(limit) {}
  std::size_t read(std::span<char> buffer) override {
    const std::size_t count = source_.read(buffer);
    if (count > left_) throw Refusal(413, code::kv_bad_request, "the body is longer than 100 MB");
    left_ -= count;
    return count;
  }

 private:
  ByteSource& source_;
  std::uint64_t left_;
};

Json outcome(std::size_t count) {
  return {{"successful_key_count", count}, {"unsuccessful_keys", Json::array()}};
}

Response put(Call& call) {
  const auto store = open_namespace(call);
  LimitedSource limited(*call.request.body, max_body_bytes);
  const RereadableInput input(limited, "the body");
  Checker checker;
  kv::read_pairs(*input.read_again(), input.name(), call.now(), false, checker);
  Writer writer(*store);
  kv::read_pairs(*input.read_again(), input.name(), call.now(), false, writer);
  writer.commit();
  return success(outcome(writer.written()));
}

/// The names in an array of them, or of objects with one.
std::vector<std::string> names_in(const Json& list) {
  if (!list.is_array()) throw Refusal(400, code::kv_bad_request, "an array of keys was expected");
  std::vector<std::string> names;
  for (const Json& one : list) {
    const Json* const name = one.is_object() && one.contains("name") ? &one.at("name") : &one;
    if (name->text() == nullptr) throw Refusal(400, code::kv_bad_request, "a key is not a string");
    check_kv_key(*name->text());
    names.push_back(*name->text());
  }
  return names;
}

Response erase(Call& call) {
  const auto store = open_namespace(call);
  const std::vector<std::string> names = names_in(call.json(code::kv_bad_request, max_body_bytes));
  if (names.size() > max_pairs)
    throw Refusal(400, code::kv_too_many_pairs, fmt::format("more than {} keys", max_pairs));
  store->erase(names);
  return success(outcome(names.size()));
}

/// A value as text; bytes that are not UTF-8 become U+FFFD where they are written as JSON.
Json value_of(const std::optional<std::string>& value, bool as_json) {
  if (!value) return nullptr;
  if (!as_json) return *value;
  auto json = json_if_valid(*value);
  if (!json) throw Refusal(400, code::kv_bad_request, "a value is not JSON");
  return *std::move(json);
}

Response get(Call& call) {
  const auto store = open_namespace(call);
  const Json body = call.json(code::kv_bad_request);
  const Fields fields(body, code::kv_bad_request);
  const Json* const list = fields.array("keys");
  if (list == nullptr) fields.refuse("keys", "is missing");
  if (list->size() > max_keys_of_get)
    throw Refusal(400, code::kv_too_many_keys, fmt::format("more than {} keys", max_keys_of_get));
  const std::vector<std::string> names = names_in(*list);
  const bool as_json = fields.text_if_any("type") == "json";
  const bool with_metadata = fields.flag("withMetadata").value_or(false);
  Json values = Json::object();
  std::size_t bytes = 0;
  for (const std::string& name : names) {
    if (values.contains(name)) continue;
    auto found = store->get(name, call.now());
    std::optional<std::string> text;
    if (found) text = read_all(*found->body, kv_max_value_bytes, "the value");
    bytes += text ? text->size() : 0;
    if (bytes > max_values_bytes) {
      throw Refusal(413, code::kv_bad_request,
                    fmt::format("the values are together longer than {} bytes", max_values_bytes));
    }
    Json value = value_of(text, as_json);
    if (with_metadata && found) {
      Json whole{{"value", std::move(value)}, {"metadata", nullptr}};
      if (found->metadata) whole["metadata"] = json_if_valid(*found->metadata).value_or(Json(nullptr));
      if (found->expiration) whole["expiration"] = *found->expiration / 1000;
      value = std::move(whole);
    }
    values.append(name, std::move(value));
  }
  return success(Json{{"values", std::move(values)}});
}

constexpr std::array routes = {
    Route{"kv.bulk.put", "PUT", "accounts/:account/storage/kv/namespaces/:namespace/bulk", put},
    Route{"kv.bulk.erase", "DELETE", "accounts/:account/storage/kv/namespaces/:namespace/bulk", erase},
    Route{"kv.bulk.erase", "POST", "accounts/:account/storage/kv/namespaces/:namespace/bulk/delete", erase},
    Route{"kv.bulk.get", "POST", "accounts/:account/storage/kv/namespaces/:namespace/bulk/get", get},
};

}  // namespace

std::span<const Route> kv_bulk_routes() {
  return routes;
}

}  // namespace corral::serve::rest
