#include "backends/wrangler/state_layout.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/hashing.hpp"
#include "backends/bytes/text.hpp"
#include "backends/error.hpp"

namespace corral::wrangler {

namespace fs = std::filesystem;

std::string object_id(std::string_view unique_key, std::string_view name) {
  const Sha256 key = sha256(unique_key);
  const std::span<const unsigned char> name_bytes(reinterpret_cast<const unsigned char*>(name.data()),
                                                  name.size());
  const Sha256 first = hmac_sha256(key, name_bytes);
  const Sha256 second = hmac_sha256(key, std::span(first).first<16>());
  return hex(std::span(first).first<16>()) + hex(std::span(second).first<16>());
}

namespace {

constexpr std::size_t max_folder_units = 255;
constexpr std::size_t max_folder_bytes = 255;

/// Whether the name is reserved on Windows: con, prn, aux, nul, com0-9, lpt0-9, with any extension.
bool is_reserved_on_windows(std::string_view name) {
  std::string stem(name.substr(0, name.find('.')));
  std::transform(stem.begin(), stem.end(), stem.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
  constexpr std::array<std::string_view, 4> devices = {"con", "prn", "aux", "nul"};
  if (std::find(devices.begin(), devices.end(), stem) != devices.end()) return true;
  const bool port = stem.size() == 4 && stem[3] >= '0' && stem[3] <= '9';
  return port && (stem.starts_with("com") || stem.starts_with("lpt"));
}

/// Replaces every dot with '_' in path components that consist only of dots; '/' and '\\' separate
/// components.
void replace_dot_parts(std::string& name) {
  for (std::size_t start = 0; start <= name.size();) {
    const std::size_t end = std::min(name.find_first_of("/\\", start), name.size());
    if (name.find_first_not_of('.', start) >= end) {
      std::fill(name.begin() + static_cast<std::ptrdiff_t>(start),
                name.begin() + static_cast<std::ptrdiff_t>(end), '_');
    }
    start = end + 1;
  }
}

bool is_unsafe(std::string_view character) {
  const auto lead = static_cast<unsigned char>(character[0]);
  if (character.size() == 1)
    return lead < 0x20 || std::string_view("?<>*\"'^/\\:|").find(character[0]) != std::string_view::npos;
  return lead == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;  // C1 control characters
}

}  // namespace

std::string safe_folder_name(std::string_view name) {
  if (name.empty() || !is_utf8(name)) {
    throw Error(ErrorKind::invalid_input,
                fmt::format("\"{}\" cannot be an id: it must be text and not empty", shown(name)));
  }
  std::string dots(name);
  replace_dot_parts(dots);
  std::string safe;
  std::size_t units = 0;  // truncation counts UTF-16 units, like JavaScript
  for (std::string_view rest = dots; !rest.empty() && units < max_folder_units;) {
    const std::string_view character = first_characters(rest, 1);
    rest.remove_prefix(character.size());
    units += character.size() == 4 ? 2U : 1U;
    safe += is_unsafe(character) ? "_" : character;
  }
  if (is_reserved_on_windows(safe)) return "_";
  const std::size_t leading = std::min(safe.find_first_not_of(' '), safe.size());
  std::fill_n(safe.begin(), leading, '_');
  for (std::size_t i = safe.size(); i > 0 && safe[i - 1] == ' '; --i) safe[i - 1] = '_';
  if (safe.front() == '.') {
    throw Error(ErrorKind::invalid_input,
                fmt::format("\"{}\" cannot be an id: wrangler dev cannot use one that starts with a dot",
                            shown(name)));
  }
  if (safe.size() > max_folder_bytes) {
    throw Error(ErrorKind::limit, fmt::format("the id \"{}...\" is longer than {} bytes",
                                              shown(first_characters(name, 40)), max_folder_bytes));
  }
  return safe;
}

fs::path kv_folder(const fs::path& state_root) {
  return state_root / "v3" / "kv";
}

namespace {

/// `<state>/v3/<service>/<unique key>/<object id>.sqlite`
fs::path object_file(const fs::path& state_root, std::string_view service, std::string_view unique_key,
                     std::string_view name) {
  return state_root / "v3" / service / unique_key / (object_id(unique_key, name) + ".sqlite");
}

}  // namespace

fs::path kv_database_file(const fs::path& state_root, std::string_view namespace_id) {
  return object_file(state_root, "kv", kv_unique_key, namespace_id);
}

fs::path d1_database_file(const fs::path& state_root, std::string_view database_id) {
  return object_file(state_root, "d1", d1_unique_key, database_id);
}

fs::path r2_database_file(const fs::path& state_root, std::string_view bucket_name) {
  return object_file(state_root, "r2", r2_unique_key, bucket_name);
}

fs::path durable_object_folder(const fs::path& state_root, std::string_view script,
                               std::string_view class_name) {
  return state_root / "v3" / "do" / fmt::format("{}-{}", script, class_name);
}

fs::path kv_blob_folder(const fs::path& state_root, std::string_view namespace_id) {
  return kv_folder(state_root) / safe_folder_name(namespace_id) / "blobs";
}

fs::path r2_folder(const fs::path& state_root) {
  return state_root / "v3" / "r2";
}

fs::path r2_blob_folder(const fs::path& state_root, std::string_view bucket_name) {
  return r2_folder(state_root) / safe_folder_name(bucket_name) / "blobs";
}

}  // namespace corral::wrangler
