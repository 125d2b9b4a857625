#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>

namespace corral {

/// Places that tasks share, so that their threads or buffers stay few however many tasks there are: the first
/// takes what it likes, and later ones what is left. Any number of threads.
class Places {
 public:
  explicit Places(std::size_t count) : state_(std::make_shared<State>(count)) {}

  /// Some places, given back on destruction, which may come after that of the Places.
  class Lease {
   public:
    Lease(Lease&& other) noexcept = default;
    Lease& operator=(Lease&& other) = delete;
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease() {
      if (!state_) return;
      const std::scoped_lock lock(state_->mutex);
      state_->free += count_;
    }
    [[nodiscard]] std::size_t count() const noexcept { return count_; }

   private:
    friend class Places;
    struct State;
    Lease(std::shared_ptr<State> state, std::size_t count) : state_(std::move(state)), count_(count) {}
    struct State {
      explicit State(std::size_t all) : free(all) {}
      std::mutex mutex;
      std::size_t free;
    };
    std::shared_ptr<State> state_;
    std::size_t count_;
  };

  /// Up to `wanted` places, without waiting; perhaps none.
  Lease take(std::size_t wanted) {
    const std::scoped_lock lock(state_->mutex);
    const std::size_t count = std::min(wanted, state_->free);
    state_->free -= count;
    return {state_, count};
  }

 private:
  using State = Lease::State;
  std::shared_ptr<State> state_;
};

}  // namespace corral
