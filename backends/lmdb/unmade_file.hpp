#pragma once

#include <cstdint>
#include <string>

namespace corral::lmdb {

/// LMDB begins a data.mdb with one write of two pages, which a full disk or a kill can cut short; from then
/// on it takes the file for a damaged one. Nothing has ever been stored in such a file: it is emptied, to be
/// begun again. A short file that holds anything else stays as it is, and LMDB refuses it. Another process
/// may be in the middle of that write, and gets 50 ms to finish it.
///
/// `length`: of the file, in bytes; 0 if it is missing. Returns the length afterwards. Throws io.
std::uint64_t begin_again_if_unmade(const std::string& file, std::uint64_t length);

}  // namespace corral::lmdb
