#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "backends/sql_database.hpp"
#include "commands/command/arguments.hpp"

namespace corral {

class Context;

/// The values that a command line gives to the parameters of its SQL.
struct ParameterOptions {
  std::vector<PlacedText> values;          ///< --param: JSON, or text that is no JSON, or @FILE
  std::vector<PlacedText> texts;           ///< --param-text: text, whatever it looks like
  std::optional<std::string> params_json;  ///< --params-json: a file, or - for standard input
};

/// Adds --param, --param-text and --params-json to a command.
void add_parameter_options(Arguments& arguments, ParameterOptions& options);

/// The values as the statements of a batch ask for them; nullptr if none were given.
///
/// NAME=VALUE is for the parameter :NAME, @NAME or $NAME if the statement has one of that name; every other
/// value is positional, in the order of the command line. Named values serve every statement that has the
/// name; positional values need a single statement. --params-json is an array (positional), an object
/// (named), or an array of those: a run of the one statement for each. Types are JSON's: true and false are 1
/// and 0, numbers without fraction or exponent are integers, arrays and objects within are their JSON text.
///
/// While the batch runs, throws usage for values too few or too many and for names that no statement has.
std::unique_ptr<SqlParameters> make_parameters(const ParameterOptions& options, Context& context);

/// A value of --param: JSON where it is JSON (a number, "text", true, null), else text as it stands; an array
/// or object is text too.
SqlValue value_of_word(const std::string& word);

}  // namespace corral
