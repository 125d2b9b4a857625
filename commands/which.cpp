#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/command.hpp"
#include "commands/command/other_environments.hpp"
#include "commands/command/state_options.hpp"
#include "commands/d1/target.hpp"
#include "commands/durable_objects/target.hpp"
#include "commands/kv/known_namespaces.hpp"
#include "commands/kv/target.hpp"
#include "commands/r2/bucket_settings.hpp"
#include "commands/text/field_list.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"

namespace corral {

namespace {

struct Options {
  StateOptions state;
  std::string name;
};

/// One way in which a name resolves to a resource. Fields that do not apply are empty.
struct Match {
  std::string kind;
  std::string name;  ///< the resource's title, database name or bucket name
  std::string binding;
  std::string id;  ///< its id in the local state
  std::string source;
  std::filesystem::path file;
};

class Search {
 public:
  Search(Context& context, const Options& options)
      : context_(context),
        stores_(context.stores(options.state)),
        name_(options.name),
        state_(options.state) {}

  std::vector<Match> run() {
    if (context_.project().config_file()) search_config(context_.project().project());
    search_registry();
    search_disk();
    return std::move(matches_);
  }

 private:
  [[nodiscard]] bool is(const std::string& text) const { return text == name_; }
  [[nodiscard]] bool is(const std::optional<std::string>& text) const { return text && *text == name_; }

  [[nodiscard]] static std::string config_source(const Project& project, const SourceSpot& at) {
    std::string source = fmt::format("{}:{}", project.config->native(), at.line);
    if (!project.environment.empty()) source += fmt::format(" (environment {})", project.environment);
    return source;
  }

  /// Completes a match from the config; false if the config has none. The config knows queues only by name.
  bool complete(ResourceKind kind, std::string_view words, const Resource& resource) {
    bool found = false;
    for (Match& match : matches_) {
      const bool same = kind == ResourceKind::queue ? match.name == resource.name : match.id == resource.id;
      if (!same || !match.kind.starts_with(words)) continue;
      match.name = resource.name;
      match.id = resource.id;
      found = true;
    }
    return found;
  }

  void add_with_file(Match match, ResourceKind kind) {
    match.file = stores_.file_of(kind, match.id);
    matches_.push_back(std::move(match));
  }

  void search_config(const Project& project) {
    for (const auto& kv : project.kv_namespaces) {
      if (!is(kv.binding) && !is(kv.id) && !is(kv.preview_id)) continue;
      const std::string source = config_source(project, kv.at);
      const std::string id = kv::local_id(kv, std::nullopt, kv::Access::read);
      if (!is(kv.preview_id))
        add_with_file({"KV namespace", {}, kv.binding, id, source, {}}, ResourceKind::kv_namespace);
      if (kv.preview_id && kv.preview_id != id) {
        add_with_file({"KV namespace (--preview)", {}, kv.binding, *kv.preview_id, source, {}},
                      ResourceKind::kv_namespace);
      }
    }
    for (const auto& d1 : project.d1_databases) {
      if (!is(d1.binding) && !is(d1.database_name) && !is(d1.database_id) && !is(d1.preview_database_id))
        continue;
      const std::string& id = d1::local_id(d1);
      add_with_file(
          {"D1 database", d1.database_name.value_or(""), d1.binding, id, config_source(project, d1.at), {}},
          ResourceKind::d1_database);
    }
    for (const auto& r2 : project.r2_buckets) {
      if (!is(r2.binding) && !is(r2.bucket_name)) continue;
      const std::string bucket = r2.bucket_name.value_or(r2.binding);
      add_with_file({"R2 bucket", bucket, r2.binding, bucket, config_source(project, r2.at), {}},
                    ResourceKind::r2_bucket);
    }
    for (const auto& producer : project.queue_producers) {
      if (is(producer.binding) || is(producer.queue)) {
        add_with_file({"queue (producer)",
                       producer.queue,
                       producer.binding,
                       {},
                       config_source(project, producer.at),
                       {}},
                      ResourceKind::queue);
      }
    }
    for (const auto& consumer : project.queue_consumers) {
      if (is(consumer.queue)) {
        add_with_file({"queue (consumer)", consumer.queue, {}, {}, config_source(project, consumer.at), {}},
                      ResourceKind::queue);
      }
    }
    for (const auto& object : project.durable_objects) {
      if (!is(object.name) && !is(object.class_name)) continue;
      const std::string script = object.script_name.value_or(project.name.value_or(""));
      matches_.push_back({"Durable Object class",
                          object.class_name,
                          object.name,
                          {},
                          config_source(project, object.at),
                          stores_.folder_of_class(script, object.class_name)});
    }
  }

