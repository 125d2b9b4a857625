#include "commands/d1/schema/source.hpp"

#include <filesystem>
#include <system_error>

#include "commands/command/config_check.hpp"
#include "commands/d1/migrations/project.hpp"

namespace corral::d1 {

migrations::Schema schema_of(Context& context, const StateOptions& state, const std::string& word) {
  std::error_code missing;
  if (std::filesystem::is_directory(word, missing)) {
    // If the folder holds the migrations of a database in the config, use that database's pattern and table.
    migrations::MigrationFolder folder{.folder = word};
    if (context.project().config_file()) {
      for (const D1DatabaseBinding& binding :
           require_section(context, ConfigSection::d1_databases).d1_databases) {
        const migrations::MigrationFolder known = migration_folder_of(context, {.config = &binding});
        if (std::filesystem::equivalent(known.folder, word, missing)) folder = known;
      }
    }
    const std::unique_ptr<SqlDatabase> scratch = context.stores(state).d1().scratch();
    migrations::replay(*scratch, migrations::find_migrations(folder));
    return migrations::read_schema(*scratch, folder.table);
  }
  const DatabaseOptions options{.name = word, .state = state};
  const Database database = find_database(context, options);
  const std::unique_ptr<SqlDatabase> opened =
      context.stores(state).d1().open(database.id, {.unrestricted = true});
  return migrations::read_schema(*opened, migration_folder_of(context, database).table);
}

}  // namespace corral::d1
