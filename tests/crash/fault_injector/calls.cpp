#include "tests/crash/fault_injector/calls.hpp"

#include <algorithm>
#include <cstddef>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>

namespace corral::testing {

namespace {

// Some bits of O_TMPFILE are those of O_DIRECTORY.
constexpr unsigned changing_flags = O_CREAT | O_TRUNC | (O_TMPFILE & ~O_DIRECTORY);

}  // namespace

const std::vector<MutatingCall>& mutating_calls() {
  using enum CallKind;
  static const std::vector<MutatingCall> calls = {
#ifdef SYS_open  // The older calls, which new architectures do not have.
      {.name = "open", .number = SYS_open, .kind = name, .path = 0, .flags = 1},
      {.name = "creat", .number = SYS_creat, .kind = name, .path = 0},
      {.name = "rename", .number = SYS_rename, .kind = name, .path = 1},
      {.name = "link", .number = SYS_link, .kind = name, .path = 1},
      {.name = "symlink", .number = SYS_symlink, .kind = name, .path = 1},
      {.name = "unlink", .number = SYS_unlink, .kind = name, .path = 0},
      {.name = "mkdir", .number = SYS_mkdir, .kind = name, .path = 0},
      {.name = "rmdir", .number = SYS_rmdir, .kind = name, .path = 0},
      {.name = "mknod", .number = SYS_mknod, .kind = name, .path = 0},
      {.name = "chmod", .number = SYS_chmod, .kind = mode, .path = 0},
      {.name = "chown", .number = SYS_chown, .kind = mode, .path = 0},
#endif
      {.name = "openat", .number = SYS_openat, .kind = name, .folder = 0, .path = 1, .flags = 2},
      // Its flags lie in memory; the tracer looks.
      {.name = "openat2", .number = SYS_openat2, .kind = name, .folder = 0, .path = 1},
      {.name = "renameat", .number = SYS_renameat, .kind = name, .folder = 2, .path = 3},
      {.name = "renameat2", .number = SYS_renameat2, .kind = name, .folder = 2, .path = 3},
      {.name = "linkat", .number = SYS_linkat, .kind = name, .folder = 2, .path = 3},
      {.name = "symlinkat", .number = SYS_symlinkat, .kind = name, .folder = 1, .path = 2},
      {.name = "unlinkat", .number = SYS_unlinkat, .kind = name, .folder = 0, .path = 1},
      {.name = "mkdirat", .number = SYS_mkdirat, .kind = name, .folder = 0, .path = 1},
      {.name = "mknodat", .number = SYS_mknodat, .kind = name, .folder = 0, .path = 1},
      {.name = "write", .number = SYS_write, .kind = write, .descriptor = 0, .count = 2},
      {.name = "pwrite64", .number = SYS_pwrite64, .kind = write, .descriptor = 0, .count = 2},
      {.name = "writev", .number = SYS_writev, .kind = write, .descriptor = 0, .count = 2},
      {.name = "pwritev", .number = SYS_pwritev, .kind = write, .descriptor = 0, .count = 2},
      {.name = "pwritev2", .number = SYS_pwritev2, .kind = write, .descriptor = 0, .count = 2},
      {.name = "copy_file_range", .number = SYS_copy_file_range, .kind = write, .descriptor = 2, .count = 4},
      {.name = "sendfile", .number = SYS_sendfile, .kind = write, .descriptor = 0, .count = 3},
      {.name = "splice", .number = SYS_splice, .kind = write, .descriptor = 2, .count = 4},
      {.name = "truncate", .number = SYS_truncate, .kind = size, .path = 0},
      {.name = "ftruncate", .number = SYS_ftruncate, .kind = size, .descriptor = 0},
      {.name = "fallocate", .number = SYS_fallocate, .kind = size, .descriptor = 0},
      {.name = "fsync", .number = SYS_fsync, .kind = flush, .descriptor = 0},
      {.name = "fdatasync", .number = SYS_fdatasync, .kind = flush, .descriptor = 0},
      {.name = "syncfs", .number = SYS_syncfs, .kind = flush, .descriptor = 0},
      {.name = "sync_file_range", .number = SYS_sync_file_range, .kind = flush, .descriptor = 0},
      {.name = "msync", .number = SYS_msync, .kind = flush},
      {.name = "fchmod", .number = SYS_fchmod, .kind = mode, .descriptor = 0},
      {.name = "fchmodat", .number = SYS_fchmodat, .kind = mode, .folder = 0, .path = 1},
      {.name = "fchown", .number = SYS_fchown, .kind = mode, .descriptor = 0},
      {.name = "fchownat", .number = SYS_fchownat, .kind = mode, .folder = 0, .path = 1},
      {.name = "utimensat", .number = SYS_utimensat, .kind = mode, .folder = 0, .path = 1},
  };
  return calls;
}

const MutatingCall* find_call(long number) {
  const auto& calls = mutating_calls();
  const auto found = std::find_if(calls.begin(), calls.end(),
                                  [number](const MutatingCall& call) { return call.number == number; });
  return found == calls.end() ? nullptr : &*found;
}

std::vector<sock_filter> seccomp_program() {
  constexpr auto load = [](std::size_t offset) {
    return sock_filter BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<__u32>(offset));
  };
  std::vector<sock_filter> program = {load(offsetof(seccomp_data, nr))};
  for (const MutatingCall& call : mutating_calls()) {
    if (call.flags < 0) {
      program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<__u32>(call.number), 0, 1));
    } else {
      program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<__u32>(call.number), 0, 4));
      program.push_back(
          load(offsetof(seccomp_data, args) + sizeof(__u64) * static_cast<std::size_t>(call.flags)));
      program.push_back(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, changing_flags, 1, 0));
      program.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
    }
    program.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE));
  }
  program.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  return program;
}

}  // namespace corral::testing
