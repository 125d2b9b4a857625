#include <atomic>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <doctest/doctest.h>

#include "backends/error.hpp"
#include "backends/files/durable_file.hpp"
#include "backends/lmdb/environment.hpp"
#include "tests/temporary_folder.hpp"

using namespace corral;
using corral::testing::TemporaryFolder;
namespace fs = std::filesystem;

namespace {

void store(lmdb::Environment& environment, const std::string& key, const std::string& value) {
  environment.write(
      [&](lmdb::Transaction& transaction) { transaction.put(transaction.make("test"), key, value); });
}

std::string load(lmdb::Environment& environment, const std::string& key) {
  std::string value;
  environment.read([&](lmdb::Transaction& transaction) {
    const auto database = transaction.find("test");
    if (database) value = transaction.get(*database, key).value_or("");
  });
  return value;
}

/// Runs `body` in a process of its own; returns its wait status.
template <typename Body>
int in_child(const Body& body) {
  const pid_t child = ::fork();
  if (child == 0) {
    try {
      body();
      ::_exit(0);
    } catch (...) {
      ::_exit(1);
    }
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

}  // namespace

TEST_CASE("no program that is started inherits a file of the environment") {
  const TemporaryFolder folder;
  lmdb::Environment environment(folder.path());
  store(environment, "key", "value");
  int files = 0;
  for (const auto& entry : fs::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    const fs::path file = fs::read_symlink(entry.path(), gone);
    if (gone || file.parent_path() != folder.path()) continue;
    CAPTURE(file.native());
    CHECK((::fcntl(std::stoi(entry.path().filename().native()), F_GETFD) & FD_CLOEXEC) != 0);
    ++files;
  }
  CHECK(files >= 2);
}

TEST_CASE("the map grows beyond its first size, also under a second process") {
  const TemporaryFolder folder;
  const std::string large(1U << 20U, 'x');
  lmdb::Environment environment(folder.path());
  store(environment, "first", "1");
  const std::uint64_t before = environment.map_bytes();
  CHECK(in_child([&] {
          lmdb::Environment other(folder.path());
          for (int i = 0; i < 40; ++i) store(other, "child" + std::to_string(i), large);
        }) == 0);
  CHECK(load(environment, "child39") == large);
  for (int i = 0; i < 40; ++i) store(environment, "parent" + std::to_string(i), large);
  CHECK(load(environment, "parent39") == large);
  CHECK(environment.map_bytes() > before);
}

TEST_CASE("a failed write leaves nothing") {
  const TemporaryFolder folder;
  lmdb::Environment environment(folder.path());
  store(environment, "k", "old");
  CHECK_THROWS_AS(environment.write([](lmdb::Transaction& transaction) {
    transaction.put(transaction.make("test"), "k", "new");
    transaction.put(transaction.make("other"), "k", "new");
    throw Error(ErrorKind::invalid_input, "stop");
  }),
                  Error);
  CHECK(load(environment, "k") == "old");
  bool other = true;
  environment.read([&](lmdb::Transaction& transaction) { other = transaction.find("other").has_value(); });
  CHECK_FALSE(other);
}

TEST_CASE("a writer that is killed does not block the next, and leaves nothing") {
  const TemporaryFolder folder;
  {
    lmdb::Environment environment(folder.path());
    store(environment, "k", "old");
  }
  CHECK(in_child([&] {
          lmdb::Environment other(folder.path());
          other.write([](lmdb::Transaction& transaction) {
            transaction.put(transaction.make("test"), "k", "killed");
            ::raise(SIGKILL);
          });
        }) == SIGKILL);
  CHECK(in_child([&] {
          lmdb::Environment other(folder.path());
          other.read([](lmdb::Transaction&) { ::raise(SIGKILL); });
        }) == SIGKILL);
  lmdb::Environment environment(folder.path());
  CHECK(load(environment, "k") == "old");
  store(environment, "k", "new");
  CHECK(load(environment, "k") == "new");
}

TEST_CASE("a damaged file is an error, not a crash") {
  for (const bool truncated : {true, false}) {
    const TemporaryFolder folder;
    {
      lmdb::Environment environment(folder.path());
      for (int i = 0; i < 50; ++i) store(environment, "k" + std::to_string(i), std::string(5000, 'x'));
    }
    if (truncated) {
      fs::resize_file(folder.path() / "data.mdb", 12'288);
    } else {
      std::ofstream(folder.path() / "data.mdb") << std::string(100'000, 'g');
    }
    lmdb::Environment environment(folder.path());
    try {
      load(environment, "k1");
      FAIL("no error");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::corrupt);
      CHECK(error.message().find("data.mdb") != std::string::npos);
    }
  }
}

TEST_CASE("a file whose first write was cut short is begun again") {
  for (const std::size_t bytes : {std::size_t{1}, std::size_t{4096}, std::size_t{8191}}) {
    CAPTURE(bytes);
    const TemporaryFolder folder;
    {
      lmdb::Environment environment(folder.path());
      store(environment, "key", "value");
    }
    fs::resize_file(folder.path() / "data.mdb", bytes);
    fs::remove(folder.path() / "lock.mdb");
    lmdb::Environment environment(folder.path());
    CHECK(load(environment, "key").empty());
    store(environment, "key", "another");
    CHECK(load(environment, "key") == "another");
  }
}

TEST_CASE("many writers and readers at once lose nothing") {
  const TemporaryFolder folder;
  constexpr int writers = 4;
  constexpr int writes = 50;
  for (int writer = 0; writer < writers; ++writer) {
    if (::fork() == 0) {
      try {
        lmdb::Environment environment(folder.path());
        for (int i = 0; i < writes; ++i) {
          store(environment, std::to_string(writer) + "/" + std::to_string(i), std::string(2000, 'x'));
        }
        ::_exit(0);
      } catch (...) {
        ::_exit(1);
      }
    }
  }
  for (int writer = 0; writer < writers; ++writer) {
    int status = 1;
    ::wait(&status);
    CHECK(status == 0);
  }
  lmdb::Environment environment(folder.path());
  std::uint64_t count = 0;
  environment.read(
      [&](lmdb::Transaction& transaction) { count = transaction.count(*transaction.find("test")); });
  CHECK(count == writers * writes);
}

TEST_CASE("lmdb: a write that lets go of the pages it took leaves an environment that can be opened") {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "environment";
  for (int round = 0; round < 3; ++round) {
    lmdb::Environment environment(path);
    environment.write([&](lmdb::Transaction& transaction) {
      const lmdb::Database database = transaction.make("long");
      for (int i = 0; i < 500; ++i)
        transaction.put(database, "key " + std::to_string(i), std::string(5000, 'x'));
      transaction.drop(database);
    });
    lmdb::Environment again(path);
    CHECK(again.read([&](lmdb::Transaction& transaction) { CHECK_FALSE(transaction.find("long")); }));
  }
}

TEST_CASE("a file that lacks nothing but free pages at its end is whole; one that lacks others is not") {
  const TemporaryFolder folder;
  const fs::path whole = folder.path() / "whole";
  {
    lmdb::Environment environment(whole);
    store(environment, "kept", "1");
    store(environment, "large", std::string(200'000, 'x'));
    store(environment, "large", "small");
    // The pages of the large value are used again, from the first on: what is in use moves away from the end.
    for (int i = 0; i < 6; ++i) store(environment, "kept", std::to_string(i));
  }
  const std::uintmax_t bytes = fs::file_size(whole / "data.mdb");
  constexpr std::uintmax_t page = 4096;
  int accepted = 0;
  int refused = 0;
  for (std::uintmax_t length = 2 * page; length < bytes; length += page) {
    CAPTURE(length);
    const fs::path cut = folder.path() / "cut";
    fs::remove_all(cut);
    fs::copy(whole, cut);
    fs::resize_file(cut / "data.mdb", length);
    lmdb::Environment environment(cut);
    try {
      const std::string kept = load(environment, "kept");  // CHECK would keep what it throws
      CHECK(kept == "5");
      CHECK(load(environment, "large") == "small");
      CHECK(fs::file_size(cut / "data.mdb") == bytes);
      store(environment, "more", std::string(200'000, 'y'));
      ++accepted;
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::corrupt);
      CHECK(fs::file_size(cut / "data.mdb") == length);
      ++refused;
    }
  }
  CHECK(accepted > 0);
  CHECK(refused > 0);
}

TEST_CASE("threads share an environment, while its map grows") {
  const TemporaryFolder folder;
  lmdb::Environment environment(folder.path() / "shared");
  constexpr int threads = 4;
  constexpr int rounds = 20;
  std::vector<std::thread> all;
  std::atomic<int> wrong = 0;
  for (int t = 0; t < threads; ++t) {
    all.emplace_back([&, t] {
      for (int i = 0; i < rounds; ++i) {
        const std::string key = std::to_string(t) + "/" + std::to_string(i);
        const std::string value(300'000,
                                static_cast<char>('a' + t));  // 24 MB in all: more than the first map
        store(environment, key, value);
        if (load(environment, key) != value) ++wrong;
      }
    });
  }
  for (std::thread& thread : all) thread.join();
  CHECK(wrong == 0);
  CHECK(load(environment, "3/19").size() == 300'000);
}
