#include "cli/config/edit.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "backends/error.hpp"
#include "backends/text.hpp"
#include "cli/config/config_value.hpp"
#include "cli/config/jsonc.hpp"
#include "cli/config/toml.hpp"
#include "commands/json_text.hpp"

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

/// The last byte of a value and of everything in it; TOML tables have no end of their own.
std::size_t last_byte(const Value& value) {
  std::size_t end = value.end;
  for (const Value& item : value.items) end = std::max(end, last_byte(item));
  for (const auto& member : value.members) end = std::max(end, last_byte(member.value));
  return end;
}

class Editor {
 public:
  Editor(std::string_view text, std::string_view file, Format format, std::string_view environment,
         std::string_view array, const std::vector<BindingField>& fields)
      : text_(text),
        file_(file),
        format_(format),
        environment_(environment),
        array_(array),
        fields_(fields),
        root_(parse(text, file, format)),
        line_break_(text.find("\r\n") != std::string_view::npos ? "\r\n" : "\n") {}

  std::string run() {
    const Value* scope = scope_of(root_);
    if (scope == nullptr && format_ == Format::jsonc) {
      throw Error(ErrorKind::invalid_input,
                  fmt::format("{} has no environment \"{}\"", shown(file_), shown(environment_)),
                  "add it to \"env\" first");
    }
    const Value* array = scope != nullptr ? scope->find(array_) : nullptr;
    if (array != nullptr && array->type != Value::Type::array) {
      throw Error(ErrorKind::invalid_input,
                  fmt::format("{}:{}: {} is not an array", shown(file_), array->at.line, array_));
    }
    std::string edited = format_ == Format::jsonc ? edit_jsonc(*scope, array) : edit_toml(array);
    check(edited, array != nullptr);
    return edited;
  }

 private:
  [[nodiscard]] const Value* scope_of(const Value& root) const {
    if (environment_.empty()) return &root;
    const Value* environments = root.find("env");
    return environments != nullptr ? environments->find(environment_) : nullptr;
  }

  // ---- The shape of the text ----

  [[nodiscard]] std::string_view line_indent(std::size_t offset) const {
    const std::size_t before = text_.rfind('\n', offset == 0 ? 0 : offset - 1);
    const std::size_t start = before == std::string_view::npos || offset == 0 ? 0 : before + 1;
    const std::size_t end = std::min(text_.find_first_not_of(" \t", start), text_.size());
    return text_.substr(start, std::min(end, offset) - start);
  }

  [[nodiscard]] bool spans_lines(std::size_t begin, std::size_t end) const {
    return text_.substr(begin, end - begin).find('\n') != std::string_view::npos;
  }

  /// One step of indentation, as the file has it.
  [[nodiscard]] std::string indent_step() const {
    for (const auto& member : root_.members) {
      if (const std::string_view indent = line_indent(member.value.begin); !indent.empty())
        return std::string(indent);
    }
    return "  ";
  }

  /// Where an element ends with all that belongs to its line: a comma, spaces, a comment.
  struct ElementEnd {
    bool has_comma = false;
    std::size_t comma_at = 0;  ///< where a comma must go if there is none
    std::size_t line_end = 0;  ///< behind a comment on the same line
  };
  [[nodiscard]] ElementEnd element_end(std::size_t end) const {
    ElementEnd result{false, end, end};
    std::size_t position = end;
    while (position < text_.size()) {
      const std::string_view rest = text_.substr(position);
      if (rest[0] == ' ' || rest[0] == '\t') {
        ++position;
      } else if (rest[0] == ',' && !result.has_comma) {
        result.has_comma = true;
        result.line_end = ++position;
      } else if (rest.starts_with("//") || (format_ == Format::toml && rest[0] == '#')) {
        position = std::min(text_.find_first_of("\r\n", position), text_.size());
        result.line_end = position;
      } else if (rest.starts_with("/*") && format_ == Format::jsonc) {
        const std::size_t close = text_.find("*/", position);
        if (close == std::string_view::npos || spans_lines(position, close)) return result;
        position = close + 2;
        result.line_end = position;
      } else {
        return result;
      }
    }
    return result;
  }

  /// The text with `element` put behind the last of a container's elements.
  [[nodiscard]] std::string append_after(const Value& container, const Value& last,
                                         const std::string& element) const {
    const ElementEnd end = element_end(last.end);
    std::string edited(text_);
    if (spans_lines(container.begin, last.begin)) {
      const std::string indent(line_indent(last.begin));
      edited.insert(end.line_end, line_break_ + indent + element + (end.has_comma ? "," : ""));
    } else {
      edited.insert(end.line_end, " " + element + (end.has_comma ? "," : ""));
    }
    if (!end.has_comma) edited.insert(end.comma_at, ",");
    return edited;
  }

  /// The text with `element` as the only one of a container without any: before its closing bracket.
  [[nodiscard]] std::string fill_empty(const Value& container, const std::string& element) const {
    const std::string indent(line_indent(container.begin));
    const std::size_t close = container.end - 1;
    const std::size_t inner_end = text_.find_last_not_of(" \t\r\n", close - 1) + 1;
    std::string edited(text_);
    edited.replace(inner_end, close - inner_end,
                   line_break_ + indent + indent_step() + element + line_break_ + indent);
    return edited;
  }

  // ---- JSONC ----

  [[nodiscard]] static std::string json_value(const BindingField& field) {
    return field.kind == BindingField::Kind::boolean ? field.value : json_string(field.value);
  }

