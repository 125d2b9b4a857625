#include "cli/config/config_source.hpp"

#include <fstream>
#include <map>
#include <sstream>
#include <sys/stat.h>

#include <doctest/doctest.h>

#include "backends/error.hpp"
#include "cli/config/dotenv.hpp"
#include "tests/failure.hpp"
#include "tests/temporary_folder.hpp"

using namespace corral;
using namespace corral::config;
using corral::testing::kind_of_failure;
namespace fs = std::filesystem;

namespace {

constexpr const char* two_environments =
    R"({"kv_namespaces": [{"binding": "KV", "id": "top"}], "env": {
       "a": {"kv_namespaces": [{"binding": "KV", "id": "a"}]},
       "b": {"kv_namespaces": [{"binding": "KV", "id": "b"}]},
       "c": {"kv_namespaces": [{"binding": "KV", "id": "c"}]},
       "d": {"kv_namespaces": [{"binding": "KV", "id": "d"}]},
       "e": {"kv_namespaces": [{"binding": "KV", "id": "e"}]}}})";

/// A folder of files, and the request of a run in it.
struct Place {
  corral::testing::TemporaryFolder folder;
  std::map<std::string, std::string> variables;
  ConfigRequest request;

  Place() {
    request.working_directory = folder.path();
    request.variable = [this](const char* name) -> std::optional<std::string> {
      const auto found = variables.find(name);
      return found == variables.end() ? std::nullopt : std::optional(found->second);
    };
  }

  [[nodiscard]] fs::path at(const std::string& name) const { return folder.path() / name; }

  void write(const std::string& name, std::string_view text) const {
    fs::create_directories(at(name).parent_path());
    std::ofstream(at(name), std::ios::binary) << text;
  }

  [[nodiscard]] std::string read(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(at(name), std::ios::binary).rdbuf();
    return text.str();
  }

  [[nodiscard]] ConfigSource source() const { return ConfigSource(request); }
  [[nodiscard]] std::string id() const { return source().project().kv_namespaces.at(0).id.value(); }
};

std::string message_of(ConfigSource source) {
  try {
    source.project();
  } catch (const Error& error) {
    return error.message();
  }
  return "no error";
}

}  // namespace

TEST_CASE("without a config the project is empty and the folder is the working directory") {
  Place place;
  ConfigSource source = place.source();
  CHECK(source.folder() == place.folder.path());
  CHECK_FALSE(source.config_file());
  CHECK(source.project().kv_namespaces.empty());
}

TEST_CASE("wrangler.json comes before wrangler.jsonc before wrangler.toml, the nearest folder first") {
  Place place;
  place.write("wrangler.toml", "[[kv_namespaces]]\nbinding = 'KV'\nid = 'toml'\n");
  CHECK(place.id() == "toml");
  place.write("wrangler.jsonc", R"({"kv_namespaces": [{"binding": "KV", "id": "jsonc"}]} // c)");
  CHECK(place.id() == "jsonc");
  place.write("wrangler.json", R"({"kv_namespaces": [{"binding": "KV", "id": "json",},]})");
  CHECK(place.id() == "json");
  place.write("deep/er/file", "");
  place.request.working_directory = place.at("deep/er");
  CHECK(place.id() == "json");
  CHECK(place.source().folder() == place.folder.path());
  place.write("deep/wrangler.toml", "[[kv_namespaces]]\nbinding = 'KV'\nid = 'nearer'\n");
  CHECK(place.id() == "nearer");
}

TEST_CASE("--config names the file, and its folder owns the state") {
  Place place;
  place.write("wrangler.json", "{}");
  place.write("other/my.toml", "[[kv_namespaces]]\nbinding = 'KV'\nid = 'mine'\n");
  place.request.config = "other/my.toml";
  CHECK(place.id() == "mine");
  CHECK(place.source().folder() == place.at("other"));
  place.request.config = "other/none.toml";
  CHECK(kind_of_failure([&] { place.source().folder(); }) == ErrorKind::not_found);
  place.request.config = "other";
  CHECK(kind_of_failure([&] { place.source().folder(); }) == ErrorKind::invalid_input);
}

TEST_CASE("finding the folder does not read the config") {
  Place place;
  place.write("wrangler.json", "{ this is no JSON");
  ConfigSource source = place.source();
  CHECK(source.folder() == place.folder.path());
  CHECK(source.config_file() == place.at("wrangler.json"));
  CHECK(kind_of_failure([&] { source.project(); }) == ErrorKind::invalid_input);
}

