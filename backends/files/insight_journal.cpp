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
#include "backends/platform/decimal_text.hpp"

namespace corral {

namespace {

constexpr UnixMillis hour_ms = 3'600'000;
constexpr UnixMillis kept_hours = 744;  // 31 days
constexpr std::size_t longest_query = 4'000;
/// Smaller files are not worth compacting.
constexpr std::uint64_t large_bytes = std::uint64_t{512} << 10U;
/// The first line, followed by the version; files of earlier builds lack it.
constexpr std::string_view format_name = "corral insights ";
constexpr std::uint64_t format_version = 1;
/// The next line of a file that was summed up: how long it was then.
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
  const char* const last = text.data() + text.size();
  const auto [end, error] = platform::read_number(text.data(), last, number);
  if (error != std::errc() || end == last || *end != ' ') return false;
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

/// What the first lines of the file say.
struct Beginning {
  std::uint64_t version = 0;          ///< 0: of an earlier build, or damaged
  std::uint64_t summed_up_bytes = 0;  ///< how long it was when it was last summed up; 0 if it never was
  bool is_empty = false;
};

/// The number after `name` at the beginning of the text, and takes that line off it; 0: there is none.
std::uint64_t take_heading(std::string_view& text, std::string_view name) {
  std::uint64_t number = 0;
  if (!text.starts_with(name)) return 0;
  const std::string_view line = text.substr(0, text.find('\n'));
  std::from_chars(line.data() + name.size(), line.data() + line.size(), number);
  text.remove_prefix(std::min(line.size() + 1, text.size()));
  return number;
}

Beginning beginning_of(int fd) {
  std::array<char, 80> start{};
  const ssize_t count = ::pread(fd, start.data(), start.size(), 0);
  std::string_view text(start.data(), static_cast<std::size_t>(std::max<ssize_t>(0, count)));
  Beginning beginning;
  beginning.is_empty = count == 0;
  beginning.version = take_heading(text, format_name);
  beginning.summed_up_bytes = take_heading(text, summed_up);
  return beginning;
}

std::string heading() {
  return fmt::format("{}{}\n", format_name, format_version);
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
  nofollow::refuse_links(file_);
}

/// Returns an empty descriptor if there is no such file.
FileDescriptor InsightJournal::open(int flags, Lock lock) const {
  while (true) {
    FileDescriptor file = nofollow::open(file_, flags, 0666);
    if (!file && errno == ENOENT && (flags & O_CREAT) != 0) {
      nofollow::make_folders(file_.parent_path());
      file = nofollow::open(file_, flags, 0666);
    }
    if (!file && errno == ENOENT) return file;
    struct stat status {};
    if (!file || !locked(file.get(), lock == Lock::shared ? LOCK_SH : LOCK_EX) ||
        ::fstat(file.get(), &status) != 0) {
      throw system_error(errno, fmt::format("cannot open {}", shown(file_.native())));
    }
    if (status.st_nlink > 0) return file;  // otherwise it was replaced while we waited
  }
}

/// Compacts the kept lines into a new file.
void InsightJournal::rewrite(const std::function<bool(std::string_view database, UnixMillis hour)>& keeps) {
  const FileDescriptor old = open(O_RDWR, Lock::exclusive);
  if (!old || beginning_of(old.get()).version > format_version) return;
  std::map<std::tuple<std::string, UnixMillis, std::string>, QueryInsight> sums;
  for_each_line(old.get(), [&](const Line& line) {
    if (!keeps(line.database, line.hour)) return;
    const auto [sum, is_new] =
        sums.try_emplace({std::string(line.database), line.hour, line.insight.query}, line.insight);
    if (!is_new) add(sum->second, line.insight);
  });
  std::string lines;
  for (const auto& [key, sum] : sums) lines += text_of(std::get<0>(key), std::get<1>(key), sum);
  const std::string temporary = file_.native() + ".new";
  const FileDescriptor next = nofollow::open(temporary, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  if (!next) return;
  write_fully(next.get(), fmt::format("{}{}{}\n", heading(), summed_up, lines.size()), temporary);
  write_fully(next.get(), lines, temporary);
  // Where it fails the old lines stay, which are statistics only.
  static_cast<void>(std::rename(temporary.c_str(), file_.c_str()));
}

void InsightJournal::record(std::string_view database_id, UnixMillis now,
                            std::span<const QueryInsight> queries) noexcept try {
  const std::string database = database_of(database_id);
  std::string lines;
  for (const QueryInsight& query : queries) lines += text_of(database, now / hour_ms, query);
  struct stat status {};
  {
    const FileDescriptor file = open(O_RDWR | O_APPEND | O_CREAT, Lock::shared);
    const Beginning beginning = beginning_of(file.get());
    if (beginning.version > format_version) return;
    // Of two that begin the file at once both write the heading, and the second is skipped like any other
    // line that is not a record.
    write_fully(file.get(), beginning.is_empty ? heading() + lines : lines, file_.native());
    if (::fstat(file.get(), &status) != 0) return;
    const auto bytes = static_cast<std::uint64_t>(status.st_size);
    const bool is_current = beginning.is_empty || beginning.version == format_version;
    if (is_current && (bytes < large_bytes || bytes < 2 * beginning.summed_up_bytes)) return;
  }
  rewrite([&](std::string_view, UnixMillis hour) { return hour >= now / hour_ms - kept_hours; });
} catch (const std::exception&) {
  return;
}

std::vector<QueryInsight> InsightJournal::since(std::string_view database_id, UnixMillis from) {
  std::map<std::string, QueryInsight> sums;
  const std::string database = database_of(database_id);
  if (const FileDescriptor file = open(O_RDONLY, Lock::shared)) {
    if (const std::uint64_t version = beginning_of(file.get()).version; version > format_version) {
      throw Error(ErrorKind::unavailable,
                  fmt::format("{} was written by a newer corral (format {}; this one reads {})",
                              shown(file_.native()), version, format_version),
                  "update corral");
    }
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
