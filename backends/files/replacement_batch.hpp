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

/// Many files that are written for one purpose. None gets its name before the contents of all are on the
/// disk, which is sooner done together than one by one: so that a loss of power leaves old files and new
/// ones, but no names without contents. Each file keeps a descriptor open until `commit`.
class ReplacementBatch {
 public:
  /// Takes a file that has been written. From any thread. `label` is for `commit`'s report.
  void add(std::string label, const std::filesystem::path& path, std::unique_ptr<ReplacementFile> file);

  /// Flushes the files, names them and flushes their folders; the batch is empty afterwards. Calls `failed`
  /// for a file that cannot have its name, and goes on. Throws io.
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

/// How many files a program may keep open on top of `others`, at least 1 and at most 1,000 ('ulimit -n').
std::size_t spare_descriptors(std::size_t others);

}  // namespace corral
