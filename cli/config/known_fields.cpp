#include "cli/config/known_fields.hpp"

#include <algorithm>
#include <array>

namespace corral::config {

namespace {

// Both sorted, for a binary search.
constexpr auto environment_fields = std::to_array<std::string_view>({"access",
                                                                     "account_id",
                                                                     "agent_memory",
                                                                     "ai",
                                                                     "ai_search",
                                                                     "ai_search_namespaces",
                                                                     "analytics",
                                                                     "analytics_engine_datasets",
                                                                     "artifacts",
                                                                     "assets",
                                                                     "base_dir",
                                                                     "browser",
                                                                     "build",
                                                                     "cache",
                                                                     "cloudchamber",
                                                                     "compatibility_date",
                                                                     "compatibility_flags",
                                                                     "compliance_region",
                                                                     "connect",
                                                                     "containers",
                                                                     "d1_databases",
                                                                     "define",
                                                                     "dispatch_namespaces",
                                                                     "durable_objects",
                                                                     "experimental_services",
                                                                     "exports",
                                                                     "find_additional_modules",
                                                                     "first_party_worker",
                                                                     "flagship",
                                                                     "hyperdrive",
                                                                     "images",
                                                                     "jsx_factory",
                                                                     "jsx_fragment",
                                                                     "k2",
                                                                     "keep_names",
                                                                     "kv_namespaces",
                                                                     "limits",
                                                                     "logfwdr",
                                                                     "logpush",
                                                                     "main",
                                                                     "media",
                                                                     "migrations",
                                                                     "minify",
                                                                     "mtls_certificates",
                                                                     "name",
                                                                     "no_bundle",
                                                                     "node_compat",
                                                                     "observability",
                                                                     "pipelines",
                                                                     "placement",
                                                                     "preserve_file_names",
                                                                     "preview_urls",
                                                                     "previews",
                                                                     "python_modules",
                                                                     "queues",
                                                                     "r2_buckets",
                                                                     "ratelimits",
                                                                     "route",
                                                                     "routes",
                                                                     "rules",
                                                                     "secrets",
                                                                     "secrets_store_secrets",
                                                                     "send_email",
                                                                     "services",
                                                                     "stream",
                                                                     "streaming_tail_consumers",
                                                                     "tail_consumers",
                                                                     "triggers",
                                                                     "tsconfig",
                                                                     "unsafe",
                                                                     "unsafe_hello_world",
                                                                     "upload_source_maps",
                                                                     "usage_model",
                                                                     "vars",
                                                                     "vectorize",
                                                                     "version_metadata",
                                                                     "vpc_networks",
                                                                     "vpc_services",
                                                                     "worker_loaders",
                                                                     "workers_dev",
                                                                     "workflows",
                                                                     "zone_id",
                                                                     "zone_name"});

constexpr auto top_level_only_fields = std::to_array<std::string_view>(
    {"$schema", "addresses", "alias", "data_blobs", "dependencies_instrumentation", "dev", "env", "keep_vars",
     "legacy_env", "pages_build_output_dir", "send_metrics", "site", "text_blobs", "type", "wasm_modules",
     "webpack_config"});

}  // namespace

bool is_known_environment_field(std::string_view name) {
  return std::binary_search(environment_fields.begin(), environment_fields.end(), name);
}

bool is_known_top_level_field(std::string_view name) {
  return is_known_environment_field(name) ||
         std::binary_search(top_level_only_fields.begin(), top_level_only_fields.end(), name);
}

}  // namespace corral::config
