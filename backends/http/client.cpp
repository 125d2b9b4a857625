#include "backends/http/client.hpp"

#include <algorithm>
#include <boost/asio/ssl/context.hpp>
#include <mutex>
#include <utility>

#include "backends/bytes/text.hpp"
#include "backends/environment.hpp"
#include "backends/http/connection.hpp"
#include "backends/http/exchange.hpp"
#include "backends/http/proxy.hpp"
#include "backends/http/tls.hpp"

namespace corral::http {

namespace {

/// The connections that wait for their next request, the last used first.
class IdleConnections {
 public:
  void add(std::unique_ptr<Connection> connection) {
    const std::scoped_lock lock(mutex_);
    waiting_.push_back({std::move(connection), SteadyClock::now()});
  }

  std::unique_ptr<Connection> take(const Url& server) {
    const std::scoped_lock lock(mutex_);
    std::erase_if(waiting_, [](const Waiting& one) { return SteadyClock::now() - one.since > longest_idle; });
    while (true) {
      const auto found = std::find_if(waiting_.rbegin(), waiting_.rend(), [&](const Waiting& one) {
        const Url& other = one.connection->route().server;
        return other.secure == server.secure && other.host == server.host && other.port == server.port;
      });
      if (found == waiting_.rend()) return nullptr;
      std::unique_ptr<Connection> connection = std::move(found->connection);
      waiting_.erase(std::next(found).base());
      if (connection->is_idle()) return connection;
    }
  }

 private:
  using SteadyClock = std::chrono::steady_clock;
  /// Shorter than servers wait (Node.js: 5 s), so that a request seldom meets a connection that is being
  /// closed.
  static constexpr auto longest_idle = std::chrono::seconds(4);

  struct Waiting {
    std::unique_ptr<Connection> connection;
    SteadyClock::time_point since;
  };

  std::mutex mutex_;
  std::vector<Waiting> waiting_;
};

class PoolingClient final : public Client {
 public:
  PoolingClient(const Environment& environment, ClientSettings settings)
      : environment_(environment),
        settings_(std::move(settings)),
        idle_(std::make_shared<IdleConnections>()) {}

  std::unique_ptr<Response> send(const Request& request) override {
    std::unique_ptr<Connection> connection = idle_->take(request.url);
    if (!connection) connection = connect(request.url);
    // An answer may be read after the client has gone.
    return exchange(std::move(connection), request, settings_.user_agent,
                    [idle = std::weak_ptr(idle_)](std::unique_ptr<Connection> used) {
                      if (const auto pool = idle.lock()) pool->add(std::move(used));
                    });
  }

 private:
  std::unique_ptr<Connection> connect(const Url& url) {
    auto connection = std::make_unique<Connection>(Route{url, proxy_for(url, environment_)}, settings_);
    if (!url.secure) return connection;
    std::call_once(tls_made_, [this] { tls_.emplace(make_tls_context(environment_)); });
    if (connection->route().proxy) open_tunnel(*connection);
    connection->start_tls(*tls_);
    return connection;
  }

  const Environment& environment_;
  const ClientSettings settings_;
  std::once_flag tls_made_;
  std::optional<boost::asio::ssl::context> tls_;
  std::shared_ptr<IdleConnections> idle_;
};

}  // namespace

bool is_success(int status) {
  constexpr int first = 200;
  constexpr int first_other = 300;
  return status >= first && status < first_other;
}

bool is_server_error(int status) {
  constexpr int first = 500;
  return status >= first;
}

bool is_safe(std::string_view method) {
  return method == "GET" || method == "HEAD";
}

std::string header_text(const std::vector<Header>& headers, std::string_view name) {
  return std::string(find_header(headers, name).value_or(""));
}

std::optional<std::string_view> find_header(const std::vector<Header>& headers, std::string_view name) {
  const std::string wanted = ascii_lower(name);
  for (const Header& header : headers) {
    if (ascii_lower(header.name) == wanted) return header.value;
  }
  return std::nullopt;
}

std::unique_ptr<Client> open_client(const Environment& environment, ClientSettings settings) {
  return std::make_unique<PoolingClient>(environment, std::move(settings));
}

}  // namespace corral::http
