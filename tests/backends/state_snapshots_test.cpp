// Snapshots of whole states: a consistent moment over several databases during continuous writes.
#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>
#include <sys/resource.h>
#include <thread>

#include <doctest/doctest.h>

#include "backends/error.hpp"
#include "backends/files/durable_file.hpp"
#include "backends/files/file_lock.hpp"
#include "backends/files/replacement_file.hpp"
#include "backends/lmdb/environment.hpp"
#include "backends/snapshots/local_snapshots.hpp"
#include "backends/snapshots/tar.hpp"
#include "backends/sqlite/connection.hpp"
#include "tests/backends/failing_disk.hpp"
#include "tests/failure.hpp"
#include "tests/temporary_folder.hpp"

using corral::sqlite::Connection;

namespace fs = std::filesystem;

namespace {

fs::path database_file(const fs::path& root, char digit) {
  std::string name(64, digit);
  name += ".sqlite";
  return root / "v3" / "d1" / "miniflare-D1DatabaseObject" / name;
}

std::int64_t counter(const Connection& connection) {
  corral::sqlite::Statement row = connection.prepare("SELECT n FROM counter");
  REQUIRE(row.step());
  return row.integer(0);
}

Connection make_counter(const fs::path& file) {
  Connection connection = Connection::open_or_create(file);
  connection.execute(
      "PRAGMA synchronous = OFF; CREATE TABLE counter(n INTEGER); INSERT INTO counter VALUES(0)");
  return connection;
}

class Text final : public corral::ByteSink {
 public:
  void write(std::string_view bytes) override { text.append(bytes); }
  std::string text;
};

}  // namespace

TEST_CASE("a snapshot is one moment over all databases, and the writer is never refused") {
  const corral::testing::TemporaryFolder folder;
  const fs::path root = folder.path() / "state";
  corral::lmdb::Environment environment(root / "v3" / "corral");
  corral::lmdb::Environment queues(root / "v3" / "corral" / "queues");
  corral::snapshots::LocalStateSnapshots snapshots(root, environment, queues, [] {});
  const Connection first = make_counter(database_file(root, 'a'));
  const Connection second = make_counter(database_file(root, 'b'));

  std::atomic<bool> stop = false;
  std::atomic<int> refused = 0;
  std::thread writer([&] {
    const Connection one = *Connection::open_existing(database_file(root, 'a'));
    const Connection two = *Connection::open_existing(database_file(root, 'b'));
    // As wrangler dev: it waits for no lock.
    for (const Connection* connection : {&one, &two}) {
      connection->execute("PRAGMA synchronous = OFF; PRAGMA busy_timeout = 0");
    }
    while (!stop) {
      try {
        one.execute("UPDATE counter SET n = n + 1");
        two.execute("UPDATE counter SET n = n + 1");
      } catch (const corral::Error&) {
        ++refused;
      }
    }
  });
  constexpr int count = 8;
  for (int i = 0; i < count; ++i) {
    snapshots.save("s" + std::to_string(i), {corral::StateService::d1}, i, false);
  }
  stop = true;
  writer.join();
  CHECK(refused == 0);
  std::int64_t last = 0;
  for (int i = 0; i < count; ++i) {
    snapshots.restore("s" + std::to_string(i));
    // The first is raised before the second: at every moment it is as far, or one ahead.
    const std::int64_t ahead = counter(first) - counter(second);
    CHECK((ahead == 0 || ahead == 1));
    CHECK(counter(first) >= last);
    last = counter(first);
  }
  CHECK(last > 0);
}

namespace {

/// No file of this process grows past it: writing there fails.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &limit) == 0);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  void (*handler_)(int);
  rlimit before_{};
};

/// A state of two databases and a key in LMDB, which are restored in this order.
struct SmallState {
  corral::testing::TemporaryFolder folder;
  fs::path root = folder.path() / "state";
  fs::path marker = root / "v3/corral/snapshots/restoring";
  corral::lmdb::Environment environment{root / "v3" / "corral"};
  corral::lmdb::Environment queues{root / "v3" / "corral" / "queues"};
  corral::snapshots::LocalStateSnapshots snapshots{root, environment, queues, [] {}};

  void set(std::int64_t number) {
    for (const char digit : {'a', 'b'}) {
      if (!fs::exists(database_file(root, digit))) make_counter(database_file(root, digit));
      Connection::open_existing(database_file(root, digit))
          ->execute("UPDATE counter SET n = " + std::to_string(number));
    }
    environment.write([&](corral::lmdb::Transaction& transaction) {
      transaction.put(transaction.make("kv/n"), "k", std::to_string(number));
    });
  }

  std::string numbers() {
    std::string text;
    for (const char digit : {'a', 'b'})
      text += std::to_string(counter(*Connection::open_existing(database_file(root, digit)))) + " ";
    environment.read([&](corral::lmdb::Transaction& transaction) {
      text += *transaction.get(*transaction.find("kv/n"), "k");
    });
    return text;
  }
};

}  // namespace

