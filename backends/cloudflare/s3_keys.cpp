#include "backends/cloudflare/s3_keys.hpp"

#include <optional>

#include <fmt/format.h>

#include "backends/bytes/hashing.hpp"
#include "backends/cloudflare/api_error.hpp"
#include "backends/error.hpp"
#include "backends/http/url.hpp"

namespace corral::cloudflare {

namespace {

constexpr const char* how_to_make_keys =
    "set R2_ACCESS_KEY_ID and R2_SECRET_ACCESS_KEY, which the dashboard makes under R2 > API tokens "
    "(https://dash.cloudflare.com/?to=/:account/r2/api-tokens), or CLOUDFLARE_API_TOKEN";

/// An id that Amazon gives: "AKIA..." or, of temporary keys, "ASIA...", of 20 characters. R2's have 32.
bool is_amazons(const std::string& id) {
  constexpr std::size_t length = 20;
  return id.size() == length && (id.starts_with("AKIA") || id.starts_with("ASIA"));
}

std::optional<S3Keys> from_variables(const Variables& variables, const std::string& prefix) {
  const std::string id_name = prefix + "_ACCESS_KEY_ID";
  const std::string secret_name = prefix + "_SECRET_ACCESS_KEY";
  const auto id = variables.text(id_name.c_str());
  const auto secret = variables.text(secret_name.c_str());
  if (!id && !secret) return std::nullopt;
  if (id && is_amazons(*id)) return std::nullopt;
  if (!id || !secret) {
    throw Error(
        ErrorKind::usage,
        fmt::format("{} is set, but {} is not", id ? id_name : secret_name, id ? secret_name : id_name),
        "the keys of R2's S3 endpoint are a pair; unset both to use the API token");
  }
  return S3Keys{.id = *id, .secret = Secret(*secret), .session_token = {}, .source = id_name};
}

/// The id of the API token: of a user's token, or else of one that the account owns.
std::string id_of_token(Session& session, const std::string& source) {
  std::optional<ApiError> refusal;
  for (const std::string& path :
       {std::string("/user/tokens/verify"), session.account_path() + "/tokens/verify"}) {
    try {
      std::string id = text_of(session.api().call({.path = path}).result, "id");
      if (!id.empty()) return id;
    } catch (const ApiError& error) {
      if (error.kind() != ErrorKind::denied && error.kind() != ErrorKind::not_found) throw;
      refusal = error;
    }
  }
  throw Error(ErrorKind::denied,
              fmt::format("the token in {} does not give its id, without which there are no keys for R2's S3 "
                          "endpoint{}",
                          source, refusal ? fmt::format(" ({})", refusal->message()) : std::string()),
              how_to_make_keys);
}

}  // namespace

S3Keys find_s3_keys(Session& session) {
  const Variables& variables = session.variables();
  if (auto keys = from_variables(variables, "R2")) return *std::move(keys);
  if (auto keys = from_variables(variables, "AWS")) {
    if (const auto token = variables.text("AWS_SESSION_TOKEN")) keys->session_token = Secret(*token);
    return *std::move(keys);
  }
  const Credential* const credential = session.credential();
  if (credential == nullptr || credential->about.kind != CredentialKind::api_token) {
    throw Error(ErrorKind::denied,
                fmt::format("there are no keys for R2's S3 endpoint{}",
                            credential == nullptr ? ""
                                                  : ": only an API token brings them with it, not a login "
                                                    "and not the global key"),
                how_to_make_keys);
  }
  return S3Keys{.id = id_of_token(session, credential->about.source),
                .secret = Secret(hex(sha256(credential->secret.reveal()))),
                .session_token = {},
                .source = credential->about.source};
}

}  // namespace corral::cloudflare
