#pragma once

#include <filesystem>
#include <string>

#include "backends/bytes/unix_time.hpp"
#include "backends/corral_layout.hpp"
#include "tests/temporary_folder.hpp"

namespace corral::testing {

/// A copy of the state in tests/backends/fixtures/state-without-versions.tar.zst. A build of 0.1.0 made it
/// before its formats carried versions, on 2026-11-28:
///
///   kv namespace create notes; d1 create shop; r2 bucket create photos; queues create mails, slow
///   kv key put of five keys with --backend lmdb, two of them of 511 and 512 bytes
///   queues: `mails` has a message on its last lease and one that it dead-lettered to `lost`; `slow` has one
///     that is leased, one that is delayed, one of 1,500 bytes, and three that arrived together
///   d1: two migrations, three statements, two bookmarks with an insert between them, and a third migration
///   state save kept; state export archive.tar.zst
///
/// Files of D1 and of locks are left out.
class StateWithoutVersions {
 public:
  StateWithoutVersions();

  [[nodiscard]] const std::filesystem::path& root() const { return folder_.path(); }
  [[nodiscard]] CorralLayout layout() const { return CorralLayout(root()); }
  [[nodiscard]] std::filesystem::path archive() const { return root() / "archive.tar.zst"; }

  /// Checks all that it holds through the interfaces, as of a moment soon after it was made. Nothing in it is
  /// due then, so that nothing is written.
  void check_content() const;

  static constexpr UnixMillis now = 1'795'874'100'000;
  static constexpr const char* namespace_id = "cca7fedf6884d31a7d37b7f421e0b1bc";
  static constexpr const char* database_id = "461bfd7c-5ec5-4a5f-933d-296477f9effa";

 private:
  TemporaryFolder folder_;
};

}  // namespace corral::testing
