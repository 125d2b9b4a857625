#include "commands/text/readable.hpp"

#include <array>
#include <ctime>

#include <fmt/format.h>

#include "backends/bytes/unix_time.hpp"

namespace corral {

std::string readable_time(UnixMillis time) {
  const std::time_t seconds = time / 1000;
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &parts)};
}

std::string iso_time(UnixMillis time) {
  const UnixMillis millis = ((time % one_second) + one_second) % one_second;
  std::string text = readable_time(time - millis);
  text[text.find(' ')] = 'T';
  return text + fmt::format(".{:03}Z", millis);
}

std::string readable_size(std::uint64_t bytes) {
  constexpr std::array<const char*, 5> units = {"KiB", "MiB", "GiB", "TiB", "PiB"};
  if (bytes < 1024) return fmt::format("{} B", bytes);
  double size = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  while (size >= 1024 && unit + 1 < units.size()) {
    size /= 1024;
    ++unit;
  }
  return fmt::format("{:.{}f} {}", size, size < 10 ? 1 : 0, units.at(unit));
}

}  // namespace corral