TEST_CASE("a project is read once") {
  Place place;
  place.write("wrangler.json", two_environments);
  ConfigSource source = place.source();
  CHECK(source.project().kv_namespaces.size() == 1);
  place.write("wrangler.json", "{}");
  CHECK(source.project().kv_namespaces.size() == 1);
}

TEST_CASE("the environment: --env, CLOUDFLARE_ENV, --env-file, .env.local, .env, in this order") {
  Place place;
  place.write("wrangler.json", two_environments);
  CHECK(place.id() == "top");
  place.write(".env", "CLOUDFLARE_ENV=a\n");
  CHECK(place.id() == "a");
  place.write(".env.local", "export CLOUDFLARE_ENV = \"b\" # comment\n");
  CHECK(place.id() == "b");
  place.write("mine.env", "CLOUDFLARE_ENV='c'\n");
  place.request.env_files = {"mine.env"};
  CHECK(place.id() == "c");
  place.variables["CLOUDFLARE_ENV"] = "d";
  CHECK(place.id() == "d");
  place.request.environment = "e";
  CHECK(place.id() == "e");
  place.request.environment = "";
  CHECK(place.id() == "top");
}

TEST_CASE("an --env-file that is not there is an error; a missing .env is none") {
  Place place;
  place.write("wrangler.json", two_environments);
  place.request.env_files = {"none.env"};
  CHECK(kind_of_failure([&] { place.source().project(); }) == ErrorKind::not_found);
}

TEST_CASE("a .env file as dotenv reads it") {
  const auto variables = parse_dotenv(
      "# comment\nA=1\n B = two words # rest\nC='#not a comment'\nD=\"a\\nb\"\nE=\"two\nlines\"\nF=`\"q\"`\n"
      "G=\nno equals sign\n=nameless\nH=\"open\nA=last\n");
  CHECK(variables.at("A") == "last");
  CHECK(variables.at("B") == "two words");
  CHECK(variables.at("C") == "#not a comment");
  CHECK(variables.at("D") == "a\nb");
  CHECK(variables.at("E") == "two\nlines");
  CHECK(variables.at("F") == "\"q\"");
  CHECK(variables.at("G").empty());
  CHECK(variables.at("H") == "\"open");
  CHECK(variables.size() == 8);
}

TEST_CASE("hostile configs end in an error that names the file") {
  Place place;
  place.write("wrangler.json", "");
  fs::resize_file(place.at("wrangler.json"), 100'000'000);
  CHECK(kind_of_failure([&] { place.source().project(); }) == ErrorKind::limit);
  place.write("wrangler.json", "{\n\"a\": \"\xFF\"}");
  CHECK(message_of(place.source()).find("wrangler.json:2:7: this is not valid UTF-8") != std::string::npos);
  fs::remove(place.at("wrangler.json"));
  fs::create_symlink("wrangler.json", place.at("wrangler.json"));
  CHECK_FALSE(place.source().config_file());
}

TEST_CASE("a redirect is found beside the config, and is not what is read") {
  Place place;
  place.write("wrangler.json", two_environments);
  CHECK_FALSE(place.source().redirect());
  place.write(".wrangler/deploy/config.json", R"({"configPath": "../../dist/wrangler.json"})");
  CHECK(place.source().redirect() == place.at("dist/wrangler.json"));
  CHECK(place.id() == "top");
  place.write(".wrangler/deploy/config.json", R"({"configPath": 5})");
  CHECK(kind_of_failure([&] { place.source().redirect(); }) == ErrorKind::invalid_input);
}

TEST_CASE("a binding is added to the file of the environment in use, and read from then on") {
  Place place;
  place.write("real.jsonc", "{\n  // mine\n  \"name\": \"w\"\n}\n");
  fs::create_symlink("real.jsonc", place.at("wrangler.jsonc"));
  ::chmod(place.at("real.jsonc").c_str(), 0600);
  ConfigSource source = place.source();
  CHECK(source.project().kv_namespaces.empty());
  source.put_binding("kv_namespaces", {{"binding", "KV"}, {"id", "new"}});
  CHECK(source.project().kv_namespaces.at(0).id == "new");
  CHECK(place.read("real.jsonc").starts_with("{\n  // mine\n  \"name\": \"w\",\n  \"kv_namespaces\": ["));
  CHECK(fs::is_symlink(place.at("wrangler.jsonc")));
  CHECK(fs::status(place.at("real.jsonc")).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
}

TEST_CASE("without a config no binding can be put into it") {
  Place place;
  ConfigSource source = place.source();
  CHECK(kind_of_failure([&] {
          source.put_binding("kv_namespaces", {{"binding", "KV"}});
        }) == ErrorKind::not_found);
}
