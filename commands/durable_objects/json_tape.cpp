#include "commands/durable_objects/json_tape.hpp"

#include <bit>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "backends/error.hpp"
#include "backends/text.hpp"

namespace corral::durable_objects {

namespace {

constexpr std::size_t max_json_bytes = std::size_t{512} << 20U;

/// What the parser calls with each value.
class Builder final : public nlohmann::json_sax<nlohmann::json> {
 public:
  Builder(JsonTape& tape, std::string_view what, std::size_t max_depth)
      : tape_(tape), what_(what), max_depth_(max_depth) {}

  bool null() override { return add({.kind = JsonTape::Kind::null}); }
  bool boolean(bool value) override {
    return add({.kind = JsonTape::Kind::boolean, .bits = value ? 1U : 0U});
  }
  bool number_integer(std::int64_t value) override {
    // The parser tells "-0" from "0" only by calling this.
    if (value == 0) return add({.kind = JsonTape::Kind::minus_zero});
    return add({.kind = JsonTape::Kind::integer, .bits = static_cast<std::uint64_t>(value)});
  }
  bool number_unsigned(std::uint64_t value) override {
    if (value > static_cast<std::uint64_t>(INT64_MAX)) return real(static_cast<double>(value));
    return add({.kind = JsonTape::Kind::integer, .bits = value});
  }
  bool number_float(double value, const std::string& /*text*/) override { return real(value); }
  bool string(std::string& value) override {
    count();
    return add_text(value);
  }
  bool binary(binary_t& /*value*/) override { return false; }
  bool start_object(std::size_t /*elements*/) override { return open(JsonTape::Kind::object); }
  bool key(std::string& value) override {
    count();
    return add_text(value);
  }
  bool end_object() override { return close(); }
  bool start_array(std::size_t /*elements*/) override { return open(JsonTape::Kind::array); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t /*position*/, const std::string& /*token*/,
                   const nlohmann::json::exception& error) override {
    // The library's text is "[json.exception.parse_error.101] parse error at line 1, column 2: ..."
    constexpr std::string_view lead = "parse error at ";
    std::string_view words = error.what();
    if (const auto start = words.find(lead); start != std::string_view::npos)
      words.remove_prefix(start + lead.size());
    throw Error(ErrorKind::invalid_input, fmt::format("{} is not valid JSON: {}", what_, shown(words)),
                "text needs its quotes: '\"like this\"'");
  }

 private:
  bool real(double value) {
    return add({.kind = JsonTape::Kind::real, .bits = std::bit_cast<std::uint64_t>(value)});
  }

  /// Names and values of objects are both counted here, so that `close` can halve them.
  void count() {
    if (!open_.empty()) ++tape_.values[open_.back()].length;
  }

  bool add(const JsonTape::Value& value) {
    count();
    tape_.values.push_back(value);
    return true;
  }

  bool add_text(const std::string& text) {
    tape_.values.push_back({.kind = JsonTape::Kind::text,
                            .bits = tape_.texts.size(),
                            .length = static_cast<std::uint32_t>(text.size())});
    tape_.texts += text;
    return true;
  }

  bool open(JsonTape::Kind kind) {
    if (open_.size() >= max_depth_)
      throw Error(ErrorKind::limit, fmt::format("{} has more than {} levels", what_, max_depth_));
    add({.kind = kind});
    open_.push_back(static_cast<std::uint32_t>(tape_.values.size() - 1));
    return true;
  }

  bool close() {
    JsonTape::Value& value = tape_.values[open_.back()];
    value.size = static_cast<std::uint32_t>(tape_.values.size() - open_.back());
    if (value.kind == JsonTape::Kind::object) value.length /= 2;
    open_.pop_back();
    return true;
  }

  JsonTape& tape_;
  std::string_view what_;
  std::size_t max_depth_;
  std::vector<std::uint32_t> open_;
};

}  // namespace

JsonTape read_json(std::string_view text, std::string_view what, std::size_t max_depth) {
  if (text.size() > max_json_bytes)
    throw Error(ErrorKind::limit, fmt::format("{} is longer than 512 MiB", what));
  JsonTape tape;
  Builder builder(tape, what, max_depth);
  nlohmann::json::sax_parse(text, &builder);
  return tape;
}

}  // namespace corral::durable_objects