TEST_CASE("a restore that fails on the way leaves the state as it was, or is finished by who comes next") {
  using corral::testing::FailingDisk;
  int finished = 0;
  for (std::uint64_t call = 1;; ++call) {
    CAPTURE(call);
    SmallState state;
    state.set(1);
    state.snapshots.save("one", {corral::state_services.begin(), corral::state_services.end()}, 1, false);
    state.set(2);
    std::string message;
    std::string hint;
    bool has_failed = false;
    {
      const FailingDisk disk(FailingDisk::Fault::disk_full, call);
      try {
        state.snapshots.restore("one");
      } catch (const corral::Error& error) {
        message = error.message();
        hint = error.hint();
      }
      has_failed = FailingDisk::has_failed();
    }
    if (!has_failed) break;
    CAPTURE(message);
    CHECK(hint.find("nothing was") == std::string::npos);
    if (message.empty()) {
      CHECK(state.numbers() == "1 1 1");  // it failed at what can be left out
    } else if (fs::exists(state.marker)) {
      CHECK(message.find("stopped half way") != std::string::npos);
      CHECK(hint.find("until the next corral command, which finishes it first") != std::string::npos);
      CHECK(corral::snapshots::unfinished_restore(state.root) == "one");
      CHECK(state.snapshots.recover());
      CHECK(state.numbers() == "1 1 1");
      ++finished;
    } else {
      CHECK(state.numbers() == "2 2 2");
    }
    CHECK_FALSE(corral::snapshots::unfinished_restore(state.root));
    CHECK_FALSE(state.snapshots.recover());
  }
  CHECK(finished > 0);
}

TEST_CASE("a restore that fails before it has replaced anything takes its note back") {
  SmallState state;
  state.set(1);
  state.snapshots.save("one", {corral::StateService::kv}, 1, false);
  state.set(2);
  {
    // LMDB's pages are written from the third on; the note is shorter.
    const FileSizeLimit limit(4096);
    CHECK_THROWS_AS(state.snapshots.restore("one"), corral::Error);
  }
  CHECK_FALSE(corral::snapshots::unfinished_restore(state.root));
  CHECK_FALSE(state.snapshots.recover());
  CHECK(state.numbers() == "2 2 2");
  state.snapshots.restore("one");
  CHECK(state.numbers() == "2 2 1");
}

TEST_CASE("who comes while a restore is under way waits for it, and says so if that takes too long") {
  SmallState state;
  state.set(1);
  state.snapshots.save("one", {corral::state_services.begin(), corral::state_services.end()}, 1, false);
  state.set(2);
  corral::replace_file(state.marker, "one");
  auto restoring = corral::FileLock::at_once(state.root / "v3/corral/snapshots/lock");
  REQUIRE(restoring);
  CHECK_FALSE(corral::FileLock::at_once(state.root / "v3/corral/snapshots/lock"));
  corral::snapshots::LocalStateSnapshots hasty(
      state.root, state.environment, state.queues, [] {}, std::chrono::milliseconds(0));
  CHECK(corral::testing::kind_of_failure([&] { hasty.recover(); }) == corral::ErrorKind::busy);
  CHECK(state.numbers() == "2 2 2");

  // One that ends with its work done: there is nothing left to do.
  bool found = true;
  std::thread waiting([&] { found = state.snapshots.recover(); });
  fs::remove(state.marker);
  restoring.reset();
  waiting.join();
  CHECK_FALSE(found);
  CHECK(state.numbers() == "2 2 2");

  // One that dies: its work is finished.
  corral::replace_file(state.marker, "one");
  restoring = corral::FileLock::at_once(state.root / "v3/corral/snapshots/lock");
  std::thread heir([&] { found = state.snapshots.recover(); });
  restoring.reset();
  heir.join();
  CHECK(found);
  CHECK(state.numbers() == "1 1 1");
}

TEST_CASE("a tar of plain files is read as it was written, and nothing else") {
  Text archive;
  corral::snapshots::TarSink sink(archive);
  sink.begin("a", 3, 0);
  sink.write("abc");
  sink.end_file();
  sink.begin("b", 0, 0);
  sink.end_file();
  sink.finish();
  CHECK(archive.text.size() == 512 * 5);

  const auto names = [](const std::string& text) {
    corral::MemorySource source(text);
    corral::snapshots::TarSource tar(source);
    std::string seen;
    while (const auto file = tar.next()) seen += file->name + std::to_string(file->bytes) + " ";
    return seen;
  };
  CHECK(names(archive.text) == "a3 b0 ");
  // Any changed byte of a header, any missing end.
  for (const std::size_t at : {0U, 101U, 124U, 130U, 150U, 156U, 257U, 345U}) {
    std::string changed = archive.text;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    CAPTURE(at);
    CHECK_THROWS_AS(names(changed), corral::Error);
  }
  for (std::size_t bytes = 0; bytes < archive.text.size(); bytes += 100) {
    CHECK_THROWS_AS(names(archive.text.substr(0, bytes)), corral::Error);
  }
  CHECK_THROWS_AS(names(archive.text + "x"), corral::Error);
}
