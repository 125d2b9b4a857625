#include "backends/cloudflare/multipart_upload.hpp"

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <semaphore>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/cloudflare/part_source.hpp"
#include "backends/cloudflare/retry.hpp"
#include "backends/jobs/parallel_jobs.hpp"
#include "backends/unknown_outcome.hpp"

namespace corral::cloudflare {

namespace {

constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20U;
constexpr std::uint64_t least_part = 16 * mebibyte;
constexpr std::uint64_t part_of_unknown_size = 64 * mebibyte;
/// A part that arrives damaged is sent again this often.
constexpr int attempts_at_part = 3;

/// "<MD5 of the parts' MD5s>-<how many>": what R2 calls the object (developers.cloudflare.com/r2/objects/
/// multipart-objects).
std::string etag_of(const S3Parts& parts) {
  std::string digests;
  for (const auto& [number, part] : parts) {
    for (std::size_t i = 0; i + 1 < part.etag.size(); i += 2)
      digests += static_cast<char>(std::stoi(part.etag.substr(i, 2), nullptr, 16));
  }
  Hasher hasher(HashKind::md5);
  hasher.update(digests);
  return fmt::format("{}-{}", hex(hasher.digest()), parts.size());
}

class Upload {
 public:
  Upload(S3Client& client, const ObjectWrite& write, ByteSource& body, std::size_t at_once)
      : client_(client),
        write_(write),
        source_(body, part_size_of(write, body.remaining()),
                fmt::format("the body of \"{}\"", shown(write.key))),
        at_once_(std::max<std::size_t>(at_once, 1)) {}

  std::optional<UploadedObject> run(const std::function<bool()>& may_complete) {
    std::unique_ptr<ByteSource> first = source_.next();
    const bool was_begun = find_begun(first.get());
    if (!was_begun) upload_ = {.id = create_upload(client_, write_), .key = write_.key, .started = 0};
    try {
      send_parts(std::move(first));
    } catch (const Error& error) {
      throw with_extent(error);
    }
    if (!is_wanted(may_complete)) return std::nullopt;
    UploadedObject object{.made = complete(), .size = 0, .was_begun = was_begun};
    for (const auto& [number, part] : sent_) object.size += part.size;
    return object;
  }

 private:
  /// Looks for an upload that an earlier run left, the newest first. What it has of the body stays there.
  bool find_begun(ByteSource* first) {
    std::vector<S3Upload> uploads = list_uploads(client_, write_.key);
    std::erase_if(uploads, [this](const S3Upload& upload) { return upload.key != write_.key; });
    std::stable_sort(uploads.begin(), uploads.end(),
                     [](const S3Upload& a, const S3Upload& b) { return a.started > b.started; });
    for (S3Upload& upload : uploads) {
      S3Parts parts = list_parts(client_, upload);
      if (parts.empty()) continue;
      const std::uint64_t number = parts.begin()->first;
      const std::unique_ptr<ByteSource> other = number == 1 ? nullptr : source_.part(number);
      ByteSource* const part = number == 1 ? first : other.get();
      if (part == nullptr || !is_same(*part, parts.begin()->second)) continue;
      client_.session().log(fmt::format("going on with an upload that has {} parts", parts.size()));
      upload_ = std::move(upload);
      begun_ = std::move(parts);
      return true;
    }
    return false;
  }

  static bool is_same(ByteSource& part, const S3Part& stored) {
    return part.remaining() == stored.size && md5_of(part) == stored.etag;
  }

  /// One thread reads the body, if it can only be read in order, and waits while enough parts are on their
  /// way.
  void send_parts(std::unique_ptr<ByteSource> part) {
    std::counting_semaphore<> places(static_cast<std::ptrdiff_t>(at_once_));
    std::atomic<bool> failed = false;
    ParallelJobs jobs(at_once_);
    for (std::uint64_t number = 1;; ++number) {
      client_.session().check_interrupt();
      places.acquire();
      // Given back with the job, whether that is run or dropped.
      const std::shared_ptr<void> place(nullptr, [&places](void*) { places.release(); });
      if (number > 1 && !failed) part = source_.next();
      if (failed || !part) break;
      if (number > r2_max_parts) {
        throw Error(ErrorKind::limit, fmt::format("\"{}\" has more than 10,000 parts", shown(write_.key)),
                    "make the parts larger with --part-size");
      }
      jobs.add([this, number, place, &failed, bytes = std::shared_ptr<ByteSource>(std::move(part))] {
        try {
          send_part(number, *bytes);
        } catch (...) {
          failed = true;
          throw;
        }
      });
    }
    jobs.finish();
  }

  void send_part(std::uint64_t number, ByteSource& bytes) {
    S3Part part{.size = bytes.remaining().value_or(0), .etag = {}};
    const auto stored = begun_.find(number);
    if (stored != begun_.end() && is_same(bytes, stored->second)) {
      part = stored->second;
    } else {
      part.etag = put_whole(number, bytes);
    }
    const std::scoped_lock lock(mutex_);
    sent_[number] = std::move(part);
  }

