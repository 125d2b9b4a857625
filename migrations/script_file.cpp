#include "migrations/script_file.hpp"

#include <array>

namespace corral::migrations {

namespace {

constexpr std::size_t read_bytes = 65'536;

}  // namespace

ScriptFile::HashedSource::HashedSource(const std::filesystem::path& path, const std::string& name)
    : file_(open_for_reading(path), name) {}

std::size_t ScriptFile::HashedSource::read(std::span<char> buffer) {
  const std::size_t count = file_.read(buffer);
  hash_.update({buffer.data(), count});
  return count;
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
