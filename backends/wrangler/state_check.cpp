#include "backends/wrangler/state_check.hpp"

#include <array>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "backends/bytes/hashing.hpp"
#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/files/nofollow.hpp"
#include "backends/sqlite/connection.hpp"
#include "backends/sqlite/lost_log.hpp"
#include "backends/wrangler/state_files.hpp"

namespace corral::wrangler {

namespace fs = std::filesystem;

namespace {

using Kind = StateProblem::Kind;

/// More than 20 lines of damage add nothing.
constexpr const char* integrity_check = "PRAGMA integrity_check(20)";

bool is_about_an_index(std::string_view words) {
  return words.find(" missing from index ") != std::string_view::npos ||
         words.find("wrong # of entries in index ") != std::string_view::npos ||
         words.find("non-unique entry in index ") != std::string_view::npos;
}

class FileCheck {
 public:
  FileCheck(const StateFile& file, const fs::path& state_root, bool deep, const std::function<void()>& pulse,
            const std::function<void(const StateProblem&)>& report)
      : file_(file), values_(file, state_root), deep_(deep), pulse_(pulse), report_(report) {}

  void run() {
    if (sqlite::has_lost_log(file_.file))
      tell(Kind::database, "", "its write-ahead log is gone, and with it what was written last");
    try {
      const auto connection = sqlite::Connection::open_existing(file_.file);
      if (!connection) return;  // gone meanwhile
      check_database(*connection);
      if (file_.service == "kv" && connection->has_table("_mf_entries")) check_entries(*connection);
      if (file_.service == "r2" && connection->has_table("_mf_objects")) check_objects(*connection);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::interrupted) throw;
      tell(Kind::database, "", error.message());
    }
  }

 private:
  void check_database(const sqlite::Connection& connection) {
    sqlite::Statement check = connection.prepare(integrity_check);
    while (check.step()) {
      const std::string words(check.text(0));
      if (words != "ok") tell(is_about_an_index(words) ? Kind::index : Kind::database, "", shown(words));
      pulse_();
    }
  }

  void check_entries(const sqlite::Connection& connection) {
    sqlite::Statement rows = connection.prepare("SELECT key, blob_id FROM _mf_entries");
    while (rows.step()) {
      pulse_();
      if (values_.find(rows.text(1))) continue;
      const std::string key(rows.text(0));
      const std::string value(rows.text(1));
      // The rows come from a snapshot; the blob may be gone because the row has been deleted since.
      if (is_still_there(key, value)) tell(Kind::missing, key, "its value is not there");
    }
  }

  /// Uses a second connection: this one still reads its snapshot.
  bool is_still_there(const std::string& key, const std::string& value) {
    if (!fresh_) fresh_ = sqlite::Connection::open_existing(file_.file);
    if (!fresh_) return false;
    const bool kv = file_.service == "kv";
    sqlite::Statement row =
        fresh_->prepare(kv ? "SELECT 1 FROM _mf_entries WHERE key = ?1 AND blob_id = ?2"
                           : "SELECT 1 FROM _mf_objects WHERE key = ?1 AND blob_id = ?2 UNION ALL "
                             "SELECT 1 FROM _mf_multipart_parts WHERE object_key = ?1 AND blob_id = ?2");
    return row.bind(1, std::string_view(key)).bind(2, std::string_view(value)).step();
  }

  void check_objects(const sqlite::Connection& connection) {
    sqlite::Statement rows =
        connection.prepare("SELECT key, blob_id, size, etag FROM _mf_objects ORDER BY rowid");
    sqlite::Statement parts = connection.prepare(
        "SELECT blob_id, size, checksum_md5 FROM _mf_multipart_parts WHERE object_key = ?1 "
        "ORDER BY part_number");
    while (rows.step()) {
      pulse_();
      const std::string key(rows.text(0));
      const auto size = static_cast<std::uint64_t>(rows.integer(2));
      if (!rows.is_null(1)) {
        check_value(key, std::string(rows.text(1)), size, std::string(rows.text(3)));
        continue;
      }
      std::uint64_t total = 0;
      std::uint64_t count = 0;
      parts.bind(1, std::string_view(key));
      while (parts.step()) {
        const auto part_size = static_cast<std::uint64_t>(parts.integer(1));
        check_value(key, std::string(parts.text(0)), part_size, std::string(parts.text(2)));
        total += part_size;
        ++count;
      }
      parts.reset();
      if (count == 0 || total != size) {
        tell(Kind::parts, key, fmt::format("its {} parts have {} bytes, and it has {}", count, total, size));
      }
    }
  }

  void check_value(const std::string& key, const std::string& name, std::uint64_t size,
                   const std::string& md5) {
    const auto value = values_.find(name);
    if (!value) {
      if (is_still_there(key, name)) tell(Kind::missing, key, "its bytes are not there");
      return;
    }
    const auto status = nofollow::regular_file_status(*value);
    if (!status) return;  // gone meanwhile
    const auto bytes = static_cast<std::uint64_t>(status->st_size);
    if (bytes != size) {
      tell(Kind::wrong_size, key, fmt::format("it has {} bytes on disk and should have {}", bytes, size));
    } else if (deep_ && md5_of(*value) != md5) {
      tell(Kind::wrong_hash, key, "its bytes are not those that were stored: their MD5 is another");
    }
  }

  std::string md5_of(const fs::path& value) {
    FileSource source(nofollow::open_for_reading(value), value.native());
    Hasher hasher(HashKind::md5);
    std::array<char, 65'536> buffer{};
    while (const std::size_t count = source.read(buffer)) {
      hasher.update({buffer.data(), count});
      pulse_();
    }
    return hex(hasher.digest());
  }

  void tell(Kind kind, std::string item, std::string what) {
    report_({.kind = kind,
             .service = file_.service,
             .file = file_.file,
             .item = std::move(item),
             .what = std::move(what)});
  }

  const StateFile& file_;
  ValueFinder values_;
  bool deep_;
  const std::function<void()>& pulse_;
  const std::function<void(const StateProblem&)>& report_;
  std::optional<sqlite::Connection> fresh_;
};

}  // namespace

void check_state_file(const StateFile& file, const fs::path& state_root, bool deep,
                      const std::function<void()>& pulse,
                      const std::function<void(const StateProblem&)>& report) {
  FileCheck(file, state_root, deep, pulse, report).run();
}

}  // namespace corral::wrangler
