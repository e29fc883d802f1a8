// Which sessions are in the base sample, and what each of their page views weighs.
//
// A function of the session id alone, so that every page of a visit, the agent's own copy of this
// rule and the collector decide alike. tests/fixtures/sampling_vectors.json holds all of them to
// it.
#pragma once

#include <cstdint>
#include <string_view>

namespace paceline::core {

inline constexpr uint32_t kFullSamplePpm = 1'000'000;
inline constexpr uint64_t kUnitWeightMicro = 1'000'000;

// MurmurHash3's 32-bit finaliser over the first four bytes of `session_id`, read big-endian. 0 for
// a shorter id.
uint32_t SessionHash(std::string_view session_id);

// True when the session belongs to a sample of `sample_rate_ppm` parts per million. 0 and values
// above 1,000,000 are read as 1,000,000 (all sessions).
bool IsSampled(std::string_view session_id, uint32_t sample_rate_ppm);

// Statistical weight of a sampled session's page views, in millionths: floor(1e12 /
// sample_rate_ppm).
uint64_t SampleWeightMicro(uint32_t sample_rate_ppm);

}  // namespace paceline::core
