#include "backends/files/access_file.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>

#include <fmt/format.h>

#include "backends/bytes/hashing.hpp"
#include "backends/bytes/json.hpp"
#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/files/durable_file.hpp"
#include "backends/files/file_lock.hpp"
#include "backends/files/nofollow.hpp"
#include "backends/files/replacement_file.hpp"

namespace corral {

namespace {

using Json = nlohmann::ordered_json;

constexpr int version = 1;
constexpr std::uint64_t largest = std::uint64_t{4} << 20U;
constexpr mode_t owner_alone = 0600;
constexpr std::size_t token_bytes = 32;

Json json_of(const AccessKey& key) {
  return {{"id", key.id},
          {"secret", key.secret},
          {"name", key.name},
          {"created", key.created_at},
          {"readOnly", key.read_only},
          {"buckets", key.buckets}};
}

AccessKey key_of(const Json& json) {
  return {.id = json.at("id").get<std::string>(),
          .secret = json.at("secret").get<std::string>(),
          .name = json.at("name").get<std::string>(),
          .created_at = json.at("created").get<UnixMillis>(),
          .read_only = json.at("readOnly").get<bool>(),
          .buckets = json.at("buckets").get<std::vector<std::string>>()};
}

}  // namespace

AccessFile::Content AccessFile::load() const {
  Content content;
  if (!nofollow::status(file_)) return content;
  FileSource source(nofollow::open_for_reading(file_), file_.native());
  const std::string text = read_all(source, largest, file_.native());
  if (text.empty()) return content;  // as a first write leaves it that was cut short
  try {
    const Json json = read_json(text);
    if (json.at("version").get<int>() > version)
      throw Error(ErrorKind::unavailable, fmt::format("{} is of a newer corral", shown(file_.native())));
    content.token = json.at("token").get<std::string>();
    for (const Json& key : json.at("keys")) content.keys.push_back(key_of(key));
  } catch (const Json::exception&) {
    throw Error(ErrorKind::corrupt, fmt::format("{} is damaged", shown(file_.native())),
                "move it away; keys and token can then be created again");
  }
  return content;
}

const AccessFile::Content& AccessFile::read() {
  const FileStamp stamp = file_stamp(file_);
  if (stamp_ == stamp.text) return content_;
  content_ = load();
  stamp_ = stamp.text;
  return content_;
}

void AccessFile::save(const Content& content) const {
  Json keys = Json::array();
  for (const AccessKey& key : content.keys) keys.push_back(json_of(key));
  const Json json = {{"version", version}, {"token", content.token}, {"keys", std::move(keys)}};
  {
    // The replacement has the permissions of what it replaces.
    const FileDescriptor file = nofollow::open(file_, O_WRONLY | O_CREAT, owner_alone);
    if (!file || ::fchmod(file.get(), owner_alone) != 0)
      throw system_error(errno, fmt::format("cannot write {}", shown(file_.native())));
  }
  replace_file(file_, write_json(json, {.indent = 2}) + "\n");
}

bool AccessFile::edit(const std::function<bool(Content&)>& change) {
  const FileLock lock(lock_, [] {});
  nofollow::make_folders(file_.parent_path());
  Content content = load();
  if (!change(content)) return false;
  save(content);
  stamp_.reset();
  return true;
}

std::vector<AccessKey> AccessFile::list() {
  return read().keys;
}

std::optional<AccessKey> AccessFile::find(std::string_view id) {
  const std::vector<AccessKey>& keys = read().keys;
  const auto found =
      std::find_if(keys.begin(), keys.end(), [&](const AccessKey& key) { return key.id == id; });
  return found == keys.end() ? std::nullopt : std::optional(*found);
}

void AccessFile::add(const AccessKey& key) {
  edit([&](Content& content) {
    content.keys.push_back(key);
    return true;
  });
}

bool AccessFile::remove(std::string_view id) {
  return edit([&](Content& content) {
    return std::erase_if(content.keys, [&](const AccessKey& key) { return key.id == id; }) > 0;
  });
}

std::string AccessFile::token() {
  if (const std::string& token = read().token; !token.empty()) return token;
  std::string made;
  edit([&](Content& content) {
    if (content.token.empty()) content.token = random_hex(token_bytes);
    made = content.token;
    return true;
  });
  return made;
}

void AccessFile::set_token(const std::string& token) {
  edit([&](Content& content) {
    content.token = token;
    return true;
  });
}

}  // namespace corral
