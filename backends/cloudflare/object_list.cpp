// The lists of AccountObjectStore.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/bytes/utf8.hpp"
#include "backends/cloudflare/api_codes.hpp"
#include "backends/cloudflare/object_headers.hpp"
#include "backends/cloudflare/object_store.hpp"
#include "backends/error.hpp"

namespace corral::cloudflare {

namespace {

/// The names that the keys below a delimiter were grouped under.
std::vector<std::string> groups_of(const nlohmann::ordered_json& result_info) {
  std::vector<std::string> groups;
  if (!result_info.is_object()) return groups;
  const auto found = result_info.find("delimited");
  if (found == result_info.end() || !found->is_array()) return groups;
  for (const nlohmann::ordered_json& group : *found) {
    if (group.is_string()) groups.push_back(group.get<std::string>());
  }
  return groups;
}

}  // namespace

ObjectPage AccountObjectStore::list(const ObjectListOptions& options) {
  // Not a key's beginning, or longer than a key can be: nothing starts with it.
  if (options.prefix.size() > r2_max_key_bytes || !is_utf8(options.prefix)) return {};
  // The API groups by one character.
  const bool is_one_character = first_characters(options.delimiter, 1).size() == options.delimiter.size();
  return is_one_character ? page(options) : grouped_page(options);
}

/// What the API gives; fewer objects than asked for at times, even if there are more.
ObjectPage AccountObjectStore::page(const ObjectListOptions& options) {
  Call call{.path = base(), .headers = common_headers()};
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) call.query.emplace_back(name, value);
  };
  add("prefix", options.prefix);
  add("delimiter", options.delimiter);
  if (options.cursor.empty()) add("start_after", options.start_after);
  add("cursor", options.cursor);
  add("per_page", std::to_string(std::clamp<std::size_t>(options.limit, 1, r2_max_list)));
  try {
    const Answer answer = session_->api().call(call);
    ObjectPage page;
    for (const nlohmann::ordered_json& json : answer.result) page.objects.push_back(object_of(json));
    page.prefixes = groups_of(answer.result_info);
    std::string cursor = text_of(answer.result_info, "cursor");
    const bool is_cut = !answer.result_info.is_object() || answer.result_info.value("is_truncated", true);
    if (is_cut && !cursor.empty() && cursor != options.cursor) page.cursor = std::move(cursor);
    return page;
  } catch (const ApiError& error) {
    if (error.code() == code::r2_no_such_bucket) throw bucket_not_found();
    if (options.cursor.empty() || error.kind() != ErrorKind::invalid_input) throw;
    throw Error(ErrorKind::usage,
                fmt::format("the cursor is not one that a list of objects gave ({})", error.message()),
                "leave it out to start over");
  }
}

/// Groups by a delimiter of several characters, from lists of all keys. The cursor is the last name given.
ObjectPage AccountObjectStore::grouped_page(const ObjectListOptions& options) {
  ObjectPage grouped;
  ObjectListOptions range;
  range.prefix = options.prefix;
  range.start_after = std::max(options.start_after, options.cursor);
  std::string last = options.cursor;
  const auto is_grouped = [&](const std::string& name) {
    return name.size() > options.prefix.size() && name.ends_with(options.delimiter);
  };
  while (true) {
    ObjectPage all = page(range);
    for (ObjectInfo& object : all.objects) {
      if (is_grouped(last) && object.key.starts_with(last)) continue;
      if (grouped.objects.size() + grouped.prefixes.size() >= std::max<std::size_t>(options.limit, 1)) {
        grouped.cursor = last;
        return grouped;
      }
      const std::size_t at = object.key.find(options.delimiter, options.prefix.size());
      if (at == std::string::npos) {
        last = object.key;
        grouped.objects.push_back(std::move(object));
      } else {
        last = object.key.substr(0, at + options.delimiter.size());
        grouped.prefixes.push_back(last);
      }
    }
    if (!all.cursor) return grouped;
    range.cursor = *all.cursor;
  }
}

}  // namespace corral::cloudflare
