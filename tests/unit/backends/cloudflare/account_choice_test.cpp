#include "backends/cloudflare/account_choice.hpp"

#include <fstream>

#include <doctest/doctest.h>

#include "backends/error.hpp"
#include "tests/failure.hpp"
#include "tests/fixed_environment.hpp"
#include "tests/temporary_folder.hpp"

using namespace corral;
using namespace corral::cloudflare;
using namespace corral::testing;
namespace fs = std::filesystem;

namespace {

struct Project {
  TemporaryFolder folder;

  void cache(const fs::path& in, const char* text) const {
    fs::create_directories(folder.path() / in);
    std::ofstream(folder.path() / in / "wrangler-account.json") << text;
  }

  [[nodiscard]] std::string choose(const FixedEnvironment& variables,
                                   const std::optional<std::string>& configured = {},
                                   const std::vector<Account>& reachable = {{"one", "One"},
                                                                            {"two", "Two"}}) const {
    const auto choice =
        choose_account(Variables(variables, [](std::string_view) {}), configured, folder.path(), reachable);
    return choice ? choice->id : "none";
  }
};

constexpr const char* cached = R"({"account":{"id":"cached","name":"N"}})";

}  // namespace

TEST_CASE("the account: config, variable, cache, the only one") {
  const Project project;
  CHECK(project.choose({}) == "none");
  CHECK(project.choose({}, {}, {{"one", "One"}}) == "one");
  CHECK(project.choose({}, {}, {}) == "none");
  project.cache(".wrangler/cache", cached);
  CHECK(project.choose({}) == "cached");
  CHECK(project.choose({{"CF_ACCOUNT_ID", "old"}}) == "old");
  CHECK(project.choose({{"CF_ACCOUNT_ID", "old"}, {"CLOUDFLARE_ACCOUNT_ID", "new"}}) == "new");
  CHECK(project.choose({{"CF_ACCOUNT_ID", "old"}, {"CLOUDFLARE_ACCOUNT_ID", ""}}) == "cached");
  CHECK(project.choose({{"CLOUDFLARE_ACCOUNT_ID", "new"}}, "config") == "config");
  CHECK(project.choose({{"CLOUDFLARE_ACCOUNT_ID", "new"}}, "") == "new");
}

TEST_CASE("wrangler's cache is where wrangler has it, and a broken one is none") {
  const Project project;
  project.cache(".wrangler/cache", cached);
  fs::create_directories(project.folder.path() / "node_modules");
  CHECK(project.choose({}) == "none");
  project.cache("node_modules/.cache/wrangler", cached);
  CHECK(project.choose({}) == "cached");
  project.cache("own", R"({"account":{"id":"own"}})");
  CHECK(project.choose({{"WRANGLER_CACHE_DIR", "own"}}) == "own");
  for (const char* broken :
       {"", "{", "[]", R"({"account":null})", R"({"account":{"id":7}})", R"({"account":{"id":"a/b"}})"}) {
    CAPTURE(broken);
    project.cache("own", broken);
    CHECK(project.choose({{"WRANGLER_CACHE_DIR", "own"}}) == "none");
  }
}

TEST_CASE("an id that cannot be one is refused before it is put into a path") {
  const Project project;
  for (const char* id : {"a/b", "..", "a b", "a?b", "\xc3\xbc"}) {
    CAPTURE(id);
    CHECK(kind_of_failure([&] {
            static_cast<void>(project.choose({{"CLOUDFLARE_ACCOUNT_ID", id}}));
          }) == ErrorKind::invalid_input);
    CHECK(kind_of_failure([&] { static_cast<void>(project.choose({}, id)); }) == ErrorKind::invalid_input);
  }
}
