#include "cli/progress_line.hpp"

#include <array>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"

namespace corral {

namespace {

constexpr UnixMillis between_draws = 100;
/// Short tasks show nothing.
constexpr UnixMillis before_first = 200;

std::string amount(std::uint64_t count, ProgressUnit unit) {
  return unit == ProgressUnit::bytes ? human_bytes(count) : grouped(count);
}

std::size_t columns(int fd) {
  winsize size = {};
  constexpr std::size_t usual = 80;
  return ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : usual;
}

void write_once(int fd, std::string_view text) {
  if (write(fd, text.data(), text.size()) < 0) return;
}

}  // namespace

std::string grouped(std::uint64_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return digits;
}

std::string human_bytes(std::uint64_t bytes) {
  constexpr std::uint64_t step = 1024;
  if (bytes < step) return fmt::format("{} B", bytes);
  constexpr std::array units{"KiB", "MiB", "GiB", "TiB"};
  auto value = static_cast<double>(bytes) / step;
  std::size_t unit = 0;
  while (value >= step && unit + 1 < units.size()) {
    value /= step;
    ++unit;
  }
  return fmt::format("{:.1f} {}", value, units[unit]);
}

std::string progress_text(std::string_view what, std::uint64_t done, std::uint64_t total, ProgressUnit unit,
                          std::uint64_t rate) {
  std::string text = fmt::format("{}  {}", what, amount(done, unit));
  if (total > 0) {
    constexpr double percent = 100;
    text += fmt::format(" / {}  {:.0f}%", amount(total, unit),
                        percent * static_cast<double>(done) / static_cast<double>(total));
  }
  if (rate > 0) text += fmt::format("  {}/s", amount(rate, unit));
  return text;
}

void ProgressDisplay::draw(std::string_view text) {
  if (!on_) return;
  const std::string safe = shown(text);
  write_once(fd_, fmt::format("\r{}\x1b[K", first_characters(safe, columns(fd_) - 1)));
  visible_ = true;
}

void ProgressDisplay::wipe() {
  if (!visible_) return;
  write_once(fd_, "\r\x1b[K");
  visible_ = false;
}

ProgressLine::ProgressLine(ProgressDisplay& display, const Clock& clock, std::string what,
                           std::uint64_t total, ProgressUnit unit)
    : display_(display),
      clock_(clock),
      what_(std::move(what)),
      total_(total),
      unit_(unit),
      start_(clock.elapsed()),
      next_(start_ + before_first) {}

ProgressLine::~ProgressLine() {
  display_.wipe();
}

void ProgressLine::update(std::uint64_t done, std::uint64_t statements) {
  if (!display_.on()) return;
  const UnixMillis now = clock_.elapsed();
  if (now < next_) return;
  next_ = now + between_draws;
  const double seconds = static_cast<double>(now - start_) / 1000;
  const std::string what =
      statements == 0 ? what_ : fmt::format("{}  {} statements ", what_, grouped(statements));
  display_.draw(progress_text(what, done, total_, unit_,
                              static_cast<std::uint64_t>(static_cast<double>(done) / seconds)));
}

}  // namespace corral
