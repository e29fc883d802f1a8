// Tells the dashboards that are open what has been stored: at most one message a second and site.
//
// Thread-safe.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "collector/receive/websocket.h"
#include "paceline/v1/query.pb.h"
#include "paceline/v1/record.pb.h"

namespace paceline::api {

// Page views of one update; of more, the newest.
inline constexpr size_t kMaxLivePageViews = 100;

class LiveHub {
 public:
  explicit LiveHub(std::function<uint64_t()> now_unix_ms);
  ~LiveHub();

  // A beacon of the site was stored and made or changed these page views (none, when it said
  // nothing new). Cheap when nobody watches the site.
  void OnStored(std::string_view site, const std::vector<v1::PageViewFact>& changed);

  // Whether OnStored wants to hear of the site. Costs nothing while nobody watches any.
  bool IsWatched(std::string_view site) const;

  // From now on `peer` gets the site's updates, until it closes. It gets an empty one at once, as a
  // sign of life.
  void Join(const std::string& site, std::shared_ptr<receive::WebSocketPeer> peer);

  // Sends what has gathered. Start does it once a second.
  void Tick();
  void Start();
  void Stop();

  size_t clients() const;

  // GET /api/v1/live?site=…; refuses sites that are not among `sites`.
  receive::WebSocketRoute MakeRoute(std::vector<std::string> sites);
  uint64_t dropped_messages() const;

 private:
  struct SiteState {
    void Add(const v1::PageViewFact& fact);

    std::vector<std::weak_ptr<receive::WebSocketPeer>> peers;
    uint32_t beacons = 0;
    // By session, document and page view; the order of arrival is in `order`.
    std::map<std::string, v1::LivePageView> page_views;
    std::vector<std::string> order;
  };

  v1::LiveUpdate TakeUpdate(const std::string& site, SiteState* state);

  const std::function<uint64_t()> now_unix_ms_;
  mutable std::mutex mutex_;
  std::condition_variable stop_changed_;
  // As many as sites_ has.
  std::atomic<size_t> watched_sites_ = 0;
  // The rest is guarded by mutex_.
  std::map<std::string, SiteState, std::less<>> sites_;
  uint64_t dropped_messages_ = 0;
  bool stopping_ = false;
  std::thread ticker_;
};

// A fact as the live channel shows it: values in ms, CLS without a unit.
v1::LivePageView ToLivePageView(const v1::PageViewFact& fact);

}  // namespace paceline::api
