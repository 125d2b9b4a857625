#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace corral {

/// A position in a config file; line and column are 1-based, columns in bytes. 0: unknown.
struct SourceSpot {
  std::size_t line = 0;
  std::size_t column = 0;
};

struct KvNamespaceBinding {
  std::string binding;
  std::optional<std::string> id;
  std::optional<std::string> preview_id;
  bool remote = false;
  SourceSpot at;
};

struct D1DatabaseBinding {
  std::string binding;
  std::optional<std::string> database_name;
  std::optional<std::string> database_id;
  std::optional<std::string> preview_database_id;
  std::optional<std::string> migrations_dir;
  std::optional<std::string> migrations_table;
  std::optional<std::string> migrations_pattern;
  bool remote = false;
  SourceSpot at;
};

struct R2BucketBinding {
  std::string binding;
  std::optional<std::string> bucket_name;
  std::optional<std::string> preview_bucket_name;
  std::optional<std::string> jurisdiction;
  bool remote = false;
  SourceSpot at;
};

struct QueueProducer {
  std::string binding;
  std::string queue;
  std::optional<double> delivery_delay;  ///< seconds
  SourceSpot at;
};

struct QueueConsumer {
  std::string queue;
  std::optional<std::string> type;  ///< "worker" or "http_pull"
  std::optional<double> max_batch_size;
  std::optional<double> max_batch_timeout;  ///< seconds
  std::optional<double> max_retries;
  std::optional<std::string> dead_letter_queue;
  std::optional<double> max_concurrency;
  std::optional<double> visibility_timeout_ms;
  std::optional<double> retry_delay;  ///< seconds
  SourceSpot at;
};

struct DurableObjectBinding {
  std::string name;
  std::string class_name;
  std::optional<std::string> script_name;
  std::optional<std::string> environment;
  SourceSpot at;
};

struct RenamedClass {
  std::string from;
  std::string to;
};

struct DurableObjectMigration {
  std::string tag;
  std::vector<std::string> new_classes;
  std::vector<std::string> new_sqlite_classes;
  std::vector<RenamedClass> renamed_classes;
  std::vector<std::string> deleted_classes;
  SourceSpot at;
};

/// The parts of a config that a command can depend on.
enum class ConfigSection { kv_namespaces, d1_databases, r2_buckets, queues, durable_objects, other };

/// A mistake in the config: a wrong type, a missing field.
struct ConfigProblem {
  ConfigSection section{};
  std::string field;    ///< path of the field: "env.prod.kv_namespaces[0].binding"
  std::string message;  ///< "must be a string, but is a number"
  SourceSpot at;
};

/// A wrangler config as plain data, for the environment in use (docs/reference/config.md). Contains only what
/// that environment sees: bindings are not inherited from the top level.
struct Project {
  std::optional<std::filesystem::path> config;  ///< the config file; nullopt: none was found
  std::string environment;                      ///< empty: the top level
  std::optional<std::string> name;        ///< the Worker's name, with "-<env>" where wrangler appends it
  std::optional<std::string> account_id;  ///< the environment's, else the top level's

  std::vector<KvNamespaceBinding> kv_namespaces;
  std::vector<D1DatabaseBinding> d1_databases;
  std::vector<R2BucketBinding> r2_buckets;
  std::vector<QueueProducer> queue_producers;
  std::vector<QueueConsumer> queue_consumers;
  std::vector<DurableObjectBinding> durable_objects;
  std::vector<DurableObjectMigration> durable_object_migrations;

  std::vector<ConfigProblem> problems;  ///< in file order
  std::vector<std::string> warnings;    ///< complete sentences for stderr: unknown fields, not inherited
};

/// One field of a binding to write to a config, in order: {"binding", "CACHE"}.
struct BindingField {
  enum class Kind { text, boolean };
  std::string name;
  std::string value;  ///< for a boolean: "true" or "false"
  Kind kind = Kind::text;
};

/// Locates and reads the config. Finding the folder is cheap; the file is parsed on the first call of
/// `project()`, so a command that needs only ids never reads it.
class ProjectSource {
 public:
  virtual ~ProjectSource() = default;

  /// The folder that owns the state: the user's config's, otherwise the working directory.
  virtual const std::filesystem::path& folder() = 0;

  /// The user's config file, if there is one. Does not parse it.
  virtual const std::optional<std::filesystem::path>& config_file() = 0;

  /// The generated config that `.wrangler/deploy/config.json` beside the user's config points to, if there is
  /// one. `wrangler deploy` reads it; wrangler's storage commands (4.164.0) still read the user's config, and
  /// so does corral. Throws invalid_input if the redirect is not {"configPath": "..."}.
  virtual std::optional<std::filesystem::path> redirect() = 0;

  /// The parsed config (an empty Project if there is no file). Throws invalid_input for a file that cannot be
  /// read at all: a syntax error (reported with file, line, column and the source line), invalid UTF-8,
  /// nesting or size beyond the limits, an unknown environment. Mistakes in individual fields go to
  /// Project::problems instead.
  virtual const Project& project() = 0;

  /// Adds a binding to an array (`kv_namespaces`, `queues.producers`, ...) of the environment in use,
  /// preserving the file's comments and layout. The first field is the binding's name: an existing entry with
  /// that name is updated with the other fields and keeps the rest of its own. Returns the previous values of
  /// replaced fields. Durable and atomic. Throws not_found without a config, conflict if another kind of
  /// binding has the name, invalid_input if the file cannot be edited.
  virtual std::vector<BindingField> put_binding(std::string_view array,
                                                const std::vector<BindingField>& fields) = 0;

  /// The environments of the config ("" for the top level) whose project satisfies `what`, except the one in
  /// use. Meant for messages: rereads the config for each.
  virtual std::vector<std::string> environments_with(const std::function<bool(const Project&)>& what) = 0;

  /// The warnings about the config that this run has printed (`require_section`): each is printed once.
  std::set<std::string> printed_warnings;
};

}  // namespace corral