  void search_registry() {
    static constexpr std::array<std::pair<ResourceKind, const char*>, 4> kinds = {
        {{ResourceKind::kv_namespace, "KV namespace"},
         {ResourceKind::d1_database, "D1 database"},
         {ResourceKind::r2_bucket, "R2 bucket"},
         {ResourceKind::queue, "queue"}}};
    for (const auto& [kind, words] : kinds) {
      for (const Resource& resource : stores_.registry().list(kind)) {
        if (!complete(kind, words, resource) && (is(resource.id) || is(resource.name)))
          add_with_file({words, resource.name, {}, resource.id, "created here with 'create'", {}}, kind);
      }
    }
  }

  void search_disk() {
    if (!matches_.empty()) return;
    constexpr const char* on_disk = "found on disk only";
    for (const kv::KnownNamespace& known : kv::known_namespaces(context_, state_)) {
      if (is(known.id))
        add_with_file({"KV namespace", {}, {}, known.id, on_disk, {}}, ResourceKind::kv_namespace);
    }
    for (const r2::KnownBucket& known : r2::known_buckets(context_, state_)) {
      if (is(known.name))
        add_with_file({"R2 bucket", known.name, {}, known.name, on_disk, {}}, ResourceKind::r2_bucket);
    }
    for (const std::string& queue : stores_.queues().stored_queues()) {
      if (is(queue)) add_with_file({"queue", queue, {}, {}, on_disk, {}}, ResourceKind::queue);
    }
    for (const durable_objects::KnownClass& known : durable_objects::known_classes(context_, state_)) {
      if (is(known.of.name)) {
        matches_.push_back({"Durable Object class",
                            known.of.name,
                            {},
                            {},
                            on_disk,
                            stores_.folder_of_class(known.of.script, known.of.name)});
      }
    }
  }

  Context& context_;
  Stores& stores_;
  const std::string& name_;
  const StateOptions& state_;
  std::vector<Match> matches_;
};

Json as_json(const Match& match) {
  Json json;
  json["kind"] = match.kind;
  const auto add = [&](const char* field, const std::string& text) {
    json[field] = text.empty() ? Json(nullptr) : Json(text);
  };
  add("name", match.name);
  add("binding", match.binding);
  add("id", match.id);
  add("source", match.source);
  add("file", match.file.native());
  std::error_code ignored;
  json["exists"] = !match.file.empty() && std::filesystem::exists(match.file, ignored);
  return json;
}

void print_for_person(const std::vector<Match>& matches, Output& out) {
  for (const Match& match : matches) {
    FieldList fields;
    fields.add_if_any("kind", match.kind);
    fields.add_if_any("name", match.name);
    fields.add_if_any("binding", match.binding);
    fields.add_if_any("id", match.id);
    fields.add_if_any("found in", match.source);
    std::error_code ignored;
    const bool exists = match.file.empty() || std::filesystem::exists(match.file, ignored);
    fields.add_if_any("file", match.file.native() + (exists ? "" : " (not there yet)"));
    if (&match != &matches.front()) out.data("\n");
    fields.print(out);
  }
}

void run(const Options& options, Context& context) {
  if (const auto redirect = context.project().redirect()) {
    context.out().note(fmt::format(
        "{} is what 'wrangler deploy' reads (.wrangler/deploy/config.json); storage commands read {}",
        shown(redirect->native()), shown(context.project().config_file().value_or("no config").native())));
  }
  const std::vector<Match> matches = Search(context, options).run();
  if (matches.empty()) {
    const auto& config = context.project().config_file();
    throw Error(ErrorKind::not_found,
                fmt::format("nothing is named \"{}\": not in {}, not created here, not on disk",
                            shown(options.name), config ? shown(config->native()) : "a config (none found)"),
                hint_of_environments(
                    context, [&](const Project& other) { return has_name(other, options.name); },
                    "'corral kv namespace list' shows the namespaces there are"));
  }
  if (context.out().for_person()) {
    print_for_person(matches, context.out());
    return;
  }
  Json list = Json::array();
  for (const Match& match : matches) list.push_back(as_json(match));
  context.out().data(json_text(list, 2) + "\n");
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  required(value_name(add_text(arguments, "name", options->name, "A binding, a name or an id"), "NAME"));
  add_kv_state_options(arguments, options->state, Reach::state_folder);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command which() {
  return {.names = {"which"},
          .summary = "Show what a binding, name or id refers to: config, id and file",
          .examples = {"corral which CACHE"},
          .declare = declare,
          .reads_only = true};
}

}  // namespace corral
