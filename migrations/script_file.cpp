#include "migrations/script_file.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "backends/error.hpp"
#include "backends/text.hpp"

namespace corral::migrations {

namespace {

constexpr std::size_t longest_character = 4;
constexpr std::size_t read_bytes = 65'536;

}  // namespace

ScriptFile::CheckedSource::CheckedSource(const std::filesystem::path& path, std::string name)
    : file_(open_for_reading(path), name), name_(std::move(name)) {}

std::size_t ScriptFile::CheckedSource::read(std::span<char> buffer) {
  const std::size_t count = file_.read(buffer);
  if (count == 0) {
    if (!unfinished_.empty()) refuse({});
    return 0;
  }
  const std::string_view bytes(buffer.data(), count);
  hash_.update(bytes);
  check(bytes);
  is_start_ = false;
  return count;
}

void ScriptFile::CheckedSource::check(std::string_view bytes) {
  while (!unfinished_.empty() && !bytes.empty()) {
    unfinished_ += bytes.front();
    bytes.remove_prefix(1);
    if (is_utf8(unfinished_)) {
      unfinished_.clear();
    } else if (unfinished_.size() == longest_character) {
      refuse({});
    }
  }
  const std::size_t valid = valid_utf8_bytes(bytes);
  if (bytes.size() - valid >= longest_character) refuse(bytes.substr(0, valid));
  unfinished_ += bytes.substr(valid);
  line_ += static_cast<std::uint64_t>(std::count(bytes.begin(), bytes.end(), '\n'));
}

void ScriptFile::CheckedSource::refuse(std::string_view before) const {
  const auto line = line_ + static_cast<std::uint64_t>(std::count(before.begin(), before.end(), '\n'));
  throw Error(ErrorKind::invalid_input, fmt::format("{} is not UTF-8: see line {}", shown(name_), line),
              "save it as UTF-8 (iconv -f LATIN1 -t UTF-8)");
}

ScriptFile::ScriptFile(const std::filesystem::path& path, const std::string& name)
    : source_(path, name),
      bytes_total_(source_.remaining().value_or(0)),
      reader_(source_, name, sql::max_read_statement_bytes),
      script_(reader_, name) {}

bool ScriptFile::next(sql::ScriptStatement& statement) {
  if (script_.next(statement)) {
    ++statements_;
    return true;
  }
  if (sha256_.empty()) sha256_ = hex(source_.digest());
  return false;
}

std::string sha256_of_file(const std::filesystem::path& path) {
  FileSource file(open_for_reading(path), path.native());
  Hasher hash(HashKind::sha256);
  std::array<char, read_bytes> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): read writes it
  while (const std::size_t count = file.read(buffer)) hash.update({buffer.data(), count});
  return hex(hash.digest());
}

}  // namespace corral::migrations
