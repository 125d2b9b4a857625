#include <chrono>
#include <filesystem>

#include <doctest/doctest.h>

#include "tests/unit/test_context.hpp"

using namespace corral;
using corral::testing::TestContext;

namespace {

namespace fs = std::filesystem;

/// The time by which the file system dates its files.
UnixMillis file_time() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace

TEST_CASE("a migration that was changed and given its old size and time is seen, however it was applied") {
  // Applied long after it was written, a file is known by its stamp, at once by its content.
  for (const UnixMillis age : {UnixMillis{60'000}, UnixMillis{0}}) {
    CAPTURE(age);
    TestContext context;
    context.write("wrangler.json",
                  R"({"d1_databases":[{"binding":"DB","database_name":"db","database_id":"d"}]})");
    context.write("migrations/0001_a.sql", "CREATE TABLE a(x);");
    const fs::path file = context.folder() / "migrations/0001_a.sql";
    const auto state = [&] {
      return context.answer("d1 migrations status db")[0]["state"].get<std::string>();
    };
    context.time.set(file_time() + age);
    context.output("d1 migrations apply db");
    CHECK(state() == "applied");
    const auto written = fs::last_write_time(file);
    context.write("migrations/0001_a.sql", "CREATE TABLE b(x);");
    fs::last_write_time(file, written);
    CHECK(state() == "changed");
    context.write("migrations/0001_a.sql", "CREATE TABLE a(x);");
    CHECK(state() == "applied");
  }
}
