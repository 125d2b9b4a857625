#pragma once

#include <string_view>
#include <sys/types.h>

/// What differs between the systems that corral runs on: one header for each concept, with `_linux.cpp` and
/// `_macos.cpp` beside it, of which CMake chooses one. Unless a function says otherwise, it behaves as a
/// system call does: -1 means failure and errno has the reason.
///
/// This header: how written bytes reach the disk.
namespace corral::platform {

/// Flushes a file or folder, contents and metadata, so that a power loss cannot undo it: fsync on Linux. On
/// macOS F_FULLFSYNC, as fsync leaves the bytes in the drive's cache; on a file system that does not know it
/// (some network file systems), fsync.
int flush_file(int fd);

/// Starts on what `flush_file` will have to do, and waits for as much as the system lets it: fdatasync on
/// Linux. On macOS fsync, which reports errors as well, but leaves emptying the drive's cache to
/// `flush_file`. Not durable by itself.
int flush_ahead(int fd);

/// Asks the system to begin writing a range of a file, without waiting: sync_file_range on Linux, nothing on
/// macOS. An error returns with the next flush of the file.
void start_writing(int fd, off_t offset, off_t length);

/// Flushes all that has been written to the file system on which the open file or folder lies: syncfs on
/// Linux. On macOS fsync_volume_np and F_FULLFSYNC; as durable, but an error that concerns another file of
/// the volume is not reported there.
int flush_file_system(int fd);

/// What is left of flushing a transaction that LMDB has committed to the open file: nothing on Linux, where
/// the page that commits it is written with O_DSYNC. On macOS that leaves the page in the drive's cache, so
/// `flush_file`.
int flush_lmdb_commit(int fd);

/// The SQL that makes SQLite flush its commits as `flush_file` does, for every new connection; empty: it
/// does.
std::string_view sqlite_flush_setting();

}  // namespace corral::platform
