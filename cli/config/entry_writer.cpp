#include "cli/config/entry_writer.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "commands/text/json_text.hpp"

namespace corral::config {

namespace {

bool has_value(const Value& value, const BindingField& field) {
  if (field.kind == BindingField::Kind::boolean)
    return value.type == Value::Type::boolean && value.boolean == (field.value == "true");
  return value.type == Value::Type::string && value.text == field.value;
}

/// TOML's basic strings accept JSON's escapes.
std::string value_text(const BindingField& field) {
  return field.kind == BindingField::Kind::boolean ? field.value : json_string(field.value);
}

// ---- JSONC ----

std::string jsonc_field(const BindingField& field) {
  return json_string(field.name) + ": " + value_text(field);
}

/// `spaced`: for a single-line entry, puts spaces inside the braces.
std::string jsonc_line(const std::vector<BindingField>& fields, bool spaced) {
  std::string entry = spaced ? "{ " : "{";
  for (const BindingField& field : fields) {
    entry += (&field == &fields.front() ? "" : ", ") + jsonc_field(field);
  }
  return entry + (spaced ? " }" : "}");
}

std::string jsonc_lines(const TextShape& shape, const std::vector<BindingField>& fields,
                        const std::string& indent) {
  std::string entry = "{";
  for (const BindingField& field : fields) {
    entry += (&field == &fields.front() ? "" : ",") + shape.line_break() + indent + shape.step() +
             jsonc_field(field);
  }
  return entry + shape.line_break() + indent + "}";
}

/// The member that leads to an array of the one entry: `"queues": {"producers": [{...}]}` in lines.
std::string jsonc_member(const TextShape& shape, std::span<const std::string> names,
                         const std::vector<BindingField>& fields, const std::string& indent) {
  const bool is_array = names.size() == 1;
  const std::string inner = indent + shape.step();
  return json_string(names.front()) + (is_array ? ": [" : ": {") + shape.line_break() + inner +
         (is_array ? jsonc_lines(shape, fields, inner)
                   : jsonc_member(shape, names.subspan(1), fields, inner)) +
         shape.line_break() + indent + (is_array ? "]" : "}");
}

// ---- TOML ----

std::string toml_key(std::string_view key) {
  const bool bare =
      key.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") ==
      std::string_view::npos;
  return bare && !key.empty() ? std::string(key) : json_string(key);
}

std::string toml_field(const BindingField& field) {
  return fmt::format("{} = {}", toml_key(field.name), value_text(field));
}

std::string toml_line(const std::vector<BindingField>& fields) {
  std::string entry = "{ ";
  for (const BindingField& field : fields) {
    entry += (&field == &fields.front() ? "" : ", ") + toml_field(field);
  }
  return entry + " }";
}

/// The member of an inline table that leads to an array of the one entry.
std::string toml_member(std::span<const std::string> names, const std::vector<BindingField>& fields) {
  return toml_key(names.front()) + " = " +
         (names.size() == 1 ? "[ " + toml_line(fields) + " ]"
                            : "{ " + toml_member(names.subspan(1), fields) + " }");
}

bool is_inline(const TextShape& shape, const Value& value) {
  const std::string_view start = shape.text().substr(std::min(value.begin, shape.text().size()), 2);
  return value.type == Value::Type::array ? start.starts_with('[') && start != "[[" : start.starts_with('{');
}

std::string in_inline_table(const TextShape& shape, const Value& table, const std::string& member) {
  std::string edited(shape.text());
  if (table.members.empty()) {
    edited.replace(table.begin, table.end - table.begin, "{ " + member + " }");
  } else {
    edited.insert(last_member(table).end, ", " + member);
  }
  return edited;
}

/// The end of a value and everything in it; tables defined by headers have no end of their own.
std::size_t last_byte(const Value& value) {
  std::size_t end = value.end;
  for (const Value& item : value.items) end = std::max(end, last_byte(item));
  for (const Member& member : value.members) end = std::max(end, last_byte(member.value));
  return end;
}

std::string as_block(const TextShape& shape, const EntryPlace& place, std::span<const std::string> path,
                     const std::vector<BindingField>& fields) {
  const std::string& line_break = shape.line_break();
  std::string block;
  for (const std::string& name : path) block += (block.empty() ? "[[" : ".") + toml_key(name);
  block += "]]";
  for (const BindingField& field : fields) block += line_break + toml_field(field);
  std::string edited(shape.text());
  if (place.missing.empty() && !place.container.items.empty()) {
    edited.insert(shape.line_end(last_byte(place.container.items.back())), line_break + line_break + block);
    return edited;
  }
  if (!edited.empty() && edited.back() != '\n') edited += line_break;
  return edited + (edited.empty() ? "" : line_break) + block + line_break;
}

}  // namespace

std::string with_jsonc_entry(const TextShape& shape, const EntryPlace& place,
                             const std::vector<BindingField>& fields) {
  const Value& container = place.container;
  const std::string outer(shape.line_indent(container.begin));
  if (!place.missing.empty()) {
    const bool empty = container.members.empty();
    const std::string indent =
        empty ? outer + shape.step() : std::string(shape.line_indent(last_member(container).begin));
    const std::string member = jsonc_member(shape, place.missing, fields, indent);
    return empty ? shape.filled(container, member)
                 : shape.appended(container, last_member(container), member);
  }
  if (container.items.empty()) {
    return shape.filled(container, jsonc_lines(shape, fields, outer + shape.step()));
  }
  const Value& last = container.items.back();
  const std::string_view last_text = shape.text().substr(last.begin, last.end - last.begin);
  const bool one_line = last_text.find('\n') == std::string_view::npos;
  return shape.appended(container, last,
                        one_line ? jsonc_line(fields, last_text.starts_with("{ "))
                                 : jsonc_lines(shape, fields, std::string(shape.line_indent(last.begin))));
}

std::string with_toml_entry(const TextShape& shape, const EntryPlace& place,
                            std::span<const std::string> path, const std::vector<BindingField>& fields) {
  const Value& container = place.container;
  if (!is_inline(shape, container)) return as_block(shape, place, path, fields);
  if (!place.missing.empty()) {
    return in_inline_table(shape, container, toml_member(place.missing, fields));
  }
  return container.items.empty() ? shape.filled(container, toml_line(fields))
                                 : shape.appended(container, container.items.back(), toml_line(fields));
}

std::string with_fields(const TextShape& shape, Format format, const Value& entry,
                        const std::vector<BindingField>& fields) {
  struct Change {
    std::size_t begin;
    std::size_t length;
    std::string text;
  };
  std::vector<Change> changes;
  std::vector<std::string> added;
  for (const BindingField& field : fields) {
    if (const Value* value = entry.find(field.name)) {
      if (has_value(*value, field)) continue;
      changes.push_back({value->begin, value->end - value->begin, value_text(field)});
    } else {
      added.push_back(format == Format::jsonc ? jsonc_field(field) : toml_field(field));
    }
  }
  std::string edited(shape.text());
  const Value& last = last_member(entry);
  if (!added.empty() && format == Format::jsonc) {
    const std::string separator = shape.spans_lines(entry.begin, last.begin)
                                      ? "," + shape.line_break() + std::string(shape.line_indent(last.begin))
                                      : ", ";
    // Only text after the last value moves.
    edited = shape.appended(entry, last, fmt::format("{}", fmt::join(added, separator)));
  } else if (!added.empty() && is_inline(shape, entry)) {
    changes.push_back({last.end, 0, fmt::format(", {}", fmt::join(added, ", "))});
  } else if (!added.empty()) {
    const Value& known = *entry.find(fields.front().name);
    const std::string start = shape.line_break() + std::string(shape.line_indent(known.begin));
    changes.push_back({shape.line_end(known.end), 0, start + fmt::format("{}", fmt::join(added, start))});
  }
  std::sort(changes.begin(), changes.end(),
            [](const Change& a, const Change& b) { return a.begin > b.begin; });
  for (const Change& change : changes) edited.replace(change.begin, change.length, change.text);
  return edited;
}

}  // namespace corral::config
