// The longest interactions of a page view, and the one that is its INP: the longest but for one in
// every 50. https://web.dev/articles/inp
#pragma once

#include <cstdint>
#include <vector>

namespace paceline::core {

class LongestInteractions {
 public:
  // What an entry is to the interactions kept.
  enum class Verdict : uint8_t {
    // Too short, or a shorter event of a known interaction.
    kPassedOver = 0,
    // The first entry of an interaction that is kept from now on.
    kBegins = 1,
    // Longer than what was known of its interaction, whose entries it replaces.
    kReplaces = 2,
    // As long as what was known, and begun at the same time: it stands beside.
    kJoins = 3,
  };

  struct Interaction {
    double id = 0;
    double latency_ms = 0;
    // Of its first entry.
    double start_ms = 0;
    // For the caller's own use: the frame of its first entry.
    uint32_t frame = 0;
  };

  // `id` is not 0.
  Verdict Observe(double id, double start_ms, double duration_ms, uint32_t frame);

  // The interaction that the last Observe dropped to make room; 0: none.
  double dropped_id() const { return dropped_id_; }

  // Of `interaction_count` interactions in all. Null when none is kept.
  const Interaction* Estimate(double interaction_count) const;

  void Clear() { longest_.clear(); }
  // Longest first; equals in the order of their arrival.
  const std::vector<Interaction>& longest() const { return longest_; }

 private:
  std::vector<Interaction> longest_;
  double dropped_id_ = 0;
};

// What a page view after a restore or soft navigation has whose interactions were all too short for
// an entry: they took less than the 16 ms from which there is one.
constexpr double kTooShortToSeeMs = 8;

}  // namespace paceline::core
