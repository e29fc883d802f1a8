#include "collector/api/live_hub.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <atomic>

namespace paceline::api {
namespace {

class FakePeer : public receive::WebSocketPeer {
 public:
  void Send(std::shared_ptr<const std::string> message) override {
    const std::lock_guard lock(mutex_);
    v1::LiveUpdate& update = updates_.emplace_back();
    ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(*message, &update).ok()) << *message;
  }
  void Close() override { open_ = false; }
  bool is_open() const override { return open_; }

  std::vector<v1::LiveUpdate> updates() const {
    const std::lock_guard lock(mutex_);
    return updates_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<v1::LiveUpdate> updates_;
  std::atomic<bool> open_ = true;
};

v1::PageViewFact MakeFact(const std::string& site, uint32_t page_view, uint64_t lcp_100us) {
  v1::PageViewFact fact;
  fact.set_site(site);
  fact.set_session_id("0123456789abcdef");
  fact.set_document_id("document");
  fact.set_page_view(page_view);
  fact.set_began_unix_ms(1000);
  fact.mutable_dimensions()->set_page_group("/courses");
  v1::FactVital* const vital = fact.add_vitals();
  vital->set_metric(v1::METRIC_LCP);
  vital->set_value(lcp_100us);
  vital->set_rating(v1::RATING_GOOD);
  return fact;
}

class LiveHubTest : public testing::Test {
 protected:
  LiveHub hub_{[] { return uint64_t{5000}; }};
  std::shared_ptr<FakePeer> peer_ = std::make_shared<FakePeer>();
};

TEST_F(LiveHubTest, GreetsAndThenTellsOnceATick) {
  hub_.Join("academy", peer_);
  ASSERT_EQ(peer_->updates().size(), 1u);
  EXPECT_EQ(peer_->updates()[0].beacons(), 0u);
  hub_.OnStored("academy", {MakeFact("academy", 0, 12345)});
  hub_.OnStored("academy", {MakeFact("academy", 1, 20000)});
  EXPECT_EQ(peer_->updates().size(), 1u);
  hub_.Tick();
  hub_.Tick();
  ASSERT_EQ(peer_->updates().size(), 2u);
  const v1::LiveUpdate update = peer_->updates()[1];
  EXPECT_EQ(update.beacons(), 2u);
  EXPECT_EQ(update.at_unix_ms(), 5000);
  ASSERT_EQ(update.page_views_size(), 2);
  EXPECT_EQ(update.page_views(0).session_id(), "30313233343536373839616263646566");
  EXPECT_EQ(update.page_views(0).vitals(0).value(), 1234.5);
}

TEST_F(LiveHubTest, APageViewThatChangesTwiceIsToldOnceWithItsLastValue) {
  hub_.Join("academy", peer_);
  hub_.OnStored("academy", {MakeFact("academy", 0, 10000)});
  hub_.OnStored("academy", {MakeFact("academy", 1, 10000)});
  hub_.OnStored("academy", {MakeFact("academy", 0, 30000)});
  hub_.Tick();
  const v1::LiveUpdate update = peer_->updates().back();
  EXPECT_EQ(update.beacons(), 3u);
  ASSERT_EQ(update.page_views_size(), 2);
  EXPECT_EQ(update.page_views(1).vitals(0).value(), 3000);
}

TEST_F(LiveHubTest, CountsBeaconsNotPageViews) {
  hub_.Join("academy", peer_);
  hub_.OnStored("academy", {MakeFact("academy", 0, 10000), MakeFact("academy", 1, 10000)});
  hub_.OnStored("academy", {});
  hub_.Tick();
  EXPECT_EQ(peer_->updates().back().beacons(), 2u);
  EXPECT_EQ(peer_->updates().back().page_views_size(), 2);
}

TEST_F(LiveHubTest, OtherSitesAreNotHeard) {
  hub_.Join("academy", peer_);
  hub_.OnStored("blog", {MakeFact("blog", 0, 10000)});
  hub_.Tick();
  EXPECT_EQ(peer_->updates().size(), 1u);
}

TEST_F(LiveHubTest, OfManyPageViewsTheNewestAreTold) {
  hub_.Join("academy", peer_);
  for (uint32_t i = 0; i < kMaxLivePageViews + 20; ++i)
    hub_.OnStored("academy", {MakeFact("academy", i, i)});
  hub_.Tick();
  const v1::LiveUpdate update = peer_->updates().back();
  EXPECT_EQ(update.beacons(), kMaxLivePageViews + 20);
  ASSERT_EQ(static_cast<size_t>(update.page_views_size()), kMaxLivePageViews);
  EXPECT_EQ(update.page_views(0).vitals(0).value(), 2);
}

TEST_F(LiveHubTest, ForgetsWhoHasLeft) {
  hub_.Join("academy", peer_);
  EXPECT_EQ(hub_.clients(), 1u);
  peer_->Close();
  EXPECT_EQ(hub_.clients(), 0u);
  hub_.OnStored("academy", {MakeFact("academy", 0, 10000)});
  hub_.Tick();
  EXPECT_EQ(peer_->updates().size(), 1u);
}

TEST_F(LiveHubTest, WritersAndListenersMayRunAtOnce) {
  hub_.Start();
  std::thread writer([&] {
    for (uint32_t i = 0; i < 2000; ++i) hub_.OnStored("academy", {MakeFact("academy", i % 7, i)});
  });
  std::vector<std::shared_ptr<FakePeer>> peers;
  for (int i = 0; i < 50; ++i) {
    peers.push_back(std::make_shared<FakePeer>());
    hub_.Join("academy", peers.back());
    hub_.Tick();
    if (i % 2 == 0) peers.back()->Close();
  }
  writer.join();
  hub_.Stop();
  EXPECT_EQ(hub_.clients(), 25u);
}

}  // namespace
}  // namespace paceline::api
