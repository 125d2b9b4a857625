#include "tests/crash/fault_injector/traced_call.hpp"

#include <cerrno>
#include <fcntl.h>
#include <linux/elf.h>
#include <linux/openat2.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <system_error>
#include <unistd.h>

#include <climits>

namespace corral::testing {

namespace {

// <linux/ptrace.h> and <sys/ptrace.h> do not go together.
constexpr int get_syscall_info = 0x420e;
struct SyscallInfo {
  std::uint8_t op;
  std::uint8_t padding[3];
  std::uint32_t architecture;
  std::uint64_t instruction_pointer;
  std::uint64_t stack_pointer;
  std::uint64_t number;
  std::uint64_t arguments[6];
  std::uint32_t filter_data;
};

[[noreturn]] void fail_with_errno(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

/// The registers of a stopped thread: the one place that knows the machine.
class Registers {
 public:
  explicit Registers(pid_t thread) : thread_(thread) { transfer(PTRACE_GETREGSET, NT_PRSTATUS, registers_); }

  void set_argument(int index, std::uint64_t value) {
#if defined(__x86_64__)
    const std::array<unsigned long long*, 6> places = {&registers_.rdi, &registers_.rsi, &registers_.rdx,
                                                       &registers_.r10, &registers_.r8,  &registers_.r9};
    *places.at(static_cast<std::size_t>(index)) = value;
#elif defined(__aarch64__)
    registers_.regs[index] = value;
#endif
  }

  void set_result(int error) {
#if defined(__x86_64__)
    registers_.rax = static_cast<unsigned long long>(-static_cast<long long>(error));
#elif defined(__aarch64__)
    registers_.regs[0] = static_cast<unsigned long long>(-static_cast<long long>(error));
#endif
  }

  void skip_call() {
#if defined(__x86_64__)
    registers_.orig_rax = static_cast<unsigned long long>(-1LL);
#elif defined(__aarch64__)
    int none = -1;
    transfer(PTRACE_SETREGSET, NT_ARM_SYSTEM_CALL, none);
#else
#error "tell Registers about this machine"
#endif
  }

  void write() {
    transfer(PTRACE_SETREGSET, NT_PRSTATUS, registers_);
  }

 private:
  template <typename Set>
  void transfer(__ptrace_request request, unsigned long set, Set& data) const {
    iovec place{.iov_base = &data, .iov_len = sizeof data};
    if (::ptrace(request, thread_, set, &place) != 0) fail_with_errno("cannot reach a thread's registers");
  }

  pid_t thread_;
  user_regs_struct registers_{};
};

bool changes_something(const open_how& how) {
  return (how.flags & (O_CREAT | O_TRUNC | (O_TMPFILE & ~O_DIRECTORY))) != 0;
}

template <typename Value>
Value value_at(pid_t thread, std::uint64_t address) {
  Value value{};
  iovec here{.iov_base = &value, .iov_len = sizeof value};
  iovec there{.iov_base = reinterpret_cast<void*>(address), .iov_len = sizeof value};
  if (::process_vm_readv(thread, &here, 1, &there, 1, 0) < 0)
    fail_with_errno("cannot read a thread's memory");
  return value;
}

}  // namespace

TracedCall::TracedCall(pid_t thread) : thread_(thread) {
  SyscallInfo info{};
  if (::ptrace(static_cast<__ptrace_request>(get_syscall_info), thread, sizeof info, &info) < 0)
    fail_with_errno("cannot see a thread's system call");
  number_ = static_cast<long>(info.number);
  for (std::size_t i = 0; i < arguments_.size(); ++i) arguments_.at(i) = info.arguments[i];
  call_ = find_call(number_);
  if (number_ == SYS_openat2 && !changes_something(value_at<open_how>(thread_, argument(2)))) call_ = nullptr;
}

std::string TracedCall::link(const std::string& name) const {
  std::string text(PATH_MAX, '\0');
  const std::string link = "/proc/" + std::to_string(thread_) + "/" + name;
  const ssize_t length = ::readlink(link.c_str(), text.data(), text.size());
  text.resize(length < 0 ? 0 : static_cast<std::size_t>(length));
  return text;
}

std::string TracedCall::text_at(std::uint64_t address) const {
  std::string text;
  while (text.size() < PATH_MAX) {
    const char letter = value_at<char>(thread_, address + text.size());
    if (letter == '\0') break;
    text += letter;
  }
  return text;
}

int TracedCall::descriptor() const {
  return call_->descriptor < 0 ? -1 : static_cast<int>(argument(call_->descriptor));
}

std::string TracedCall::target() const {
  if (call_->descriptor >= 0) return link("fd/" + std::to_string(descriptor()));
  if (call_->path < 0) return "memory";
  // utimensat takes no path for the descriptor itself.
  std::string path = argument(call_->path) == 0 ? "" : text_at(argument(call_->path));
  if (path.starts_with('/')) return path;
  const int folder = call_->folder < 0 ? AT_FDCWD : static_cast<int>(argument(call_->folder));
  const std::string start = link(folder == AT_FDCWD ? "cwd" : "fd/" + std::to_string(folder));
  return path.empty() ? start : start + "/" + path;
}

std::uint64_t TracedCall::count() const {
  return call_->count < 0 ? 0 : argument(call_->count);
}

void TracedCall::fail(int error) {
  Registers registers(thread_);
  registers.skip_call();
  registers.set_result(error);
  registers.write();
}

void TracedCall::shorten(std::uint64_t count) {
  Registers registers(thread_);
  registers.set_argument(call_->count, count);
  registers.write();
}

void TracedCall::fail_afterwards(pid_t thread, int error) {
  Registers registers(thread);
  registers.set_result(error);
  registers.write();
}

}  // namespace corral::testing
