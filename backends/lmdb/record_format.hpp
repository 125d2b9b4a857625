#pragma once

#include <filesystem>
#include <string_view>

#include "backends/error.hpp"

namespace corral::lmdb {

// Versions of the data that corral keeps in LMDB (docs/formats.md). An environment has one, and so has each
// record, in its first byte. Transaction checks, strips and adds them, so that higher layers see records
// without versions. Environments from before versions were introduced have neither: they are readable as they
// are, and the first write upgrades them within its own transaction.

/// The version that this corral writes, and the newest that it reads, of environments and records.
inline constexpr unsigned char format_version = 1;

/// The key in the unnamed database that holds the environment's version, one byte.
inline constexpr std::string_view format_key = "format";

/// Whether a named database holds versioned records. The others hold raw content that another record
/// describes: `bodies` of messages, `pages` and `lists` of bookmarks. With a version, a database page would
/// take two LMDB pages.
bool holds_records(std::string_view database) noexcept;

/// Strips the version from a stored record. An empty record is stored without one, so that index entries take
/// no space. Throws unavailable for a newer version, corrupt for an invalid one.
std::string_view without_version(std::string_view stored, const std::filesystem::path& environment);

/// "<what> was written by a newer corral (format 2; this one reads 1)"
Error newer_format(std::string_view what, unsigned version);

}  // namespace corral::lmdb
