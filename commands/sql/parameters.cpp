#include "commands/sql/parameters.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/bytes/utf8.hpp"
#include "backends/error.hpp"
#include "backends/files/durable_file.hpp"
#include "commands/command/context.hpp"
#include "commands/sql/json_value.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_reader.hpp"
#include "commands/text/json_text.hpp"

namespace corral {

namespace {

constexpr std::uint64_t max_json_bytes = 256U << 20U;
constexpr std::uint64_t max_blob_bytes = 64U << 20U;

std::string plain_name(const std::string& parameter) {
  return parameter.empty() || parameter.front() == '?' ? "" : parameter.substr(1);
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    text += fmt::format("{}{}", text.empty() ? "" : ", ", name.empty() ? "?" : shown(name));
  }
  return text;
}

/// One --param or --param-text, parsed both ways until the statement determines which is meant.
struct GivenValue {
  std::string name;  ///< from NAME=VALUE; empty if it cannot be a name
  SqlValue named;
  SqlValue whole;
  bool used = false;
};

/// Common base of the value sources: binds positional and named values to a statement's parameters.
class Values : public SqlParameters {
 protected:
  /// The value of a name, or the positional value at an index if the name is empty; nullptr if there is none.
  using Find = std::function<const SqlValue*(const std::string& name, std::size_t positional)>;

  /// `most`: how many positional values are available. Returns how many were used.
  std::size_t fill(const sql::ScriptStatement& statement, const std::vector<std::string>& names,
                   const Find& find, std::size_t most) {
    values_.clear();
    std::size_t named = 0;
    std::size_t taken = 0;
    for (std::size_t i = 0; i < names.size(); ++i) {
      const std::string name = plain_name(names[i]);
      const SqlValue* value = name.empty() ? nullptr : find(name, 0);
      if (value != nullptr) {
        ++named;
      } else if (name.empty()) {
        // "?3" is the third value; plain "?" takes values in order.
        const bool numbered = names[i].size() > 1 && names[i].front() == '?';
        const std::size_t at = numbered ? i : i - named;
        if (at < most) value = find("", at);
        taken = std::max(taken, at + 1);
      }
      if (value == nullptr) {
        throw Error(
            ErrorKind::usage,
            fmt::format("no value for parameter {} of statement {}",
                        names[i].empty() ? std::to_string(i + 1) : shown(names[i]), statement.place.number),
            fmt::format("the statement has: {}", listed(names)));
      }
      values_.push_back(*value);
    }
    return taken;
  }

  /// Throws if values are left over.
  static void too_many(std::size_t given, std::size_t taken) {
    throw Error(ErrorKind::usage,
                fmt::format("{} value{} given without a name, but there {} {} parameter{} for {}", given,
                            given == 1 ? "" : "s", taken == 1 ? "is" : "are", taken, taken == 1 ? "" : "s",
                            given == 1 ? "it" : "them"));
  }

  void check_single(const sql::ScriptStatement& statement) {
    if (statement_ != 0 && statement_ != statement.place.number) {
      throw Error(ErrorKind::usage, "values without a name go to a single statement, but this has several",
                  "name the parameters (:id) and give --param id=VALUE");
    }
    statement_ = statement.place.number;
  }

  std::vector<SqlValue> values_;
  std::uint64_t statement_ = 0;  ///< the statement that took the positional values
};

/// --param and --param-text.
class WordValues final : public Values {
 public:
  explicit WordValues(std::vector<GivenValue> given) : given_(std::move(given)) {}

  void begin(const sql::ScriptStatement& statement, const std::vector<std::string>& names) override {
    std::set<std::string> known;
    for (const std::string& name : names) known.insert(plain_name(name));
    std::vector<const GivenValue*> positional;
    std::size_t nameless = 0;
    for (GivenValue& value : given_) {
      if (value.name.empty()) ++nameless;
      if (!value.name.empty() && (known.contains(value.name) || value.used)) {
        value.used = true;
      } else {
        positional.push_back(&value);
      }
    }
    const std::size_t taken = fill(
        statement, names,
        [&](const std::string& name, std::size_t at) -> const SqlValue* {
          if (name.empty()) return &positional[at]->whole;
          const auto found = std::find_if(given_.rbegin(), given_.rend(),
                                          [&](const GivenValue& value) { return value.name == name; });
          return found == given_.rend() ? nullptr : &found->named;
        },
        positional.size());
    if (taken > 0) check_single(statement);
    // A possible name may belong to a later statement.
    if (nameless > taken && taken > 0) too_many(positional.size(), taken);
    for (std::size_t i = 0; i < taken; ++i)
      given_[static_cast<std::size_t>(positional[i] - given_.data())].used = true;
    ready_ = true;
  }

  void end() override {
    for (const GivenValue& value : given_) {
      if (value.used) continue;
      if (value.name.empty()) too_many(1, 0);
      throw Error(ErrorKind::usage,
                  fmt::format("no statement has a parameter named \"{}\"", shown(value.name)),
                  "write :name, @name or $name in the SQL");
    }
  }

  const std::vector<SqlValue>* next() override { return std::exchange(ready_, false) ? &values_ : nullptr; }

 private:
  std::vector<GivenValue> given_;
  bool ready_ = false;
};

/// --params-json.
class JsonValues final : public Values {
 public:
  explicit JsonValues(Json json) : json_(std::move(json)) {
    if (json_.is_object()) {
      many_ = false;
    } else if (json_.is_array()) {
      const auto is_run = [](const Json& element) { return element.is_array() || element.is_object(); };
      many_ = !json_.empty() && std::all_of(json_.begin(), json_.end(), is_run);
    } else {
      throw Error(ErrorKind::invalid_input,
                  "--params-json must hold an array, an object, or an array of those");
    }
  }

