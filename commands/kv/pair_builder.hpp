#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "backends/bytes/unix_time.hpp"
#include "commands/kv/pair_reader.hpp"
#include "commands/text/json_reader.hpp"

namespace corral::kv {

/// Builds pairs from the items of a bulk file, one `JsonReader::read` each.
class PairBuilder final : public JsonVisitor {
 public:
  PairBuilder(UnixMillis now, bool skip_expired, PairVisitor& visitor)
      : now_(now), skip_expired_(skip_expired), visitor_(visitor) {}

  void null() override { scalar("null", Type::null); }
  void boolean(bool value) override;
  void number(const JsonNumber& number) override;
  void string(std::string& text) override;
  void name(std::string& name) override;
  void begin_object() override;
  void end_object() override;
  void begin_array() override;
  void end_array() override;

  /// Whether the last item had neither a key nor a value.
  [[nodiscard]] bool was_no_pair() const { return !has_key_ && !has_value_; }

 private:
  enum class Type { null, boolean, number, string };
  enum class Field { none, key, value, expiration, ttl, metadata, base64, unknown };

  void scalar(const std::string& text, Type type);
  [[nodiscard]] bool in_field() const { return depth_ == 1; }
  void begin_item();
  void finish_item();
  void complain(const std::string& reason);
  void check_times();
  void wrong_type(const char* expected);
  /// Appends to the metadata's text, with a comma before a further array element.
  void add_to_metadata(std::string_view text, bool starts_element);

  UnixMillis now_;
  bool skip_expired_;
  PairVisitor& visitor_;
  int depth_ = 0;

  Pair pair_;
  Field field_ = Field::none;
  bool has_key_ = false;
  bool has_value_ = false;
  bool is_base64_ = false;
  bool skip_ = false;
  std::optional<std::int64_t> expiration_;
  std::optional<std::int64_t> ttl_;
  std::string reason_;        ///< the first error in the item; empty if none
  std::string metadata_;      ///< compact JSON, as far as it has been read
  bool nested_first_ = true;  ///< whether the next element of metadata's container is its first
  std::vector<bool> nested_in_object_;
  std::size_t next_index_ = 0;
};

}  // namespace corral::kv
