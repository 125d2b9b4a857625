#pragma once

#include <linux/filter.h>
#include <vector>

namespace corral::testing {

/// What a system call changes, which determines how it can fail.
enum class CallKind {
  name,   ///< a name in a folder: open with O_CREAT, rename, unlink, mkdir, ...
  write,  ///< bytes; can be short
  size,   ///< a file's length or place on the disk: ftruncate, fallocate
  flush,  ///< fsync and the like
  mode    ///< permissions, owner, times
};

/// A system call that changes files. Arguments count from 0; -1: not applicable.
struct MutatingCall {
  const char* name = nullptr;
  int number = -1;
  CallKind kind = CallKind::name;
  int descriptor = -1;  ///< of the file that it changes
  int folder = -1;      ///< the descriptor that `path` starts from
  int path = -1;
  int count = -1;  ///< bytes, or vectors, to write
  int flags = -1;  ///< of an open: it changes something only with O_CREAT, O_TRUNC or O_TMPFILE
};

const std::vector<MutatingCall>& mutating_calls();

/// nullptr: not one of them.
const MutatingCall* find_call(long number);

/// A seccomp program that stops a traced process at these calls and at no others.
std::vector<sock_filter> seccomp_program();

}  // namespace corral::testing
