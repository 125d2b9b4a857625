// Reads JSON into memory.
#include <string>
#include <unordered_map>
#include <vector>

#include "backends/error.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_reader.hpp"

namespace corral {

namespace {

/// Builds a document from the events of a reader.
class DocumentBuilder final : public JsonVisitor {
 public:
  explicit DocumentBuilder(Json& document) : document_(document) {}

  void null() override { add(nullptr); }
  void boolean(bool value) override { add(value); }
  void number(const JsonNumber& number) override {
    if (!number.whole) {
      add(number.value);
    } else if (*number.whole >= 0) {
      add(static_cast<std::uint64_t>(*number.whole));
    } else {
      add(*number.whole);
    }
  }
  void string(std::string& text) override { add(std::move(text)); }
  void name(std::string& text) override { open_.back().name = std::move(text); }
  void begin_object() override { open_.push_back({&add(Json::object()), {}, {}}); }
  void end_object() override { open_.pop_back(); }
  void begin_array() override { open_.push_back({&add(Json::array()), {}, {}}); }
  void end_array() override { open_.pop_back(); }

 private:
  struct Open {
    Json* container;
    std::string name;                                     ///< of the member to come
    std::unordered_map<std::string, std::size_t> places;  ///< of the members, once there are many
  };

  Json& add(Json value) {
    if (open_.empty()) return document_ = std::move(value);
    Open& open = open_.back();
    if (open.container->is_array()) return open.container->push_back(std::move(value));
    return member(open) = std::move(value);
  }

  /// Json searches members linearly, which takes minutes in an object with a million members.
  static Json& member(Open& open) {
    constexpr std::size_t many = 32;
    Json& object = *open.container;
    if (object.size() < many) return object[open.name];
    if (open.places.empty()) {
      for (std::size_t i = 0; i < object.size(); ++i) open.places.emplace(object.name(i), i);
    }
    const auto [place, is_new] = open.places.try_emplace(open.name, object.size());
    if (is_new) object.append(open.name, nullptr);
    return object[place->second];
  }

  Json& document_;
  std::vector<Open> open_;
};

}  // namespace

Json JsonReader::read_document() {
  Json document;
  DocumentBuilder builder(document);
  read(builder);
  return document;
}

Json parse_json(std::string_view text, std::string what) {
  JsonReader reader(text, std::move(what));
  Json document = reader.read_document();
  reader.expect_end();
  return document;
}

std::optional<Json> json_if_valid(std::string_view text) {
  try {
    return parse_json(text, {});
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace corral
