// `corral serve`: its flags, and what is set up before the server runs.
#include <memory>
#include <optional>
#include <string>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>

#include "backends/access_keys.hpp"
#include "backends/bytes/text.hpp"
#include "backends/error.hpp"
#include "backends/files/durable_file.hpp"
#include "backends/files/replacement_file.hpp"
#include "commands/command/arguments.hpp"
#include "commands/command/state_options.hpp"
#include "commands/text/json.hpp"
#include "commands/text/json_text.hpp"
#include "serve/http/server.hpp"
#include "serve/rest/rest_handler.hpp"
#include "serve/s3/handler.hpp"
#include "serve/s3/lifecycle_clock.hpp"
#include "serve/service.hpp"

namespace corral {

namespace {

constexpr std::int64_t usual_port = 8788;
constexpr std::int64_t last_port = 65535;
constexpr std::size_t shortest_token = 16;

struct Options {
  StateOptions state;
  std::optional<std::string> action;
  std::string host = "127.0.0.1";
  std::optional<std::int64_t> port;
  std::vector<std::string> hosts;
  bool allow_remote = false;
  std::optional<std::string> token;
  std::optional<std::string> token_file;
  std::optional<std::string> certificate;
  std::optional<std::string> key;
  std::optional<std::string> ready_file;
  std::optional<std::string> log;
};

/// That of a flag or, else, of the environment.
std::optional<std::string> given_token(const Options& options, AccessKeys& keys) {
  if (options.token && options.token_file)
    throw Error(ErrorKind::usage, "--token and --token-file exclude each other");
  std::optional<std::string> token = options.token;
  if (!token && !options.token_file) token = keys.given_token();
  if (options.token_file) {
    constexpr std::uint64_t longest = 4096;
    FileSource source(open_for_reading(*options.token_file), *options.token_file);
    token = read_all(source, longest, *options.token_file);
    while (token->ends_with('\n') || token->ends_with('\r')) token->pop_back();
  }
  if (token && (token->size() < shortest_token || token->find_first_of(" \t\r\n") != std::string::npos)) {
    throw Error(ErrorKind::usage,
                fmt::format("a token has at least {} characters and no spaces", shortest_token),
                "'openssl rand -hex 32' makes one");
  }
  return token;
}

void check_reach(const Options& options, bool has_token) {
  if (serve::is_loopback(options.host)) return;
  if (!options.allow_remote) {
    throw Error(ErrorKind::usage, fmt::format("--host {} would let other machines in", shown(options.host)),
                "add --allow-remote and a token if that is meant");
  }
  if (!has_token)
    throw Error(ErrorKind::usage, "--allow-remote needs a token",
                "give one by --token-file or CORRAL_SERVE_TOKEN");
}

serve::LogForm log_form(const Options& options) {
  if (options.log == "json") return serve::LogForm::json;
  return options.log == "off" ? serve::LogForm::off : serve::LogForm::text;
}

/// One line on stdout, and the file, once the server accepts connections.
void announce(Context& context, const Options& options, const serve::Site& site) {
  Output& out = context.out();
  out.data(out.json_requested() ? json_text(Json{{"url", site.url}}, 0) + "\n"
                                : fmt::format("listening on {}\n", site.url));
  out.flush();
  if (options.ready_file) replace_file(*options.ready_file, site.url + "\n");
}

void run(const Options& options, Context& context) {
  Stores& stores = context.stores(options.state);
  if (options.action) {
    Output& out = context.out();
    const auto given = given_token(options, stores.access_keys());
    const std::string token = given ? *given : stores.access_keys().token();
    out.data((out.json_requested() ? json_text(Json{{"token", token}}, 0) : token) + "\n");
    return;
  }
  if (options.certificate.has_value() != options.key.has_value())
    throw Error(ErrorKind::usage, "--tls-cert and --tls-key belong together");
  const std::int64_t port = options.port.value_or(usual_port);
  if (port < 0 || port > last_port)
    throw Error(ErrorKind::usage, fmt::format("--port must be 0 to {}", last_port));
  const std::optional<std::string> token = given_token(options, stores.access_keys());
  check_reach(options, token.has_value());
  if (options.token) {
    context.out().warning(
        "--token shows the token to everyone who can list processes; use --token-file or CORRAL_SERVE_TOKEN");
  }
  std::optional<serve::TlsContext> tls;
  if (options.certificate) tls.emplace(*options.certificate, *options.key);
  serve::Listener listener(options.host, static_cast<std::uint16_t>(port));
  serve::Site site;
  site.token = token ? *token : stores.access_keys().token();
  site.url = fmt::format("{}://{}", tls ? "https" : "http", listener.authority());
  for (const std::string& host : options.hosts) site.hosts.push_back(ascii_lower(host));
  serve::AccessLog log(context.out(), STDERR_FILENO, log_form(options));
  serve::Server server(listener, tls ? &*tls : nullptr, context, site, {}, log,
                       {.s3 = serve::s3::make_handler, .rest = serve::rest::rest_handlers()});
  announce(context, options, site);
  const serve::s3::LifecycleClock lifecycle(context, log);
  server.run();
}

Run declare(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  value_name(add_choice(arguments, "action", options->action, {"token"},
                        "token: print the token of the REST API instead"),
             "ACTION");
  shown_default(value_name(add_text(arguments, "--host", options->host, "Address to listen on"), "ADDRESS"),
                options->host);
  shown_default(
      value_name(add_integer(arguments, "--port", options->port, "Port to listen on; 0: one that is free"),
                 "PORT"),
      std::to_string(usual_port));
  value_name(add_texts(arguments, "--allow-host", options->hosts,
                       "Answer to this host name, besides localhost and addresses"),
             "NAME");
  add_flag(arguments, "--allow-remote", options->allow_remote,
           "Allow a --host that other machines can reach; needs a token");
  value_name(add_text(arguments, "--token", options->token,
                      "Token of the REST API (one is made and kept with the state); shows in the process "
                      "list, unlike --token-file and CORRAL_SERVE_TOKEN"),
             "TOKEN");
  value_name(add_file(arguments, "--token-file", options->token_file, "Read the token from a file"), "FILE");
  value_name(
      add_file(arguments, "--tls-cert", options->certificate, "Serve https with this certificate (PEM)"),
      "FILE");
  value_name(add_file(arguments, "--tls-key", options->key, "Key of the certificate (PEM)"), "FILE");
  value_name(add_file(arguments, "--ready-file", options->ready_file,
                      "Write the URL to this file once connections are accepted"),
             "FILE");
  add_choice(arguments, "--log", options->log, {"text", "json", "off"}, "Form of the access log on stderr");
  add_kv_state_options(arguments, options->state, Reach::state_folder);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

Command serve_command() {
  return {.names = {"serve"},
          .summary = "Serve the local state as an S3 endpoint and as Cloudflare's REST API",
          .examples = {"corral serve token"},
          .declare = declare};
}

}  // namespace corral
