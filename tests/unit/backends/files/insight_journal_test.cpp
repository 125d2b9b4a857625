#include "backends/files/insight_journal.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "tests/temporary_folder.hpp"

using corral::InsightJournal;
using corral::QueryInsight;
using corral::UnixMillis;
namespace fs = std::filesystem;

namespace {

constexpr UnixMillis hour = 3'600'000;
constexpr UnixMillis journal_time = 1'000'000 * hour;

QueryInsight one(const std::string& query, double ms = 0.5) {
  return {.query = query, .runs = 1, .total_ms = ms, .rows_returned = 2, .rows_read = 3, .rows_written = 4};
}

std::vector<QueryInsight> sorted(std::vector<QueryInsight> queries) {
  std::sort(queries.begin(), queries.end(), [](const auto& a, const auto& b) { return a.query < b.query; });
  return queries;
}

}  // namespace

TEST_CASE("insights are summed up by database and query, since an hour") {
  const corral::testing::TemporaryFolder folder;
  InsightJournal log(folder.path() / "insights" / "queries");
  CHECK(log.since("db", 0).empty());
  log.forget("db");
  CHECK_FALSE(fs::exists(folder.path() / "insights"));

  const std::string odd = "SELECT 'a\\n\\'\n\t\xff ? \\";
  log.record("db", journal_time, std::vector{one("SELECT ?"), one(odd)});
  log.record("db", journal_time + hour, std::vector{one("SELECT ?", 1.25)});
  log.record("other", journal_time, std::vector{one("SELECT ?")});
  auto found = sorted(log.since("db", journal_time));
  REQUIRE(found.size() == 2);
  CHECK(found[0].query == odd);
  CHECK(found[1].runs == 2);
  CHECK(found[1].total_ms == 1.75);
  CHECK(found[1].rows_returned == 4);
  CHECK(found[1].rows_read == 6);
  CHECK(found[1].rows_written == 8);
  CHECK(log.since("db", journal_time + hour).size() == 1);
  CHECK(log.since("db", journal_time + 2 * hour).empty());

  log.forget("db");
  CHECK(log.since("db", 0).empty());
  CHECK(log.since("other", 0).size() == 1);
}

TEST_CASE("the file of insights is summed up as it grows, and old lines go") {
  const corral::testing::TemporaryFolder folder;
  InsightJournal log(folder.path() / "queries");
  const std::vector<QueryInsight> long_ones = {one(std::string(3000, 'q')), one(std::string(5000, 'r'))};
  log.record("db", journal_time - 800 * hour, std::vector{one("long ago")});
  for (int i = 0; i < 1000; ++i) log.record("db", journal_time, long_ones);
  CHECK(fs::file_size(folder.path() / "queries") < 600'000);
  const auto found = sorted(log.since("db", 0));
  REQUIRE(found.size() == 2);
  CHECK(found[0].runs == 1000);
  CHECK(found[1].runs == 1000);
  CHECK(found[1].query == std::string(4000, 'r'));
}

TEST_CASE("insights survive what is no line of theirs, and writers beside each other") {
  const corral::testing::TemporaryFolder folder;
  std::ofstream(folder.path() / "queries") << "nonsense\n1 2 3\n\n" << std::string(100, '\0') << "\n";
  std::vector<std::thread> writers;
  for (int writer = 0; writer < 4; ++writer) {
    writers.emplace_back([&folder] {
      InsightJournal log(folder.path() / "queries");
      for (int i = 0; i < 200; ++i) log.record("db", journal_time, std::vector{one(std::string(2000, 'q'))});
    });
  }
  for (std::thread& writer : writers) writer.join();
  const auto found = InsightJournal(folder.path() / "queries").since("db", 0);
  REQUIRE(found.size() == 1);
  CHECK(found[0].runs == 800);
}
