#include "commands/r2/metadata_flags.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/text/moment.hpp"

namespace corral::r2 {

void add_metadata_flags(Arguments& arguments, MetadataFlags& flags) {
  value_name(add_text(arguments, "--content-type,--ct", flags.content_type, "Media type: text/html"), "TYPE");
  value_name(
      add_text(arguments, "--content-disposition,--cd", flags.content_disposition, "How to present it"),
      "TEXT");
  value_name(
      add_text(arguments, "--content-encoding,--ce", flags.content_encoding, "How the bytes are encoded"),
      "TEXT");
  value_name(add_text(arguments, "--content-language,--cl", flags.content_language, "The language it is in"),
             "TEXT");
  value_name(add_text(arguments, "--cache-control,--cc", flags.cache_control, "What caches may do with it"),
             "TEXT");
  value_name(
      add_text(arguments, "--expires", flags.expires, "When caches must drop it: ISO 8601 or an HTTP date"),
      "DATE");
  value_name(add_texts(arguments, "--metadata,-m", flags.custom, "Custom metadata, may be repeated"),
             "NAME=VALUE");
  value_name(add_text(arguments, "-s,--storage-class", flags.storage_class,
                      "Standard or InfrequentAccess; not kept locally"),
             "CLASS");
}

std::string parse_storage_class(std::string_view text) {
  const std::string name = ascii_lower(text);
  if (name == "standard") return "Standard";
  if (name == "infrequentaccess" || name == "infrequent_access" || name == "ia") return "InfrequentAccess";
  throw Error(ErrorKind::usage, fmt::format("there is no storage class \"{}\"", shown(text)),
              "there are Standard and InfrequentAccess");
}

void apply_flags(const MetadataFlags& flags, HttpMetadata& http) {
  const auto set = [](std::optional<std::string>& field, const std::optional<std::string>& flag) {
    if (flag) field = flag;
  };
  set(http.content_type, flags.content_type);
  set(http.content_disposition, flags.content_disposition);
  set(http.content_encoding, flags.content_encoding);
  set(http.content_language, flags.content_language);
  set(http.cache_control, flags.cache_control);
  if (flags.expires) http.cache_expiry = parse_moment(*flags.expires, "--expires");
  for (const auto* field : {&http.content_type, &http.content_disposition, &http.content_encoding,
                            &http.content_language, &http.cache_control}) {
    if (*field && !is_utf8(**field)) {
      throw Error(ErrorKind::usage, fmt::format("\"{}\" is not valid UTF-8", shown(**field)));
    }
  }
}

void apply_storage_class(const MetadataFlags& flags, ObjectWrite& write) {
  if (flags.storage_class) write.storage_class = parse_storage_class(*flags.storage_class);
}

void apply_flags(const MetadataFlags& flags, CustomMetadata& custom) {
  for (const std::string& word : flags.custom) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw Error(ErrorKind::usage, fmt::format("--metadata needs NAME=VALUE, but got \"{}\"", shown(word)));
    }
    const std::string name = word.substr(0, equals);
    const auto found =
        std::find_if(custom.begin(), custom.end(), [&](const auto& one) { return one.first == name; });
    if (found == custom.end()) {
      custom.emplace_back(name, word.substr(equals + 1));
    } else {
      found->second = word.substr(equals + 1);
    }
  }
}

}  // namespace corral::r2
