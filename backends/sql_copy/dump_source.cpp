#include "backends/sql_copy/dump_source.hpp"

#include <algorithm>
#include <utility>

#include "backends/error.hpp"

namespace corral::sql_copy {

namespace {

constexpr std::size_t most_ahead = std::size_t{256} << 10U;

}  // namespace

class DumpSource::Sink final : public ByteSink {
 public:
  explicit Sink(DumpSource& source) : source_(source) {}

  void write(std::string_view bytes) override {
    std::unique_lock lock(source_.mutex_);
    source_.changed_.wait(lock,
                          [&] { return source_.is_abandoned_ || source_.written_.size() < most_ahead; });
    if (source_.is_abandoned_) throw Error(ErrorKind::interrupted, "the rest of the dump is not wanted");
    source_.written_ += bytes;
    source_.changed_.notify_all();
  }

 private:
  DumpSource& source_;
};

DumpSource::DumpSource(SqlDatabase& database, SqlDumpOptions options)
    : thread_([this, &database, asked = std::move(options)] { run(database, asked); }) {}

DumpSource::~DumpSource() {
  {
    const std::lock_guard lock(mutex_);
    is_abandoned_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void DumpSource::run(SqlDatabase& database, const SqlDumpOptions& options) noexcept {
  std::exception_ptr failure;
  try {
    Sink sink(*this);
    database.dump(options, sink);
  } catch (...) {
    failure = std::current_exception();
  }
  const std::lock_guard lock(mutex_);
  failure_ = failure;
  is_end_ = true;
  changed_.notify_all();
}

std::size_t DumpSource::read(std::span<char> buffer) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return is_end_ || !written_.empty(); });
  if (written_.empty()) {
    if (failure_) std::rethrow_exception(failure_);
    return 0;
  }
  const std::size_t count = std::min(buffer.size(), written_.size());
  std::copy_n(written_.begin(), count, buffer.begin());
  written_.erase(0, count);
  changed_.notify_all();
  return count;
}

}  // namespace corral::sql_copy
