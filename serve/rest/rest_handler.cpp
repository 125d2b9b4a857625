#include "serve/rest/rest_handler.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>

#include "serve/rest/account.hpp"
#include "serve/rest/authorization.hpp"
#include "serve/rest/d1.hpp"
#include "serve/rest/durable_objects.hpp"
#include "serve/rest/graphql.hpp"
#include "serve/rest/kv.hpp"
#include "serve/rest/queues.hpp"
#include "serve/rest/r2.hpp"
#include "serve/rest/transfers.hpp"

namespace corral::serve::rest {

namespace {

/// Need no credential: each address is one that was given to who had it.
std::span<const Service> open_services() {
  static const std::array all{Service{transfer_routes(), d1_codes}};
  return all;
}

std::span<const Service> services() {
  static const std::array all{Service{account_routes(), account_codes},
                              Service{kv_namespace_routes(), kv_codes},
                              Service{kv_value_routes(), kv_codes},
                              Service{kv_bulk_routes(), kv_codes},
                              Service{d1_database_routes(), d1_codes},
                              Service{d1_query_routes(), d1_codes},
                              Service{d1_transfer_routes(), d1_codes},
                              Service{r2_bucket_routes(), r2_codes},
                              Service{r2_setting_routes(), r2_codes},
                              Service{r2_domain_routes(), r2_codes},
                              Service{r2_notification_routes(), r2_codes},
                              Service{r2_object_routes(), r2_codes},
                              Service{queue_routes(), queue_codes},
                              Service{queue_consumer_routes(), queue_codes},
                              Service{queue_message_routes(), queue_codes},
                              Service{subscription_routes(), queue_codes},
                              Service{durable_object_routes(), durable_object_codes},
                              Service{graphql_routes(), d1_codes}};
  return all;
}

/// The query of a form: '+' is a blank there.
http::Parameters form_parameters(std::string query) {
  std::replace(query.begin(), query.end(), '+', ' ');
  return http::parse_parameters(query);
}

class RestHandler final : public Handler {
 public:
  RestHandler(Context& context, const Site& site, std::shared_ptr<Transfers> transfers)
      : context_(context), site_(site), transfers_(std::move(transfers)) {}

  Response handle(Request& request) override {
    std::string operation;
    try {
      return answer(request, operation);
    } catch (const Refusal& refusal) {
      Response response = failure(refusal);
      response.operation = operation;
      return response;
    }
  }

 private:
  Response answer(Request& request, std::string& operation) {
    std::string_view path = request.path;
    path.remove_prefix(std::min(path.size(), std::string_view(base_path).size()));
    const bool is_open = path.starts_with(transfer_path);
    if (!is_open) authorize(request, site_, path.ends_with("tokens/verify"));
    auto found = is_open ? find_route(open_services(), request.method, path)
                         : find_route(services(), request.method, path);
    operation = found.route->operation;
    Call call{.request = request,
              .context = context_,
              .site = site_,
              .transfers = *transfers_,
              .jobs = jobs_,
              .captured = std::move(found.captures),
              .query = form_parameters(request.query)};
    try {
      Response response = found.route->handle(call);
      response.operation = operation;
      return response;
    } catch (const Refusal&) {
      throw;
    } catch (const Error& error) {
      throw refusal_of(error, found.service->codes);
    }
  }

  Context& context_;
  const Site& site_;
  std::shared_ptr<Transfers> transfers_;
  Jobs jobs_;
};

}  // namespace

MakeHandler rest_handlers() {
  return [transfers = std::make_shared<Transfers>()](Context& context, const Site& site) {
    return std::make_unique<RestHandler>(context, site, transfers);
  };
}

}  // namespace corral::serve::rest
