#include <algorithm>
#include <bit>
#include <unordered_map>
#include <vector>

#include <fmt/format.h>

#include "backends/error.hpp"
#include "commands/durable_objects/extended_json/converter.hpp"
#include "commands/durable_objects/extended_json/extended_json.hpp"
#include "commands/durable_objects/extended_json/json_forms.hpp"
#include "commands/durable_objects/extended_json/stored_text.hpp"
#include "commands/durable_objects/extended_json/view_elements.hpp"

namespace corral::durable_objects {

using v8::Document;
using Kind = JsonTape::Kind;
using Value = JsonTape::Value;

namespace {

/// Deeper nesting is not expected on a command line; each level uses some stack.
constexpr std::size_t max_levels = 5000;

}  // namespace

void Converter::value(std::size_t index) {
  const Value& json = at(index);
  switch (json.kind) {
    case Kind::null: add(Type::null); break;
    case Kind::boolean: add(json.bits != 0 ? Type::true_value : Type::false_value); break;
    case Kind::integer: integer(static_cast<std::int64_t>(json.bits)); break;
    case Kind::minus_zero: add(Type::number).bits = std::bit_cast<std::uint64_t>(-0.0); break;
    case Kind::real: add(Type::number).bits = json.bits; break;
    case Kind::text: string(json_.text_of(json)); break;
    case Kind::array: {
      const std::size_t node = begin(Type::array, json.length);
      elements(index);
      finish(node);
      break;
    }
    case Kind::object:
      if (json.length > 0 && is_form_name(text(index + 1)) && form(index)) break;
      object(index);
      break;
  }
}

void Converter::integer(std::int64_t number) {
  if (is_short_integer(number)) {
    add(Type::int32).bits = static_cast<std::uint64_t>(number);
  } else {
    add(Type::number).bits = std::bit_cast<std::uint64_t>(static_cast<double>(number));
  }
}

void Converter::string(std::string_view utf8, Type type, bool two_bytes) {
  Node node{.type = type};
  store_text(document_, node, utf8, two_bytes);
  document_.nodes.push_back(node);
}

void Converter::object(std::size_t index) {
  struct Member {
    std::int64_t place;  ///< the array index that the name denotes, or a value above all indexes
    std::size_t name;
    std::size_t value;
  };
  constexpr std::int64_t no_index = INT64_MAX;
  std::vector<Member> members;
  std::unordered_map<std::string_view, std::size_t> seen;
  bool any_index = false;
  for (std::size_t i = index + 1; i < next_after(index); i = next_after(i + 1)) {
    const auto [known, is_new] = seen.emplace(text(i), members.size());
    if (!is_new) {
      members[known->second].value = i + 1;
      continue;
    }
    const std::int64_t place = v8::array_index_of(text(i));
    any_index = any_index || place >= 0;
    members.push_back({place >= 0 ? place : no_index, i, i + 1});
  }
  if (any_index) {
    std::stable_sort(members.begin(), members.end(),
                     [](const Member& left, const Member& right) { return left.place < right.place; });
  }
  const std::size_t node = begin(Type::object, members.size());
  for (const Member& member : members) {
    if (member.place != no_index) {
      integer(member.place);
    } else {
      string(text(member.name));
    }
    value(member.value);
  }
  finish(node);
}

void Converter::pairs(std::size_t array, std::string_view form) {
  need_array(array, form);
  for (std::size_t i = array + 1; i < next_after(array); i = next_after(i)) {
    if (at(i).kind != Kind::array || at(i).length != 2)
      fail(fmt::format("{} needs pairs: [[name, value], ...]", form));
    elements(i);
  }
}

void Converter::named_pairs(std::size_t array, std::string_view form) {
  need_array(array, form);
  for (std::size_t i = array + 1; i < next_after(array); i = next_after(i)) {
    if (at(i).kind != Kind::array || at(i).length != 2)
      fail(fmt::format("{} needs pairs: [[name, value], ...]", form));
    const std::size_t start = document_.nodes.size();
    value(i + 1);
    const Type type = document_.nodes[start].type;
    if (type != Type::string && type != Type::int32 && type != Type::uint32 && type != Type::number)
      fail(fmt::format("{}: a name is a text or a number", form));
    value(next_after(i + 1));
  }
}

Document parse_extended_json(std::string_view text, std::string_view what) {
  return Converter(read_json(text, what, max_levels), what).run();
}

}  // namespace corral::durable_objects
