#include "backends/snapshots/restored_note.hpp"

#include <cstdint>
#include <string_view>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "backends/files/nofollow.hpp"
#include "backends/files/replacement_file.hpp"

namespace corral::snapshots {

namespace {

constexpr std::uint64_t max_note_bytes = std::uint64_t{16} << 20U;

}  // namespace

RestoredNote::RestoredNote(std::filesystem::path file) : file_(std::move(file)) {
  if (!nofollow::status(file_)) return;
  FileSource source(nofollow::open_for_reading(file_), file_.native());
  const std::string text = read_all(source, max_note_bytes, "a note");
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) break;
    const std::string_view line = rest.substr(0, end);
    const std::size_t space = line.find(' ');
    if (space != std::string_view::npos) known_[std::string(line.substr(space + 1))] = line.substr(0, space);
    rest.remove_prefix(end + 1);
  }
}

bool RestoredNote::knows(const std::string& path, const std::string& signature) const {
  const auto found = known_.find(path);
  return found != known_.end() && !signature.empty() && found->second == signature;
}

void RestoredNote::learn(const std::string& path, const std::string& signature) {
  if (known_[path] == signature) return;
  known_[path] = signature;
  changed_ = true;
}

void RestoredNote::write() const {
  if (!changed_) return;
  ReplacementFile file(file_);
  for (const auto& [path, signature] : known_) {
    if (!signature.empty()) file.write(fmt::format("{} {}\n", signature, path));
  }
  file.commit_unflushed();
}

}  // namespace corral::snapshots
