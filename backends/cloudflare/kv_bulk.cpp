#include "backends/cloudflare/kv_bulk.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include <fmt/format.h>

#include "backends/bytes/base64.hpp"
#include "backends/bytes/json.hpp"
#include "backends/bytes/text.hpp"
#include "backends/bytes/unix_time.hpp"
#include "backends/error.hpp"
#include "backends/http/client.hpp"
#include "backends/jobs/parallel_jobs.hpp"

namespace corral::cloudflare {

namespace {

std::string json_string(std::string_view text) {
  return write_json(nlohmann::ordered_json(text));
}

/// Runs the parts, several at once.
void run_parts(Session& session, std::span<const std::function<void()>> parts) {
  session.check_interrupt();
  ParallelJobs jobs(std::min(calls_at_once, parts.size()));
  for (const std::function<void()>& part : parts) jobs.add(part);
  jobs.finish();
}

/// The same for changes: the first goes alone, so that what refuses it refuses all.
void run_changes(Session& session, std::span<const std::function<void()>> parts) {
  if (parts.empty()) return;
  parts.front()();
  run_parts(session, parts.subspan(1));
}

/// Sends a part of a bulk request: objects of JSON, one a key, and adds to `done` those that are done. Keys
/// that the API reports as not done are sent once more; throws unavailable, naming them, if that does not
/// help.
void send_part(Session& session, const Call& call, std::span<const std::string> keys,
               std::span<const std::string> objects, std::atomic<std::size_t>& done) {
  std::vector<std::size_t> wanted(keys.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) wanted[i] = i;
  for (int attempts = 1; !wanted.empty(); ++attempts) {
    Call one = call;
    one.body = "[";
    for (const std::size_t i : wanted) one.body += (one.body.size() > 1 ? "," : "") + objects[i];
    one.body += "]";
    const nlohmann::ordered_json result = session.api().call(one).result;
    std::vector<std::size_t> left;
    if (result.is_object() && result.contains("unsuccessful_keys") &&
        result["unsuccessful_keys"].is_array()) {
      const nlohmann::ordered_json& failed = result["unsuccessful_keys"];
      std::copy_if(wanted.begin(), wanted.end(), std::back_inserter(left), [&](std::size_t i) {
        return std::find(failed.begin(), failed.end(), keys[i]) != failed.end();
      });
    }
    done += wanted.size() - left.size();
    constexpr std::size_t named = 12;
    if (attempts > 1 && !left.empty()) {
      std::string names;
      for (std::size_t i = 0; i < std::min(left.size(), named); ++i) names += "\n  " + shown(keys[left[i]]);
      if (left.size() > named) names += fmt::format("\n  and {} more", left.size() - named);
      throw Error(ErrorKind::unavailable,
                  fmt::format("Cloudflare's API could not do it for {} of {} keys:{}", left.size(),
                              keys.size(), names),
                  "the others are done; run the command again for these");
    }
    wanted = std::move(left);
  }
}

}  // namespace

std::vector<std::pair<const char*, std::int64_t>> expiry_parameters(const KvEntry& entry) {
  std::vector<std::pair<const char*, std::int64_t>> parameters;
  if (entry.expires_at_seconds) {
    parameters.emplace_back("expiration", *entry.expires_at_seconds);
  } else if (entry.expiration && !entry.ttl_seconds) {
    parameters.emplace_back("expiration", *entry.expiration / one_second);
  }
  if (entry.ttl_seconds) parameters.emplace_back("expiration_ttl", *entry.ttl_seconds);
  return parameters;
}

void KvBulk::erase(std::span<const std::string> keys, std::size_t part_size) {
  std::atomic<std::size_t> done = 0;
  std::vector<std::function<void()>> parts;
  for (auto rest = keys; !rest.empty(); rest = rest.subspan(std::min(rest.size(), part_size))) {
    parts.emplace_back([this, &done, part = rest.first(std::min(rest.size(), part_size))] {
      std::vector<std::string> objects;
      objects.reserve(part.size());
      for (const std::string& key : part) objects.push_back(json_string(key));
      send_part(session_, {.method = "DELETE", .path = base_ + "/bulk", .repeatable = true}, part, objects,
                done);
    });
  }
  try {
    run_changes(session_, parts);
  } catch (const Error& error) {
    throw Error(error.kind(),
                fmt::format("{} ({} of these {} keys are deleted for certain)", error.message(), done.load(),
                            keys.size()),
                error.hint());
  }
}

std::vector<std::optional<std::string>> KvBulk::values(
    std::span<const std::string> keys,
    const std::function<std::optional<std::string>(const std::string&)>& fetch_one) {
  std::vector<std::optional<std::string>> values(keys.size());
  const std::function<void(std::size_t, std::size_t)> fetch = [&](std::size_t first, std::size_t count) {
    nlohmann::ordered_json wanted;
    wanted["keys"] = nlohmann::ordered_json::array();
    for (std::size_t i = first; i < first + count; ++i) wanted["keys"].push_back(keys[i]);
    nlohmann::ordered_json result;
    try {
      // Reading is safe to repeat, though it is a POST.
      result = session_.api()
                   .call({.method = "POST",
                          .path = base_ + "/bulk/get",
                          .body = write_json(wanted),
                          .repeatable = true})
                   .result;
    } catch (const ApiError& error) {
      // Together they may be larger than an answer can be.
      if (error.status() != http::status::payload_too_large || count == 1) throw;
      fetch(first, count / 2);
      fetch(first + count / 2, count - count / 2);
      return;
    }
    const nlohmann::ordered_json found =
        result.is_object() ? result.value("values", nlohmann::ordered_json()) : nlohmann::ordered_json();
    for (std::size_t i = first; i < first + count; ++i) {
      const auto value = found.is_object() ? found.find(keys[i]) : found.end();
      if (!found.is_object() || value == found.end() || value->is_null()) continue;
      // Bytes that are not UTF-8 arrive as U+FFFD, so such a value is fetched again as it is.
      constexpr std::string_view replacement = "\xEF\xBF\xBD";
      const bool is_text =
          value->is_string() && value->get_ref<const std::string&>().find(replacement) == std::string::npos;
      values[i] = is_text ? std::optional(value->get<std::string>()) : fetch_one(keys[i]);
    }
  };
  std::vector<std::function<void()>> parts;
  for (std::size_t first = 0; first < keys.size(); first += values_a_call) {
    parts.emplace_back(
        [&fetch, first, count = std::min(values_a_call, keys.size() - first)] { fetch(first, count); });
  }
  run_parts(session_, parts);
  return values;
}

void AccountKvBatch::put(const KvEntry& entry, std::string_view value) {
  check_kv_entry(entry);
  check_kv_value_size(entry.key, value.size());
  const bool as_base64 = entry.form == KvForm::base64 || !is_utf8(value);
  std::string object = fmt::format("{{\"key\":{},\"value\":{}", json_string(entry.key),
                                   json_string(as_base64 ? base64_encode(value) : std::string(value)));
  for (const auto& [name, seconds] : expiry_parameters(entry))
    object += fmt::format(",\"{}\":{}", name, seconds);
  if (entry.metadata) object += ",\"metadata\":" + *entry.metadata;
  if (as_base64) object += ",\"base64\":true";
  object += "}";
  const auto [place, is_new] = places_.emplace(entry.key, keys_.size());
  if (is_new) {
    keys_.push_back(entry.key);
    objects_.push_back(std::move(object));
  } else {
    objects_[place->second] = std::move(object);
  }
}

void AccountKvBatch::commit() {
  std::vector<std::function<void()>> parts;
  const std::span<const std::string> keys(keys_);
  const std::span<const std::string> objects(objects_);
  for (std::size_t first = 0; first < keys.size();) {
    std::size_t end = first;
    for (std::size_t bytes = 0; end < keys.size() && end - first < part_size_; ++end) {
      bytes += objects[end].size() + 1;
      if (bytes > bytes_a_call && end > first) break;
    }
    parts.emplace_back(
        [this, part_keys = keys.subspan(first, end - first), part = objects.subspan(first, end - first)] {
          send_part(*session_, {.method = "PUT", .path = base_ + "/bulk", .repeatable = true}, part_keys,
                    part, stored_);
        });
    first = end;
  }
  run_changes(*session_, parts);
}

}  // namespace corral::cloudflare
