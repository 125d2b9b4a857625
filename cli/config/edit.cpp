#include "cli/config/edit.hpp"

#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "cli/config/entry_writer.hpp"
#include "cli/config/jsonc.hpp"
#include "cli/config/taken_names.hpp"
#include "cli/config/toml.hpp"

namespace corral::config {

namespace {

Value parse(std::string_view text, std::string_view file, Format format) {
  return format == Format::jsonc ? parse_jsonc(text, file) : parse_toml(text, file);
}

bool same(const Value& a, const Value& b) {
  if (a.type != b.type || a.boolean != b.boolean || a.number != b.number || a.text != b.text) return false;
  if (a.items.size() != b.items.size() || a.members.size() != b.members.size()) return false;
  for (std::size_t i = 0; i < a.items.size(); ++i) {
    if (!same(a.items[i], b.items[i])) return false;
  }
  return std::all_of(a.members.begin(), a.members.end(), [&](const Member& member) {
    const Value* other = b.find(member.name);
    return other != nullptr && same(member.value, *other);
  });
}

/// Splits "queues.producers" into its parts, below the environment's.
std::vector<std::string> path_of(std::string_view environment, std::string_view array) {
  std::vector<std::string> path;
  if (!environment.empty()) path = {"env", std::string(environment)};
  while (!array.empty()) {
    const std::size_t end = std::min(array.find('.'), array.size());
    path.emplace_back(array.substr(0, end));
    array.remove_prefix(std::min(end + 1, array.size()));
  }
  return path;
}

Value value_of(const BindingField& field) {
  Value value;
  value.type = field.kind == BindingField::Kind::boolean ? Value::Type::boolean : Value::Type::string;
  value.boolean = field.kind == BindingField::Kind::boolean && field.value == "true";
  if (field.kind == BindingField::Kind::text) value.text = field.value;
  return value;
}

/// The member with this name, added if missing.
Value& member_of(Value& object, const std::string& name, Value::Type type) {
  for (Member& member : object.members) {
    if (member.name == name) return member.value;
  }
  object.members.push_back({.name = name, .value = {}});
  object.members.back().value.type = type;
  return object.members.back().value;
}

class Editor {
 public:
  Editor(std::string_view text, std::string_view file, Format format, std::string_view environment,
         std::string_view array, const std::vector<BindingField>& fields)
      : text_(text),
        file_(file),
        format_(format),
        environment_(environment),
        path_(path_of(environment, array)),
        fields_(fields),
        root_(parse(text, file, format)) {}

  EditedConfig run() {
    const EntryPlace place = find_place();
    const Value* entry = find_entry(place);
    const TextShape shape(text_, format_, root_);
    EditedConfig edited;
    if (entry != nullptr) {
      edited = {with_fields(shape, format_, *entry, fields_), before(*entry)};
    } else if (format_ == Format::jsonc) {
      edited.text = with_jsonc_entry(shape, place, fields_);
    } else {
      edited.text = with_toml_entry(shape, place, path_, fields_);
    }
    check(edited.text);
    return edited;
  }

 private:
  /// Follows the path as far as it exists in the config.
  [[nodiscard]] EntryPlace find_place() const {
    const Value* container = &root_;
    std::size_t depth = 0;
    for (; depth < path_.size(); ++depth) {
      const Value* next = container->find(path_[depth]);
      if (next == nullptr) break;
      const bool is_array = depth + 1 == path_.size();
      if (next->type != (is_array ? Value::Type::array : Value::Type::object)) {
        throw Error(ErrorKind::invalid_input,
                    fmt::format("{}:{}: {} is not {}", shown(file_), next->at.line, shown(path_[depth]),
                                is_array ? "an array" : "an object"));
      }
      container = next;
    }
    const bool environment_is_missing = !environment_.empty() && depth < 2;
    if (environment_is_missing && format_ == Format::jsonc) {
      throw Error(ErrorKind::invalid_input,
                  fmt::format("{} has no environment \"{}\"", shown(file_), shown(environment_)),
                  "add it to \"env\" first");
    }
    return {*container, std::span(path_).subspan(depth)};
  }

  /// The array entry with the binding's name; nullptr if there is none.
  [[nodiscard]] const Value* find_entry(const EntryPlace& place) const {
    const std::string& name = fields_.front().value;
    const Value* scope = scope_of(root_);
    if (scope == nullptr) return nullptr;
    const auto taken = taken_names(*scope);
    const auto [first, last] = taken.equal_range(name);
    if (first == last) return nullptr;
    const Value* found = nullptr;
    if (place.missing.empty()) {
      for (const Value& item : place.container.items) {
        const Value* binding = item.find(fields_.front().name);
        if (binding != nullptr && binding->text == name) found = &item;
      }
    }
    if (found != nullptr && std::next(first) == last) return found;
    std::string places;
    for (auto one = first; one != last; ++one) places += (places.empty() ? "" : " and ") + one->second;
    throw Error(
        ErrorKind::conflict,
        fmt::format("{} has a binding \"{}\" already, in {}", shown(file_), shown(name), shown(places)),
        "choose another name with --binding NAME; nothing was changed");
  }

  [[nodiscard]] const Value* scope_of(const Value& root) const {
    if (environment_.empty()) return &root;
    const Value* environments = root.find("env");
    return environments != nullptr ? environments->find(environment_) : nullptr;
  }

  [[nodiscard]] std::vector<BindingField> before(const Value& entry) const {
    std::vector<BindingField> before;
    for (const BindingField& field : fields_) {
      const Value* value = entry.find(field.name);
      if (value != nullptr && value->type == Value::Type::string && value->text != field.value)
        before.push_back({field.name, value->text});
    }
    return before;
  }

  /// Reads the edited text back: it must equal the old config plus this binding.
  void check(const std::string& edited) const {
    Value expected = root_;
    Value* container = &expected;
    for (std::size_t i = 0; i < path_.size(); ++i) {
      container =
          &member_of(*container, path_[i], i + 1 == path_.size() ? Value::Type::array : Value::Type::object);
    }
    Value name = value_of(fields_.front());
    auto entry = std::find_if(container->items.begin(), container->items.end(), [&](const Value& item) {
      const Value* binding = item.find(fields_.front().name);
      return binding != nullptr && same(*binding, name);
    });
    if (entry == container->items.end()) {
      container->items.emplace_back().type = Value::Type::object;
      entry = std::prev(container->items.end());
    }
    for (const BindingField& field : fields_) {
      member_of(*entry, field.name, Value::Type::string) = value_of(field);
    }
    bool good = false;
    try {
      good = same(parse(edited, file_, format_), expected);
    } catch (const Error&) {
      good = false;
    }
    if (good) return;
    throw Error(ErrorKind::invalid_input,
                fmt::format("{} is laid out in a way that cannot be edited safely", shown(file_)),
                "change the entry by hand; nothing was changed");
  }

  std::string_view text_;
  std::string_view file_;
  Format format_;
  std::string_view environment_;
  std::vector<std::string> path_;
  const std::vector<BindingField>& fields_;
  Value root_;
};

}  // namespace

EditedConfig put_entry(std::string_view text, std::string_view file, Format format,
                       std::string_view environment, std::string_view array,
                       const std::vector<BindingField>& fields) {
  return Editor(text, file, format, environment, array, fields).run();
}

}  // namespace corral::config
