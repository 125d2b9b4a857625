#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "backends/error.hpp"
#include "backends/files/replacement_file.hpp"

namespace corral {

/// A set of files committed together. None gets its name before the contents of all are on disk, and flushing
/// together is faster than one by one; a power loss leaves old and new files, but never names without
/// contents. Each file keeps a descriptor open until `commit`.
class ReplacementBatch {
 public:
  /// Adds a fully written file. Thread-safe. `label` identifies it in `commit`'s reports.
  void add(std::string label, const std::filesystem::path& path, std::unique_ptr<ReplacementFile> file);

  /// Flushes the files, gives them their names and flushes their folders; the batch is empty afterwards.
  /// Calls `failed` for a file that cannot be given its name, and continues. Throws io.
  void commit(const std::function<void(const std::string& label, const Error& error)>& failed);

 private:
  struct Item {
    std::string label;
    std::filesystem::path folder;
    std::unique_ptr<ReplacementFile> file;
  };
  static void flush(const std::vector<Item>& items);

  std::mutex mutex_;
  std::vector<Item> items_;
};

/// How many files the process may open in addition to `others`, 1 to 1,000 (from 'ulimit -n').
std::size_t spare_descriptors(std::size_t others);

}  // namespace corral
