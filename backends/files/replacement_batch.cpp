#include "backends/files/replacement_batch.hpp"

#include <algorithm>
#include <sys/resource.h>
#include <utility>

namespace corral {

namespace fs = std::filesystem;

namespace {

/// From this many files on, one syncfs is faster than one flush per file.
constexpr std::size_t flush_together_from = 16;

}  // namespace

void ReplacementBatch::add(std::string label, const fs::path& path, std::unique_ptr<ReplacementFile> file) {
  Item item{std::move(label), path.has_parent_path() ? path.parent_path() : fs::path("."), std::move(file)};
  const std::lock_guard lock(mutex_);
  items_.push_back(std::move(item));
}

void ReplacementBatch::flush(const std::vector<Item>& items) {
  if (items.size() < flush_together_from) {
    for (const Item& item : items) item.file->flush();
    return;
  }
  std::set<dev_t> flushed;
  for (const Item& item : items) {
    if (flushed.insert(item.file->device()).second) item.file->flush_file_system();
  }
}

void ReplacementBatch::commit(
    const std::function<void(const std::string& label, const Error& error)>& failed) {
  std::vector<Item> items;
  {
    const std::lock_guard lock(mutex_);
    items.swap(items_);
  }
  flush(items);
  std::set<fs::path> folders;
  for (const Item& item : items) {
    try {
      item.file->commit_unflushed();
      folders.insert(item.folder);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::io) throw;
      failed(item.label, error);
    }
  }
  for (const fs::path& folder : folders) flush_folder(folder);
}

std::size_t spare_descriptors(std::size_t others) {
  constexpr std::size_t most = 1000;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1;
  const auto open = static_cast<std::size_t>(std::min<rlim_t>(limit.rlim_cur, most + others));
  return open > others ? open - others : 1;
}

}  // namespace corral
