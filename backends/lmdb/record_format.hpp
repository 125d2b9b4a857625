#pragma once

#include <filesystem>
#include <string_view>

#include "backends/error.hpp"

namespace corral::lmdb {

// The versions of what corral keeps in LMDB (docs/formats.md). An environment carries one, and each record
// one in its first byte. Transaction reads, checks and writes both, so that all that is built on it sees
// records without them. Environments that were written before there were versions have neither: they are read
// as they are, and the first write brings them up to date within its own transaction.

/// The version of environments and records that this corral writes, and the newest that it reads.
inline constexpr unsigned char format_version = 1;

/// The key in the database without a name that holds the environment's version, one byte.
inline constexpr std::string_view format_key = "format";

/// Whether a named database holds records. The others hold content as it is, and another record says what it
/// is: `bodies` of messages, `pages` and `lists` of bookmarks. A version would make a page of a database take
/// two of LMDB's.
bool holds_records(std::string_view database) noexcept;

/// The record that is stored as these bytes. Nothing is stored for an empty record, so that an index takes no
/// room. Throws unavailable for a newer version, corrupt for one that never was.
std::string_view without_version(std::string_view stored, const std::filesystem::path& environment);

/// "<what> was written by a newer corral (format 2; this one reads 1)"
Error newer_format(std::string_view what, unsigned version);

}  // namespace corral::lmdb
