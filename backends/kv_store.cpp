#include "backends/kv_store.hpp"

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/bytes/unix_time.hpp"
#include "backends/error.hpp"
#include "backends/kv_staging.hpp"

namespace corral {

bool has_origin(std::string_view version, std::string_view origin) {
  // Where a store with origins has them: after 16 bytes that tell versions apart (BlobStore).
  constexpr std::size_t begin = 32;
  return !origin.empty() && version.size() >= begin + origin.size() &&
         version.substr(begin, origin.size()) == origin;
}

KvBackend::~KvBackend() = default;

std::unique_ptr<KvStaging> KvBackend::stage(std::string_view /*namespace_id*/) {
  throw Error(ErrorKind::unavailable, "this kind of KV storage takes no whole namespaces at once",
              "leave --backend and CORRAL_BACKEND out: wrangler's own layout does");
}

std::unique_ptr<ByteSource> KvStore::value(std::string_view key, UnixMillis now) {
  std::optional<KvValue> found = get(key, now);
  return found ? std::move(found->body) : nullptr;
}

std::vector<std::optional<std::string>> KvStore::values(std::span<const std::string> keys, UnixMillis now) {
  std::vector<std::optional<std::string>> values;
  values.reserve(keys.size());
  for (const std::string& key : keys) {
    const std::unique_ptr<ByteSource> body = value(key, now);
    values.push_back(body ? std::optional(read_all(*body, kv_max_value_bytes, "the value")) : std::nullopt);
  }
  return values;
}

void KvStore::scan(const KvScanOptions& options, UnixMillis now, const KvTake& take) {
  KvListOptions range;
  range.prefix = options.prefix;
  for (bool complete = false; !complete;) {
    const KvPage page = list(range, now);
    for (const KvItem& item : page.items) {
      range.after = item.key;
      if (options.wants && !options.wants(item)) {
        if (!take(item, nullptr)) return;
        continue;
      }
      auto values = this->values({&item.key, 1}, now);
      if (values.front() && !take(item, &*values.front())) return;
    }
    range.cursor = page.cursor;
    complete = page.complete;
  }
}

void KvStore::set_part_size(std::size_t /*entries*/) {}

bool KvStore::erase_key(std::string_view key) {
  const std::string one(key);
  return erase({&one, 1}) > 0;
}

void check_kv_key(std::string_view key) {
  if (key.empty()) throw Error(ErrorKind::invalid_input, "a KV key cannot be empty");
  if (key == "." || key == "..") {
    throw Error(ErrorKind::invalid_input, fmt::format("\"{}\" cannot be a KV key", key));
  }
  if (key.size() > kv_max_key_bytes) {
    throw Error(ErrorKind::limit,
                fmt::format("the key is {} bytes long; KV allows {} (it starts with \"{}\")", key.size(),
                            kv_max_key_bytes, shown(first_characters(key, 40))));
  }
  if (!is_utf8(key)) {
    throw Error(ErrorKind::invalid_input, fmt::format("the key \"{}\" is not valid UTF-8", shown(key)));
  }
}

void check_kv_value_size(std::string_view key, std::uint64_t bytes) {
  if (bytes > kv_max_value_bytes) {
    throw Error(ErrorKind::limit, fmt::format("the value of \"{}\" is {} bytes long; KV allows {} (25 MiB)",
                                              shown(first_characters(key, 80)), bytes, kv_max_value_bytes));
  }
}

void check_kv_entry(const KvEntry& entry) {
  check_kv_key(entry.key);
  if (entry.metadata && entry.metadata->size() > kv_max_metadata_bytes) {
    throw Error(ErrorKind::limit,
                fmt::format("the metadata of \"{}\" is {} bytes of JSON; KV allows {}", shown(entry.key),
                            entry.metadata->size(), kv_max_metadata_bytes));
  }
}

}  // namespace corral
