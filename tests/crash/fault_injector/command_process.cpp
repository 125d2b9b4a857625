#include "tests/crash/fault_injector/command_process.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <vector>

#include "tests/crash/fault_injector/calls.hpp"

namespace corral::testing {

namespace {

[[noreturn]] void fail_with_errno(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

int file_in_memory(const char* name) {
  const int file = ::memfd_create(name, MFD_CLOEXEC);
  if (file < 0) fail_with_errno("cannot make a file in memory");
  return file;
}

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

bool lay_filter() {
  std::vector<sock_filter> filter = seccomp_program();
  const sock_fprog program{.len = static_cast<unsigned short>(filter.size()), .filter = filter.data()};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}

}  // namespace

CommandProcess::CommandProcess(const Job& job)
    : input_(file_in_memory("stdin")), out_(file_in_memory("stdout")), error_(file_in_memory("stderr")) {
  for (std::size_t done = 0; done < job.input.size();) {
    const ssize_t count = ::write(input_, job.input.data() + done, job.input.size() - done);
    if (count < 0) fail_with_errno("cannot keep the input");
    done += static_cast<std::size_t>(count);
  }
  ::lseek(input_, 0, SEEK_SET);
  id_ = ::fork();
  if (id_ < 0) fail_with_errno("cannot fork");
  if (id_ == 0) become(job);
}

CommandProcess::~CommandProcess() {
  for (const int file : {input_, out_, error_}) ::close(file);
}

void CommandProcess::become(const Job& job) const {
  const std::vector<char*> arguments = pointers_to(job.command);
  const std::vector<char*> environment = pointers_to(job.environment);
  ::signal(SIGPIPE, SIG_DFL);
  ::dup2(input_, STDIN_FILENO);
  ::dup2(out_, STDOUT_FILENO);
  ::dup2(error_, STDERR_FILENO);
  const bool is_there = job.folder.empty() || ::chdir(job.folder.c_str()) == 0;
  if (is_there && (!job.is_traced || (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0 &&
                                      ::raise(SIGSTOP) == 0 && lay_filter())))
    ::execvpe(arguments.front(), arguments.data(), environment.data());
  ::perror("corral_fault_injector");
  ::_exit(127);
}

std::string CommandProcess::contents_of(int file) {
  struct stat status {};
  if (::fstat(file, &status) != 0) fail_with_errno("cannot see the output");
  std::string text(static_cast<std::size_t>(status.st_size), '\0');
  const ssize_t count = ::pread(file, text.data(), text.size(), 0);
  text.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
  return text;
}

}  // namespace corral::testing
