// The examples of docs/formats.md are the bytes that the code writes. A change of a format that breaks this
// test changes what is on users' disks: old states must go on being read.
#include <fstream>
#include <initializer_list>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

#include <doctest/doctest.h>

#include "backends/bytes/hashing.hpp"
#include "backends/lmdb/bookmark_record.hpp"
#include "backends/lmdb/kv_entry.hpp"
#include "backends/lmdb/long_keys.hpp"
#include "backends/lmdb/queue_record.hpp"
#include "backends/lmdb/record_format.hpp"
#include "backends/snapshots/records.hpp"

using namespace corral;
using namespace corral::lmdb;

namespace {

std::string whole_page() {
  std::ostringstream text;
  text << std::ifstream(CORRAL_SOURCE "/docs/formats.md").rdbuf();
  return text.str();
}

/// The bytes, in hexadecimal, that the page has in these pieces below this heading, in this order.
std::string documented(std::string_view heading, std::initializer_list<std::string_view> pieces) {
  const std::string page = whole_page();
  std::size_t at = page.find(heading);
  REQUIRE(at != std::string::npos);
  std::string bytes;
  for (const std::string_view piece : pieces) {
    CAPTURE(piece);
    at = page.find(piece, at);
    REQUIRE(at != std::string::npos);
    at += piece.size();
    for (const char c : piece) {
      if (c != ' ') bytes += c;
    }
  }
  return bytes;
}

/// What LMDB holds for a record, in hexadecimal.
std::string stored(std::string_view record) {
  return hex(std::string(1, static_cast<char>(format_version)) + std::string(record));
}

constexpr std::string_view queues_heading = "\n## Queues\n";

/// The message of the page's example.
MessageRecord example_message() {
  MessageRecord message;
  message.id = {0x32, 0x02, 0x49, 0x29, 0x75, 0xec, 0xd7, 0xd7,
                0x04, 0x65, 0x89, 0x37, 0xdf, 0x05, 0x18, 0x7e};
  message.timestamp = 1795858194304;
  message.expires_at = message.timestamp + queue_default_retention;
  message.visible_at = 1795858224362;
  message.attempts = 1;
  message.content_type = QueueContentType::json;
  message.leased = true;
  message.lease = 0x3eee2aae8972a0be;
  message.body = R"({"to":"ada"})";
  return message;
}

}  // namespace

TEST_CASE("formats: entries of the LMDB KV store") {
  constexpr std::string_view heading = "\n## KV of `--backend lmdb`\n";
  const std::string entry = encode_entry({0x02000000, 1795861794000, R"({"a":1})", "v"});
  CHECK(stored(entry) ==
        documented(heading, {"01                        ", "00 00 00 02 00 00 00 00",
                             "d0 4c b4 21 a2 01 00 00", "03", "07 00 00 00", "7b 22 61 22 3a 31 7d", "76 "}));
  const std::string one = encode_entry({0x08000000, {}, {}, "1"});
  const std::string two = encode_entry({0x09000000, {}, {}, "2"});
  CHECK(stored(change_bundle(change_bundle({}, "z", two), "", one)) ==
        documented(heading, {"01                                           ", "00  16 00 00 00 00 00 00 00 ",
                             "00 00 00 08 00 00 00 00  00 00 00 00 00 00 00 00  00  00 00 00 00  31",
                             "01  16 00 00 00 00 00 00 00  7a",
                             "00 00 00 09 00 00 00 00  00 00 00 00 00 00 00 00  00  00 00 00 00  32"}));
}

