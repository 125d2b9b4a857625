#include "backends/http/proxy.hpp"

#include <algorithm>
#include <initializer_list>
#include <string_view>

#include <fmt/format.h>

#include "backends/bytes/base64.hpp"
#include "backends/bytes/text.hpp"
#include "backends/environment.hpp"
#include "backends/error.hpp"

namespace corral::http {

namespace {

struct Setting {
  std::string variable;
  std::string value;
};

std::optional<Setting> first_set(const Environment& environment, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (auto value = environment.get(name); value && !value->empty()) return Setting{name, std::move(*value)};
  }
  return std::nullopt;
}

bool covers(std::string_view entry, const Url& target) {
  if (entry == "*") return true;
  const std::string port = fmt::format(":{}", target.port);
  const bool names_address = std::count(entry.begin(), entry.end(), ':') > 1 && !entry.starts_with('[');
  if (!names_address && entry.find(':') != std::string_view::npos && !entry.ends_with(']')) {
    if (!entry.ends_with(port)) return false;
    entry.remove_suffix(port.size());
  }
  if (entry.starts_with('[') && entry.ends_with(']')) entry = entry.substr(1, entry.size() - 2);
  if (entry.starts_with('.')) entry.remove_prefix(1);
  if (entry.empty()) return false;
  return target.host == entry || target.host.ends_with(fmt::format(".{}", entry));
}

bool is_excepted(const Url& target, const Environment& environment) {
  const auto setting = first_set(environment, {"no_proxy", "NO_PROXY"});
  if (!setting) return false;
  const std::string list = ascii_lower(setting->value);
  std::string_view rest = list;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find_first_of(", \t"), rest.size());
    if (covers(rest.substr(0, end), target)) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

Proxy read_proxy(const Setting& setting) {
  const bool has_scheme = setting.value.find("://") != std::string::npos;
  std::optional<Url> url;
  try {
    url = parse_url(has_scheme ? setting.value : "http://" + setting.value);
  } catch (const Error&) {  // its message quotes the value
  }
  if (!url || url->secure) {
    throw Error(
        ErrorKind::invalid_input, fmt::format("{} is not the address of an HTTP proxy", setting.variable),
        "write http://HOST:PORT or http://USER:PASSWORD@HOST:PORT; proxies over https are not supported");
  }
  Proxy proxy{std::move(*url), {}, setting.variable};
  if (proxy.url.userinfo) {
    const std::string_view userinfo = *proxy.url.userinfo;
    const std::size_t colon = std::min(userinfo.find(':'), userinfo.size());
    const std::string password = percent_decode(userinfo.substr(std::min(colon + 1, userinfo.size())));
    proxy.authorization =
        "Basic " + base64_encode(fmt::format("{}:{}", percent_decode(userinfo.substr(0, colon)), password));
    proxy.url.userinfo.reset();
  }
  return proxy;
}

}  // namespace

std::optional<Proxy> proxy_for(const Url& target, const Environment& environment) {
  const auto setting =
      target.secure ? first_set(environment, {"https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"})
                    : first_set(environment, {"http_proxy", "HTTP_PROXY"});
  if (!setting || is_this_machine(target.host) || is_excepted(target, environment)) return std::nullopt;
  return read_proxy(*setting);
}

}  // namespace corral::http