  std::string put_whole(std::uint64_t number, ByteSource& bytes) {
    for (int attempt = 1;; ++attempt) {
      HashedSource hashed(bytes);
      std::string etag = put_part(client_, upload_, number, hashed);
      const std::string md5 = hashed.md5();
      if (etag == md5) return etag;
      if (attempt == attempts_at_part) {
        throw Error(ErrorKind::corrupt,
                    fmt::format("part {} of \"{}\" arrived damaged: its MD5 is {}, not {}", number,
                                shown(write_.key), shown(etag), md5));
      }
    }
  }

  /// The error of a part, with what has been stored. An upload without parts is of no use to anybody.
  Error with_extent(const Error& error) {
    if (sent_.empty() && dynamic_cast<const S3Error*>(&error) != nullptr) give_up();
    if (error.kind() == ErrorKind::interrupted || sent_.empty()) return error;
    const auto count = source_.count();
    return {error.kind(),
            fmt::format("{} ({}{} parts of \"{}\" are stored)", error.message(), sent_.size(),
                        count ? fmt::format(" of {}", *count) : std::string(), shown(write_.key)),
            error.kind() == ErrorKind::denied || error.kind() == ErrorKind::limit
                ? error.hint()
                : "run the same command again: it goes on from there; 'corral r2 multipart abort' gives up"};
  }

  void give_up() noexcept {
    try {
      abort_upload(client_, upload_);
    } catch (const std::exception&) {  // R2 removes it by itself after seven days
    }
  }

  bool is_wanted(const std::function<bool()>& may_complete) {
    try {
      if (source_.has_changed()) {
        throw Error(ErrorKind::conflict,
                    fmt::format("the length of the file for \"{}\" changed while it was being sent",
                                shown(write_.key)),
                    "nothing was written; run the command again");
      }
      if (may_complete()) return true;
    } catch (const Error&) {
      give_up();
      throw;
    }
    give_up();
    return false;
  }

  /// Completing is not repeated blindly: whether it was done shows in what is there.
  S3Made complete() {
    const std::string expected = etag_of(sent_);
    for (int attempts = 1;; ++attempts) {
      std::optional<Error> failure;
      try {
        S3Made made = complete_upload(client_, upload_, sent_);
        if (made.etag == expected) return made;
        throw Error(ErrorKind::corrupt,
                    fmt::format("\"{}\" was stored with the etag {}, not {}: other parts than those sent",
                                shown(write_.key), shown(made.etag), expected),
                    "run the command again");
      } catch (const S3Error& error) {
        if (!http::is_server_error(error.status())) throw;
        failure = error;
      } catch (const http::ConnectionError& error) {
        if (!error.may_have_arrived()) throw;
        failure = error;
      } catch (const Error& error) {
        if (error.kind() != ErrorKind::unavailable) throw;
        failure = error;
      }
      if (auto made = find_made(expected)) return *std::move(made);
      if (attempts == max_attempts || !is_open()) {
        throw UnknownOutcome(
            fmt::format("whether \"{}\" was stored is not known: {}", shown(write_.key), failure->message()),
            "look with 'corral r2 object head', then run the same command again", failure->message());
      }
      constexpr int unavailable = 503;
      const auto pause = pause_before_retry({.status = unavailable}, true, attempts, random_chance());
      let_pass(pause.value_or(0), client_.session().clock(), [this] { client_.session().check_interrupt(); });
    }
  }

  /// The object, if it has come into being.
  std::optional<S3Made> find_made(const std::string& etag) {
    try {
      S3Made made = made_of(client_.call({.method = "HEAD", .key = write_.key}).headers);
      return made.etag == etag ? std::optional(std::move(made)) : std::nullopt;
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::interrupted) throw;
      return std::nullopt;
    }
  }

  /// Whether the upload is still to be completed.
  bool is_open() {
    try {
      return !list_parts(client_, upload_).empty();
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::interrupted) throw;
      return false;
    }
  }

  S3Client& client_;
  const ObjectWrite& write_;
  PartSource source_;
  std::size_t at_once_;
  S3Upload upload_;
  S3Parts begun_;  ///< what an earlier run stored
  std::mutex mutex_;
  S3Parts sent_;
};

}  // namespace

std::uint64_t part_size_of(const ObjectWrite& write, std::optional<std::uint64_t> size) {
  std::uint64_t part = write.part_size;
  if (part == r2_max_part_bytes) {
    part = size ? least_part : part_of_unknown_size;
    while (size && part < r2_max_part_bytes && part * r2_max_parts < *size) part *= 2;
    part = std::min(part, r2_max_part_bytes);
  }
  if (size && *size > part * r2_max_parts) {
    throw Error(
        ErrorKind::limit,
        fmt::format("\"{}\" would have more than 10,000 parts of {} MiB", shown(write.key), part / mebibyte),
        "make the parts larger with --part-size");
  }
  return part;
}

std::optional<UploadedObject> upload_in_parts(S3Client& client, const ObjectWrite& write, ByteSource& body,
                                              std::size_t at_once,
                                              const std::function<bool()>& may_complete) {
  return Upload(client, write, body, at_once).run(may_complete);
}

}  // namespace corral::cloudflare
