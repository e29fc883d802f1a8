// Made-up sites, whose every session is known: the truth that a sample is held against.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace paceline::simulation {

struct PageVisit {
  uint64_t lcp_100us = 0;
  uint64_t cls_nano = 0;
};

// The steps of a purchase; a session passes through all up to its furthest.
enum Step : uint8_t { kCourse, kEnroll, kCheckout, kPurchase };
inline constexpr int kSteps = 4;

struct Session {
  // 16 random bytes.
  std::string id;
  std::vector<PageVisit> pages;
  Step furthest = kCourse;
  bool failed = false;
  // Of its purchase, in cents.
  int64_t revenue_minor = 0;

  bool converted() const { return furthest == kPurchase; }
  // What makes the agent keep a session that is not in the sample: a poor vital, an error, a
  // conversion.
  bool WorthKeeping() const;
};

struct Site {
  std::vector<Session> sessions;
};

// Sites differ in size (600 to 2,400 sessions), speed and success. Within a site, the pages of a
// session are about as fast as each other, slow sessions are shorter and fail more often, and fast
// ones buy more often: all that could make a sample of sessions lie.
Site MakeSite(std::mt19937_64* random);

}  // namespace paceline::simulation
