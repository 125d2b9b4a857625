#include <cerrno>
#include <fcntl.h>
#include <sys/event.h>

#include "backends/platform/child_process.hpp"

namespace corral::platform {

void end_with_parent(int /*signal*/) {}

FileDescriptor watch_end_of(pid_t process) {
  FileDescriptor queue(::kqueue());
  if (!queue) return queue;
  ::fcntl(queue.get(), F_SETFD, FD_CLOEXEC);
  struct kevent event {};
  EV_SET(&event, static_cast<uintptr_t>(process), EVFILT_PROC, EV_ADD, NOTE_EXIT, 0, nullptr);
  if (::kevent(queue.get(), &event, 1, nullptr, 0, nullptr) == 0) return queue;
  if (errno != ESRCH) return {};
  // It has ended already, so an event of our own says so.
  EV_SET(&event, 0, EVFILT_USER, EV_ADD, 0, 0, nullptr);
  if (::kevent(queue.get(), &event, 1, nullptr, 0, nullptr) != 0) return {};
  EV_SET(&event, 0, EVFILT_USER, 0, NOTE_TRIGGER, 0, nullptr);
  if (::kevent(queue.get(), &event, 1, nullptr, 0, nullptr) != 0) return {};
  return queue;
}

}  // namespace corral::platform
