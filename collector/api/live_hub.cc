#include "collector/api/live_hub.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "collector/api/json.h"
#include "collector/api/query_params.h"

namespace paceline::api {
namespace {

std::string KeyOf(const v1::PageViewFact& fact) {
  return absl::StrCat(fact.session_id(), fact.document_id(), "/", fact.page_view());
}

}  // namespace

v1::LivePageView ToLivePageView(const v1::PageViewFact& fact) {
  v1::LivePageView view;
  view.set_session_id(absl::BytesToHexString(fact.session_id()));
  view.set_page_group(fact.dimensions().page_group());
  view.set_began_unix_ms(static_cast<double>(fact.began_unix_ms()));
  for (const v1::FactVital& vital : fact.vitals()) {
    const double units = vital.metric() == v1::METRIC_CLS ? 1e9 : 10;
    v1::VitalValue* const value = view.add_vitals();
    value->set_metric(vital.metric());
    value->set_value(static_cast<double>(vital.value()) / units);
    value->set_rating(vital.rating());
  }
  return view;
}

LiveHub::LiveHub(std::function<uint64_t()> now_unix_ms) : now_unix_ms_(std::move(now_unix_ms)) {}

LiveHub::~LiveHub() { Stop(); }

void LiveHub::SiteState::Add(const v1::PageViewFact& fact) {
  std::string key = KeyOf(fact);
  std::erase(order, key);
  if (order.size() >= kMaxLivePageViews) {
    page_views.erase(order.front());
    order.erase(order.begin());
  }
  page_views[key] = ToLivePageView(fact);
  order.push_back(std::move(key));
}

void LiveHub::OnStored(std::string_view site, const std::vector<v1::PageViewFact>& changed) {
  const std::lock_guard lock(mutex_);
  const auto found = sites_.find(site);
  if (found == sites_.end()) return;
  ++found->second.beacons;
  for (const v1::PageViewFact& fact : changed) found->second.Add(fact);
}

bool LiveHub::IsWatched(std::string_view site) const {
  if (watched_sites_.load(std::memory_order_relaxed) == 0) return false;
  const std::lock_guard lock(mutex_);
  return sites_.contains(site);
}

void LiveHub::Join(const std::string& site, std::shared_ptr<receive::WebSocketPeer> peer) {
  v1::LiveUpdate hello;
  hello.set_site(site);
  hello.set_at_unix_ms(static_cast<double>(now_unix_ms_()));
  peer->Send(std::make_shared<const std::string>(ToJson(hello)));
  const std::lock_guard lock(mutex_);
  sites_[site].peers.push_back(std::move(peer));
  watched_sites_ = sites_.size();
}

v1::LiveUpdate LiveHub::TakeUpdate(const std::string& site, SiteState* state) {
  v1::LiveUpdate update;
  update.set_site(site);
  update.set_at_unix_ms(static_cast<double>(now_unix_ms_()));
  update.set_beacons(std::exchange(state->beacons, 0));
  for (const std::string& key : state->order) {
    *update.add_page_views() = std::move(state->page_views[key]);
  }
  state->order.clear();
  state->page_views.clear();
  return update;
}

void LiveHub::Tick() {
  const std::lock_guard lock(mutex_);
  for (auto site = sites_.begin(); site != sites_.end();) {
    SiteState& state = site->second;
    std::erase_if(state.peers, [](const auto& weak) {
      const auto peer = weak.lock();
      return peer == nullptr || !peer->is_open();
    });
    if (state.peers.empty()) {
      site = sites_.erase(site);
      continue;
    }
    if (state.beacons > 0) {
      const auto text =
          std::make_shared<const std::string>(ToJson(TakeUpdate(site->first, &state)));
      for (const auto& weak : state.peers) {
        if (const auto peer = weak.lock()) peer->Send(text);
      }
    }
    ++site;
  }
  watched_sites_ = sites_.size();
}

void LiveHub::Start() {
  ticker_ = std::thread([this] {
    std::unique_lock lock(mutex_);
    while (!stop_changed_.wait_for(lock, std::chrono::seconds(1), [this] { return stopping_; })) {
      lock.unlock();
      Tick();
      lock.lock();
    }
  });
}

void LiveHub::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_changed_.notify_all();
  if (ticker_.joinable()) ticker_.join();
}

size_t LiveHub::clients() const {
  const std::lock_guard lock(mutex_);
  size_t count = 0;
  for (const auto& [site, state] : sites_) {
    count += static_cast<size_t>(
        std::count_if(state.peers.begin(), state.peers.end(), [](const auto& weak) {
          const auto peer = weak.lock();
          return peer != nullptr && peer->is_open();
        }));
  }
  return count;
}

uint64_t LiveHub::dropped_messages() const {
  const std::lock_guard lock(mutex_);
  return dropped_messages_;
}

receive::WebSocketRoute LiveHub::MakeRoute(std::vector<std::string> sites) {
  // GetSites's sibling: the one parameter is a site.
  const auto read_site = [](const receive::HttpRequest& request) -> absl::StatusOr<std::string> {
    v1::LiveUpdate parameters;
    absl::Status status = ReadQueryParams(request.query, &parameters);
    if (!status.ok()) return status;
    return parameters.site();
  };
  receive::WebSocketRoute route;
  route.path = "/api/v1/live";
  route.subprotocol = "paceline.live.v1";
  route.check = [read_site, sites = std::move(sites)](
                    const receive::HttpRequest& request) -> std::optional<receive::HttpResponse> {
    const absl::StatusOr<std::string> site = read_site(request);
    if (!site.ok()) return JsonError(site.status());
    if (std::find(sites.begin(), sites.end(), *site) != sites.end()) return std::nullopt;
    return JsonError(absl::NotFoundError(
        absl::StrCat("There is no site '", *site, "' in the settings; ask with ?site=KEY.")));
  };
  route.on_open = [this, read_site](const receive::HttpRequest& request,
                                    std::shared_ptr<receive::WebSocketPeer> peer) {
    const absl::StatusOr<std::string> site = read_site(request);
    if (site.ok()) Join(*site, std::move(peer));
  };
  route.on_dropped = [this] {
    const std::lock_guard lock(mutex_);
    ++dropped_messages_;
  };
  return route;
}

}  // namespace paceline::api
