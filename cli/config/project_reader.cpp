#include "cli/config/project_reader.hpp"

#include <functional>
#include <map>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "cli/config/environment_scope.hpp"

namespace corral::config {

namespace {

class ProjectReader {
 public:
  ProjectReader(const Value& root, Project& project) : root_(root), project_(project) {}

  void read() {
    if (root_.type != Value::Type::object) {
      project_.problems.push_back({ConfigSection::other, "the config",
                                   fmt::format("must be an object, but is {}", root_.type_words()),
                                   root_.at});
      return;
    }
    const EnvironmentScope scope(root_, project_);
    project_.name = scope.worker_name();
    project_.account_id = scope.inherited("account_id", ConfigSection::other).text("account_id");
    read_bindings(scope);
  }

 private:
  FieldReader reader(const Value& object, std::string path, ConfigSection section) {
    return {object, std::move(path), section, project_.problems};
  }

  /// Reads each object of an array with `read_entry`.
  void each_entry(const Value* array, const std::string& path, ConfigSection section,
                  const std::function<void(FieldReader&)>& read_entry) {
    if (array == nullptr) return;
    for (std::size_t i = 0; i < array->items.size(); ++i) {
      const Value& item = array->items[i];
      FieldReader entry = reader(item, fmt::format("{}[{}]", path, i), section);
      if (item.type != Value::Type::object) {
        entry.complain("", fmt::format("must be an object, but is {}", item.type_words()), item.at);
        continue;
      }
      read_entry(entry);
    }
  }

  void each_binding(const EnvironmentScope& scope, const char* name, ConfigSection section,
                    const std::function<void(FieldReader&)>& read_entry) {
    FieldReader fields = scope.own(section);
    each_entry(fields.array(name), fields.path_of(name), section, read_entry);
  }

  void read_bindings(const EnvironmentScope& scope) {
    each_binding(scope, "kv_namespaces", ConfigSection::kv_namespaces,
                 [&](FieldReader& entry) { read_kv(entry); });
    each_binding(scope, "d1_databases", ConfigSection::d1_databases,
                 [&](FieldReader& entry) { read_d1(entry); });
    each_binding(scope, "r2_buckets", ConfigSection::r2_buckets, [&](FieldReader& entry) { read_r2(entry); });
    read_queues(scope);
    read_durable_objects(scope);
  }

  /// Records a problem if another entry of the same kind has the binding's name.
  void check_unique(FieldReader& entry, const std::string& section, const std::string& binding) {
    if (!entry.good()) return;
    const auto [first, is_new] = seen_.try_emplace(section + '\0' + binding, entry.at());
    if (!is_new) {
      entry.complain(
          "binding",
          fmt::format("\"{}\" is taken by the entry in line {}", shown(binding), first->second.line),
          entry.at());
    }
  }

  void read_kv(FieldReader& entry) {
    KvNamespaceBinding kv;
    kv.binding = entry.required_text("binding");
    kv.id = entry.text("id");
    kv.preview_id = entry.text("preview_id");
    kv.remote = entry.flag("remote");
    kv.at = entry.at();
    check_unique(entry, "kv", kv.binding);
    if (entry.good()) project_.kv_namespaces.push_back(std::move(kv));
  }

  void read_d1(FieldReader& entry) {
    D1DatabaseBinding d1;
    d1.binding = entry.required_text("binding");
    d1.database_name = entry.text("database_name");
    d1.database_id = entry.text("database_id");
    d1.preview_database_id = entry.text("preview_database_id");
    d1.migrations_dir = entry.text("migrations_dir");
    d1.migrations_table = entry.text("migrations_table");
    d1.migrations_pattern = entry.text("migrations_pattern");
    d1.remote = entry.flag("remote");
    d1.at = entry.at();
    check_unique(entry, "d1", d1.binding);
    if (entry.good()) project_.d1_databases.push_back(std::move(d1));
  }

