#include "backends/files/insight_journal.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <exception>
#include <fcntl.h>
#include <map>
#include <optional>
#include <sys/file.h>
#include <sys/stat.h>
#include <tuple>
#include <unistd.h>

#include <fmt/format.h>

#include "backends/bytes/byte_stream.hpp"
#include "backends/bytes/hashing.hpp"
#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/files/nofollow.hpp"

namespace corral {

namespace {

constexpr UnixMillis hour_ms = 3'600'000;
constexpr UnixMillis kept_hours = 744;  // 31 days
constexpr std::size_t longest_query = 4'000;
/// Smaller files are not worth compacting.
constexpr std::uint64_t large_bytes = std::uint64_t{512} << 10U;
/// First line of a compacted file, followed by its size at that time.
constexpr std::string_view summed_up = "summed up to ";

struct Line {
  std::string_view database;  ///< prefix of a hash of its id
  UnixMillis hour = 0;
  QueryInsight insight;
};

std::string database_of(std::string_view database_id) {
  constexpr std::size_t digits = 32;
  return hex(sha256(database_id)).substr(0, digits);
}

std::string text_of(std::string_view database, UnixMillis hour, const QueryInsight& insight) {
  std::string query;
  for (const char c : std::string_view(insight.query).substr(0, longest_query)) {
    if (c == '\\' || c == '\n') query += '\\';
    query += c == '\n' ? 'n' : c;
  }
  return fmt::format("{} {} {} {} {} {} {} {}\n", database, hour, insight.runs, insight.total_ms,
                     insight.rows_returned, insight.rows_read, insight.rows_written, query);
}

std::string query_of(std::string_view text) {
  std::string query;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\' || at + 1 == text.size()) {
      query += text[at];
    } else {
      query += text[++at] == 'n' ? '\n' : text[at];
    }
  }
  return query;
}

template <typename Number>
bool take(std::string_view& text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end == text.data() + text.size() || *end != ' ') return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
  return true;
}

/// nullopt for anything else: the first line, or garbage after a power loss.
std::optional<Line> line_of(std::string_view text) {
  Line line;
  const std::size_t space = text.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  line.database = text.substr(0, space);
  text.remove_prefix(space + 1);
  QueryInsight& insight = line.insight;
  if (!take(text, line.hour) || !take(text, insight.runs) || !take(text, insight.total_ms) ||
      !take(text, insight.rows_returned) || !take(text, insight.rows_read) ||
      !take(text, insight.rows_written)) {
    return std::nullopt;
  }
  insight.query = query_of(text);
  return line;
}

void for_each_line(int fd, const std::function<void(const Line&)>& visit) {
  std::string text;
  struct stat status {};
  if (::fstat(fd, &status) != 0) return;
  text.resize(static_cast<std::size_t>(status.st_size));
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(0, ::pread(fd, text.data(), text.size(), 0))));
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size() - 1);
    if (const auto line = line_of(rest.substr(0, end))) visit(*line);
    rest.remove_prefix(end + 1);
  }
}

void add(QueryInsight& sum, const QueryInsight& more) {
  sum.runs += more.runs;
  sum.total_ms += more.total_ms;
  sum.rows_returned += more.rows_returned;
  sum.rows_read += more.rows_read;
  sum.rows_written += more.rows_written;
}

/// The file's size in bytes after its last compaction; 0 if it was never compacted.
std::uint64_t summed_up_bytes(int fd) {
  std::array<char, 40> start{};
  const ssize_t count = ::pread(fd, start.data(), start.size(), 0);
  std::string_view text(start.data(), static_cast<std::size_t>(std::max<ssize_t>(0, count)));
  std::uint64_t bytes = 0;
  if (!text.starts_with(summed_up)) return 0;
  text.remove_prefix(summed_up.size());
  std::from_chars(text.data(), text.data() + text.size(), bytes);
  return bytes;
}

/// Tries to get the lock for up to 0.1 s: its holder may be suspended, and no command should wait for
/// statistics.
bool locked(int fd, int operation) {
  constexpr int attempts = 100;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    if (::flock(fd, operation | LOCK_NB) == 0) return true;
    if (errno != EWOULDBLOCK) return false;
    ::usleep(1000);
  }
  return false;
}

}  // namespace

