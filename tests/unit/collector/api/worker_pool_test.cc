#include "collector/api/worker_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace paceline::api {
namespace {

TEST(WorkerPoolTest, RunsEverythingItTook) {
  std::atomic<int> done = 0;
  std::promise<void> all;
  WorkerPool pool(3, 1000);
  for (int i = 0; i < 500; ++i) {
    ASSERT_TRUE(pool.Run([&] {
      if (++done == 500) all.set_value();
    }));
  }
  all.get_future().wait();
  EXPECT_EQ(done, 500);
}

TEST(WorkerPoolTest, RefusesWhenTooMuchWaits) {
  std::promise<void> started;
  std::promise<void> release;
  WorkerPool pool(1, 2);
  pool.Run([&] {
    started.set_value();
    release.get_future().wait();
  });
  started.get_future().wait();
  EXPECT_TRUE(pool.Run([] {}));
  EXPECT_TRUE(pool.Run([] {}));
  EXPECT_FALSE(pool.Run([] {}));
  release.set_value();
}

}  // namespace
}  // namespace paceline::api
