#include <algorithm>
#include <string>
#include <vector>

#include "commands/kv/commands.hpp"
#include "commands/kv/known_namespaces.hpp"
#include "commands/kv/target.hpp"

namespace corral::kv {

namespace {

/// More candidates than this would not fit a screen.
constexpr std::size_t max_candidates = 200;

StateOptions state_of(const CompletionRequest& request) {
  StateOptions state;
  state.persist_to = request.option("--persist-to");
  state.backend = request.option("--backend");
  return state;
}

void keep_matching(std::vector<std::string>& words, const std::string& prefix) {
  std::erase_if(words, [&](const std::string& word) { return !word.starts_with(prefix); });
  if (words.size() > max_candidates) words.resize(max_candidates);
}

std::vector<std::string> titles(Context& context, const CompletionRequest& request) {
  std::vector<std::string> words;
  for (Resource& resource : context.stores(state_of(request)).registry().list(ResourceKind::kv_namespace)) {
    words.push_back(std::move(resource.name));
  }
  keep_matching(words, request.prefix);
  return words;
}

std::vector<std::string> bindings(Context& context, const CompletionRequest& request) {
  if (!context.project().config_file()) return titles(context, request);
  std::vector<std::string> words;
  for (const KvNamespaceBinding& binding : context.project().project().kv_namespaces) {
    words.push_back(binding.binding);
  }
  keep_matching(words, request.prefix);
  return words;
}

std::vector<std::string> ids(Context& context, const CompletionRequest& request) {
  std::vector<std::string> words;
  for (KnownNamespace& known : known_namespaces(context, state_of(request)))
    words.push_back(std::move(known.id));
  keep_matching(words, request.prefix);
  return words;
}

std::vector<std::string> keys(Context& context, const CompletionRequest& request) {
  NamespaceOptions target;
  target.binding = request.option("--binding");
  target.namespace_id = request.option("--namespace-id");
  target.title = request.option("--namespace");
  if (const auto preview = request.option("--preview")) target.preview = *preview != "false";
  target.state = state_of(request);
  KvListOptions range;
  range.prefix = request.prefix;
  range.limit = max_candidates;
  std::vector<std::string> words;
  for (KvItem& item :
       open_namespace(context, target, Access::read)->list(range, context.clock().now()).items) {
    words.push_back(std::move(item.key));
  }
  return words;
}

}  // namespace

std::vector<LiveValues> namespace_values() {
  return {{"--binding", bindings},    {"--namespace-id", ids},    {"--namespace", titles},
          {"--to-binding", bindings}, {"--to-namespace-id", ids}, {"--to-namespace", titles},
          {"namespace", titles},      {"old-name", titles}};
}

std::vector<LiveValues> namespace_and_key_values() {
  std::vector<LiveValues> values = namespace_values();
  values.push_back({"key", keys});
  values.push_back({"to", keys});
  return values;
}

}  // namespace corral::kv
