#include <bit>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/v8/reader.hpp"
#include "commands/durable_objects/extended_json/converter.hpp"
#include "commands/durable_objects/extended_json/json_forms.hpp"
#include "commands/durable_objects/extended_json/stored_text.hpp"
#include "commands/durable_objects/extended_json/view_elements.hpp"
#include "commands/text/moment.hpp"

namespace corral::durable_objects {

using v8::Document;
using Kind = JsonTape::Kind;
using Value = JsonTape::Value;

void Converter::number(std::string_view content) {
  const auto bits = bits_of_number_text(content);
  if (!bits) fail(R"("$number" is "NaN", "Infinity", "-Infinity" or "-0")");
  add(Type::number).bits = *bits;
}

void Converter::bigint(std::string_view digits, Type type) {
  Node node{.type = type};
  if (!store_bigint(document_, node, digits))
    fail(R"("$bigint" needs up to 10,000 decimal digits, or "0x" and hexadecimal ones)");
  document_.nodes.push_back(node);
}

std::uint64_t Converter::double_in(std::size_t index, std::string_view form) {
  const Value& json = at(index);
  if (json.kind == Kind::real) return json.bits;
  if (json.kind == Kind::minus_zero) return std::bit_cast<std::uint64_t>(-0.0);
  if (json.kind == Kind::integer)
    return std::bit_cast<std::uint64_t>(static_cast<double>(static_cast<std::int64_t>(json.bits)));
  if (json.kind == Kind::object && json.length == 1 && text(index + 1) == "$number") {
    if (const auto bits = bits_of_number_text(text_in(index + 2, "$number"))) return *bits;
  }
  fail(fmt::format("{} needs a number", form));
}

void Converter::date(std::size_t content) {
  std::uint64_t bits = 0x7FF8'0000'0000'0000;
  if (at(content).kind == Kind::text) {
    const auto time = r2::moment_of(text(content));
    if (!time)
      fail(fmt::format("\"{}\" is not a date; write it like 2026-01-31T12:00:00Z", shown(text(content))));
    bits = std::bit_cast<std::uint64_t>(static_cast<double>(*time));
  } else if (at(content).kind != Kind::null) {
    bits = double_in(content, "$date");
  }
  add(Type::date).bits = bits;
}

void Converter::regexp(std::size_t content) {
  need_array(content, "$regexp");
  if (at(content).length != 2) fail("$regexp needs a source and flags");
  const std::size_t start = document_.nodes.size();
  value(content + 1);
  const auto flags = regexp_flags_of(text_in(next_after(content + 1), "$regexp"));
  if (document_.nodes[start].type != Type::string || !flags)
    fail("$regexp needs a source and flags of gimsuydv");
  document_.nodes[start].type = Type::regexp;
  document_.nodes[start].flags = *flags;
}

void Converter::boxed(std::size_t content) {
  const Value& json = at(content);
  if (json.kind == Kind::boolean) {
    add(json.bits != 0 ? Type::boxed_true : Type::boxed_false);
    return;
  }
  const std::size_t start = document_.nodes.size();
  value(content);
  Node& node = document_.nodes[start];
  switch (node.type) {
    case Type::string: node.type = Type::boxed_string; return;
    case Type::bigint: node.type = Type::boxed_bigint; return;
    case Type::number: node.type = Type::boxed_number; return;
    case Type::int32:
      node = {
          .type = Type::boxed_number,
          .bits = std::bit_cast<std::uint64_t>(static_cast<double>(static_cast<std::int64_t>(node.bits)))};
      return;
    default: fail("$boxed needs true, false, a number, a text or a $bigint");
  }
}

void Converter::error(std::size_t content) {
  if (at(content).kind != Kind::object) fail("$error needs an object");
  const std::size_t node = begin(Type::error, 0);
  unsigned parts = 0;
  unsigned flags = 0;
  for (std::size_t i = content + 1; i < next_after(content); i = next_after(i + 1)) {
    if (text(i) == "type") {
      document_.nodes[node].detail = error_type_of(text_in(i + 1, "the type of $error"));
      continue;
    }
    const v8::ErrorPart part = part_of(text(i));
    if (part == v8::ErrorPart::none || parts == 3)
      fail("$error has type, message, stack and cause, each once");
    flags |= static_cast<unsigned>(part) << (2 * parts++);
    const std::size_t start = document_.nodes.size();
    value(i + 1);
    if (part != v8::ErrorPart::cause && document_.nodes[start].type != Type::string)
      fail("the message and stack of $error are texts");
  }
  document_.nodes[node].flags = static_cast<std::uint16_t>(flags);
  finish(node);
}

void Converter::buffer(std::string_view bytes, std::optional<std::uint32_t> limit) {
  Node node{.type = Type::buffer};
  node.flags = limit ? 1 : 0;
  store_bytes(document_, node, bytes);
  node.bits = Document::join(node.bits, limit.value_or(0));
  document_.nodes.push_back(node);
}

void Converter::reference(std::int64_t id) {
  const auto target = labels_.find(id);
  if (target == labels_.end()) fail(fmt::format("{{\"$ref\":{}}} stands before its {{\"$id\":{}}}", id, id));
  add(Type::reference).bits = target->second;
}

void Converter::stored(std::size_t content) {
  if (content != 2 || next_after(0) != 3) fail("$v8 is a whole value, and cannot be within another");
  document_ = v8::read(bytes_in(content, "$v8"));
}

bool Converter::form(std::size_t index) {
  const std::string_view name = text(index + 1);
  const std::size_t content = index + 2;
  // JSON schemas use these names too, with string values.
  const bool is_label = name == "$id" || name == "$ref";
  if (is_label && at(content).kind != Kind::integer) return false;
  if (at(index).length > 1) return form_with_more(index, name, content);
  form_of_one(name, content);
  return true;
}

bool Converter::form_with_more(std::size_t index, std::string_view name, std::size_t content) {
  const std::size_t second = next_after(content);
  if (at(index).length != 2) return false;
  if (name == "$id" && text(second) == "$value") {
    value_with_id(static_cast<std::int64_t>(at(content).bits), second + 1);
    return true;
  }
  if (name == "$ArrayBuffer" && text(second) == "$max") {
    const std::string bytes = bytes_in(content, name);
    buffer(bytes, static_cast<std::uint32_t>(
                      integer_in(second + 1, "$max", static_cast<std::int64_t>(bytes.size()), INT32_MAX)));
    return true;
  }
  if (text(second) != "$properties" || (name != "$array" && name != "$sparse")) return false;
  const std::size_t properties = second + 1;
  need_array(properties, "$properties");
  std::uint64_t length = 0;
  if (name == "$array") {
    need_array(content, name);
    length = at(content).length;
  } else {
    length = static_cast<std::uint64_t>(integer_in(content, name, 0, UINT32_MAX));
  }
  const std::size_t node = begin(name == "$array" ? Type::array : Type::sparse_array,
                                 Document::join(length, at(properties).length));
  if (name == "$array") elements(content);
  named_pairs(properties, "$properties");
  finish(node);
  return true;
}

void Converter::form_of_one(std::string_view name, std::size_t content) {
  const auto with_nodes = [&](Type type, bool has_names) {
    need_array(content, name);
    const std::size_t node = begin(type, at(content).length);
    if (type == Type::set) {
      elements(content);
    } else if (has_names) {
      named_pairs(content, name);
    } else {
      pairs(content, name);
    }
    finish(node);
  };
  if (name == "$undefined") {
    add(Type::undefined);
  } else if (name == "$hole") {
    add(Type::hole);
  } else if (name == "$number") {
    number(text_in(content, name));
  } else if (name == "$int32") {
    add(Type::int32).bits = static_cast<std::uint64_t>(integer_in(content, name, INT32_MIN, INT32_MAX));
  } else if (name == "$uint32") {
    add(Type::uint32).bits = static_cast<std::uint64_t>(integer_in(content, name, 0, UINT32_MAX));
  } else if (name == "$bigint") {
    bigint(text_in(content, name), Type::bigint);
  } else if (name == "$date") {
    date(content);
  } else if (name == "$regexp") {
    regexp(content);
  } else if (name == "$map") {
    with_nodes(Type::map, false);
  } else if (name == "$set") {
    with_nodes(Type::set, false);
  } else if (name == "$object") {
    with_nodes(Type::object, true);
  } else if (name == "$boxed") {
    boxed(content);
  } else if (name == "$error") {
    error(content);
  } else if (name == "$ref") {
    reference(static_cast<std::int64_t>(at(content).bits));
  } else if (name == "$twoByte") {
    string(text_in(content, name), Type::string, true);
  } else if (name == "$utf16") {
    Node node{.type = Type::string};
    if (!store_units(document_, node, text_in(content, name)))
      fail("$utf16 needs four hexadecimal digits a unit");
    document_.nodes.push_back(node);
  } else if (name == "$ArrayBuffer") {
    buffer(bytes_in(content, name));
  } else if (name == "$v8") {
    stored(content);
  } else if (view_of_name(name.substr(1)) != 0) {
    view(name.substr(1), content);
  } else {
    fail(fmt::format("{} lacks its other half", name));
  }
}

void Converter::value_with_id(std::int64_t id, std::size_t content) {
  const std::size_t node = document_.nodes.size();
  if (!labels_.emplace(id, node).second) fail(fmt::format("there are two {{\"$id\":{}}}", id));
  value(content);
  if (!v8::is_object(document_.nodes[node].type))
    fail(fmt::format("{{\"$id\":{}}} is not an object, and cannot be referred to", id));
}

void Converter::view(std::string_view name, std::size_t content) {
  const std::uint8_t kind = view_of_name(name);
  const std::size_t node = begin(Type::view, 0);
  document_.nodes[node].detail = kind;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  std::string bytes;
  if (at(content).kind == Kind::object) {
    const std::size_t whole = member(content, "buffer");
    if (whole == 0) fail(fmt::format("${} needs base64, elements or a buffer", name));
    value(whole);
    const Node& inner = document_.nodes[node + 1];
    const Node& target = inner.type == Type::reference ? document_.nodes[inner.bits] : inner;
    if (target.type != Type::buffer) fail(fmt::format("the buffer of ${} is not a buffer", name));
    if (const std::size_t given = member(content, "offset"))
      offset = static_cast<std::uint64_t>(integer_in(given, "offset", 0, target.extra));
    length = target.extra - offset;
    if (const std::size_t given = member(content, "length"))
      length = static_cast<std::uint64_t>(integer_in(given, "length", 0, static_cast<std::int64_t>(length)));
    if (const std::size_t given = member(content, "flags"))
      document_.nodes[node].flags = static_cast<std::uint16_t>(integer_in(given, "flags", 0, 3));
  } else {
    if (at(content).kind == Kind::array) {
      for (std::size_t i = content + 1; i < next_after(content); i = next_after(i)) {
        const bool fits = at(i).kind == Kind::text ? append_element(bytes, kind, text(i))
                          : at(i).kind == Kind::integer
                              ? append_element(bytes, kind, static_cast<std::int64_t>(at(i).bits))
                              : append_element(bytes, kind, std::bit_cast<double>(double_in(i, name)));
        if (!fits) fail(fmt::format("an element of ${} does not fit", name));
      }
    } else {
      bytes = bytes_in(content, name);
    }
    buffer(bytes);
    length = bytes.size();
  }
  const std::size_t element = v8::element_bytes(kind);
  if (offset % element != 0 || length % element != 0)
    fail(fmt::format("an element of ${} has {} bytes", name, element));
  document_.nodes[node].bits = Document::join(offset, length);
  finish(node);
}

}  // namespace corral::durable_objects
