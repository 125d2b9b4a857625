#include "backends/files/sealed_file.hpp"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <doctest/doctest.h>

using namespace corral;

namespace {

std::string read(SealedFile& file, std::uint64_t offset, std::size_t count) {
  std::string bytes(count, '?');
  bytes.resize(file.read(offset, bytes));
  return bytes;
}

/// What is on the disk of all nameless files that this process has open.
std::string on_disk() {
  std::string all;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code error;
    const auto target = std::filesystem::read_symlink(entry, error);
    if (error || target.native().find("(deleted)") == std::string::npos) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    all.append(std::istreambuf_iterator<char>(file), {});
  }
  return all;
}

}  // namespace

TEST_CASE("a sealed file reads back what was written, at any offset") {
  SealedFile file;
  std::string model;
  const auto write = [&](std::uint64_t offset, std::string_view bytes) {
    file.write(offset, bytes);
    if (model.size() < offset + bytes.size()) model.resize(offset + bytes.size());
    model.replace(offset, bytes.size(), bytes);
  };
  write(0, std::string(10'000, 'a'));
  write(4'000, "across a block");
  write(4'096, std::string(4'096, 'b'));
  write(50'000, "after a hole");
  write(1, "x");
  CHECK(file.size() == model.size());
  CHECK(read(file, 0, 100'000) == model);
  CHECK(read(file, 4'095, 3) == model.substr(4'095, 3));
  CHECK(read(file, 49'990, 100) == model.substr(49'990));
  CHECK(read(file, model.size(), 1).empty());
}

TEST_CASE("a sealed file that was shortened has zeros where it grows again") {
  SealedFile file;
  file.write(0, std::string(9'000, 'a'));
  file.resize(100);
  CHECK(file.size() == 100);
  file.write(9'000, "end");
  CHECK(read(file, 0, 100) == std::string(100, 'a'));
  CHECK(read(file, 100, 8'900) == std::string(8'900, '\0'));
  file.resize(20'000);
  CHECK(read(file, 9'000, 4) == std::string("end\0", 4));
  CHECK(read(file, 12'288, 10'000) == std::string(7'712, '\0'));
}

TEST_CASE("nothing of a sealed file is on the disk as it is, and two never look alike") {
  SealedFile file;
  file.write(0, std::string(4'096, 'S'));
  const std::string stored = on_disk();
  CHECK(stored.size() >= 4'096);
  CHECK(stored.find("SSSS") == std::string::npos);
  SealedFile other;
  other.write(0, std::string(4'096, 'S'));
  CHECK(on_disk().find(stored.substr(0, 64)) == on_disk().rfind(stored.substr(0, 64)));
}
