// The demo's checkout: a little shop on an origin of its own, as hosted checkouts are. What is paid
// there is told to the collector as Stripe would tell it: a signed webhook, over HTTP.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "collector/api/worker_pool.h"
#include "collector/config/address.h"
#include "collector/receive/http.h"

namespace paceline::commands {

// Posts `body` to http://address/target and answers the status. Blocks, for seconds at most.
absl::StatusOr<int> PostJson(const config::Address& address, std::string_view target,
                             const std::vector<std::pair<std::string, std::string>>& headers,
                             std::string_view body);

// GET /data/checkout.json of the example site: where its checkout is, whatever the port.
receive::Route CheckoutAddressRoute(uint16_t port);

class DemoCheckout {
 public:
  struct Options {
    // Whose conversions these are, and its webhook's secret.
    std::string site;
    std::string stripe_secret;
    // Where the collector and the site listen; asked when something is paid.
    std::function<config::Address()> collector;
    std::function<config::Address()> site_address;
  };
  explicit DemoCheckout(Options options);

  // The form's action: tells of the payment, then sends the visitor back to the site.
  receive::Route PayRoute();

 private:
  struct Order {
    std::string id;
    std::string plan;
    std::string reference;
    std::string host;
  };
  receive::HttpResponse Pay(const Order& order) const;

  const Options options_;
  // One payment at a time is enough for a demo. Last, so that it ends first.
  api::WorkerPool workers_;
};

}  // namespace paceline::commands
