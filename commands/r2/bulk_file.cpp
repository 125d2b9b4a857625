#include "commands/r2/bulk_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/files/durable_file.hpp"
#include "backends/object_store.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_reader.hpp"

namespace corral::r2 {

namespace {

constexpr std::uint64_t largest_file = std::uint64_t{256} << 20U;
constexpr std::size_t named_mistakes = 12;

/// Why an item is invalid; if valid, empty and `item` is filled.
std::string mistake_in(const Json& json, BulkItem& item) {
  if (!json.is_object()) return "is not an object";
  for (const char* field : {"key", "file"}) {
    if (!json.contains(field) || !json.at(field).is_string())
      return fmt::format("needs a string \"{}\"", field);
  }
  item = {json.at("key").get<std::string>(), json.at("file").get<std::string>()};
  try {
    check_object_key(item.key);
  } catch (const Error& error) {
    return error.message();
  }
  struct stat status {};
  if (::stat(item.file.c_str(), &status) != 0 || ::access(item.file.c_str(), R_OK) != 0) {
    return fmt::format("the file {} cannot be read", shown(item.file));
  }
  if (S_ISDIR(status.st_mode)) return fmt::format("{} is a folder", shown(item.file));
  return {};
}

}  // namespace

std::vector<BulkItem> read_bulk_file(Context& context, const std::string& filename) {
  const std::string name = filename == "-" ? "standard input" : filename;
  std::string text;
  if (filename == "-") {
    text = read_all(context.in().standard_input(), largest_file, name);
  } else {
    FileSource source(open_for_reading(filename), filename);
    text = read_all(source, largest_file, name);
  }
  const Json json = parse_json(text, name);
  if (!json.is_array()) {
    throw Error(ErrorKind::invalid_input, fmt::format("{} is not a JSON array", shown(name)),
                "it must hold [{\"key\": \"...\", \"file\": \"...\"}, ...]");
  }
  std::vector<BulkItem> items(json.size());
  std::string mistakes;
  std::size_t bad = 0;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const std::string mistake = mistake_in(json[i], items[i]);
    if (mistake.empty()) continue;
    if (++bad <= named_mistakes) mistakes += fmt::format("\n  item {}: {}", i, mistake);
  }
  if (bad == 0) return items;
  if (bad > named_mistakes) mistakes += fmt::format("\n  and {} more", bad - named_mistakes);
  throw Error(
      ErrorKind::invalid_input,
      fmt::format("{} of {} items in {} cannot be stored:{}", bad, items.size(), shown(name), mistakes),
      "nothing was stored; correct them and run the command again");
}

}  // namespace corral::r2
