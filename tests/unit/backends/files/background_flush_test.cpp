#include "backends/files/background_flush.hpp"

#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <unistd.h>

#include <doctest/doctest.h>

#include "backends/error.hpp"
#include "backends/files/replacement_file.hpp"
#include "tests/temporary_folder.hpp"
#include "tests/thread_count.hpp"

namespace corral {
namespace {

constexpr std::size_t mebibyte = std::size_t{1} << 20U;

TEST_CASE("a large file that is flushed while it is written is whole") {
  const testing::TemporaryFolder folder;
  std::string contents;
  {
    ReplacementFile file(folder.path() / "large");
    for (int i = 0; i < 40; ++i) {
      const std::string piece(mebibyte, static_cast<char>('A' + i));
      file.write(piece);
      contents += piece;
    }
    file.commit();
  }
  std::ifstream in(folder.path() / "large", std::ios::binary);
  CHECK(std::string(std::istreambuf_iterator<char>(in), {}) == contents);
}

TEST_CASE("a flush that fails in the background fails the writer") {
  // A pipe cannot be flushed: fdatasync returns EINVAL.
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  const FileDescriptor reading(ends[0]);
  const FileDescriptor writing(ends[1]);
  BackgroundFlush flush(writing.get());
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  const auto write_until_told = [&] {
    for (std::uint64_t bytes = 0; std::chrono::steady_clock::now() < deadline; bytes += 8 * mebibyte) {
      flush.wrote(bytes, "the pipe");
    }
  };
  CHECK_THROWS_WITH_AS(write_until_told(), doctest::Contains("the pipe"), Error);
  CHECK_THROWS_AS(flush.finish("the pipe"), Error);
}

TEST_CASE("only a large file has a thread") {
  // A thread that was joined may still be listed for a moment.
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (testing::count_threads() > 1 && std::chrono::steady_clock::now() < deadline) ::usleep(1000);
  const testing::TemporaryFolder folder;
  ReplacementFile file(folder.path() / "file");
  file.write(std::string(8 * mebibyte - 1, 'x'));
  CHECK(testing::count_threads() == 1);
  file.write("x");
  CHECK(testing::count_threads() == 2);
  file.commit();
  CHECK(std::filesystem::file_size(folder.path() / "file") == 8 * mebibyte);
}

}  // namespace
}  // namespace corral
