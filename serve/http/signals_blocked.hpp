#pragma once

#include <csignal>
#include <pthread.h>

namespace corral::serve {

/// While alive, threads that are started do not receive the signals that stop the program: they would
/// interrupt a thread that does not look for them.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t stops;
    sigemptyset(&stops);
    sigaddset(&stops, SIGINT);
    sigaddset(&stops, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &stops, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace corral::serve
