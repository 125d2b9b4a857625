#include "cli/config/environment_scope.hpp"

#include <array>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "cli/config/known_fields.hpp"

namespace corral::config {

namespace {

/// The arrays and objects of bindings, which environments do not inherit.
constexpr std::array<std::string_view, 6> not_inherited = {"kv_namespaces", "d1_databases",    "r2_buckets",
                                                           "queues",        "durable_objects", "vars"};

}  // namespace

EnvironmentScope::EnvironmentScope(const Value& root, Project& project)
    : root_(root), project_(project), own_(choose()) {
  warn_of_unknown_fields(root_, is_known_top_level_field);
  if (own_ == &root_) return;
  warn_of_unknown_fields(*own_, is_known_environment_field);
  warn_of_lost_bindings();
}

FieldReader EnvironmentScope::own(ConfigSection section) const {
  return reader(*own_, section);
}

FieldReader EnvironmentScope::inherited(std::string_view field, ConfigSection section) const {
  return reader(own_->find(field) != nullptr ? *own_ : root_, section);
}

std::optional<std::string> EnvironmentScope::worker_name() const {
  std::optional<std::string> name = own(ConfigSection::other).text("name");
  if (own_ == &root_ || name) return name;
  name = reader(root_, ConfigSection::other).text("name");
  if (name) *name += "-" + project_.environment;
  return name;
}

const Value* EnvironmentScope::choose() {
  if (project_.environment.empty()) return &root_;
  const Value* environments = reader(root_, ConfigSection::other).object("env");
  const std::string file = shown(project_.config->filename().native());
  if (environments == nullptr || environments->members.empty()) {
    project_.warnings.push_back(
        fmt::format("{} defines no environments; \"{}\" is ignored, and the top level is used", file,
                    shown(project_.environment)));
    return &root_;
  }
  const Value* found = environments->find(project_.environment);
  if (found != nullptr && found->type == Value::Type::object) return found;
  std::string known;
  for (const auto& member : environments->members) {
    known += fmt::format("{}{}", known.empty() ? "" : ", ", shown(member.name));
  }
  throw Error(
      ErrorKind::invalid_input,
      fmt::format("no environment \"{}\" in {}; it has: {}", shown(project_.environment), file, known),
      "name one of them with --env or CLOUDFLARE_ENV");
}

void EnvironmentScope::warn_of_unknown_fields(const Value& object, bool (*known)(std::string_view)) {
  for (const auto& [name, value] : object.members) {
    if (known(name)) continue;
    project_.warnings.push_back(fmt::format(
        "{}:{}:{}: unknown field \"{}\"{}", shown(project_.config->native()), value.at.line, value.at.column,
        shown(name), &object == &root_ ? "" : " in env." + project_.environment));
  }
}

void EnvironmentScope::warn_of_lost_bindings() {
  for (const std::string_view name : not_inherited) {
    if (root_.find(name) != nullptr && own_->find(name) == nullptr) {
      project_.warnings.push_back(
          fmt::format("\"{}\" stands at the top level but not in \"env.{}\", which does not inherit it", name,
                      project_.environment));
    }
  }
}

FieldReader EnvironmentScope::reader(const Value& object, ConfigSection section) const {
  return {object, &object == &root_ ? "" : "env." + project_.environment, section, project_.problems};
}

}  // namespace corral::config