  void begin(const sql::ScriptStatement& statement, const std::vector<std::string>& names) override {
    if (many_ || json_.is_array()) check_single(statement);
    place_ = statement.place;
    names_ = names;
    run_ = 0;
    begun_ = true;
  }

  void end() override {
    if (!begun_) throw Error(ErrorKind::usage, "--params-json was given, but no statement has a parameter");
  }

  const std::vector<SqlValue>* next() override {
    if (run_ >= (many_ ? json_.size() : 1)) return nullptr;
    const Json& run = many_ ? json_[run_] : json_;
    ++run_;
    sql::ScriptStatement statement;
    statement.place = place_;
    try {
      const std::size_t taken = fill(
          statement, names_,
          [&](const std::string& name, std::size_t at) -> const SqlValue* {
            if (run.is_array()) {
              if (!name.empty()) return nullptr;
              current_ = sql_value_of_json(run[at]);
            } else {
              const auto* const member = run.find(name);
              if (member == run.end()) return nullptr;
              current_ = sql_value_of_json(*member);
            }
            return &current_;
          },
          run.is_array() ? run.size() : 0);
      if (run.is_array() && run.size() > taken) too_many(run.size(), taken);
    } catch (const Error& error) {
      if (!many_) throw;
      throw Error(error.kind(), fmt::format("--params-json, element {}: {}", run_ - 1, error.message()),
                  error.hint());
    }
    return &values_;
  }

 private:
  Json json_;
  bool many_ = false;
  bool begun_ = false;
  std::size_t run_ = 0;
  sql::StatementPlace place_;
  std::vector<std::string> names_;
  SqlValue current_;
};

SqlValue blob_of_file(const std::string& path) {
  FileSource source(open_for_reading(path), path);
  return SqlValue::of_blob(read_all(source, max_blob_bytes, path));
}

SqlValue value_of_param(const std::string& word) {
  if (!word.starts_with('@')) return value_of_word(word);
  try {
    return blob_of_file(word.substr(1));
  } catch (const Error& error) {
    throw Error(error.kind(), error.message(),
                fmt::format("@FILE stands for the bytes of a file; for this text give --param-text '{}'",
                            shown(word)));
  }
}

GivenValue read_word(const std::string& word, bool as_text) {
  const std::string name = as_text ? "--param-text" : "--param";
  // The file name in @FILE may hold arbitrary bytes; it is checked again when the value is bound.
  if (as_text || word.find('@') == std::string::npos) require_utf8(word, name);
  const auto value_of = [&](const std::string& text) {
    return as_text ? SqlValue::of_text(text) : value_of_param(text);
  };
  GivenValue given;
  const std::size_t equals = word.find('=');
  if (equals != std::string::npos && equals > 0) {
    given.name = word.substr(0, equals);
    if (std::string_view(":@$").find(given.name.front()) != std::string_view::npos) given.name.erase(0, 1);
    given.named = value_of(word.substr(equals + 1));
    given.whole = SqlValue::of_text(word);
  } else {
    given.whole = value_of(word);
  }
  return given;
}

}  // namespace

SqlValue value_of_word(const std::string& word) {
  const auto json = json_if_valid(word);
  return !json || json->is_structured() ? SqlValue::of_text(word) : sql_value_of_json(*json);
}

void add_parameter_options(Arguments& arguments, ParameterOptions& options) {
  value_name(
      add_placed_texts(arguments, "--param", options.values,
                       "Value of a parameter: VALUE for ?, NAME=VALUE for :NAME; JSON, text, or @FILE"),
      "[NAME=]VALUE");
  value_name(add_placed_texts(arguments, "--param-text", options.texts,
                              "The same, but text even where it looks like a number"),
             "[NAME=]TEXT");
  add_file(
      arguments, "--params-json", options.params_json,
      "Values in a JSON file: an array, an object, or an array of those (one run each); - is standard input");
}

std::unique_ptr<SqlParameters> make_parameters(const ParameterOptions& options, Context& context) {
  const bool words = !options.values.empty() || !options.texts.empty();
  if (options.params_json) {
    if (words) throw Error(ErrorKind::usage, "--params-json and --param exclude each other");
    std::string text;
    if (*options.params_json == "-") {
      Utf8Source source(context.in().standard_input(), "standard input");
      text = read_all(source, max_json_bytes, "--params-json");
    } else {
      FileSource file(open_for_reading(*options.params_json), *options.params_json);
      Utf8Source source(file, *options.params_json);
      text = read_all(source, max_json_bytes, *options.params_json);
    }
    return std::make_unique<JsonValues>(parse_json(text, "--params-json"));
  }
  if (!words) return nullptr;
  std::vector<std::pair<std::size_t, GivenValue>> placed;
  for (const PlacedText& word : options.values) placed.emplace_back(word.place, read_word(word.text, false));
  for (const PlacedText& word : options.texts) placed.emplace_back(word.place, read_word(word.text, true));
  std::sort(placed.begin(), placed.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<GivenValue> given;
  given.reserve(placed.size());
  for (auto& [place, value] : placed) given.push_back(std::move(value));
  return std::make_unique<WordValues>(std::move(given));
}

}  // namespace corral
