#include "backends/files/access_file.hpp"

#include <fstream>
#include <sys/stat.h>

#include <doctest/doctest.h>

#include "backends/error.hpp"
#include "tests/temporary_folder.hpp"

namespace corral {

namespace {

AccessKey key_of(std::string id) {
  return {
      .id = std::move(id), .secret = "s", .name = "n", .created_at = 5, .read_only = true, .buckets = {"b"}};
}

}  // namespace

TEST_CASE("keys and the token, seen by another reader at once") {
  const testing::TemporaryFolder folder;
  const auto lock = folder.path() / "corral" / "locks" / "access";
  AccessFile one(folder.path() / "corral" / "access.json", lock);
  AccessFile other(folder.path() / "corral" / "access.json", lock);
  CHECK(other.list().empty());
  CHECK_FALSE(std::filesystem::exists(folder.path() / "corral"));  // reading makes nothing
  one.add(key_of("a"));
  one.add(key_of("b"));
  const auto found = other.find("a");
  REQUIRE(found);
  CHECK(found->secret == "s");
  CHECK(found->name == "n");
  CHECK(found->created_at == 5);
  CHECK(found->read_only);
  CHECK(found->buckets == std::vector<std::string>{"b"});
  CHECK(other.list().size() == 2);
  const std::string token = other.token();
  CHECK(token.size() == 64);
  CHECK(one.token() == token);
  CHECK(other.remove("a"));
  CHECK_FALSE(one.remove("a"));
  CHECK_FALSE(one.find("a"));
  one.set_token("given");
  CHECK(other.token() == "given");
  CHECK(other.list().size() == 1);
}

TEST_CASE("for the owner alone, whatever the file had been") {
  const testing::TemporaryFolder folder;
  const auto file = folder.path() / "access.json";
  std::ofstream(file) << "";
  ::chmod(file.c_str(), 0666);
  AccessFile(file, folder.path() / "lock").add(key_of("a"));
  struct stat status {};
  REQUIRE(::stat(file.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE("a damaged file, and one of a newer corral") {
  const testing::TemporaryFolder folder;
  const auto file = folder.path() / "access.json";
  const auto refusal = [&](const char* content) {
    std::ofstream(file) << content;
    try {
      AccessFile(file, folder.path() / "lock").list();
    } catch (const Error& error) {
      return error.kind();
    }
    return ErrorKind::closed_pipe;
  };
  CHECK(refusal("{") == ErrorKind::corrupt);
  CHECK(refusal("[]") == ErrorKind::corrupt);
  CHECK(refusal(R"({"version": 1, "token": "", "keys": [{"id": 1}]})") == ErrorKind::corrupt);
  CHECK(refusal(R"({"version": 2})") == ErrorKind::unavailable);
}

}  // namespace corral
