#include "commands/kv/pair_builder.hpp"

#include <array>
#include <cmath>

#include <fmt/format.h>

#include "backends/bytes/base64.hpp"
#include "backends/bytes/javascript_number.hpp"
#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/kv/expiry.hpp"
#include "commands/text/json_text.hpp"

namespace corral::kv {

void PairBuilder::boolean(bool value) {
  if (in_field() && field_ == Field::base64) {
    is_base64_ = value;
  } else {
    scalar(value ? "true" : "false", Type::boolean);
  }
}

void PairBuilder::number(const JsonNumber& number) {
  if (!in_field() || (field_ != Field::expiration && field_ != Field::ttl)) {
    scalar(javascript_number(number.value), Type::number);
  } else if (std::trunc(number.value) != number.value || std::fabs(number.value) > 1e15) {
    wrong_type("a whole number of seconds");
  } else {
    (field_ == Field::ttl ? ttl_ : expiration_) = static_cast<std::int64_t>(number.value);
  }
}

void PairBuilder::string(std::string& text) {
  if (in_field() && field_ == Field::key) {
    pair_.entry.key = std::move(text);
    has_key_ = true;
  } else if (in_field() && field_ == Field::value) {
    pair_.value = std::move(text);
    has_value_ = true;
  } else {
    scalar(field_ == Field::metadata ? json_string(text) : std::string(), Type::string);
  }
}

void PairBuilder::scalar(const std::string& text, Type type) {
  if (depth_ == 0) {
    begin_item();
    complain("it is not an object");
    finish_item();
    return;
  }
  if (field_ == Field::metadata) {
    if (in_field() && type == Type::null) return;
    add_to_metadata(text, true);
    return;
  }
  if (!in_field() || field_ == Field::unknown) return;
  if (type == Type::null && field_ != Field::key && field_ != Field::value) return;
  switch (field_) {
    case Field::key:
    case Field::value: wrong_type("a string"); break;
    case Field::base64: wrong_type("true or false"); break;
    default: wrong_type("a number"); break;
  }
}

void PairBuilder::begin_object() {
  ++depth_;
  if (depth_ == 1) {
    begin_item();
  } else if (field_ == Field::metadata) {
    add_to_metadata("{", true);
    nested_in_object_.push_back(true);
    nested_first_ = true;
  } else if (depth_ == 2 && field_ != Field::unknown) {
    wrong_type("a plain value, not an object");
  }
}

void PairBuilder::name(std::string& name) {
  if (in_field()) {
    field_ = name == "key"              ? Field::key
             : name == "value"          ? Field::value
             : name == "expiration"     ? Field::expiration
             : name == "expiration_ttl" ? Field::ttl
             : name == "metadata"       ? Field::metadata
             : name == "base64"         ? Field::base64
                                        : Field::unknown;
    if (field_ == Field::unknown) visitor_.unknown_property(pair_.index, name);
    if (field_ == Field::metadata) metadata_.clear();
  } else if (field_ == Field::metadata) {
    if (!nested_first_) add_to_metadata(",", false);
    nested_first_ = false;
    add_to_metadata(json_string(name) + ":", false);
  }
}

void PairBuilder::end_object() {
  if (depth_ == 1) {
    finish_item();
  } else if (field_ == Field::metadata) {
    add_to_metadata("}", false);
    nested_in_object_.pop_back();
    nested_first_ = false;
  }
  --depth_;
}

void PairBuilder::begin_array() {
  ++depth_;
  if (depth_ == 1) {  // the item itself is an array
    begin_item();
    complain("it is not an object");
    field_ = Field::unknown;
  } else if (field_ == Field::metadata) {
    add_to_metadata("[", true);
    nested_in_object_.push_back(false);
    nested_first_ = true;
  } else if (depth_ == 2 && field_ != Field::unknown) {
    wrong_type("a plain value, not an array");
  }
}

void PairBuilder::end_array() {
  if (depth_ == 1) {
    finish_item();
  } else if (depth_ > 1 && field_ == Field::metadata) {
    add_to_metadata("]", false);
    nested_in_object_.pop_back();
    nested_first_ = false;
  }
  --depth_;
}

void PairBuilder::add_to_metadata(std::string_view text, bool starts_element) {
  if (starts_element && !nested_in_object_.empty() && !nested_in_object_.back()) {
    if (!nested_first_) metadata_ += ',';
    nested_first_ = false;
  }
  // Beyond KV's limit there is no point in keeping more; the item will be rejected for its length.
  if (metadata_.size() <= kv_max_metadata_bytes) metadata_ += text;
}

void PairBuilder::begin_item() {
  pair_.index = next_index_++;
  pair_.entry = {};
  pair_.entry.form = KvForm::text;
  pair_.value.clear();
  field_ = Field::none;
  has_key_ = has_value_ = is_base64_ = skip_ = false;
  expiration_.reset();
  ttl_.reset();
  reason_.clear();
  metadata_.clear();
}

void PairBuilder::complain(const std::string& reason) {
  if (reason_.empty()) reason_ = reason;
}

void PairBuilder::wrong_type(const char* expected) {
  static constexpr std::array<const char*, 8> names = {
      "", "key", "value", "expiration", "expiration_ttl", "metadata", "base64", ""};
  complain(fmt::format("\"{}\" must be {}", names.at(static_cast<std::size_t>(field_)), expected));
}

void PairBuilder::check_times() {
  pair_.entry.ttl_seconds = ttl_;
  pair_.entry.expires_at_seconds = expiration_;
  if (ttl_) {
    if (const char* wrong = wrong_ttl(*ttl_)) complain(fmt::format("expiration_ttl {} {}", *ttl_, wrong));
    pair_.entry.expiration = (now_ / 1000 + *ttl_) * 1000;
  } else if (expiration_) {
    if (skip_expired_ && *expiration_ < now_ / 1000 + min_ttl_seconds) {
      skip_ = true;
    } else if (const char* wrong = wrong_expiration(*expiration_, now_)) {
      complain(fmt::format("expiration {} {}", *expiration_, wrong));
    }
    pair_.entry.expiration = *expiration_ * 1000;
  }
}

void PairBuilder::finish_item() {
  if (!has_key_) complain("\"key\" is missing");
  if (!has_value_) complain("\"value\" is missing");
  if (!metadata_.empty()) pair_.entry.metadata = metadata_;
  if (reason_.empty()) check_times();
  if (reason_.empty() && is_base64_) {
    if (auto bytes = base64_decode(pair_.value)) {
      pair_.value = std::move(*bytes);
      pair_.entry.form = KvForm::base64;
    } else {
      complain("\"value\" is not base64");
    }
  }
  if (reason_.empty() && pair_.value.size() > kv_max_value_bytes) {
    complain(fmt::format("the value is {} bytes; KV allows {}", pair_.value.size(), kv_max_value_bytes));
  }
  if (reason_.empty()) {
    try {
      check_kv_entry(pair_.entry);
    } catch (const Error& error) {
      complain(error.message());
    }
  }
  if (!reason_.empty()) {
    visitor_.bad_item(pair_.index, reason_);
  } else if (skip_) {
    visitor_.expired_item(pair_.index);
  } else {
    visitor_.pair(pair_);
  }
}

}  // namespace corral::kv
