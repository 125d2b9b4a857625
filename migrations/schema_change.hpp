#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "migrations/schema.hpp"

namespace corral::migrations {

/// Creates an empty database (SqlBackend::scratch).
using MakeScratch = std::function<std::unique_ptr<SqlDatabase>()>;

struct SchemaChange {
  std::vector<std::string> statements;  ///< without their ';'
  std::vector<std::string> rebuilt;     ///< tables recreated because ALTER TABLE cannot make the change
  bool is_proved = false;               ///< running them on the old schema was verified to give the new one
};

/// The statements that turn one schema into another, keeping the rows of remaining tables. Tables are altered
/// if that gives exactly the new definition, otherwise recreated with the columns that both have in common.
SchemaChange schema_change(const Schema& from, const Schema& to, const MakeScratch& make_scratch);

/// The statements that create a schema in an empty database: tables, then indexes, views and triggers.
std::vector<std::string> schema_statements(const Schema& schema);

}  // namespace corral::migrations
