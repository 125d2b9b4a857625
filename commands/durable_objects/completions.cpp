#include <algorithm>
#include <string>
#include <vector>

#include "commands/durable_objects/commands.hpp"
#include "commands/durable_objects/target.hpp"

namespace corral::durable_objects {

namespace {

/// More candidates than this would not fit a screen.
constexpr std::size_t max_candidates = 200;

ClassOptions class_of(const CompletionRequest& request) {
  ClassOptions of;
  of.name = request.option("class").value_or("");
  of.script = request.option("--script");
  of.state.persist_to = request.option("--persist-to");
  return of;
}

std::vector<std::string> classes(Context& context, const CompletionRequest& request) {
  std::vector<std::string> words;
  for (const KnownClass& known : known_classes(context, class_of(request).state)) {
    const std::string& name = known.of.name;
    const bool is_new = std::find(words.begin(), words.end(), name) == words.end();
    if (is_new && name.starts_with(request.prefix)) words.push_back(name);
  }
  return words;
}

std::vector<std::string> ids(Context& context, const CompletionRequest& request) {
  const ClassOptions options = class_of(request);
  const DurableClass of = find_class(context, options);
  std::vector<std::string> found = context.stores(options.state).durable_objects().ids(of, request.prefix);
  if (found.size() > max_candidates) found.resize(max_candidates);
  return found;
}

std::vector<std::string> names(Context& context, const CompletionRequest& request) {
  const ClassOptions options = class_of(request);
  const DurableClass of = find_class(context, options);
  DurableObjectBackend& backend = context.stores(options.state).durable_objects();
  std::vector<std::string> found;
  for (const std::string& id : backend.ids(of, "")) {
    const auto name = backend.open(of, id)->info().name;
    if (name && name->starts_with(request.prefix)) found.push_back(*name);
    if (found.size() == max_candidates) break;
  }
  return found;
}

std::vector<std::string> keys(Context& context, const CompletionRequest& request) {
  ObjectOptions options;
  options.of = class_of(request);
  options.name = request.option("--name");
  if (!options.name) options.object = request.option("object");
  std::vector<std::string> found;
  open_object(context, options, Access::read)
      ->list({.prefix = request.prefix, .limit = max_candidates}, [&](const StorageItem& item) {
        found.push_back(item.key);
        return true;
      });
  return found;
}

/// With --name, the key takes the position of the id.
std::vector<std::string> ids_or_keys(Context& context, const CompletionRequest& request) {
  return request.option("--name") ? keys(context, request) : ids(context, request);
}

}  // namespace

std::vector<LiveValues> class_values() {
  return {{"class", classes}};
}

std::vector<LiveValues> object_values() {
  return {{"class", classes}, {"object", ids}, {"--name", names}};
}

std::vector<LiveValues> key_values() {
  return {{"class", classes}, {"object", ids_or_keys}, {"key", keys}, {"--name", names}};
}

}  // namespace corral::durable_objects
