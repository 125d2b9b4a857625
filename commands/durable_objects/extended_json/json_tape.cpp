#include "commands/durable_objects/extended_json/json_tape.hpp"

#include <bit>
#include <cmath>

#include <fmt/format.h>

#include "backends/error.hpp"
#include "commands/text/json_reader.hpp"

namespace corral::durable_objects {

namespace {

constexpr std::size_t max_json_bytes = std::size_t{512} << 20U;

class Builder final : public JsonVisitor {
 public:
  explicit Builder(JsonTape& tape) : tape_(tape) {}

  void null() override { add({.kind = JsonTape::Kind::null}); }
  void boolean(bool value) override { add({.kind = JsonTape::Kind::boolean, .bits = value ? 1U : 0U}); }
  void number(const JsonNumber& number) override {
    if (!number.whole) {
      add({.kind = JsonTape::Kind::real, .bits = std::bit_cast<std::uint64_t>(number.value)});
    } else if (std::signbit(number.value) && *number.whole == 0) {
      add({.kind = JsonTape::Kind::minus_zero});
    } else {
      add({.kind = JsonTape::Kind::integer, .bits = static_cast<std::uint64_t>(*number.whole)});
    }
  }
  void string(std::string& text) override {
    count();
    add_text(text);
  }
  void name(std::string& text) override {
    count();
    add_text(text);
  }
  void begin_object() override { open(JsonTape::Kind::object); }
  void end_object() override { close(); }
  void begin_array() override { open(JsonTape::Kind::array); }
  void end_array() override { close(); }

 private:
  /// Counts both names and values of objects; `close` halves the count.
  void count() {
    if (!open_.empty()) ++tape_.values[open_.back()].length;
  }

  void add(const JsonTape::Value& value) {
    count();
    tape_.values.push_back(value);
  }

  void add_text(const std::string& text) {
    tape_.values.push_back({.kind = JsonTape::Kind::text,
                            .bits = tape_.texts.size(),
                            .length = static_cast<std::uint32_t>(text.size())});
    tape_.texts += text;
  }

  void open(JsonTape::Kind kind) {
    add({.kind = kind});
    open_.push_back(static_cast<std::uint32_t>(tape_.values.size() - 1));
  }

  void close() {
    JsonTape::Value& value = tape_.values[open_.back()];
    value.size = static_cast<std::uint32_t>(tape_.values.size() - open_.back());
    if (value.kind == JsonTape::Kind::object) value.length /= 2;
    open_.pop_back();
  }

  JsonTape& tape_;
  std::vector<std::uint32_t> open_;
};

}  // namespace

JsonTape read_json(std::string_view text, std::string_view what, std::size_t max_depth) {
  if (text.size() > max_json_bytes)
    throw Error(ErrorKind::limit, fmt::format("{} is longer than 512 MiB", what));
  JsonTape tape;
  Builder builder(tape);
  JsonReader reader(text, std::string(what), {.levels = max_depth});
  try {
    reader.read(builder);
    reader.expect_end();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::invalid_input) throw;
    throw Error(error.kind(), error.message(), "text needs its quotes: '\"like this\"'");
  }
  return tape;
}

}  // namespace corral::durable_objects
