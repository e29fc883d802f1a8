#include "core/sampling/sampling.h"

namespace paceline::core {
namespace {

uint32_t EffectiveRatePpm(uint32_t sample_rate_ppm) {
  return sample_rate_ppm == 0 || sample_rate_ppm > kFullSamplePpm ? kFullSamplePpm
                                                                  : sample_rate_ppm;
}

}  // namespace

uint32_t SessionHash(std::string_view session_id) {
  if (session_id.size() < 4) return 0;
  uint32_t hash = 0;
  for (size_t i = 0; i < 4; ++i) hash = hash << 8 | static_cast<uint8_t>(session_id[i]);
  hash ^= hash >> 16;
  hash *= 0x85ebca6bu;
  hash ^= hash >> 13;
  hash *= 0xc2b2ae35u;
  hash ^= hash >> 16;
  return hash;
}

bool IsSampled(std::string_view session_id, uint32_t sample_rate_ppm) {
  const uint64_t rate = EffectiveRatePpm(sample_rate_ppm);
  return uint64_t{SessionHash(session_id)} * kFullSamplePpm < rate << 32;
}

uint64_t SampleWeightMicro(uint32_t sample_rate_ppm) {
  return uint64_t{1'000'000'000'000} / EffectiveRatePpm(sample_rate_ppm);
}

}  // namespace paceline::core
