#include "cli/line/help_topics.hpp"

#include <algorithm>

namespace corral {

namespace {

HelpTopic config() {
  return {
      "config",
      "How a wrangler config is found and read",
      {{"Finding it",
        {"corral looks in the working folder (or that of --cwd), then in each folder above it; the first "
         "that "
         "has one of these files counts. --config names a file instead. Without a config, ids and the names "
         "of what was created here can be used, and the state is kept in the working folder."},
        {{"wrangler.json", "JSON, comments and trailing commas allowed"},
         {"wrangler.jsonc", "the same"},
         {"wrangler.toml", "TOML"}}},
       {"What is read",
        {"Only what concerns storage; the rest of a config can be wrong without stopping a command."},
        {{"kv_namespaces", "binding, id, preview_id"},
         {"d1_databases",
          "binding, database_name, database_id, preview_database_id, migrations_dir, migrations_table, "
          "migrations_pattern"},
         {"r2_buckets", "binding, bucket_name, preview_bucket_name, jurisdiction"},
         {"queues", "producers and consumers"},
         {"durable_objects", "bindings"},
         {"migrations", "the classes of Durable Objects"}}},
       {"Environments",
        {"--env NAME or CLOUDFLARE_ENV chooses an environment. Bindings are not inherited: those of the "
         "environment count, and no others."},
        {}},
       {"The state",
        {"Data is kept in .wrangler/state in the folder of the config, where 'wrangler dev' keeps it. "
         "--persist-to DIR or CORRAL_STATE chooses another folder. 'corral which NAME' shows what a binding, "
         "name or id refers to, and the file that holds it."},
        {}}}};
}

HelpTopic output() {
  return {
      "output",
      "What is printed, where, and in which form",
      {{"stdout and stderr",
        {"stdout carries data and nothing else. Notes, warnings, progress and questions go to stderr."},
        {{"on a terminal", "lists are tables, stored text is escaped, and there is colour"},
         {"in a pipe or file", "JSON indented by two spaces, or the stored bytes as they are"},
         {"with --json", "JSON everywhere; no notes on stderr, and an error is one line of JSON there"}}},
       {"Lost output",
        {"A command that changes something finishes even if stdout is full or its reader is gone. If output "
         "was lost to an error, the exit status is 1 and the error says that the work is done; 'queues pull' "
         "gives its messages back instead. A closed pipe is not an error."},
        {}},
       {"Questions",
        {"Commands that destroy data ask on a terminal. If stdin is not a terminal they refuse, unless "
         "--force (or -y) is given."},
        {}}}};
}

HelpTopic exit_status() {
  return {
      "exit-status",
      "What the exit status of a command means",
      {{"Exit status",
        {},
        {{"0", "Done; what was written is on disk"},
         {"1", "Anything else, wrong usage included, with an error on stderr"},
         {"3", "A check with --exit-code, or 'd1 migrations check', found something"},
         {"130", "Interrupted by Ctrl-C"}}},
       {"Exceptions",
        {"'corral state exec' ends with the status of the command that it runs. A key that does not exist "
         "is an error: 1, a note on stderr and nothing on stdout."},
        {}}}};
}

HelpTopic environment() {
  return {
      "environment",
      "The environment variables that corral reads",
      {{"Variables",
        {},
        {{"CORRAL_STATE",
          "The state folder, instead of .wrangler/state beside the config; --persist-to wins"},
         {"CORRAL_BACKEND", "wrangler or lmdb: where KV data is kept; --backend wins"},
         {"CORRAL_TIME_TRAVEL", "off: no bookmarks of D1 databases"},
         {"CORRAL_NO_INSIGHTS", "Any value but 0: no log for 'd1 insights'"},
         {"CORRAL_QUEUE_SYNC", "off: queues do not wait for the disk"},
         {"CORRAL_SERVE_TOKEN", "The token of 'corral serve'; --token-file wins"},
         {"CLOUDFLARE_ENV", "The environment of the config; --env wins"},
         {"NO_COLOR", "If not empty: no colour"},
         {"FORCE_COLOR", "If not empty: colour, except if 0; wins over NO_COLOR"},
         {"TERM", "dumb: no colour and no progress"},
         {"XDG_STATE_HOME", "Where 'd1 shell' keeps its history; else in HOME"}}},
       {"The account",
        {"Only for --remote and whoami. 'corral whoami' shows what is in use."},
        {{"CORRAL_REMOTE", "1: commands that take --remote work on the account; --local wins"},
         {"CORRAL_DEBUG", "http: a line on stderr for each request, as with --debug"},
         {"CORRAL_HTTP_TIMEOUT", "For how many seconds Cloudflare's API may send nothing; else 300"},
         {"CLOUDFLARE_API_KEY, CLOUDFLARE_EMAIL",
          "The global key and whose it is; win over a token and a login"},
         {"CLOUDFLARE_API_TOKEN", "An API token; wins over wrangler's login"},
         {"CLOUDFLARE_AUTH_PROFILE", "Which of wrangler's logins; else the default one"},
         {"XDG_CONFIG_HOME", "Where wrangler keeps its login; else in HOME"},
         {"CLOUDFLARE_ACCOUNT_ID", "The account; account_id in the config wins"},
         {"WRANGLER_CACHE_DIR", "Where the choice of an account is remembered"},
         {"WRANGLER_CLIENT_ID, WRANGLER_TOKEN_URL",
          "How wrangler's login is renewed, if not with Cloudflare"},
         {"CLOUDFLARE_API_BASE_URL", "The API's address"},
         {"CLOUDFLARE_API_HEADERS", R"(Headers to add to each request, as JSON: {"X-Name": "value"})"},
         {"CLOUDFLARE_COMPLIANCE_REGION", "public or fedramp_high: which of Cloudflare's APIs"},
         {"WRANGLER_API_ENVIRONMENT", "staging: Cloudflare's own test system"}}},
       {"Connections",
        {},
        {{"HTTPS_PROXY, HTTP_PROXY", "The proxy to connect through, also in lower case"},
         {"NO_PROXY", "Hosts to connect to without it, also in lower case"},
         {"SSL_CERT_FILE, SSL_CERT_DIR", "The certificates to trust, instead of the system's"},
         {"NODE_EXTRA_CA_CERTS", "A file of certificates to trust besides"}}},
       {"Files",
        {"CLOUDFLARE_ENV and, for --remote, the variables of the account and of connections are also read "
         "from .env and .env.local in the working folder, or from the files that --env-file names. The "
         "process's own environment wins."},
        {}}}};
}

}  // namespace

const std::vector<HelpTopic>& help_topics() {
  static const std::vector<HelpTopic> all{config(), output(), exit_status(), environment()};
  return all;
}

const HelpTopic* find_topic(std::string_view name) {
  const std::vector<HelpTopic>& all = help_topics();
  const auto found =
      std::find_if(all.begin(), all.end(), [name](const HelpTopic& topic) { return topic.name == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace corral
