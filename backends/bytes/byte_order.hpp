#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <concepts>
#include <cstring>
#include <string>

namespace corral {

// Integers in a fixed byte order, independent of the machine, for everything stored on disk. Values are
// little-endian, which is free on x86-64 and arm64; keys are big-endian, so that byte order is numeric order.
// Functions that take a pointer access sizeof(Number) bytes there, at any alignment.

namespace detail {

template <std::integral Number>
std::array<char, sizeof(Number)> bytes_in(std::endian order, Number number) noexcept {
  auto bytes = std::bit_cast<std::array<char, sizeof(Number)>>(number);
  if (order != std::endian::native) std::reverse(bytes.begin(), bytes.end());
  return bytes;
}

template <std::integral Number>
Number number_in(std::endian order, const char* from) noexcept {
  std::array<char, sizeof(Number)> bytes{};
  std::memcpy(bytes.data(), from, bytes.size());
  if (order != std::endian::native) std::reverse(bytes.begin(), bytes.end());
  return std::bit_cast<Number>(bytes);
}

}  // namespace detail

template <std::integral Number>
void write_little_endian(char* to, Number number) noexcept {
  const auto bytes = detail::bytes_in(std::endian::little, number);
  std::memcpy(to, bytes.data(), bytes.size());
}

template <std::integral Number>
void append_little_endian(std::string& bytes, Number number) {
  const auto more = detail::bytes_in(std::endian::little, number);
  bytes.append(more.data(), more.size());
}

template <std::integral Number>
void append_big_endian(std::string& bytes, Number number) {
  const auto more = detail::bytes_in(std::endian::big, number);
  bytes.append(more.data(), more.size());
}

template <std::integral Number>
[[nodiscard]] Number read_little_endian(const char* from) noexcept {
  return detail::number_in<Number>(std::endian::little, from);
}

template <std::integral Number>
[[nodiscard]] Number read_big_endian(const char* from) noexcept {
  return detail::number_in<Number>(std::endian::big, from);
}

}  // namespace corral
