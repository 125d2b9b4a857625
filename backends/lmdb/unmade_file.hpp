#pragma once

#include <cstdint>
#include <string>

namespace corral::lmdb {

/// LMDB creates data.mdb with one write of two pages, which a full disk or a kill can truncate; from then on
/// it considers the file damaged. Nothing has ever been stored in such a file, so it is emptied for LMDB to
/// start over. A short file with any other content is left alone, and LMDB refuses it. Another process may be
/// in the middle of that write and gets 50 ms to finish it.
///
/// `length`: of the file, in bytes; 0 if it is missing. Returns the length afterwards. Throws io.
std::uint64_t begin_again_if_unmade(const std::string& file, std::uint64_t length);

}  // namespace corral::lmdb
