#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace corral {

/// A JSON value: null, a boolean, a number, a string, an array, or an object whose members keep the order in
/// which they were added. Made by `parse_json` (json_reader.hpp) or built up, written by `json_text`.
///
/// Braces make an object of what consists of pairs that begin with a string, otherwise an array:
/// `Json{{"rows", 2}, {"name", name}}`, `Json{1, 2}`.
///
/// Nothing here is a template that does work, so files that build JSON stay quick to compile.
class Json {
 public:
  enum class Type : std::uint8_t { null, boolean, integer, natural, real, string, array, object };
  using iterator = Json*;
  using const_iterator = const Json*;
  struct ConstMember;
  class Members;

  Json() noexcept;
  Json(std::nullptr_t) noexcept;
  template <std::same_as<bool> Boolean>
  Json(Boolean value) noexcept : Json(std::in_place, value) {}
  template <std::signed_integral Integer>
  Json(Integer value) noexcept : Json(std::in_place, static_cast<std::int64_t>(value)) {}
  template <std::unsigned_integral Natural>
  requires(!std::same_as<Natural, bool>) Json(Natural value)
  noexcept : Json(std::in_place, static_cast<std::uint64_t>(value)) {}
  Json(double value) noexcept;
  Json(std::string text) noexcept;
  Json(std::string_view text);
  Json(const char* text);
  Json(std::span<const std::string> texts);
  Json(std::span<const std::string_view> texts);
  Json(const std::vector<std::string>& texts) : Json(std::span(texts)) {}
  Json(const std::vector<std::string_view>& texts) : Json(std::span(texts)) {}
  Json(std::initializer_list<Json> values);
  Json(const Json& other);
  // NOLINTNEXTLINE(bugprone-exception-escape): the parts of a variant that move do not throw
  Json(Json&& other) noexcept;  ///< leaves null behind
  Json& operator=(Json other) noexcept;
  ~Json();  // NOLINT(bugprone-exception-escape): without memory for it the program ends

  static Json array();
  static Json array(std::initializer_list<Json> elements);
  static Json object();

  [[nodiscard]] Type type() const noexcept { return static_cast<Type>(value_.index()); }
  [[nodiscard]] bool is_null() const noexcept { return type() == Type::null; }
  [[nodiscard]] bool is_boolean() const noexcept { return type() == Type::boolean; }
  [[nodiscard]] bool is_number() const noexcept { return is_whole() || type() == Type::real; }
  /// Whether it is a number without fraction and exponent, and in range.
  [[nodiscard]] bool is_whole() const noexcept { return type() == Type::integer || is_natural(); }
  /// Whether it is such a number, not negative, that was read or given as an unsigned one.
  [[nodiscard]] bool is_natural() const noexcept { return type() == Type::natural; }
  [[nodiscard]] bool is_string() const noexcept { return type() == Type::string; }
  [[nodiscard]] bool is_array() const noexcept { return type() == Type::array; }
  [[nodiscard]] bool is_object() const noexcept { return type() == Type::object; }
  [[nodiscard]] bool is_structured() const noexcept { return is_array() || is_object(); }

  /// The value as bool, std::int64_t, std::uint64_t, double (of any number), std::string,
  /// std::vector<std::string> or Json. Throws corrupt if it is of another type.
  template <typename Value>
  [[nodiscard]] Value get() const;

  /// Its text; nullptr: it is no string.
  [[nodiscard]] const std::string* text() const noexcept { return std::get_if<std::string>(&value_); }

  /// How many elements or members it has; none if it is neither array nor object.
  [[nodiscard]] std::size_t size() const noexcept;
  [[nodiscard]] bool empty() const noexcept { return size() == 0; }

  /// The elements of an array, the values of an object.
  [[nodiscard]] iterator begin() noexcept;
  [[nodiscard]] iterator end() noexcept { return begin() + size(); }
  [[nodiscard]] const_iterator begin() const noexcept;
  [[nodiscard]] const_iterator end() const noexcept { return begin() + size(); }
  template <std::integral Index>
  [[nodiscard]] Json& operator[](Index index) noexcept {
    return begin()[index];
  }
  template <std::integral Index>
  [[nodiscard]] const Json& operator[](Index index) const noexcept {
    return begin()[index];
  }

