#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "commands/kv/pair_reader.hpp"

namespace corral::kv {

/// Receives the events of a JSON parser and makes pairs of them (nlohmann's SAX interface).
class PairBuilder final : public nlohmann::json_sax<nlohmann::json> {
 public:
  PairBuilder(UnixMillis now, bool skip_expired, PairVisitor& visitor)
      : now_(now), skip_expired_(skip_expired), visitor_(visitor) {}

  bool null() override { return scalar("null", Type::null); }
  bool boolean(bool value) override;
  bool number_integer(number_integer_t value) override;
  bool number_unsigned(number_unsigned_t value) override;
  bool number_float(number_float_t value, const string_t& text) override;
  bool string(string_t& value) override;
  bool binary(binary_t& value) override;
  bool start_object(std::size_t elements) override;
  bool key(string_t& name) override;
  bool end_object() override;
  bool start_array(std::size_t elements) override;
  bool end_array() override;
  bool parse_error(std::size_t position, const std::string& token,
                   const nlohmann::detail::exception& error) override;

  /// Whether the items stand in one array (else they follow each other).
  void expect_array(bool array) { array_ = array; }
  [[nodiscard]] const std::string& syntax_error() const { return syntax_error_; }

 private:
  enum class Type { null, boolean, number, string };
  enum class Field { none, key, value, expiration, ttl, metadata, base64, unknown };

  bool scalar(const std::string& text, Type type);
  bool whole_number(double value);
  [[nodiscard]] int item_depth() const { return array_ ? 2 : 1; }
  [[nodiscard]] bool in_field() const { return depth_ == item_depth(); }
  void begin_item();
  void finish_item();
  void complain(const std::string& reason);
  void check_times();
  void wrong_type(const char* expected);
  /// Adds to the metadata's text, with a comma before a further element of an array.
  void add_to_metadata(std::string_view text, bool starts_element);

  UnixMillis now_;
  bool skip_expired_;
  PairVisitor& visitor_;
  bool array_ = true;
  int depth_ = 0;
  std::string syntax_error_;

  Pair pair_;
  Field field_ = Field::none;
  bool has_key_ = false;
  bool has_value_ = false;
  bool is_base64_ = false;
  bool skip_ = false;
  std::optional<std::int64_t> expiration_;
  std::optional<std::int64_t> ttl_;
  std::string reason_;        ///< the first thing wrong with the item; empty: nothing
  std::string metadata_;      ///< compact JSON, as far as it has come
  bool nested_first_ = true;  ///< whether the next element of metadata's container is its first
  std::vector<bool> nested_in_object_;
  std::size_t next_index_ = 0;
};

}  // namespace corral::kv
