#include <algorithm>
#include <string>
#include <vector>

#include "commands/d1/commands.hpp"
#include "commands/d1/target.hpp"

namespace corral::d1 {

namespace {

std::vector<std::string> databases(Context& context, const CompletionRequest& request) {
  StateOptions state;
  state.persist_to = request.option("--persist-to");
  std::vector<std::string> words;
  for (const Database& database : known_databases(context, state)) {
    for (const std::string& word :
         {database.name, database.config != nullptr ? database.config->binding : ""}) {
      const bool is_new = std::find(words.begin(), words.end(), word) == words.end();
      if (!word.empty() && word.starts_with(request.prefix) && is_new) words.push_back(word);
    }
  }
  return words;
}

}  // namespace

std::vector<LiveValues> database_values() {
  return {{"database", databases}, {"name", databases}};
}

}  // namespace corral::d1
