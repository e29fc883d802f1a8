#include "tests/simulation/simulated_site.h"

#include <algorithm>
#include <cmath>

#include "core/vitals/rating.h"

namespace paceline::simulation {
namespace {

constexpr double kMs = 10;
constexpr double kClsUnit = 1e9;

double Uniform(double from, double to, std::mt19937_64* random) {
  return std::uniform_real_distribution<double>(from, to)(*random);
}

bool Chance(double probability, std::mt19937_64* random) {
  return Uniform(0, 1, random) < probability;
}

// What a site's sessions have in common. `more_pages`: after the first, on average.
struct Character {
  double median_lcp_ms;
  double median_cls;
  double more_pages;
  double step_chance;
  double failure_chance;
};

std::string RandomId(std::mt19937_64* random) {
  std::string id;
  for (int i = 0; i < 16; ++i) id.push_back(static_cast<char>((*random)() >> 56));
  return id;
}

Session MakeSession(const Character& site, std::mt19937_64* random) {
  std::normal_distribution<double> normal;
  Session session;
  session.id = RandomId(random);
  // The visitor's device and network: the same on every page.
  const double slowness = std::exp(0.5 * normal(*random));
  std::geometric_distribution<int> more_pages(1 / (1 + site.more_pages / std::sqrt(slowness)));
  const int pages = 1 + std::min(more_pages(*random), 30);
  for (int i = 0; i < pages; ++i) {
    const double lcp_ms = site.median_lcp_ms * slowness * std::exp(0.3 * normal(*random));
    const double cls = site.median_cls * std::exp(1.2 * normal(*random));
    session.pages.push_back({static_cast<uint64_t>(lcp_ms * kMs),
                             Chance(0.3, random) ? 0 : static_cast<uint64_t>(cls * kClsUnit)});
  }
  const double chance = site.step_chance / std::sqrt(slowness);
  for (int step = kEnroll; step <= kPurchase && Chance(chance, random); ++step) {
    session.furthest = static_cast<Step>(step);
  }
  session.failed = Chance(site.failure_chance * slowness, random);
  if (session.converted()) {
    session.revenue_minor = std::lround(4900 * std::exp(0.7 * normal(*random)));
  }
  return session;
}

}  // namespace

bool Session::WorthKeeping() const {
  const auto is_poor = [](const PageVisit& page) {
    return core::Rate(core::Metric::kLcp, page.lcp_100us) == core::Rating::kPoor ||
           core::Rate(core::Metric::kCls, page.cls_nano) == core::Rating::kPoor;
  };
  return failed || converted() || std::any_of(pages.begin(), pages.end(), is_poor);
}

Site MakeSite(std::mt19937_64* random) {
  const Character character = {
      .median_lcp_ms = Uniform(1200, 4000, random),
      .median_cls = Uniform(0.02, 0.15, random),
      .more_pages = Uniform(0.5, 3, random),
      .step_chance = Uniform(0.3, 0.5, random),
      .failure_chance = Uniform(0.01, 0.06, random),
  };
  Site site;
  const auto sessions = static_cast<size_t>(Uniform(600, 2400, random));
  site.sessions.reserve(sessions);
  for (size_t i = 0; i < sessions; ++i) site.sessions.push_back(MakeSession(character, random));
  return site;
}

}  // namespace paceline::simulation
