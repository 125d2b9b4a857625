#include "backends/snapshots/manifest.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/json.hpp"
#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/files/nofollow.hpp"
#include "backends/wrangler/state_tree.hpp"

namespace corral::snapshots {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

namespace {

constexpr std::string_view format_name = "corral state";
constexpr int format_version = 1;
constexpr std::uint64_t max_manifest_bytes = std::uint64_t{64} << 20U;
constexpr std::string_view list_head = "corral values 1\n";
constexpr std::size_t longest_line = 4096;  ///< of the list; an id has at most 255 digits

[[noreturn]] void fail(std::string_view what, std::string_view why) {
  throw Error(ErrorKind::corrupt, fmt::format("{} is damaged: {}", what, why), "nothing was changed");
}

Json encode_file(const KeptFile& kept) {
  return {{"file", kept.file}, {"bytes", kept.bytes}, {"sha256", kept.sha256}, {"stamp", kept.stamp}};
}

/// File names follow from positions in the manifest; none is read from it.
KeptFile decode_file(const Json& json, const std::string& file) {
  KeptFile kept;
  kept.file = file;
  if (json.at("file") != file) throw std::invalid_argument("a file has another name than it must have");
  kept.bytes = json.at("bytes").get<std::uint64_t>();
  kept.sha256 = json.at("sha256").get<std::string>();
  kept.stamp = json.at("stamp").get<std::string>();
  return kept;
}

std::vector<StateService> decode_services(const Json& json) {
  std::vector<StateService> services;
  for (const Json& name : json) {
    const auto service = state_service_of(name.get<std::string>());
    if (!service || wrangler::holds(services, *service)) throw std::invalid_argument("its services");
    services.push_back(*service);
  }
  return services;
}

/// Throws std::exception for anything malformed.
void decode_into(Manifest& manifest, const Json& json) {
  manifest.info.created_at = json.at("created_at").get<UnixMillis>();
  manifest.info.services = decode_services(json.at("services"));
  std::set<std::string> seen;
  for (const Json& one : json.at("databases")) {
    KeptDatabase database;
    database.path = one.at("path").get<std::string>();
    if (!wrangler::is_database_path(database.path) || !seen.insert(database.path).second ||
        !wrangler::holds(manifest.info.services, *wrangler::service_of_path(database.path))) {
      throw std::invalid_argument("it names a file that is not a database of the state");
    }
    database.source = one.at("source").get<std::string>();
    database.file = decode_file(one, database_file(manifest.databases.size()));
    manifest.info.bytes += database.file.bytes;
    manifest.databases.push_back(std::move(database));
  }
  for (const Json& one : json.at("records")) {
    KeptRecords records;
    records.environment = one.at("environment").get<std::string>();
    if ((records.environment != "corral" && records.environment != "queues") ||
        !seen.insert(records.environment).second) {
      throw std::invalid_argument("it names records that are not part of the state");
    }
    records.source = one.at("source").get<std::string>();
    records.file = decode_file(one, records_file(records.environment));
    manifest.info.bytes += records.file.bytes;
    manifest.records.push_back(std::move(records));
  }
  for (const Json& one : json.at("folders")) {
    manifest.folders.push_back(one.get<std::string>());
    if (!wrangler::is_value_folder(manifest.folders.back()) || !seen.insert(manifest.folders.back()).second ||
        !wrangler::holds(manifest.info.services, *wrangler::service_of_path(manifest.folders.back()))) {
      throw std::invalid_argument("it names a folder that holds no values");
    }
  }
  manifest.values = decode_file(json.at("values"), values_file);
  manifest.info.databases = manifest.databases.size();
  manifest.info.values = json.at("values").at("count").get<std::uint64_t>();
  manifest.info.bytes += json.at("values").at("value_bytes").get<std::uint64_t>();
}

std::string read_text(const fs::path& file, std::uint64_t limit) {
  FileSource source(nofollow::open_for_reading(file), file.native());
  return read_all(source, limit, shown(file.native()));
}

/// Reads lines, of which the last may lack its end.
class LineReader {
 public:
  explicit LineReader(ByteSource& source) : source_(source) {}

  /// The next line with its end, valid until the next call; nullopt after the last. A line that is longer
  /// than `longest_line` comes in pieces, which no line that is written here looks like.
  std::optional<std::string_view> next() {
    std::size_t end = text_.find('\n', at_);
    if (end == std::string::npos) {
      text_.erase(0, std::exchange(at_, 0));
      while ((end = text_.find('\n')) == std::string::npos && text_.size() < longest_line && fill()) {
      }
      if (text_.empty()) return std::nullopt;
    }
    const std::size_t begin = at_;
    at_ = std::min(end == std::string::npos ? text_.size() : end + 1, text_.size());
    return std::string_view(text_).substr(begin, at_ - begin);
  }

 private:
  bool fill() {
    const std::size_t count = source_.read(buffer_);
    text_.append(buffer_.data(), count);
    return count != 0;
  }