void InsightJournal::refuse_links() const {
  nofollow::refuse_links(file());
}

/// Returns an empty descriptor if there is no such file.
FileDescriptor InsightJournal::open(int flags, Lock lock) const {
  while (true) {
    FileDescriptor file = nofollow::open(this->file(), flags, 0666);
    if (!file && errno == ENOENT && (flags & O_CREAT) != 0) {
      nofollow::make_folders(folder_);
      file = nofollow::open(this->file(), flags, 0666);
    }
    if (!file && errno == ENOENT) return file;
    struct stat status {};
    if (!file || !locked(file.get(), lock == Lock::shared ? LOCK_SH : LOCK_EX) ||
        ::fstat(file.get(), &status) != 0) {
      throw system_error(errno, fmt::format("cannot open {}", shown(this->file())));
    }
    if (status.st_nlink > 0) return file;  // otherwise it was replaced while we waited
  }
}

/// Compacts the kept lines into a new file.
void InsightJournal::rewrite(const std::function<bool(std::string_view database, UnixMillis hour)>& keeps) {
  const FileDescriptor old = open(O_RDWR, Lock::exclusive);
  if (!old) return;
  std::map<std::tuple<std::string, UnixMillis, std::string>, QueryInsight> sums;
  for_each_line(old.get(), [&](const Line& line) {
    if (!keeps(line.database, line.hour)) return;
    const auto [sum, is_new] =
        sums.try_emplace({std::string(line.database), line.hour, line.insight.query}, line.insight);
    if (!is_new) add(sum->second, line.insight);
  });
  std::string lines;
  for (const auto& [key, sum] : sums) lines += text_of(std::get<0>(key), std::get<1>(key), sum);
  const std::string temporary = file() + ".new";
  const FileDescriptor next = nofollow::open(temporary, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  if (!next) return;
  write_fully(next.get(), fmt::format("{}{}\n", summed_up, lines.size()), temporary);
  write_fully(next.get(), lines, temporary);
  // On failure the old lines stay, which is fine for statistics.
  static_cast<void>(std::rename(temporary.c_str(), file().c_str()));
}

void InsightJournal::record(std::string_view database_id, UnixMillis now,
                            std::span<const QueryInsight> queries) noexcept try {
  const std::string database = database_of(database_id);
  std::string lines;
  for (const QueryInsight& query : queries) lines += text_of(database, now / hour_ms, query);
  struct stat status {};
  {
    const FileDescriptor file = open(O_RDWR | O_APPEND | O_CREAT, Lock::shared);
    write_fully(file.get(), lines, this->file());
    if (::fstat(file.get(), &status) != 0) return;
    const auto bytes = static_cast<std::uint64_t>(status.st_size);
    if (bytes < large_bytes || bytes < 2 * summed_up_bytes(file.get())) return;
  }
  rewrite([&](std::string_view, UnixMillis hour) { return hour >= now / hour_ms - kept_hours; });
} catch (const std::exception&) {
  return;
}

std::vector<QueryInsight> InsightJournal::since(std::string_view database_id, UnixMillis from) {
  std::map<std::string, QueryInsight> sums;
  const std::string database = database_of(database_id);
  if (const FileDescriptor file = open(O_RDONLY, Lock::shared)) {
    for_each_line(file.get(), [&](const Line& line) {
      if (line.database != database || line.hour < from / hour_ms) return;
      const auto [sum, is_new] = sums.try_emplace(line.insight.query, line.insight);
      if (!is_new) add(sum->second, line.insight);
    });
  }
  std::vector<QueryInsight> queries;
  queries.reserve(sums.size());
  for (auto& [query, sum] : sums) queries.push_back(std::move(sum));
  return queries;
}

void InsightJournal::forget(std::string_view database_id) noexcept try {
  const std::string forgotten = database_of(database_id);
  rewrite([&](std::string_view database, UnixMillis) { return database != forgotten; });
} catch (const std::exception&) {
  return;
}

}  // namespace corral
