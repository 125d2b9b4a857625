#include "tests/crash/fault_injector/tracer.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <set>
#include <string>
#include <string_view>
#include <sys/ptrace.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "tests/crash/fault_injector/command_process.hpp"
#include "tests/crash/fault_injector/traced_call.hpp"

namespace corral::testing {

namespace {

constexpr int syscall_stop = SIGTRAP | 0x80;  // PTRACE_O_TRACESYSGOOD

[[noreturn]] void fail_with_errno(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

std::string_view name_of(CallKind kind) {
  switch (kind) {
    case CallKind::name: return "name";
    case CallKind::write: return "write";
    case CallKind::size: return "size";
    case CallKind::flush: return "flush";
    case CallKind::mode: return "mode";
  }
  return "";
}

bool is_on_a_disk(std::string_view target) {
  return target.starts_with('/') && !target.starts_with("/memfd:") &&
         (!target.starts_with("/dev/") || target.starts_with("/dev/shm/")) && !target.starts_with("/proc/");
}

volatile std::sig_atomic_t time_is_up = 0;

/// Interrupts waiting when the time of a job is up.
class Timer {
 public:
  explicit Timer(unsigned seconds) {
    time_is_up = 0;
    struct sigaction action {};
    action.sa_handler = [](int) { time_is_up = 1; };
    ::sigaction(SIGALRM, &action, nullptr);
    set(seconds);
  }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  ~Timer() { set(0); }

 private:
  // Again and again: a signal that comes just before the wait interrupts nothing.
  static void set(unsigned seconds) {
    const itimerval timer{.it_interval = {.tv_sec = seconds == 0 ? 0 : 1, .tv_usec = 0},
                          .it_value = {.tv_sec = static_cast<time_t>(seconds), .tv_usec = 0}};
    ::setitimer(ITIMER_REAL, &timer, nullptr);
  }
};

class Tracer {
 public:
  Tracer(pid_t root, const Job& job)
      : root_(root), is_traced_(job.is_traced), at_(job.at), fault_(job.fault) {}

  Run run() {
    if (is_traced_) wait_for_start();
    while (true) {
      int status = 0;
      const pid_t thread = ::waitpid(-1, &status, __WALL);
      if (thread < 0 && errno == ECHILD) return std::move(run_);
      if (thread < 0 && errno != EINTR) fail_with_errno("cannot wait");
      if (time_is_up != 0) end_late();
      if (thread < 0) continue;
      if (WIFSTOPPED(status)) {
        stopped(thread, status);
      } else if (thread == root_) {
        if (WIFEXITED(status)) run_.status = WEXITSTATUS(status);
        if (WIFSIGNALED(status)) run_.signal = WTERMSIG(status);
      }
    }
  }

 private:
  void end_late() {
    run_.hangs = true;
    for (const pid_t thread : known_) ::kill(thread, SIGKILL);
    ::kill(root_, SIGKILL);
  }

  void wait_for_start() {
    int status = 0;
    if (::waitpid(root_, &status, 0) != root_ || !WIFSTOPPED(status)) fail_with_errno("cannot start");
    constexpr long options = PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACESECCOMP |
                             PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                             PTRACE_O_TRACEEXEC;
    if (::ptrace(PTRACE_SETOPTIONS, root_, 0, options) != 0) fail_with_errno("cannot trace");
    go_on(root_, 0);
  }

  /// A thread that has been killed meanwhile cannot be resumed, which is not an error.
  static void go_on(pid_t thread, int signal, __ptrace_request how = PTRACE_CONT) {
    ::ptrace(how, thread, nullptr, static_cast<long>(signal));
  }

  void stopped(pid_t thread, int status) {
    const int signal = WSTOPSIG(status);
    const int event = status >> 16;
    if (event == PTRACE_EVENT_SECCOMP) {
      at_call(thread);
    } else if (event != 0) {
      go_on(thread, 0);
    } else if (signal == syscall_stop) {
      if (fault_.action == Fault::Action::kill_after) ::kill(root_, SIGKILL);
      if (fault_.action == Fault::Action::error_after) TracedCall::fail_afterwards(thread, fault_.error);
      go_on(thread, 0);
    } else {
      // The first stop of a new thread or process is not a real signal.
      const bool is_new = signal == SIGSTOP && known_.insert(thread).second;
      go_on(thread, is_new ? 0 : signal);
    }
  }

  void at_call(pid_t thread) {
    try {
      TracedCall call(thread);
      if (!is_of_the_command(thread) || call.mutating() == nullptr || !counts(call)) {
        go_on(thread, 0);
        return;
      }
      const MutatingCall& what = *call.mutating();
      run_.calls.push_back({what.name, name_of(what.kind), call.target(), call.count()});
      if (run_.calls.size() == at_) {
        begin(thread, call);
      } else if (run_.calls.size() > at_ && fault_.action == Fault::Action::lasting && suits(call)) {
        call.fail(fault_.error);
        go_on(thread, 0);
      } else {
        go_on(thread, 0);
      }
    } catch (const std::system_error& error) {
      if (error.code().value() != ESRCH) throw;  // killed meanwhile
    }
  }

  void begin(pid_t thread, TracedCall& call) {
    run_.is_injected = suits(call);
    __ptrace_request how = PTRACE_CONT;
    if (run_.is_injected) {
      switch (fault_.action) {
        case Fault::Action::kill: ::kill(root_, SIGKILL); break;
        case Fault::Action::error:
        case Fault::Action::lasting: call.fail(fault_.error); break;
        case Fault::Action::partial: call.shorten(call.count() / 2); break;
        case Fault::Action::kill_after:
        case Fault::Action::error_after: how = PTRACE_SYSCALL; break;
      }
    }
    go_on(thread, 0, how);
  }

  [[nodiscard]] bool suits(const TracedCall& call) const {
    const CallKind kind = call.mutating()->kind;
    if (fault_.action == Fault::Action::partial) return kind == CallKind::write && call.count() > 1;
    if (fault_.action == Fault::Action::error_after) return kind == CallKind::flush;
    if (fault_.action != Fault::Action::lasting) return true;
    // On a full disk, only calls that free space succeed. A pipe is not on the disk.
    if (!is_on_a_disk(call.target())) return false;
    const std::string_view name = call.mutating()->name;
    return fault_.error != ENOSPC || kind == CallKind::write || kind == CallKind::size ||
           (kind == CallKind::name && !name.starts_with("unlink") && name != "rmdir");
  }

  static bool counts(const TracedCall& call) {
    if (call.descriptor() == STDOUT_FILENO) return true;
    return call.descriptor() != STDERR_FILENO && is_on_a_disk(call.target());
  }

  /// Whether a thread belongs to the command, and not to a process that it started.
  bool is_of_the_command(pid_t thread) {
    if (thread == root_ || threads_.contains(thread)) return true;
    const std::string task = "/proc/" + std::to_string(root_) + "/task/" + std::to_string(thread);
    if (::access(task.c_str(), F_OK) != 0) return false;
    threads_.insert(thread);
    return true;
  }

  pid_t root_;
  bool is_traced_;
  std::uint64_t at_;
  Fault fault_;
  Run run_;
  std::set<pid_t> known_;
  std::set<pid_t> threads_;
};

}  // namespace

std::optional<Fault> parse_fault(std::string_view name) {
  using Action = Fault::Action;
  if (name == "kill") return Fault{.action = Action::kill};
  if (name == "kill-after") return Fault{.action = Action::kill_after};
  if (name == "short") return Fault{.action = Action::partial};
  const std::size_t end = name.find('-');
  const std::string_view how = end == std::string_view::npos ? "" : name.substr(end);
  Fault fault{.action = Action::error};
  if (how == "-after") fault.action = Action::error_after;
  if (how == "-from-here") fault.action = Action::lasting;
  if (fault.action == Action::error && !how.empty()) return std::nullopt;
  constexpr std::array<std::pair<std::string_view, int>, 7> errors = {{{"EIO", EIO},
                                                                       {"ENOSPC", ENOSPC},
                                                                       {"EACCES", EACCES},
                                                                       {"EINTR", EINTR},
                                                                       {"EDQUOT", EDQUOT},
                                                                       {"EROFS", EROFS},
                                                                       {"EMFILE", EMFILE}}};
  for (const auto& [error_name, number] : errors) {
    if (name.substr(0, end) == error_name) fault.error = number;
  }
  return fault.error == 0 ? std::nullopt : std::optional(fault);
}

Run run_job(const Job& job) {
  const CommandProcess process(job);
  const Timer timer(job.seconds);
  Run run = Tracer(process.id(), job).run();
  run.out = process.out();
  run.words = process.words();
  return run;
}

}  // namespace corral::testing
