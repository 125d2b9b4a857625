#include "serve/rest/call.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "commands/text/json_reader.hpp"

namespace corral::serve::rest {

namespace {

/// More than any request has, and few enough for what descends into them.
constexpr std::size_t max_json_levels = 1000;

}  // namespace

const StateOptions Call::state = {};

const std::string& Call::operator[](std::string_view name) const {
  static const std::string none;
  const auto found = std::find_if(captured.begin(), captured.end(),
                                  [&](const auto& capture) { return capture.first == name; });
  return found == captured.end() ? none : found->second;
}

std::optional<std::string> Call::parameter(std::string_view name) const {
  const auto found =
      std::find_if(query.begin(), query.end(), [&](const auto& one) { return one.first == name; });
  if (found == query.end() || found->second.empty()) return std::nullopt;
  return found->second;
}

std::optional<std::int64_t> Call::number(std::string_view name, std::int64_t least, std::int64_t most,
                                         int code) const {
  const auto text = parameter(name);
  if (!text) return std::nullopt;
  std::int64_t number = 0;
  const char* const last = text->data() + text->size();
  const auto [end, error] = std::from_chars(text->data(), last, number);
  if (error == std::errc() && end == last && number >= least && number <= most) return number;
  throw Refusal(400, code, fmt::format("{} must be a whole number from {} to {}", name, least, most));
}

Json Call::json(int code, std::uint64_t limit) const {
  try {
    const std::string text = read_all(*request.body, limit, "the body");
    JsonReader reader(text, "the body", {.levels = max_json_levels});
    Json json = reader.read_document();
    reader.expect_end();
    return json;
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::limit) throw Refusal(413, code, error.message());
    if (error.kind() == ErrorKind::invalid_input) throw Refusal(400, code, error.message());
    throw;
  }
}

NumberedPage::NumberedPage(const Call& call, std::int64_t usual, std::int64_t most, int code)
    : page_(call.number("page", 1, INT32_MAX, code).value_or(1)),
      size_(call.number("per_page", 1, most, code).value_or(usual)) {}

std::size_t NumberedPage::first(std::size_t total) const {
  return std::min(total, static_cast<std::size_t>((page_ - 1) * size_));
}

std::size_t NumberedPage::end(std::size_t total) const {
  return std::min(total, static_cast<std::size_t>(page_ * size_));
}

Json NumberedPage::info(std::size_t total) const {
  const auto pages = (static_cast<std::int64_t>(total) + size_ - 1) / size_;
  return {{"page", page_},
          {"per_page", size_},
          {"count", end(total) - first(total)},
          {"total_count", total},
          {"total_pages", pages}};
}

}  // namespace corral::serve::rest