  /// The members of an object: pairs of name and value.
  [[nodiscard]] Members items() const noexcept;
  /// The name of the member whose value is `begin()[index]`.
  [[nodiscard]] const std::string& name(std::size_t index) const noexcept;

  /// The member of that name; `end()` if there is none or it is no object. Takes time by the members.
  [[nodiscard]] const_iterator find(std::string_view name) const noexcept;
  [[nodiscard]] bool contains(std::string_view name) const noexcept { return find(name) != end(); }
  /// The same; throws corrupt if there is none.
  [[nodiscard]] const Json& at(std::string_view name) const;
  /// The value of the member, or `otherwise` if there is none. Throws like `get`.
  template <typename Value>
  [[nodiscard]] Value value(std::string_view name, Value otherwise) const {
    const const_iterator found = find(name);
    return found == end() ? otherwise : found->get<Value>();
  }

  /// The member of that name, added as null if there is none. What was null becomes an object; throws corrupt
  /// if it is anything else.
  Json& operator[](std::string_view name);
  Json& operator[](const char* name) { return (*this)[std::string_view(name)]; }
  const Json& operator[](const char* name) const { return at(name); }
  /// Adds a member without looking whether there is one of that name.
  Json& append(std::string name, Json value);
  /// Adds the members of `other`, replacing those of the same name.
  void update(Json other);
  /// Adds an element. What was null becomes an array; throws corrupt if it is anything else.
  Json& push_back(Json value);

  void erase(const_iterator element);
  /// Whether there was a member of that name.
  bool erase(std::string_view name);

  friend bool operator==(const Json& json, std::string_view text) noexcept {
    return json.text() != nullptr && *json.text() == text;
  }

 private:
  struct Array;
  struct Object;

  Json(std::in_place_t tag, bool value) noexcept;
  Json(std::in_place_t tag, std::int64_t value) noexcept;
  Json(std::in_place_t tag, std::uint64_t value) noexcept;
  [[nodiscard]] const std::vector<Json>* elements() const noexcept;
  [[nodiscard]] std::vector<Json>* elements() noexcept;
  Array& as_array();
  Object& as_object();
  [[noreturn]] void mismatch(std::string_view wanted) const;

  /// In the order of Type.
  std::variant<std::nullptr_t, bool, std::int64_t, std::uint64_t, double, std::string, std::unique_ptr<Array>,
               std::unique_ptr<Object>>
      value_;
};

struct Json::ConstMember {
  const std::string& name;
  const Json& value;
};

class Json::Members {
 public:
  class Iterator {
   public:
    Iterator(const Json& object, std::size_t index) noexcept : object_(&object), index_(index) {}
    ConstMember operator*() const noexcept { return {object_->name(index_), (*object_)[index_]}; }
    Iterator& operator++() noexcept {
      ++index_;
      return *this;
    }
    bool operator!=(const Iterator& other) const noexcept { return index_ != other.index_; }

   private:
    const Json* object_;
    std::size_t index_;
  };

  explicit Members(const Json& object) noexcept : object_(object) {}
  [[nodiscard]] Iterator begin() const noexcept { return {object_, 0}; }
  [[nodiscard]] Iterator end() const noexcept { return {object_, object_.is_object() ? object_.size() : 0}; }

 private:
  const Json& object_;
};

inline Json::Members Json::items() const noexcept {
  return Members(*this);
}

template <>
bool Json::get<bool>() const;
template <>
std::int64_t Json::get<std::int64_t>() const;
template <>
std::uint64_t Json::get<std::uint64_t>() const;
template <>
double Json::get<double>() const;
template <>
std::string Json::get<std::string>() const;
template <>
std::vector<std::string> Json::get<std::vector<std::string>>() const;
template <>
Json Json::get<Json>() const;

}  // namespace corral
