#include "backends/wrangler/r2_body_hashes.hpp"

#include <algorithm>
#include <chrono>
#include <random>
#include <string>
#include <string_view>
#include <thread>

#include <doctest/doctest.h>

#include "backends/error.hpp"
#include "tests/thread_count.hpp"

namespace corral::wrangler {
namespace {

constexpr std::size_t mebibyte = std::size_t{1} << 20U;

std::string random_bytes(std::mt19937_64& random, std::size_t count) {
  std::string bytes(count, '\0');
  std::ranges::generate(bytes, [&] { return static_cast<char>(random()); });
  return bytes;
}

std::string digest(HashKind kind, std::string_view bytes) {
  Hasher hasher(kind);
  hasher.update(bytes);
  return hasher.digest();
}

/// Gives the body in pieces of random sizes; what `room` gave last stays as it was until the next piece.
void add_in_pieces(BodyHashes& hashes, std::string_view body, std::mt19937_64& random,
                   std::size_t most_bytes) {
  while (!body.empty()) {
    const std::size_t count = std::min<std::size_t>(1 + random() % most_bytes, body.size());
    const std::span<char> room = hashes.room(most_bytes);
    REQUIRE(room.size() == most_bytes);
    std::ranges::copy(body.substr(0, count), room.begin());
    hashes.add(count);
    REQUIRE(std::string_view(room.data(), count) == body.substr(0, count));
    body.remove_prefix(count);
  }
}

TEST_CASE("a body of any size, in pieces of any size, has the hashes of its parts and of the whole") {
  std::mt19937_64 random(20261126);
  for (int turn = 0; turn < 40; ++turn) {
    const std::string body = random_bytes(random, random() % (12 * mebibyte));
    ObjectWrite write;
    write.part_size = 5 * mebibyte + random() % mebibyte;
    write.checksums.of(HashKind::sha256) = hex(digest(HashKind::sha256, body));
    // Half of them say beforehand how large they are.
    BodyHashes hashes(write, turn % 4 < 2 ? body.size() : 0);
    add_in_pieces(hashes, body, random, turn % 2 == 0 ? mebibyte : 65'536);
    const std::vector<std::string> parts = hashes.finish();
    std::string_view left = body;
    for (const std::string& part : parts) {
      CHECK(hex(part) == hex(digest(HashKind::md5, left.substr(0, write.part_size))));
      left.remove_prefix(std::min<std::size_t>(write.part_size, left.size()));
    }
    CHECK(left.empty());
  }
}

TEST_CASE("a large body whose checksum is another is refused") {
  std::mt19937_64 random(1);
  ObjectWrite write;
  write.checksums.of(HashKind::sha256) = hex(digest(HashKind::sha256, "another"));
  BodyHashes hashes(write);
  add_in_pieces(hashes, random_bytes(random, 6 * mebibyte), random, mebibyte);
  CHECK_THROWS_AS((void)hashes.finish(), Error);
}

/// Waits until there are `count` threads: one that was joined may still be listed for a moment.
bool threads_become(std::ptrdiff_t count) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (testing::count_threads() != count && std::chrono::steady_clock::now() < deadline)
    std::this_thread::yield();
  return testing::count_threads() == count;
}

TEST_CASE("hashing that is given up in the middle ends, and its thread with it") {
  std::mt19937_64 random(2);
  REQUIRE(threads_become(1));
  for (int turn = 0; turn < 20; ++turn) {
    {
      const ObjectWrite write;
      BodyHashes hashes(write);
      add_in_pieces(hashes, std::string(5 * mebibyte, 'x'), random, mebibyte);
      REQUIRE(testing::count_threads() == 2);
    }
    CHECK(threads_become(1));
  }
}

}  // namespace
}  // namespace corral::wrangler