  void read_r2(FieldReader& entry) {
    R2BucketBinding r2;
    r2.binding = entry.required_text("binding");
    r2.bucket_name = entry.text("bucket_name");
    r2.preview_bucket_name = entry.text("preview_bucket_name");
    r2.jurisdiction = entry.text("jurisdiction");
    r2.remote = entry.flag("remote");
    r2.at = entry.at();
    check_unique(entry, "r2", r2.binding);
    if (entry.good()) project_.r2_buckets.push_back(std::move(r2));
  }

  void read_queues(const EnvironmentScope& scope) {
    FieldReader outer = scope.own(ConfigSection::queues);
    const Value* queues = outer.object("queues");
    if (queues == nullptr) return;
    FieldReader fields = reader(*queues, outer.path_of("queues"), ConfigSection::queues);
    each_entry(fields.array("producers"), fields.path_of("producers"), ConfigSection::queues,
               [&](FieldReader& entry) {
                 QueueProducer producer;
                 producer.binding = entry.required_text("binding");
                 producer.queue = entry.required_text("queue");
                 producer.delivery_delay = entry.number("delivery_delay");
                 producer.at = entry.at();
                 check_unique(entry, "producer", producer.binding);
                 if (entry.good()) project_.queue_producers.push_back(std::move(producer));
               });
    each_entry(fields.array("consumers"), fields.path_of("consumers"), ConfigSection::queues,
               [&](FieldReader& entry) {
                 QueueConsumer consumer;
                 consumer.queue = entry.required_text("queue");
                 consumer.type = entry.text("type");
                 consumer.max_batch_size = entry.number("max_batch_size");
                 consumer.max_batch_timeout = entry.number("max_batch_timeout");
                 consumer.max_retries = entry.number("max_retries");
                 consumer.dead_letter_queue = entry.text("dead_letter_queue");
                 consumer.max_concurrency = entry.number("max_concurrency");
                 consumer.visibility_timeout_ms = entry.number("visibility_timeout_ms");
                 consumer.retry_delay = entry.number("retry_delay");
                 consumer.at = entry.at();
                 if (entry.good()) project_.queue_consumers.push_back(std::move(consumer));
               });
  }

  void read_durable_objects(const EnvironmentScope& scope) {
    FieldReader outer = scope.own(ConfigSection::durable_objects);
    if (const Value* objects = outer.object("durable_objects")) {
      FieldReader fields = reader(*objects, outer.path_of("durable_objects"), ConfigSection::durable_objects);
      each_entry(fields.array("bindings"), fields.path_of("bindings"), ConfigSection::durable_objects,
                 [&](FieldReader& entry) {
                   DurableObjectBinding object;
                   object.name = entry.required_text("name");
                   object.class_name = entry.required_text("class_name");
                   object.script_name = entry.text("script_name");
                   object.environment = entry.text("environment");
                   object.at = entry.at();
                   check_unique(entry, "object", object.name);
                   if (entry.good()) project_.durable_objects.push_back(std::move(object));
                 });
    }
    FieldReader holder = scope.inherited("migrations", ConfigSection::durable_objects);
    each_entry(holder.array("migrations"), holder.path_of("migrations"), ConfigSection::durable_objects,
               [&](FieldReader& entry) { read_migration(entry); });
  }

  void read_migration(FieldReader& entry) {
    DurableObjectMigration migration;
    migration.tag = entry.required_text("tag");
    migration.new_classes = entry.texts("new_classes");
    migration.new_sqlite_classes = entry.texts("new_sqlite_classes");
    migration.deleted_classes = entry.texts("deleted_classes");
    migration.at = entry.at();
    each_entry(entry.array("renamed_classes"), entry.path_of("renamed_classes"),
               ConfigSection::durable_objects, [&](FieldReader& renamed) {
                 RenamedClass rename{renamed.required_text("from"), renamed.required_text("to")};
                 if (renamed.good()) migration.renamed_classes.push_back(std::move(rename));
               });
    if (entry.good()) project_.durable_object_migrations.push_back(std::move(migration));
  }

  const Value& root_;
  Project& project_;
  std::map<std::string, SourceSpot> seen_;
};

}  // namespace

Project read_project(const Value& root, const std::filesystem::path& file, const std::string& environment) {
  Project project;
  project.config = file;
  project.environment = environment;
  ProjectReader(root, project).read();
  return project;
}

}  // namespace corral::config
