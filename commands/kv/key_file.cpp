#include "commands/kv/key_file.hpp"

#include <unordered_set>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/files/durable_file.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_reader.hpp"

namespace corral::kv {

namespace {

constexpr std::uint64_t max_file_bytes = 256U << 20U;
constexpr std::size_t named_mistakes = 12;

/// The key in an item; nullptr if it has none.
const std::string* key_of(const Json& item) {
  if (item.is_string()) return item.text();
  if (!item.is_object()) return nullptr;
  const auto* const name = item.find("name");
  return name == item.end() ? nullptr : name->text();
}

}  // namespace

std::vector<std::string> read_key_file(Context& context, const std::string& filename) {
  const std::string shown_name = filename == "-" ? "standard input" : shown(filename);
  std::string text;
  if (filename == "-") {
    text = read_all(context.in().standard_input(), max_file_bytes, shown_name);
  } else {
    FileSource source(open_for_reading(filename), filename);
    text = read_all(source, max_file_bytes, shown_name);
  }
  const Json list = parse_json(text, shown_name);
  if (!list.is_array()) {
    throw Error(ErrorKind::invalid_input, fmt::format("{} is not a JSON array", shown_name),
                "a list of keys is expected: [\"key\", ...] or [{\"name\": \"key\"}, ...]");
  }
  std::vector<std::string> keys;
  std::unordered_set<std::string> seen;
  std::string mistakes;
  std::size_t bad = 0;
  const auto complain = [&](std::size_t index, std::string_view reason) {
    if (++bad <= named_mistakes) mistakes += fmt::format("\n  item {}: {}", index, reason);
  };
  for (std::size_t index = 0; index < list.size(); ++index) {
    const std::string* key = key_of(list[index]);
    if (key == nullptr) {
      complain(index, "it is neither a string nor an object with a \"name\"");
      continue;
    }
    try {
      check_kv_key(*key);
    } catch (const Error& error) {
      complain(index, error.message());
      continue;
    }
    if (seen.insert(*key).second) keys.push_back(*key);
  }
  if (bad > 0) {
    const std::string more =
        bad > named_mistakes ? fmt::format("\n  and {} more", bad - named_mistakes) : std::string();
    throw Error(ErrorKind::invalid_input, fmt::format("{} of {} items in {} are not keys:{}{}", bad,
                                                      list.size(), shown_name, mistakes, more));
  }
  return keys;
}

}  // namespace corral::kv