  ByteSource& source_;
  std::array<char, 65'536> buffer_{};
  std::string text_;
  std::size_t at_ = 0;
};

/// Removes and returns a number and the byte that follows it.
bool take_number(std::string_view& text, std::uint64_t& number, char end) {
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const auto used = static_cast<std::size_t>(rest - text.data());
  if (error != std::errc() || used >= text.size() || text[used] != end) return false;
  text.remove_prefix(used + 1);
  return true;
}

}  // namespace

const KeptDatabase* Manifest::find_database(std::string_view path) const {
  const auto found =
      std::find_if(databases.begin(), databases.end(), [&](const auto& one) { return one.path == path; });
  return found == databases.end() ? nullptr : &*found;
}

const KeptRecords* Manifest::find_records(std::string_view environment) const {
  const auto found = std::find_if(records.begin(), records.end(),
                                  [&](const auto& one) { return one.environment == environment; });
  return found == records.end() ? nullptr : &*found;
}

std::string database_file(std::size_t number) {
  return fmt::format("{}/{}", databases_folder, number);
}

std::string records_file(std::string_view environment) {
  return fmt::format("{}/{}", records_folder, environment);
}

std::string encode(const Manifest& manifest) {
  Json json;
  json["format"] = format_name;
  json["version"] = format_version;
  json["created_at"] = manifest.info.created_at;
  json["services"] = Json::array();
  for (const StateService service : manifest.info.services) json["services"].push_back(name_of(service));
  json["databases"] = Json::array();
  std::uint64_t file_bytes = 0;
  for (const KeptDatabase& database : manifest.databases) {
    Json one = encode_file(database.file);
    one["path"] = database.path;
    one["source"] = database.source;
    file_bytes += database.file.bytes;
    json["databases"].push_back(std::move(one));
  }
  json["records"] = Json::array();
  for (const KeptRecords& records : manifest.records) {
    Json one = encode_file(records.file);
    one["environment"] = records.environment;
    one["source"] = records.source;
    file_bytes += records.file.bytes;
    json["records"].push_back(std::move(one));
  }
  json["folders"] = manifest.folders;
  json["values"] = encode_file(manifest.values);
  json["values"]["count"] = manifest.info.values;
  json["values"]["value_bytes"] = manifest.info.bytes - file_bytes;
  return write_json(json, {.indent = 1}) + "\n";
}

Manifest decode_manifest(std::string_view text, std::string_view name, std::string_view what) {
  const Json json = read_json(text);
  if (!json.is_object() || json.value("format", Json()) != format_name)
    fail(what, "it is not the manifest of a state");
  const Json version = json.value("version", Json());
  if (version.is_number_integer() && version > format_version) {
    throw Error(
        ErrorKind::unavailable,
        fmt::format("{} has format {}; this corral knows {}", what, write_json(version), format_version),
        "use the corral that made it, or a newer one");
  }
  if (version != format_version) fail(what, "its version");
  Manifest manifest;
  manifest.info.name = name;
  try {
    decode_into(manifest, json);
  } catch (const std::exception& error) {
    fail(what, shown(error.what()));
  }
  return manifest;
}

Manifest read_manifest(const fs::path& snapshot, std::string_view name) {
  const fs::path file = snapshot / manifest_file;
  return decode_manifest(read_text(file, max_manifest_bytes), name, shown(file.native()));
}

ValueListWriter::ValueListWriter(const fs::path& snapshot, Manifest& manifest)
    : manifest_(manifest), list_(snapshot, values_file) {
  list_.write(list_head);
}

void ValueListWriter::begin_folder(const std::string& folder) {
  manifest_.folders.push_back(folder);
}

void ValueListWriter::add(std::string_view id, std::uint64_t bytes) {
  list_.write(fmt::format("{} {} {}\n", manifest_.folders.size() - 1, bytes, id));
  manifest_.info.bytes += bytes;
  ++manifest_.info.values;
}

void ValueListWriter::finish() {
  manifest_.values = list_.finish(true);
}

void visit_values(
    const fs::path& snapshot, const Manifest& manifest,
    const std::function<void(std::size_t folder, std::string_view id, std::uint64_t bytes)>& visit) {
  const fs::path file = snapshot / values_file;
  const std::string what = shown(file.native());
  FileSource source(nofollow::open_for_reading(file), file.native());
  LineReader lines(source);
  if (lines.next() != list_head) fail(what, "it is not a list of values");
  std::vector<std::string> last(manifest.folders.size());
  std::uint64_t count = 0;
  while (const auto line = lines.next()) {
    std::string_view rest = *line;
    std::uint64_t folder = 0;
    std::uint64_t bytes = 0;
    if (!take_number(rest, folder, ' ') || !take_number(rest, bytes, ' ') || !rest.ends_with('\n'))
      fail(what, "a line");
    const std::string_view id = rest.substr(0, rest.size() - 1);
    if (folder >= last.size() || !wrangler::is_blob_name(id)) fail(what, "a line");
    if (last[folder] >= id) fail(what, "its order");
    last[folder] = id;
    visit(folder, id, bytes);
    ++count;
  }
  if (count != manifest.info.values) fail(what, "the number of values");
}

std::vector<KeptValues> read_values(const fs::path& snapshot, const Manifest& manifest) {
  std::vector<KeptValues> folders;
  for (const std::string& folder : manifest.folders) folders.push_back({folder, {}});
  visit_values(snapshot, manifest, [&](std::size_t folder, std::string_view id, std::uint64_t bytes) {
    folders[folder].values.emplace_back(id, bytes);
  });
  return folders;
}

}  // namespace corral::snapshots
