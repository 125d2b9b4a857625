#include "commands/d1/schema/comparison.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "backends/bytes/text.hpp"
#include "backends/d1_databases.hpp"
#include "backends/error.hpp"
#include "commands/d1/migrations/project.hpp"
#include "migrations/drift.hpp"

namespace corral::d1 {

std::string_view name_of(Reference reference) noexcept {
  return reference == Reference::local ? "local" : "migrations";
}

namespace {

using migrations::Schema;
using migrations::SchemaChange;

class Comparer {
 public:
  Comparer(Context& context, const DatabaseOptions& options, bool reverse)
      : context_(context),
        options_(options),
        stores_(context.stores(options.state)),
        database_(find_database(context, options)),
        opened_(stores_.d1().open(database_.id, {})),
        table_(migration_folder_of(context, database_).table),
        actual_(migrations::read_schema(*opened_, table_)),
        reverse_(reverse) {}

  SchemaComparison compare(Reference with) {
    SchemaComparison comparison{.with = with};
    if (with == Reference::local) {
      compare_with_local(comparison);
    } else {
      compare_with_files(comparison);
    }
    return comparison;
  }

 private:
  [[nodiscard]] migrations::MakeScratch scratch() const {
    return [&backend = stores_.d1()] { return backend.scratch(); };
  }

  void compare_with_local(SchemaComparison& comparison) {
    DatabaseOptions here{.name = options_.name, .state = {}};
    here.state.local = true;
    Stores& local = context_.stores(here.state);
    std::string id;
    try {
      id = find_database(context_, here).id;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::not_found) throw;
    }
    if (id.empty() || !local.d1().is_stored(id)) {
      comparison.impossible = fmt::format("there is no local database \"{}\"", shown(options_.name));
      return;
    }
    const std::unique_ptr<SqlDatabase> other = local.d1().open(id, {.unrestricted = true});
    const Schema wanted = migrations::read_schema(*other, table_);
    comparison.change = reverse_ ? migrations::schema_change(wanted, actual_, scratch())
                                 : migrations::schema_change(actual_, wanted, scratch());
  }

  void compare_with_files(SchemaComparison& comparison) {
    const bool is_known = database_.config != nullptr || stores_.d1_databases().made_by_first_write();
    if (!is_known) {
      comparison.impossible = fmt::format("\"{}\" is not in the config, which says where its migrations are",
                                          shown(database_.name));
      return;
    }
    const migrations::MigrationFolder folder = migration_folder_of(context_, database_);
    std::error_code missing;
    if (!std::filesystem::is_directory(folder.folder, missing)) {
      comparison.impossible =
          fmt::format("there is no folder of migrations at {}", shown(folder.folder.native()));
      return;
    }
    const migrations::MigrationStatus status = migrations::make_status(
        migrations::find_migrations(folder), migrations::History(*opened_, folder.table).applied(),
        stores_.migration_records().of(database_.id));
    migrations::Drift drift = migrations::find_drift(actual_, status, folder, scratch(), reverse_);
    comparison.missing = std::move(drift.missing);
    comparison.change = std::move(drift.mend);
  }

  Context& context_;
  const DatabaseOptions& options_;
  Stores& stores_;
  Database database_;
  std::unique_ptr<SqlDatabase> opened_;
  std::string table_;
  Schema actual_;
  bool reverse_;
};

}  // namespace

std::vector<SchemaComparison> compare_schema(Context& context, const DatabaseOptions& options,
                                             const std::vector<Reference>& references, bool reverse) {
  Comparer comparer(context, options, reverse);
  std::vector<SchemaComparison> comparisons;
  comparisons.reserve(references.size());
  for (const Reference reference : references) comparisons.push_back(comparer.compare(reference));
  return comparisons;
}

Json json_of(const SchemaChange& change) {
  return {{"statements", change.statements}, {"rebuilt", change.rebuilt}, {"proved", change.is_proved}};
}

void warn_of(const SchemaChange& change, Output& out) {
  for (const std::string& table : change.rebuilt) {
    out.warning(
        fmt::format("\"{}\" has to be recreated; rows that refer to it with ON DELETE would follow the DROP",
                    shown(table)));
  }
  if (!change.is_proved)
    out.warning("these statements do not lead to the second schema exactly; look at them first");
}

}  // namespace corral::d1
