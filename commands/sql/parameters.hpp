#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "backends/sql_database.hpp"
#include "commands/command/arguments.hpp"

namespace corral {

class Context;

/// The values that a command line supplies for SQL parameters.
struct ParameterOptions {
  std::vector<PlacedText> values;          ///< --param: JSON, or @FILE, or text if it is not JSON
  std::vector<PlacedText> texts;           ///< --param-text: always text
  std::optional<std::string> params_json;  ///< --params-json: a file, or - for standard input
};

/// Adds --param, --param-text and --params-json to a command.
void add_parameter_options(Arguments& arguments, ParameterOptions& options);

/// Supplies the values as the statements of a batch ask for them; nullptr if none were given.
///
/// NAME=VALUE binds :NAME, @NAME or $NAME if the statement has a parameter of that name; any other value is
/// positional, in command-line order. Named values apply to every statement with that name; positional values
/// require a single statement. --params-json is an array (positional), an object (named), or an array of
/// those, which runs the single statement once for each. JSON types map to SQL: true and false to 1 and 0,
/// numbers without fraction or exponent to integers, nested arrays and objects to their JSON text.
///
/// While the batch runs, throws usage for too few or too many values and for names that no statement has.
std::unique_ptr<SqlParameters> make_parameters(const ParameterOptions& options, Context& context);

/// Parses a value of --param: JSON scalars (a number, "text", true, null) as such, everything else, arrays
/// and objects included, as text.
SqlValue value_of_word(const std::string& word);

}  // namespace corral
