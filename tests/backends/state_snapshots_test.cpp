// Snapshots of whole states: one moment over several databases while somebody writes without pause.
#include <atomic>
#include <filesystem>
#include <string>
#include <thread>

#include <doctest/doctest.h>

#include "backends/error.hpp"
#include "backends/lmdb/environment.hpp"
#include "backends/snapshots/local_snapshots.hpp"
#include "backends/snapshots/tar.hpp"
#include "backends/sqlite/connection.hpp"
#include "tests/temporary_folder.hpp"

using corral::sqlite::Connection;

namespace fs = std::filesystem;

namespace {

fs::path database_file(const fs::path& root, char digit) {
  return root / "v3" / "d1" / "miniflare-D1DatabaseObject" / (std::string(64, digit) + ".sqlite");
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
