#include "backends/lmdb/insight_log.hpp"

#include <exception>
#include <map>
#include <system_error>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "backends/error.hpp"
#include "backends/hashing.hpp"

namespace corral::lmdb {

namespace {

constexpr const char* database_name = "queries";
constexpr UnixMillis hour = 3'600'000;
constexpr UnixMillis kept_hours = 744;  // 31 days
constexpr std::size_t longest_query = 4'000;

/// "<hash of the database>/<hour>/": keys of one database lie together, in order of time.
std::string prefix_of(std::string_view database_id) {
  constexpr std::size_t digits = 32;
  return hex(sha256(database_id)).substr(0, digits) + "/";
}

std::string key_of(std::string_view database_id, UnixMillis time, std::string_view query) {
  constexpr std::size_t digits = 32;
  return fmt::format("{}{:010}/{}", prefix_of(database_id), time / hour,
                     hex(sha256(query)).substr(0, digits));
}

std::string encode(const QueryInsight& insight) {
  const nlohmann::json json = {{"query", insight.query},         {"runs", insight.runs},
                               {"total_ms", insight.total_ms},   {"rows_returned", insight.rows_returned},
                               {"rows_read", insight.rows_read}, {"rows_written", insight.rows_written}};
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

QueryInsight decode(std::string_view text) {
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  QueryInsight insight;
  if (!json.is_object()) return insight;
  insight.query = json.value("query", std::string());
  insight.runs = json.value("runs", std::uint64_t{0});
  insight.total_ms = json.value("total_ms", 0.0);
  insight.rows_returned = json.value("rows_returned", std::uint64_t{0});
  insight.rows_read = json.value("rows_read", std::uint64_t{0});
  insight.rows_written = json.value("rows_written", std::uint64_t{0});
  return insight;
}

void add(QueryInsight& sum, const QueryInsight& more) {
  sum.runs += more.runs;
  sum.total_ms += more.total_ms;
  sum.rows_returned += more.rows_returned;
  sum.rows_read += more.rows_read;
  sum.rows_written += more.rows_written;
}

/// Removes what is too old of one database; its keys are in order of time.
void prune(Transaction& transaction, Database database, std::string_view database_id, UnixMillis now) {
  const std::string first = prefix_of(database_id);
  const std::string oldest_kept = fmt::format("{}{:010}/", first, now / hour - kept_hours);
  std::vector<std::string> old;
  Cursor cursor = transaction.cursor(database);
  for (auto record = cursor.seek(first);
       record && record->first.starts_with(first) && record->first < oldest_kept; record = cursor.next()) {
    old.emplace_back(record->first);
  }
  for (const std::string& key : old) transaction.erase(database, key);
}

}  // namespace

void LmdbInsightLog::record(std::string_view database_id, UnixMillis now,
                            std::span<const QueryInsight> queries) noexcept try {
  environment_.write([&](Transaction& transaction) {
    const Database database = transaction.make(database_name);
    for (const QueryInsight& query : queries) {
      QueryInsight sum = query;
      if (sum.query.size() > longest_query) sum.query.resize(longest_query);
      const std::string key = key_of(database_id, now, sum.query);
      if (const auto before = transaction.get(database, key)) add(sum, decode(*before));
      transaction.put(database, key, encode(sum));
    }
    prune(transaction, database, database_id, now);
  });
} catch (const Error& error) {
  // A power loss can damage what was never flushed. It is worth no more than a fresh start.
  if (error.kind() == ErrorKind::corrupt) {
    environment_.close();
    std::error_code ignored;
    std::filesystem::remove_all(environment_.folder(), ignored);
  }
} catch (const std::exception&) {
  return;
}

std::vector<QueryInsight> LmdbInsightLog::since(std::string_view database_id, UnixMillis from) {
  std::map<std::string, QueryInsight> sums;
  environment_.read([&](Transaction& transaction) {
    const auto database = transaction.find(database_name);
    if (!database) return;
    const std::string prefix = prefix_of(database_id);
    Cursor cursor = transaction.cursor(*database);
    for (auto record = cursor.seek(fmt::format("{}{:010}/", prefix, from / hour));
         record && record->first.starts_with(prefix); record = cursor.next()) {
      QueryInsight insight = decode(record->second);
      const auto [sum, is_new] = sums.try_emplace(insight.query, insight);
      if (!is_new) add(sum->second, insight);
    }
  });
  std::vector<QueryInsight> queries;
  queries.reserve(sums.size());
  for (auto& [query, sum] : sums) queries.push_back(std::move(sum));
  return queries;
}

void LmdbInsightLog::forget(std::string_view database_id) noexcept try {
  bool any = false;
  environment_.read([&](Transaction& transaction) { any = transaction.find(database_name).has_value(); });
  if (!any) return;
  environment_.write([&](Transaction& transaction) {
    const Database database = transaction.make(database_name);
    const std::string prefix = prefix_of(database_id);
    std::vector<std::string> keys;
    Cursor cursor = transaction.cursor(database);
    for (auto record = cursor.seek(prefix); record && record->first.starts_with(prefix);
         record = cursor.next()) {
      keys.emplace_back(record->first);
    }
    for (const std::string& key : keys) transaction.erase(database, key);
  });
} catch (const std::exception&) {
  return;
}

}  // namespace corral::lmdb