  [[nodiscard]] std::string json_entry(bool one_line, bool spaced, const std::string& indent) const {
    std::string entry = "{";
    for (const BindingField& field : fields_) {
      if (&field != &fields_.front()) entry += ",";
      if (!one_line) {
        entry += line_break_ + indent + indent_step();
      } else if (spaced || &field != &fields_.front()) {
        entry += " ";
      }
      entry += json_string(field.name) + ": " + json_value(field);
    }
    if (!one_line) entry += line_break_ + indent;
    return entry + (one_line && spaced ? " }" : "}");
  }

  static const Value& last_member(const Value& object) {
    const auto last =
        std::max_element(object.members.begin(), object.members.end(),
                         [](const auto& a, const auto& b) { return a.value.end < b.value.end; });
    return last->value;
  }

  [[nodiscard]] std::string edit_jsonc(const Value& scope, const Value* array) const {
    if (array != nullptr && !array->items.empty()) {
      const Value& last = array->items.back();
      const std::string_view last_text = text_.substr(last.begin, last.end - last.begin);
      const bool one_line = last_text.find('\n') == std::string_view::npos;
      return append_after(
          *array, last,
          json_entry(one_line, last_text.starts_with("{ "), std::string(line_indent(last.begin))));
    }
    if (array != nullptr) {
      return fill_empty(*array,
                        json_entry(false, true, std::string(line_indent(array->begin)) + indent_step()));
    }
    const bool empty = scope.members.empty();
    const std::string indent = empty ? std::string(line_indent(scope.begin)) + indent_step()
                                     : std::string(line_indent(last_member(scope).begin));
    const std::string member = json_string(array_) + ": [" + line_break_ + indent + indent_step() +
                               json_entry(false, true, indent + indent_step()) + line_break_ + indent + "]";
    return empty ? fill_empty(scope, member) : append_after(scope, last_member(scope), member);
  }

  // ---- TOML ----

  [[nodiscard]] std::string edit_toml(const Value* array) const {
    const bool is_inline =
        array != nullptr && text_.substr(array->begin, 1) == "[" && text_.substr(array->begin, 2) != "[[";
    if (is_inline) {
      std::string entry = "{ ";
      for (const BindingField& field : fields_) {
        entry +=
            fmt::format("{}{} = {}", &field == &fields_.front() ? "" : ", ", field.name, json_value(field));
      }
      entry += " }";
      return array->items.empty() ? fill_empty(*array, entry)
                                  : append_after(*array, array->items.back(), entry);
    }
    const std::string path =
        environment_.empty() ? std::string(array_) : fmt::format("env.{}.{}", toml_key(environment_), array_);
    std::string block = fmt::format("[[{}]]{}", path, line_break_);
    for (const BindingField& field : fields_) {
      block += fmt::format("{} = {}{}", field.name, json_value(field), line_break_);
    }
    std::string edited(text_);
    if (array != nullptr && !array->items.empty()) {
      const std::size_t end = last_byte(array->items.back());
      const std::size_t line = std::min(text_.find('\n', end), text_.size());
      edited.insert(line, line_break_ + line_break_ + block.substr(0, block.size() - line_break_.size()));
      return edited;
    }
    if (!edited.empty() && edited.back() != '\n') edited += line_break_;
    return edited + (edited.empty() ? "" : line_break_) + block;
  }

  [[nodiscard]] static std::string toml_key(std::string_view key) {
    const bool bare =
        key.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") ==
        std::string_view::npos;
    return bare ? std::string(key) : json_string(key);
  }

  // ---- Proof ----

  /// Reads the edited text and takes the new entry out of it: what is left must be the config as it was.
  void check(const std::string& edited, bool had_array) const {
    Value now = parse(edited, file_, format_);
    auto* scope = const_cast<Value*>(scope_of(now));
    auto* array = scope != nullptr ? const_cast<Value*>(scope->find(array_)) : nullptr;
    bool good = array != nullptr && !array->items.empty() && has_fields(array->items.back());
    if (good) {
      array->items.pop_back();
      if (!had_array)
        std::erase_if(scope->members, [&](const auto& member) { return member.name == array_; });
      good = same(now, root_) || (format_ == Format::toml && scope_of(root_) == nullptr);
    }
    if (!good) {
      throw Error(ErrorKind::invalid_input,
                  fmt::format("{} is laid out in a way that cannot be edited safely", shown(file_)),
                  "add the entry by hand; nothing was changed");
    }
  }

  [[nodiscard]] bool has_fields(const Value& entry) const {
    return entry.members.size() == fields_.size() &&
           std::all_of(fields_.begin(), fields_.end(), [&](const BindingField& field) {
             const Value* value = entry.find(field.name);
             if (value == nullptr) return false;
             if (field.kind == BindingField::Kind::boolean) {
               return value->type == Value::Type::boolean && value->boolean == (field.value == "true");
             }
             return value->type == Value::Type::string && value->text == field.value;
           });
  }

  std::string_view text_;
  std::string_view file_;
  Format format_;
  std::string_view environment_;
  std::string_view array_;
  const std::vector<BindingField>& fields_;
  Value root_;
  std::string line_break_;
};

}  // namespace

std::string add_entry(std::string_view text, std::string_view file, Format format,
                      std::string_view environment, std::string_view array,
                      const std::vector<BindingField>& fields) {
  return Editor(text, file, format, environment, array, fields).run();
}

}  // namespace corral::config
