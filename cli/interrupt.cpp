#include "cli/interrupt.hpp"

#include <csignal>
#include <unistd.h>

#include "backends/error.hpp"

namespace corral {

namespace {

constexpr int interrupted_status = 130;
volatile std::sig_atomic_t interrupt_arrived = 0;

extern "C" void corral_on_interrupt(int /*signal*/) {
  if (interrupt_arrived != 0) _exit(interrupted_status);
  interrupt_arrived = 1;
}

}  // namespace

void catch_interrupts() {
  struct sigaction action = {};
  action.sa_handler = corral_on_interrupt;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  struct sigaction ignore = {};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignore, nullptr);
  sigaction(SIGXFSZ, &ignore, nullptr);  // a write beyond 'ulimit -f' then fails with EFBIG
}

bool interrupted() noexcept {
  return interrupt_arrived != 0;
}

void forget_interrupt() noexcept {
  interrupt_arrived = 0;
}

void throw_if_interrupted() {
  if (interrupted()) throw Error(ErrorKind::interrupted, "interrupted");
}

}  // namespace corral
