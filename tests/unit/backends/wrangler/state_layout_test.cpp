#include "backends/wrangler/state_layout.hpp"

#include <doctest/doctest.h>

#include "backends/error.hpp"

using namespace corral;
using namespace corral::wrangler;

TEST_CASE("object ids are those of workerd") {
  // The check values of docs/reference/state-layout.md, read off wrangler 4.164.0.
  CHECK(object_id("miniflare-KVNamespaceObject", "abc123") ==
        "aef91bdfb405bfb5b9f6b37bb22913ea371a31a917d25e6fa469a45d2cfad734");
  CHECK(object_id("miniflare-R2BucketObject", "my-bucket") ==
        "fec9bf90462227cae0d8c2e4a1e8e8dd42ecf9f10ff15615fe473049dba5a24c");
  CHECK(object_id("miniflare-D1DatabaseObject", "abc123") ==
        "27464c850a84dbd4a666ea9cc54f7c5a7dac0cc11cbbd32c16573ed30597b7ad");
  CHECK(object_id("dodemo-Counter", "alpha") ==
        "850e3a8cd3cd77da1d0560ce32f6b110eafa8f74d92dd718256592d70cf74341");
}

TEST_CASE("an id becomes the folder name that wrangler makes of it") {
  // Each pair was seen on disk after `wrangler kv key put --namespace-id ID` (4.164.0).
  struct Seen {
    const char* id;
    const char* folder;
  };
  const Seen seen[] = {
      {"a b", "a b"},
      {"été", "été"},
      {"con", "_"},
      {"CON", "_"},
      {"con.txt", "_"},
      {"conx", "conx"},
      {"lpt1", "_"},
      {"x/y", "x_y"},
      {"..", "__"},
      {".", "_"},
      {"...", "___"},
      {" lead", "_lead"},
      {"trail ", "trail_"},
      {"a:b", "a_b"},
      {"%41", "%41"},
      {"a%2fb", "a%2fb"},
      {"a?b", "a_b"},
      {"a\\b", "a_b"},
      {"../../up", "______up"},
      {"a/../b", "a____b"},
      {"/abs", "_abs"},
      {"//x//", "__x__"},
      {"a..b", "a..b"},
      {"a/", "a_"},
      {"a\tb", "a_b"},
      {"a\xC2\x85"
       "b",
       "a_b"},
      {"日本", "日本"},
      {"a\"b", "a_b"},
      {"a'b", "a_b"},
      {"a^b", "a_b"},
      {"a|b", "a_b"},
      {"a<b>c", "a_b_c"},
      {"a*b", "a_b"},
      {"nul.", "_"},
      {"aux.x.y", "_"},
      {"com0", "_"},
      {"com", "com"},
      {"a.", "a."},
      {"a ..", "a .."},
      {"/", "_"},
      {"#h", "#h"},
      {"a\x7F", "a\x7F"},
      {"[x]", "[x]"},
      {"~", "~"},
  };
  for (const Seen& one : seen) {
    CAPTURE(one.id);
    CHECK(safe_folder_name(one.id) == one.folder);
  }
  CHECK(safe_folder_name(std::string(300, 'x')) == std::string(255, 'x'));
}

TEST_CASE("ids that wrangler cannot use are refused") {
  for (const char* id : {"", ".hidden", "..a", ".. ", "\xFF"}) {
    CAPTURE(id);
    CHECK_THROWS_AS(safe_folder_name(id), Error);
  }
  std::string long_id;
  for (int i = 0; i < 200; ++i) long_id += "é";
  CHECK_THROWS_AS(safe_folder_name(long_id), Error);
}
