// Reads JSON into memory.
#include <iterator>
#include <string>
#include <unordered_map>
#include <vector>

#include <nlohmann/json.hpp>

#include "backends/error.hpp"
#include "commands/text/json_reader.hpp"

namespace corral {

namespace {

using Json = nlohmann::ordered_json;

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
    if (open.container->is_array()) {
      auto& elements = open.container->get_ref<Json::array_t&>();
      elements.push_back(std::move(value));
      return elements.back();
    }
    return member(open) = std::move(value);
  }

  /// The library searches members linearly, which takes minutes in an object with a million members.
  static Json& member(Open& open) {
    constexpr std::size_t many = 32;
    auto& members = open.container->get_ref<Json::object_t&>();
    if (members.size() < many) return (*open.container)[open.name];
    if (open.places.empty()) {
      for (const auto& [name, value] : members) open.places.emplace(name, open.places.size());
    }
    const auto [place, is_new] = open.places.try_emplace(open.name, members.size());
    if (is_new) members.emplace_back(open.name, nullptr);
    return std::next(members.begin(), static_cast<std::ptrdiff_t>(place->second))->second;
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
