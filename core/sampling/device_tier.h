// How powerful the visitor's device is, from what the browser tells.
#pragma once

#include <cstdint>
#include <string_view>

namespace paceline::core {

enum class DeviceTier : uint8_t { kVeryLowEnd = 0, kLowEnd = 1, kMidRange = 2, kHighEnd = 3 };

// high-end: memory >= 8 GiB and cores >= 8; mid-range: >= 4 and >= 4; low-end: memory >= 2 GiB;
// else very-low-end. 0 (unknown) counts as 4, of GiB as of cores.
DeviceTier ClassifyDevice(uint32_t device_memory_mib, uint32_t hardware_concurrency);

// "high-end", "mid-range", "low-end", "very-low-end".
std::string_view DeviceTierName(DeviceTier tier);

}  // namespace paceline::core
