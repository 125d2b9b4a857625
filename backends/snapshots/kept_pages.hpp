#pragma once

#include <filesystem>
#include <string>

#include "backends/files/durable_file.hpp"
#include "backends/page_source.hpp"

namespace corral::snapshots {

/// The pages of a database file that no process writes to.
class KeptPages final : public PageSource {
 public:
  /// Throws corrupt if it is not a complete database.
  explicit KeptPages(const std::filesystem::path& file);

  [[nodiscard]] std::uint32_t page_size() const override { return page_size_; }
  [[nodiscard]] std::uint32_t page_count() const override { return page_count_; }
  std::string_view page(std::uint32_t number) override;

 private:
  void read_from(std::uint64_t offset);

  std::string name_;
  FileDescriptor file_;
  std::uint32_t page_size_ = 4096;
  std::uint32_t page_count_ = 0;
  std::string buffer_;           ///< a range of the file
  std::uint64_t buffer_at_ = 0;  ///< its offset in the file
};

}  // namespace corral::snapshots
