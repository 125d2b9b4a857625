#include "backends/cloudflare/object_bodies.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <tuple>
#include <utility>

#include <fmt/format.h>

namespace corral::cloudflare {

namespace {

/// Some of the bytes of an answer, together with the answer that they come from.
class AnswerBytes final : public ByteSource {
 public:
  /// `length`: nullopt if the answer does not say how long it is.
  AnswerBytes(std::unique_ptr<http::Response> response, std::uint64_t skip,
              std::optional<std::uint64_t> length)
      : response_(std::move(response)), skip_(skip), left_(length) {}

  std::size_t read(std::span<char> buffer) override {
    for (std::array<char, 65'536> passed{}; skip_ > 0;) {
      const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(skip_, passed.size()));
      const std::size_t count = response_->body().read(std::span(passed).first(wanted));
      if (count == 0) return 0;
      skip_ -= count;
    }
    if (left_)
      buffer = buffer.first(static_cast<std::size_t>(std::min<std::uint64_t>(*left_, buffer.size())));
    const std::size_t count = buffer.empty() ? 0 : response_->body().read(buffer);
    if (left_) *left_ -= count;
    return count;
  }
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override { return left_; }

 private:
  std::unique_ptr<http::Response> response_;
  std::uint64_t skip_;
  std::optional<std::uint64_t> left_;
};

/// Of "bytes 2-4/10": 2 and 10.
std::optional<std::pair<std::uint64_t, std::uint64_t>> parse_content_range(std::string_view text) {
  constexpr std::string_view unit = "bytes ";
  const std::size_t slash = text.find('/');
  if (!text.starts_with(unit) || slash == std::string_view::npos) return std::nullopt;
  std::uint64_t first = 0;
  std::uint64_t size = 0;
  const char* const end = text.data() + text.size();
  if (std::from_chars(text.data() + unit.size(), end, first).ec != std::errc()) return std::nullopt;
  if (std::from_chars(text.data() + slash + 1, end, size).ec != std::errc()) return std::nullopt;
  return std::pair(first, size);
}

}  // namespace

std::optional<std::string> range_header(const ObjectRange& range) {
  resolve_range(range, UINT64_MAX);
  if (range.suffix) return fmt::format("bytes=-{}", *range.suffix);
  const std::uint64_t offset = range.offset.value_or(0);
  if (range.length)
    return fmt::format("bytes={}-{}", offset, offset + std::min(*range.length, UINT64_MAX - offset) - 1);
  if (offset == 0) return std::nullopt;
  return fmt::format("bytes={}-", offset);
}

ObjectBody body_of(ObjectInfo info, std::unique_ptr<http::Response> response,
                   const std::optional<ObjectRange>& range) {
  ObjectBody object;
  static_cast<ObjectInfo&>(object) = std::move(info);
  const std::optional<std::uint64_t> length = response->body().remaining();
  object.size = object.length = length.value_or(0);
  std::uint64_t skip = 0;
  const auto content_range = http::find_header(response->headers(), "content-range");
  if (const auto part = response->status() == http::status::partial_content && content_range
                            ? parse_content_range(*content_range)
                            : std::nullopt) {
    object.offset = part->first;
    object.size = part->second;
  } else if (range && length) {
    std::tie(object.offset, object.length) = resolve_range(*range, *length);
    skip = object.offset;
  }
  object.body = std::make_unique<AnswerBytes>(std::move(response), skip,
                                              length ? std::optional(object.length) : std::nullopt);
  return object;
}

}  // namespace corral::cloudflare