TEST_CASE("formats: queues") {
  const QueueState state{.number = 1, .next = 3, .count = 2};
  CHECK(stored(encode_state(state)) ==
        documented(queues_heading,
                   {"01 01000000 0300000000000000 0200000000000000 0000000000000000 0000000000000000 "
                    "0000000000000000 00"}));
  const MessageRecord message = example_message();
  CHECK(hex(message_key(1, 1)) == documented(queues_heading, {"00000001 0000000000000001"}));
  CHECK(stored(encode_record(message)) ==
        documented(queues_heading, {"01        ", "3202492975ecd7d704658937df05187e",
                                    "805f7d21a2010000 80cf1636a2010000", "ead47d21a2010000", "01000000 00 01",
                                    "bea07289ae2aee3e", "0000 ", "7b22746f223a22616461227d"}));
  CHECK(hex(time_key(1, message.visible_at, 1)) ==
        documented(queues_heading, {"00000001 000001a2217dd4ea 0000000000000001"}));
  CHECK(hex(time_key(1, message.expires_at, 1)) ==
        documented(queues_heading, {"00000001 000001a23616cf80 0000000000000001"}));
  CHECK(lease_name(1, message.lease) == documented(queues_heading, {"00000000000000013eee2aae8972a0be"}));
  CHECK(hex(final_key(0x1a221833f35, 2, 1)) ==
        documented(queues_heading, {"000001a221833f35 00000002 0000000000000001"}));
  const LeaseFate fate{.queue = "q2", .dead_letter = DeadLetterQueue{.name = "dlq"}};
  CHECK(stored(encode_fate(fate)) ==
        documented(queues_heading, {"01 0200 7132  0300 646c71  0070991400000000"}));
}

TEST_CASE("formats: bookmarks") {
  constexpr std::string_view heading = "\n## Bookmarks and their pages\n";
  const std::string id = "461bfd7c-5ec5-4a5f-933d-296477f9effa";
  CHECK(bookmark_key(id, 1, 0x1a2217d60ba) ==
        documented(heading, {"a6aa09041e424dac1a6e4bc6047233b3/00000001-000001a2217d60ba"}));
  const BookmarkRecord bookmark{
      .bookmark = {.id = "00000001-000001a2-217d60ba-60c16b5b2e1d02161426fa68b2bcffb5",
                   .taken_at = 1795858194618,
                   .changed_at = 1795858194558,
                   .reason = "d1 migrations apply",
                   .stamp = "",
                   .page_size = 4096,
                   .pages = 2,
                   .new_bytes = 8192,
                   .database_id = id,
                   .database_name = "shop",
                   .registered = Resource{.kind = ResourceKind::d1_database,
                                          .id = id,
                                          .name = "shop",
                                          .created_at = 1795858194495}},
      .lists = "\xd0\xf9\x31\xe9\x61\x30\xbb\xb4\x96\xd1\xd7\xb5\x4d\xd7\xf4\x3e"};
  const std::string written = encode_bookmark(bookmark);
  std::string without_spaces = "01";
  for (const char c : written) {
    if (c != ' ') without_spaces += c;
  }
  CHECK(
      without_spaces ==
      documented(
          heading,
          {R"(01 1{"changed_at":1795858194558,"database":{"id":"461bfd7c-5ec5-4a5f-933d-296477f9effa","name":"shop",)",
           R"("registered":{"created_at":1795858194495,"name":"shop","settings":"{}"}},)",
           R"("id":"00000001-000001a2-217d60ba-60c16b5b2e1d02161426fa68b2bcffb5",)",
           R"("lists":"0Pkx6WEwu7SW0de1Tdf0Pg==","new_bytes":8192,"page_size":4096,"pages":2,)",
           R"("reason":"d1 migrations apply","stamp":"","taken_at":1795858194618})"}));
}

TEST_CASE("formats: records of a snapshot") {
  class One final : public snapshots::RecordStream {
   public:
    const snapshots::Record* next() override { return std::exchange(given_, true) ? nullptr : &record_; }

   private:
    bool given_ = false;
    snapshots::Record record_{"due", time_key(1, 1795858224362, 1), ""};
  } records;
  std::string written;
  snapshots::write_records(records, [&](std::string_view bytes) { written += bytes; });
  const std::string begin =
      documented("\n### Records\n", {"63 6f 72 72 61 6c 20 72 65 63 6f 72 64 73 20 31 0a",
                                     "03 00 00 00  14 00 00 00  00 00 00 00 00 00 00 00",
                                     "64 75 65  00 00 00 01 00 00 01 a2 21 7d d4 ea 00 00 00 00 "
                                     "00 00 00 01"});
  CHECK(hex(written) == begin + "ffffffff000000000100000000000000");
  documented("\n### Records\n", {"ff ff ff ff  00 00 00 00  08 00 00 00 00 00 00 00"});
}
