#include "serve/http/worker_threads.hpp"

#include <atomic>
#include <latch>

#include <doctest/doctest.h>

namespace corral::serve {

TEST_CASE("jobs run at once up to the number of threads, and all of them before the end") {
  std::atomic<int> done = 0;
  {
    constexpr int at_once = 4;
    std::latch together(at_once);
    WorkerThreads threads(at_once);
    for (int i = 0; i < at_once; ++i) {
      threads.run([&] {
        together.arrive_and_wait();  // returns only if all run at the same time
        ++done;
      });
    }
    for (int i = 0; i < 100; ++i) threads.run([&] { ++done; });
  }
  CHECK(done == 104);
}

}  // namespace corral::serve
