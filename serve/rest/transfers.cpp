#include "serve/rest/transfers.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include <fmt/format.h>

#include "backends/bytes/hashing.hpp"
#include "backends/cloudflare/api_codes.hpp"
#include "backends/files/spool.hpp"
#include "serve/rest/rest_handler.hpp"

namespace corral::serve::rest {

namespace {

constexpr UnixMillis kept_for = UnixMillis{60} * 60 * 1000;
constexpr std::size_t max_entries = 100;
/// The largest file that D1 imports (developers.cloudflare.com/d1/platform/limits).
constexpr std::uint64_t max_upload_bytes = 5'000'000'000;
/// How long a poll is held; Cloudflare's hold theirs, too, and clients do not pause between them.
constexpr auto poll_held_for = std::chrono::seconds(2);

Refusal unknown_transfer() {
  return {404, cloudflare::code::d1_bad_request, "there is no such transfer, or it is over"};
}

class FileReader final : public ByteSource {
 public:
  FileReader(std::shared_ptr<StoredFile> file, std::unique_ptr<ByteSource> content)
      : file_(std::move(file)), content_(std::move(content)) {}
  std::size_t read(std::span<char> buffer) override { return content_->read(buffer); }
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override { return content_->remaining(); }

 private:
  std::shared_ptr<StoredFile> file_;
  std::unique_ptr<ByteSource> content_;
};

}  // namespace

StoredFile::StoredFile(const std::function<void(ByteSink& sink)>& fill) {
  constexpr const char* name = "a temporary file";
  class Sink final : public ByteSink {
   public:
    explicit Sink(int file) : file_(file) {}
    void write(std::string_view bytes) override {
      hash_.update(bytes);
      write_fully(file_, bytes, name);
      size_ += bytes.size();
    }
    [[nodiscard]] std::uint64_t size() const { return size_; }
    std::string md5() { return hex(hash_.digest()); }

   private:
    int file_;
    Hasher hash_{HashKind::md5};
    std::uint64_t size_ = 0;
  };
  FileDescriptor file = make_nameless_file();
  Sink sink(file.get());
  file_ = std::make_unique<FileSource>(std::move(file), name);
  fill(sink);
  size_ = sink.size();
  md5_ = sink.md5();
}

std::unique_ptr<ByteSource> StoredFile::read(std::shared_ptr<StoredFile> file) {
  auto content = file->file_->section(0, file->size_);
  return std::make_unique<FileReader>(std::move(file), std::move(content));
}

void Job::finish(Json outcome) {
  const std::lock_guard lock(mutex_);
  outcome_ = std::move(outcome);
  done_.notify_all();
}

bool Job::is_done() {
  const std::lock_guard lock(mutex_);
  return outcome_.has_value();
}

std::optional<Json> Job::wait() {
  std::unique_lock lock(mutex_);
  done_.wait_for(lock, poll_held_for, [this] { return outcome_.has_value(); });
  return outcome_;
}

Jobs::~Jobs() {
  for (Running& one : running_) one.thread.join();
}

void Jobs::start(const std::shared_ptr<Job>& job, std::function<Json()> work) {
  std::erase_if(running_, [](Running& one) {
    if (!one.job->is_done()) return false;
    one.thread.join();
    return true;
  });
  running_.push_back({job, std::thread([job, work = std::move(work)] { job->finish(work()); })});
}

std::string Transfers::insert(Entry entry) {
  const std::lock_guard lock(mutex_);
  std::erase_if(entries_, [&](const auto& one) { return one.second.since + kept_for < entry.since; });
  if (entries_.size() >= max_entries) {
    entries_.erase(std::min_element(entries_.begin(), entries_.end(), [](const auto& a, const auto& b) {
      return a.second.since < b.second.since;
    }));
  }
  constexpr std::size_t random_bytes = 16;
  return entries_.emplace(random_hex(random_bytes), std::move(entry)).first->first;
}

Transfers::Entry* Transfers::find(const std::string& name, Entry::Kind kind, UnixMillis now) {
  const auto found = entries_.find(name);
  if (found == entries_.end() || found->second.kind != kind) return nullptr;
  return found->second.since + kept_for < now ? nullptr : &found->second;
}

std::string Transfers::expect(const std::string& database, UnixMillis now) {
  return insert({.kind = Entry::Kind::upload, .since = now, .database = database});
}

void Transfers::store(const std::string& name, std::shared_ptr<StoredFile> file, UnixMillis now) {
  const std::lock_guard lock(mutex_);
  Entry* const entry = find(name, Entry::Kind::upload, now);
  if (entry == nullptr) throw unknown_transfer();
  entry->file = std::move(file);
}

std::shared_ptr<StoredFile> Transfers::take(const std::string& name, const std::string& database,
                                            UnixMillis now) {
  const std::lock_guard lock(mutex_);
  Entry* const entry = find(name, Entry::Kind::upload, now);
  if (entry == nullptr || entry->database != database || !entry->file) return nullptr;
  auto file = std::move(entry->file);
  entries_.erase(name);
  return file;
}

std::string Transfers::offer(std::shared_ptr<StoredFile> file, UnixMillis now) {
  return insert({.kind = Entry::Kind::download, .since = now, .file = std::move(file)});
}

std::shared_ptr<StoredFile> Transfers::offered(const std::string& name, UnixMillis now) {
  const std::lock_guard lock(mutex_);
  const Entry* const entry = find(name, Entry::Kind::download, now);
  if (entry == nullptr) throw unknown_transfer();
  return entry->file;
}

std::string Transfers::add(std::shared_ptr<Job> job, const std::string& database, UnixMillis now) {
  return insert({.kind = Entry::Kind::job, .since = now, .database = database, .job = std::move(job)});
}

std::shared_ptr<Job> Transfers::job(const std::string& name, const std::string& database, UnixMillis now) {
  const std::lock_guard lock(mutex_);
  const Entry* const entry = find(name, Entry::Kind::job, now);
  return entry == nullptr || entry->database != database ? nullptr : entry->job;
}

namespace {

Response upload(Call& call) {
  // Looked for before the body is read, so that guessed URLs cannot fill the disk.
  call.transfers.store(call["name"], nullptr, call.now());
  const auto file = std::make_shared<StoredFile>([&](ByteSink& sink) {
    std::array<char, 65'536> buffer;
    std::uint64_t size = 0;
    while (const std::size_t count = call.request.body->read(buffer)) {
      size += count;
      if (size > max_upload_bytes) throw Error(ErrorKind::limit, "the file is larger than 5 GB");
      sink.write({buffer.data(), count});
    }
  });
  call.transfers.store(call["name"], file, call.now());
  Response response;
  response.add("etag", fmt::format("\"{}\"", file->md5()));
  response.length = 0;
  return response;
}

Response download(Call& call) {
  Response response;
  response.add("content-type", "application/sql");
  response.body = StoredFile::read(call.transfers.offered(call["name"], call.now()));
  return response;
}

constexpr std::array routes = {
    Route{"d1.upload", "PUT", "transfers/:name", upload},
    Route{"d1.download", "GET", "transfers/:name", download},
};

}  // namespace

std::span<const Route> transfer_routes() {
  return routes;
}

std::string transfer_url(const Call& call, const std::string& name) {
  const Request& request = call.request;
  const std::string origin =
      request.authority.empty()
          ? call.site.url
          : fmt::format("{}://{}", request.secure ? "https" : "http", request.authority);
  return fmt::format("{}{}{}{}", origin, base_path, transfer_path, name);
}

}  // namespace corral::serve::rest
