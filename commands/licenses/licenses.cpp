// corral licenses: the libraries in the program, and their licenses.
#include <algorithm>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "commands/command/command.hpp"
#include "commands/command/context.hpp"
#include "commands/licenses/linked_components.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"

namespace corral {

Command licenses();

namespace {

std::string as_json() {
  Json components = Json::array();
  for (const LinkedComponent& component : linked_components()) {
    Json json{{"name", component.name}};
    if (!component.version.empty()) json["version"] = component.version;
    json["license"] = component.license;
    json["homepage"] = component.homepage;
    if (!component.package.empty()) json["debian_package"] = component.package;
    json["texts"] = component.texts;
    components.push_back(std::move(json));
  }
  Json texts = Json::object();
  for (const LicenseText& text : license_texts()) texts[std::string(text.name)] = text.text;
  return json_text(Json{{"components", components}, {"texts", texts}}, 2) + "\n";
}

std::string components_with(std::string_view text) {
  std::vector<std::string_view> names;
  for (const LinkedComponent& component : linked_components()) {
    if (std::find(component.texts.begin(), component.texts.end(), text) != component.texts.end())
      names.push_back(component.name);
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string as_text() {
  std::string page = "corral is under the MIT license and contains:\n\n";
  for (const LinkedComponent& component : linked_components()) {
    page += fmt::format("  {:<22} {:<22} {}\n", component.name, component.version, component.license);
  }
  const std::string line(78, '-');
  for (const LicenseText& text : license_texts()) {
    page +=
        fmt::format("\n{}\n{} ({})\n{}\n\n{}", line, text.name, components_with(text.name), line, text.text);
  }
  return page;
}

Run declare(Arguments& /*arguments*/) {
  return [](Context& context) { context.out().data(context.out().json_requested() ? as_json() : as_text()); };
}

}  // namespace

Command licenses() {
  return {.names = {"licenses"},
          .summary = "Print the libraries in corral and their licenses",
          .examples = {"corral licenses", "corral licenses --json"},
          .declare = declare,
          .reads_only = true};
}

}  // namespace corral
