#include "backends/object_store.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/bytes/unix_time.hpp"
#include "backends/error.hpp"

namespace corral {

void check_object_key(std::string_view key) {
  if (key.empty()) {
    throw Error(ErrorKind::invalid_input, "an object's key cannot be empty", "write BUCKET/KEY");
  }
  if (key.size() > r2_max_key_bytes) {
    throw Error(ErrorKind::limit,
                fmt::format("the key is {} bytes long; R2 allows {} (it starts with \"{}\")", key.size(),
                            r2_max_key_bytes, shown(first_characters(key, 40))));
  }
  if (!is_utf8(key)) {
    throw Error(ErrorKind::invalid_input, fmt::format("the key \"{}\" is not valid UTF-8", shown(key)));
  }
}

void check_custom_metadata(const CustomMetadata& custom) {
  std::size_t bytes = 0;
  for (const auto& [name, value] : custom) {
    if (!is_utf8(name) || !is_utf8(value)) {
      throw Error(ErrorKind::invalid_input,
                  fmt::format("the custom metadata \"{}\" is not valid UTF-8", shown(name)));
    }
    bytes += name.size() + value.size();
  }
  if (bytes > r2_max_custom_metadata_bytes) {
    throw Error(ErrorKind::limit, fmt::format("the custom metadata is {} bytes long; R2 allows {}", bytes,
                                              r2_max_custom_metadata_bytes));
  }
}

void check_bucket_name(std::string_view name) {
  constexpr std::size_t shortest = 3;
  constexpr std::size_t longest = 63;
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  const bool characters = std::all_of(name.begin(), name.end(), [&](char c) { return plain(c) || c == '-'; });
  if (name.size() >= shortest && name.size() <= longest && characters && plain(name.front()) &&
      plain(name.back())) {
    return;
  }
  throw Error(ErrorKind::invalid_input,
              fmt::format("\"{}\" cannot be the name of an R2 bucket", shown(first_characters(name, 80))),
              "use 3 to 63 lower-case letters, digits and hyphens, with no hyphen first or last");
}

void check_object_write(const ObjectWrite& write) {
  check_object_key(write.key);
  check_custom_metadata(write.custom);
  if (write.part_size < r2_min_part_bytes || write.part_size > r2_max_part_bytes) {
    throw Error(ErrorKind::limit, fmt::format("a part has {} to {} bytes, not {}", r2_min_part_bytes,
                                              r2_max_part_bytes, write.part_size));
  }
}

std::pair<std::uint64_t, std::uint64_t> resolve_range(const ObjectRange& range, std::uint64_t size) {
  if (range.suffix && (range.offset || range.length)) {
    throw Error(ErrorKind::invalid_input, "a range is either a suffix or an offset and a length");
  }
  if ((range.suffix && *range.suffix == 0) || (range.length && *range.length == 0)) {
    throw Error(ErrorKind::invalid_input, "a range of 0 bytes cannot be read");
  }
  if (range.suffix) {
    const std::uint64_t length = std::min(*range.suffix, size);
    return {size - length, length};
  }
  const std::uint64_t offset = range.offset.value_or(0);
  if (offset >= size && !(offset == 0 && !range.length)) {
    throw Error(ErrorKind::invalid_input,
                fmt::format("the range begins at byte {}, but the object has {} bytes", offset, size));
  }
  return {offset, std::min(range.length.value_or(size - offset), size - offset)};
}

std::unique_ptr<ObjectStaging> ObjectBackend::stage(std::string_view /*bucket*/) {
  throw Error(ErrorKind::unavailable, "this kind of storage takes no whole buckets at once");
}

bool hold(const ObjectConditions& conditions, const ObjectInfo* object) {
  const auto is_among = [&](const std::vector<std::string>& etags) {
    return object != nullptr && std::any_of(etags.begin(), etags.end(), [&](const std::string& etag) {
             return etag == "*" || etag == object->etag;
           });
  };
  if (!conditions.etag_matches.empty() && !is_among(conditions.etag_matches)) return false;
  if (is_among(conditions.etag_does_not_match)) return false;
  if (object == nullptr) return true;
  const UnixMillis written = object->uploaded / one_second;
  if (conditions.not_written_since && written > *conditions.not_written_since / one_second) return false;
  return !conditions.written_since || written > *conditions.written_since / one_second;
}

}  // namespace corral
