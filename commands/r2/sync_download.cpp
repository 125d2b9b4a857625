#include "commands/r2/sync_download.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <memory>
#include <mutex>
#include <set>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/files/output_file.hpp"
#include "backends/files/replacement_batch.hpp"
#include "backends/jobs/parallel_jobs.hpp"

namespace corral::r2 {

namespace fs = std::filesystem;

namespace {

/// The limits of a batch that is renamed into place together: large enough to amortize its flush, small
/// enough to lose little on interruption.
constexpr std::uint64_t bytes_a_batch = std::uint64_t{256} << 20U;

/// A file of at least this size is flushed by the thread that wrote it.
constexpr std::uint64_t large_file = std::uint64_t{8} << 20U;

/// Descriptors that are open besides those of the files being copied: the standard streams and databases.
constexpr std::size_t other_descriptors = 24;

/// Each running or waiting job holds the object it reads (ParallelJobs lets twice as many wait as run).
constexpr std::size_t objects_a_job = 3;

std::size_t jobs_at_once(std::size_t asked) {
  return std::clamp<std::size_t>(spare_descriptors(other_descriptors) / (2 * objects_a_job + 2), 1, asked);
}

/// Whether the error affects only this file, so that the others can still be copied.
bool concerns_one_file(const Error& error) {
  switch (error.kind()) {
    case ErrorKind::denied:
    case ErrorKind::invalid_input:
    case ErrorKind::not_found:
    case ErrorKind::conflict:
    case ErrorKind::corrupt: return true;
    default: return false;
  }
}

class Download {
 public:
  Download(Context& context, ObjectStore& store, const SyncSides& sides, const SyncPlan& plan,
           std::size_t at_once)
      : context_(context),
        store_(store),
        sides_(sides),
        opens_anywhere_(store.traits().at_once > 0),
        most_files_(spare_descriptors(other_descriptors + objects_a_job * at_once + 1)),
        progress_(context.out().progress("downloading", plan.bytes, ProgressUnit::bytes)),
        jobs_(at_once) {}

  std::vector<LeftOut> run(const std::map<std::string, LocalFile>& files, const SyncPlan& plan) {
    make_folders(sides_.folder);
    for (const SyncStep& step : plan.steps) {
      context_.check_interrupt();
      progress_->update(done_);
      if (step.action != SyncStep::Action::delete_file) attempt(step.name, [&] { begin(step); });
    }
    name_files();
    std::set<fs::path> folders;
    for (const SyncStep& step : plan.steps) {
      if (step.action != SyncStep::Action::delete_file) continue;
      const fs::path& path = files.at(step.name).path;
      attempt(step.name, [&] {
        if (::unlink(path.c_str()) != 0 && errno != ENOENT) throw cannot_write(path, errno, "delete");
        folders.insert(path.parent_path());
      });
    }
    for (const fs::path& folder : folders) flush_folder(folder);
    return std::move(failed_);
  }

 private:
  template <typename Action>
  void attempt(const std::string& name, const Action& action) {
    try {
      action();
    } catch (const Error& error) {
      if (!concerns_one_file(error)) throw;
      fail(name, error);
    }
  }

  void fail(const std::string& name, const Error& error) {
    const std::lock_guard lock(mutex_);
    failed_.push_back({name, error.message()});
  }

  void begin(const SyncStep& step) {
    const fs::path path = sides_.folder / step.name;
    std::error_code missing;
    if (!fs::is_directory(path.parent_path(), missing)) make_folders(path.parent_path());
    if (step.action == SyncStep::Action::make_folder) return;
    if (opens_anywhere_) {
      jobs_.add([this, path, name = step.name] {
        attempt(name, [&] {
          if (const auto object = open(name)) write(*object, path, name);
        });
      });
    } else if (const auto object = open(step.name)) {
      jobs_.add(
          [this, object, path, name = step.name] { attempt(name, [&] { write(*object, path, name); }); });
    } else {
      return;
    }
    batch_bytes_ += step.size;
    if (++batch_files_ >= most_files_ || batch_bytes_ >= bytes_a_batch) name_files();
  }

  /// nullptr: it was deleted since it was listed.
  std::shared_ptr<ObjectBody> open(const std::string& name) {
    auto object = store_.get(sides_.prefix + name, {}, {});
    return object ? std::make_shared<ObjectBody>(std::move(*object)) : nullptr;
  }

  /// Called from any thread.
  void write(ObjectBody& object, const fs::path& path, const std::string& name) {
    std::array<char, 65'536> buffer;
    const fs::path target = end_of_links(path);
    auto file = std::make_unique<ReplacementFile>(target);
    while (const std::size_t count = object.body->read(buffer)) {
      context_.check_interrupt();
      file->write({buffer.data(), count});
      done_ += count;
    }
    if (object.length >= large_file) file->flush();
    batch_.add(name, target, std::move(file));
  }

  void name_files() {
    jobs_.finish();
    batch_.commit([this](const std::string& name, const Error& error) { fail(name, error); });
    batch_files_ = 0;
    batch_bytes_ = 0;
  }

  Context& context_;
  ObjectStore& store_;
  const SyncSides& sides_;
  bool opens_anywhere_;  ///< whether any thread may read from the store
  std::size_t most_files_;
  std::unique_ptr<Progress> progress_;
  ReplacementBatch batch_;
  std::size_t batch_files_ = 0;
  std::uint64_t batch_bytes_ = 0;
  std::atomic<std::uint64_t> done_ = 0;
  std::mutex mutex_;
  std::vector<LeftOut> failed_;
  ParallelJobs jobs_;  ///< declared last: its threads use the other members
};

}  // namespace

std::vector<LeftOut> download(Context& context, ObjectStore& store, const SyncSides& sides,
                              const std::map<std::string, LocalFile>& files, const SyncPlan& plan,
                              std::size_t at_once) {
  return Download(context, store, sides, plan, jobs_at_once(at_once)).run(files, plan);
}

}  // namespace corral::r2
