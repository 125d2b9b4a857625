// `corral r2 bucket` and `r2 usage` as a shell sees them.
#include <filesystem>
#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/command_line/shell.hpp"

using corral::testing::ProcessResult;
using corral::testing::Shell;
using nlohmann::json;

TEST_CASE("a bucket is made, listed, described, changed and deleted") {
  Shell shell;
  const ProcessResult made =
      shell.corral({"r2", "bucket", "create", "my-bucket", "--location", "weur", "-s", "Standard"});
  CHECK(made.status == 0);
  CHECK(json::parse(made.out) ==
        json::parse(R"({"r2_buckets":[{"binding":"my_bucket","bucket_name":"my-bucket"}]})"));
  CHECK(shell.corral({"r2", "bucket", "create", "my-bucket"}).status == 1);
  CHECK(shell.corral({"r2", "bucket", "create", "My"}).status == 1);
  CHECK(shell.corral({"r2", "bucket", "create", "other-bucket", "--location", "mars"}).status == 1);
  json list = json::parse(shell.corral({"r2", "bucket", "list"}).out);
  REQUIRE(list.size() == 1);
  CHECK(list[0]["name"] == "my-bucket");
  CHECK(list[0]["stored"] == false);
  CHECK(shell.corral({"r2", "bucket", "update", "storage-class", "my-bucket", "-s", "InfrequentAccess"})
            .status == 0);
  CHECK(shell.corral({"r2", "bucket", "update", "storage-class", "my-bucket", "-s", "None"}).status == 1);
  shell.corral({"r2", "object", "put", "my-bucket/k", "--pipe"}, "12345");
  const json info = json::parse(shell.corral({"r2", "bucket", "info", "my-bucket"}).out);
  CHECK(info["location"] == "weur");
  CHECK(info["default_storage_class"] == "InfrequentAccess");
  CHECK(info["object_count"] == 1);
  CHECK(info["bucket_size"] == 5);
  CHECK(json::parse(shell.corral({"r2", "usage"}).out)[0]["bytes"] == 5);
  CHECK(shell.corral({"r2", "usage", "never-made"}).status == 1);
  const ProcessResult refused = shell.corral({"r2", "bucket", "delete", "my-bucket"});
  CHECK(refused.status == 1);
  CHECK(refused.err.find("--force") != std::string::npos);
  CHECK(shell.corral({"r2", "bucket", "delete", "my-bucket", "--force"}).status == 0);
  CHECK(shell.corral({"r2", "bucket", "list"}).out == "[]\n");
  CHECK(shell.corral({"r2", "bucket", "delete", "my-bucket"}).status == 1);
  CHECK(shell.script("find .wrangler -path '*blobs*' | wc -l").out == "0\n");
}

TEST_CASE("buckets of the config and of the disk are known, and bindings lead to them") {
  Shell shell;
  shell.write("wrangler.jsonc",
              "{ \"r2_buckets\": [{ \"binding\": \"FILES\", \"bucket_name\": \"from-config\" }] }\n");
  shell.corral({"r2", "object", "put", "on-disk/k", "--pipe"}, "x");
  shell.corral({"r2", "bucket", "create", "made-here", "--binding", "NEW", "--update-config"});
  CHECK(shell.read("wrangler.jsonc").find("\"made-here\"") != std::string::npos);
  const json list = json::parse(shell.corral({"r2", "bucket", "list"}).out);
  REQUIRE(list.size() == 3);
  CHECK(list[0]["name"] == "from-config");
  CHECK(list[0]["bindings"] == json::parse(R"(["FILES"])"));
  CHECK(list[1]["bindings"] == json::parse(R"(["NEW"])"));
  CHECK(list[2]["name"] == "on-disk");
  CHECK(list[2]["stored"] == true);
  CHECK(shell.corral({"r2", "object", "put", "FILES/k", "--pipe"}, "bound").status == 0);
  CHECK(shell.corral({"r2", "object", "get", "from-config/k", "--pipe"}).out == "bound");
  CHECK(shell.corral({"r2", "object", "get", "NONE/k", "--pipe"}).status == 1);
}
